import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { SessionInfo } from '@scanlink/protocol';
import { CONTENT_SECURITY_POLICY } from '@scanlink/cloud/api/http/security-headers';
import { FakeRelay } from './fake-relay.ts';
import type { H264Clip } from '../../../support/h264-clip.ts';

const DIST_DIR = join(import.meta.dirname, '../../../../cloud/web/dist');
const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.html': 'text/html; charset=utf-8' };
const REFUSALS: Record<number, { code: string; message: string; messageZh: string }> = {
  403: { code: 'HUB_LINK_EXPIRED', message: 'This viewing link has expired', messageZh: '观看链接已过期' },
  404: { code: 'HUB_UNKNOWN_SESSION', message: 'There is no such session', messageZh: '会诊不存在' },
  406: { code: 'HUB_NOT_ACCEPTABLE', message: 'No usable codec offered; accepted: H.264 42e0xx', messageZh: '没有可用的编码；可接受：H.264 42e0xx' },
  503: { code: 'HUB_RELAY_DOWN', message: 'The media relay is restarting', messageZh: '媒体中继正在重启' },
};

/** The hub as the viewer page sees it, every part of which a test can break. Speaks protocol/src/hub/api.ts. */
export class FakeHub {
  readonly relay: FakeRelay;
  readonly sessionId = randomUUID();
  readonly token: string;
  info: SessionInfo;
  /** Status to refuse with, by route; null: served. */
  refuse: { events: number | null; whep: number | null } = { events: null, whep: null };
  readonly requests: string[] = [];
  readonly #streams = new Set<ServerResponse>();
  #server: Server | null = null;
  #pulse: NodeJS.Timeout | null = null;
  #port = 0;

  constructor(clip: H264Clip) {
    this.relay = new FakeRelay(clip);
    const claims = Buffer.from(JSON.stringify({ s: this.sessionId, e: Math.floor(Date.now() / 1000) + 3600, n: 'n' })).toString('base64url');
    this.token = `v1.${claims}.${'A'.repeat(43)}`;
    this.info = describeSession(this.sessionId);
  }

  get viewerUrl(): string { return `${this.baseUrl}/watch#${this.token}`; }
  get baseUrl(): string { return `http://127.0.0.1:${this.#port}`; }

  /** Listens; on the same port as before after stop(). */
  async start(): Promise<void> {
    this.#server = createServer((request, response) => { void this.#serve(request, response); });
    await new Promise<void>((resolve) => this.#server?.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    this.#pulse = setInterval(() => { for (const stream of this.#streams) stream.write(': pulse\n\n'); }, 500);
  }

  /** The API dies: streams break, connections are refused. The relay goes on. */
  async stop(): Promise<void> {
    if (this.#pulse !== null) clearInterval(this.#pulse);
    const server = this.#server;
    this.#server = null;
    this.#streams.clear();
    server?.closeAllConnections();
    await new Promise<void>((resolve) => { if (server) server.close(() => resolve()); else resolve(); });
  }

  async close(): Promise<void> {
    this.relay.close();
    await this.stop();
  }

  /** Changes the session and tells it. */
  tell(change: Partial<SessionInfo>): void {
    this.info = { ...this.info, ...change, hubNowMs: Date.now() };
    for (const stream of this.#streams) stream.write(this.#event());
  }

  /** Changes what the box says of its input. */
  tellInput(change: Partial<NonNullable<NonNullable<SessionInfo['live']>['input']>>): void {
    const { live } = this.info;
    if (live?.input) this.tell({ live: { ...live, input: { ...live.input, ...change } } });
  }

  #event(): string { return `event: session\ndata: ${JSON.stringify({ ...this.info, hubNowMs: Date.now() })}\n\n`; }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.baseUrl).pathname;
    this.requests.push(`${request.method} ${path}`);
    if (path === '/watch' || path.startsWith('/assets/')) return this.#serveFile(path === '/watch' ? '/index.html' : path, response);
    if (request.headers.authorization !== `Bearer ${this.token}`) return refuse(response, 403);
    if (path === `/api/v1/sessions/${this.sessionId}/events`) {
      if (this.refuse.events !== null) return refuse(response, this.refuse.events);
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' }).write(this.#event());
      this.#streams.add(response);
      response.on('close', () => this.#streams.delete(response));
      return;
    }
    if (path === `/whep/${this.sessionId}` && request.method === 'POST') {
      if (this.refuse.whep !== null || this.relay.isDown) return refuse(response, this.refuse.whep ?? 503);
      let offer = '';
      for await (const piece of request.setEncoding('utf8')) offer += String(piece);
      const { id, sdp } = await this.relay.view(offer);
      response.writeHead(201, { 'Content-Type': 'application/sdp', Location: `/whep/${this.sessionId}/${id}`, ETag: `"${id}"` }).end(sdp);
      return;
    }
    if (request.method === 'DELETE') {
      this.relay.drop(path.split('/').at(-1) ?? '');
      response.writeHead(204).end();
      return;
    }
    refuse(response, 404);
  }

  async #serveFile(path: string, response: ServerResponse): Promise<void> {
    const body = await readFile(join(DIST_DIR, normalize(path))).catch(() => null);
    if (body === null) { response.writeHead(404).end(); return; }
    response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream', 'Content-Security-Policy': CONTENT_SECURITY_POLICY, 'X-Content-Type-Options': 'nosniff' }).end(body);
  }
}

function refuse(response: ServerResponse, status: number): void {
  const known = REFUSALS[status] ?? REFUSALS[404];
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ ...known, retryable: status === 503 }));
}

function describeSession(sessionId: string): SessionInfo {
  const nowMs = Date.now();
  return {
    sessionId, code: 'K7WX', room: '超声一室 US Room 1', box: 'box-1', input: 'main', simulated: false, startedMs: nowMs, ended: false, boxConnected: true,
    hubNowMs: nowMs, boxClockOffsetMs: 0, linkExpiresMs: nowMs + 3_600_000,
    live: {
      sessionId, sessionState: 'live', publisher: null,
      input: {
        name: 'main', device: 'test', driver: 'sim', simulated: false, signal: 'locked', signalSinceMs: nowMs, timing: '1280x720p30', pixelFormat: 'YUYV',
        activity: 'moving', activitySinceMs: nowMs, black: false, capturedFps: 30, framesCaptured: 0, framesDropped: {},
      },
    },
  };
}
