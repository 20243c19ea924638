import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import staticFiles from '@fastify/static';
import type { HubApp } from '../http/app.ts';

const WATCH_PAGES = ['watch.html', 'index.html'] as const;
/** Vite writes the content's hash into the names in assets/. */
const FOREVER = 'public, max-age=31536000, immutable';

const MISSING_PAGE = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>ScanLink</title>
<body><h1>ScanLink</h1><p>观看页面尚未构建：请运行 <code>npm run build:web</code>，然后重新启动会诊中心。</p>
<p lang="en">The viewer page has not been built: run <code>npm run build:web</code>, then start the hub again.</p></body></html>`;

/** The built web client: `/`, `/watch` (the token stays in the fragment), and its assets. */
export async function addPageRoutes(app: HubApp, webDir: string | null): Promise<void> {
  const root = webDir === null ? null : resolve(webDir);
  const page = root === null ? undefined : WATCH_PAGES.find((name) => existsSync(join(root, name)));
  if (root === null || page === undefined) {
    for (const path of ['/', '/watch']) app.get(path, { schema: { hide: true } }, async (_request, reply) => await reply.code(503).type('text/html; charset=utf-8').send(MISSING_PAGE));
    return;
  }
  await app.register(staticFiles, {
    root, index: ['index.html'], cacheControl: false, dotfiles: 'deny', schemaHide: true,
    setHeaders: (reply, path) => void reply.header('cache-control', path.startsWith(join(root, 'assets')) ? FOREVER : 'no-cache'),
  });
  app.get('/watch', { schema: { hide: true } }, async (_request, reply) => await reply.sendFile(page));
}
