import type { FastifyInstance } from 'fastify';

export interface RouteEntry { readonly method: string; readonly path: string; readonly pattern: RegExp }

/** Collects the routes as they are registered, so that a known address with an unknown method is 405 and not 404. */
export class RouteTable {
  private readonly entries: RouteEntry[] = [];

  /** Call before any route is registered. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', (route) => {
      if (route.url.includes('*')) return;
      const pattern = new RegExp(`^${route.url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : escape(part))).join('/')}$`);
      for (const method of [route.method].flat()) this.entries.push({ method, path: route.url, pattern });
    });
  }

  /** Methods that this path knows; empty when there is no such path. */
  methodsOf(path: string): readonly string[] {
    return [...new Set(this.entries.filter((entry) => entry.pattern.test(path)).map((entry) => entry.method))].sort();
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
