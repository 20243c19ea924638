import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AppError } from '@scanlink/protocol';
import { listenUnix } from '@scanlink/protocol/lib/listen-unix';
import type { HubMetrics } from './metrics.ts';

const HOST = '127.0.0.1';
const REQUEST_MS = 5000;
/** Metrics are gathered (store, relay) this often at most, however often they are asked for. */
const CACHE_MS = 1000;

export interface OpsServerOptions {
  readonly metrics: HubMetrics;
  readonly describe: () => unknown;
  /** As GET /health on the public port, and what is for the operator alone. */
  readonly health: () => unknown;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/**
 * What is for the operator and not for the public port: GET /metrics (Prometheus text), GET /health with the relay's epoch
 * and what was moved aside, GET /api/v1/openapi.json. On a unix socket that only the hub's user may open, and on a port of
 * the loopback interface if one was named.
 */
export class OpsServer {
  private readonly options: OpsServerOptions;
  private readonly servers: Server[] = [];
  private cached: { readonly atMs: number; readonly text: Promise<string> } | null = null;

  constructor(options: OpsServerOptions) {
    this.options = options;
  }

  /** @param place path of a unix socket, or a TCP port of the loopback interface. Returns the port; 0: a socket. @throws CFG_PORT_TAKEN; CFG_INVALID when another hub has the socket */
  async listen(place: string | number): Promise<number> {
    const server = createServer({ requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, connectionsCheckingInterval: 1000 }, (request, response) => void this.answer(request, response));
    server.maxConnections = 16;
    if (typeof place === 'string') await listenUnix(server, { path: place, mode: 0o600, folderMode: 0o700, key: '--run-dir' });
    else await listenOnPort(server, place);
    this.servers.push(server);
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await Promise.all(this.servers.splice(0).map((server) => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    })));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (request.method === 'GET' && request.url === '/metrics') reply(response, 200, this.options.metrics.contentType, await this.render());
      else if (request.method === 'GET' && request.url === '/api/v1/openapi.json') reply(response, 200, 'application/json', JSON.stringify(this.options.describe()));
      else if (request.method === 'GET' && request.url === '/health') reply(response, 200, 'application/json', JSON.stringify(this.options.health()));
      else reply(response, 404, 'application/json', JSON.stringify(new AppError('HUB_UNKNOWN_ROUTE').toBody()));
    } catch {
      reply(response, 503, 'application/json', JSON.stringify(new AppError('HUB_BUSY', { retryAfterSeconds: 1 }).toBody()));
    }
  }

  private async render(): Promise<string> {
    const atMs = this.options.now();
    if (!this.cached || atMs - this.cached.atMs >= CACHE_MS) this.cached = { atMs, text: this.options.metrics.render() };
    return await this.cached.text;
  }
}

function listenOnPort(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new AppError('CFG_PORT_TAKEN', { port, option: '--ops-port' }, { cause: error }) : error));
    server.listen(port, HOST, resolve);
  });
}

function reply(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }).end(text);
}
