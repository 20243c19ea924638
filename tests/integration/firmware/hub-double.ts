import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, BoxToHubSchema, SessionPutSchema, type BoxToHub, type ErrorCode, type HubToBox, type SessionPut } from '@scanlink/protocol';
import { createCheck } from '@scanlink/protocol/check';
import { WebSocketServer, type WebSocket } from 'ws';
import { TOKEN } from './support.ts';

const checkBox = createCheck(BoxToHubSchema);
const checkPut = createCheck(SessionPutSchema);

/** A hub with real HTTP and WebSocket, as far as the box sees one; what it is sent is checked by the protocol's schemas. */
export class HubDouble {
  readonly puts: { readonly sessionId: string; readonly body: SessionPut }[] = [];
  readonly ends: string[] = [];
  /** Sessions whose links were all taken back, in order with the puts that `puts` held by then. */
  readonly linkDrops: { readonly sessionId: string; readonly afterPuts: number }[] = [];
  readonly messages: BoxToHub[] = [];
  /** What broke the contract; a test looks that it stays empty. */
  readonly faults: string[] = [];
  connections = 0;
  refuseWith: ErrorCode | null = null;
  refusePutWith: ErrorCode | null = null;
  answerPings = true;
  /** Sent in place of a welcome. */
  greeting: object | null = null;
  /** Hub's wall clock minus this machine's. */
  wallOffsetMs = 5000;
  epoch: string = randomUUID();
  private port = 0;
  private server: Server | null = null;
  private readonly sockets = new Set<WebSocket>();

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Listens; after stop() on the same port again. */
  async start(): Promise<this> {
    const server = createServer((request, response) => void this.answer(request, response).catch((error: unknown) => this.faults.push(String(error))));
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      const refusal = this.refuseWith ?? (request.headers.authorization === `Bearer ${TOKEN}` ? null : 'HUB_WRONG_TOKEN');
      if (refusal) {
        socket.end(`HTTP/1.1 ${new AppError(refusal).httpStatus} No\r\nConnection: close\r\n\r\n`);
        return;
      }
      if (request.url !== '/api/v1/box/control') this.faults.push(`upgrade of ${request.url}`);
      sockets.handleUpgrade(request, socket, head, (webSocket) => this.talk(webSocket));
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
    return this;
  }

  /** Gone, as after kill -9. */
  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
    this.server = null;
  }

  send(message: HubToBox | { readonly ch: string }): void {
    for (const socket of this.sockets) socket.send(JSON.stringify(message));
  }

  /** Hangs up on every box with this code. */
  hangUp(closeCode: number): void {
    for (const socket of this.sockets) socket.close(closeCode);
  }

  private talk(socket: WebSocket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('message', (data: Buffer) => {
      try {
        const message = checkBox(JSON.parse(data.toString()));
        this.messages.push(message);
        if (message.ch === 'hello' && this.greeting) socket.send(JSON.stringify(this.greeting));
        else if (message.ch === 'hello') socket.send(JSON.stringify({ ch: 'welcome', v: 1, hubVersion: 'test', features: ['clock-datachannel'], relayEpoch: this.epoch } satisfies HubToBox));
        if (message.ch === 'clock' && this.answerPings) socket.send(JSON.stringify({ ch: 'clock', op: 'pong', id: message.id, atMs: message.atMs, hubUnixMs: Date.now() + this.wallOffsetMs } satisfies HubToBox));
      } catch (error) {
        this.faults.push(String(error));
      }
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const dropped = /^\/api\/v1\/sessions\/([0-9a-f-]{36})\/links$/.exec(request.url ?? '')?.[1];
    const [, sessionId, end] = /^\/api\/v1\/sessions\/([0-9a-f-]{36})(\/end)?$/.exec(request.url ?? '') ?? [];
    const refusal = request.headers.authorization === `Bearer ${TOKEN}` ? (end ? null : this.refusePutWith) : 'HUB_WRONG_TOKEN';
    if (refusal) {
      const error = new AppError(refusal);
      response.writeHead(error.httpStatus, { 'content-type': 'application/json' }).end(JSON.stringify(error.toBody()));
    } else if (dropped && request.method === 'DELETE') {
      this.linkDrops.push({ sessionId: dropped, afterPuts: this.puts.length });
      response.writeHead(204).end();
    } else if (sessionId && request.method === 'PUT') {
      this.puts.push({ sessionId, body: checkPut(JSON.parse(text)) });
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ sessionId, whipPath: `/whip/${sessionId}` }));
    } else if (sessionId && end && request.method === 'POST') {
      this.ends.push(sessionId);
      response.writeHead(204).end();
    } else {
      this.faults.push(`${request.method} ${request.url}`);
      response.writeHead(404).end();
    }
  }
}
