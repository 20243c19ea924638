import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { rmSync } from 'node:fs';
import { AppError, type ErrorCode } from '@scanlink/protocol';

export interface RelayCall { readonly method: string; readonly path: string; readonly body: Record<string, unknown> | null }

/**
 * Speaks protocol/src/hub/relay-rpc.ts on a unix socket by script, so that every answer of a relay can be had at will.
 * The real relay is met in real-relay.test.ts.
 */
export class RelayDouble {
  readonly calls: RelayCall[] = [];
  /** The next POST or PATCH is refused with this. */
  refuseNext: { readonly code: ErrorCode; readonly context?: Record<string, string> } | null = null;
  /** Calls with this method are answered 500 while it is set: a relay that does not do what it is told. */
  failing: string | null = null;
  /** Calls are taken and not answered: a relay that hangs. */
  hangs = false;
  /** What is asked of it with POST is answered once this is over. */
  hold: Promise<void> | null = null;
  /** Sessions that have a publisher, for /stats. */
  readonly publishing = new Set<string>();
  readonly epoch: string;
  private readonly socketPath: string;
  private server: Server | null = null;
  private readonly followers = new Set<ServerResponse>();
  private nextResource = 1;

  constructor(socketPath: string, epoch: string) {
    this.socketPath = socketPath;
    this.epoch = epoch;
  }

  async start(): Promise<void> {
    rmSync(this.socketPath, { force: true });
    this.server = createServer((request, response) => void this.answer(request, response));
    await new Promise<void>((resolve) => this.server?.listen(this.socketPath, resolve));
  }

  /** It has ended these viewings by itself. */
  tellGone(resourceIds: readonly string[]): void {
    for (const each of this.followers) each.write(`${JSON.stringify({ gone: resourceIds })}\n`);
  }

  async close(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (path === '/events') {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(`${JSON.stringify({ epoch: this.epoch })}\n`);
      const timer = setInterval(() => response.write(`${JSON.stringify({ pulse: 1 })}\n`), 250);
      this.followers.add(response);
      response.on('close', () => {
        clearInterval(timer);
        this.followers.delete(response);
      });
      return;
    }
    const method = request.method ?? '';
    if (path === '/stats') {
      sendJson(response, 200, { epoch: this.epoch, sessions: [...this.publishing].map((sessionId) => ({ ...EMPTY_STATS, sessionId, publisher: true })) });
      return;
    }
    let text = '';
    for await (const chunk of request) text += String(chunk);
    this.calls.push({ method, path, body: text === '' ? null : JSON.parse(text) as Record<string, unknown> });
    if (this.hangs) return;
    if (method === this.failing) {
      response.writeHead(500).end();
      return;
    }
    const refusal = this.refuseNext;
    if (refusal) {
      this.refuseNext = null;
      const error = new AppError(refusal.code, refusal.context);
      sendJson(response, error.httpStatus, error.toBody());
      return;
    }
    if (method === 'POST') await this.hold;
    if (method === 'POST') sendJson(response, 201, { resourceId: `r${this.nextResource++}`, etag: 'tag-1', transport: TRANSPORT, stream: path.startsWith('/view') ? { ssrc: 7, cname: 'n' } : null });
    else response.writeHead(204).end();
  }
}

const EMPTY_STATS = { flowing: true, viewers: 2, packetsIn: 10, bytesIn: 1000, packetsLost: 0, packetsRecovered: 1, nacksSent: 1, plisSent: 1, packetsOut: 20, bytesOut: 2000, retransmitted: 0, keyFrames: 1, overBudget: 0, ingestRefused: 0 };
const TRANSPORT = { iceUfrag: 'hubu', icePwd: 'hubpasswordhubpassword', fingerprint: 'sha-256 AB', setup: 'active', candidates: ['1 1 UDP 1 127.0.0.1 8080 typ host'] };

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
