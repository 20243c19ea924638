import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createServer as createHttp, request as requestHttp, type Server as HttpServer } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';

/** A TCP path to a port of this machine on which every byte takes delayMs each way. change: what the far end says, as the near one hears it. */
export class DelayedPath {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly delayMs: number;
  private readonly toPort: number;
  private readonly change: (data: Buffer) => Buffer;

  constructor(toPort: number, delayMs: number, change: (data: Buffer) => Buffer = (data) => data) {
    this.toPort = toPort;
    this.change = change;
    this.delayMs = delayMs;
    this.server = createServer((near) => this.join(near));
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(near: Socket): void {
    const far = connect(this.toPort, '127.0.0.1');
    for (const [from, to] of [[near, far], [far, near]] as const) {
      this.sockets.add(from);
      from.on('data', (data: Buffer) => setTimeout(() => to.write(from === far ? this.change(data) : data), this.delayMs));
      from.on('end', () => setTimeout(() => to.end(), this.delayMs));
      from.on('error', () => to.destroy());
      from.on('close', () => setTimeout(() => to.destroy(), this.delayMs));
    }
  }
}

/** Stands between a box and its hub and makes of each the next release: a newer version in range, more fields, more messages. */
export class LaterRelease {
  connections = 0;
  private readonly hubUrl: string;
  private readonly server: HttpServer;
  private readonly sockets = new Set<WebSocket>();

  constructor(hubUrl: string) {
    this.hubUrl = hubUrl;
    this.server = createHttp((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { 'content-length': _, host: __, ...headers } = request.headers;
        const body = addFields(Buffer.concat(parts).toString());
        const far = requestHttp(`${hubUrl}${request.url}`, { method: request.method, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }, (answer) => {
          const answered: Buffer[] = [];
          answer.on('data', (part: Buffer) => answered.push(part));
          answer.on('end', () => response.writeHead(answer.statusCode ?? 500, { 'content-type': answer.headers['content-type'] ?? 'text/plain' }).end(addFields(Buffer.concat(answered).toString())));
        });
        far.end(body);
      });
    });
    const sockets = new WebSocketServer({ noServer: true });
    this.server.on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head, (box) => this.join(box, request.headers.authorization ?? '', request.url ?? '')));
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.sockets) socket.terminate();
    this.server.closeAllConnections();
    this.server.close();
  }

  private join(box: WebSocket, authorization: string, path: string): void {
    this.connections += 1;
    const hub = new WebSocket(this.hubUrl.replace('http', 'ws') + path, { headers: { authorization } });
    const waiting: string[] = [];
    const toHub = (text: string): void => { if (hub.readyState === WebSocket.OPEN) hub.send(text); else waiting.push(text); };
    for (const socket of [box, hub]) {
      this.sockets.add(socket);
      socket.on('error', () => {});
    }
    hub.on('open', () => { for (const text of waiting.splice(0)) hub.send(text); });
    box.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { ch: string; v?: number; oldestV?: number; channels?: string[] };
      if (message.ch === 'hello') Object.assign(message, { v: 2, oldestV: 1, channels: [...message.channels ?? [], 'log'] });
      toHub(addFields(JSON.stringify(message)));
      if (message.ch === 'hello') toHub('{"ch":"log","lines":["of a later release"]}');
      if (message.ch === 'state') toHub('{"ch":"clock","op":"leap"}');
    });
    hub.on('message', (data: Buffer) => {
      box.send(addFields(data.toString()));
      if (data.toString().includes('"welcome"')) box.send('{"ch":"update","wanted":"9.9.9"}');
    });
    box.on('close', () => hub.terminate());
    hub.on('close', (code) => box.close(code >= 3000 ? code : 1001));
  }
}

/** The same JSON with a field of a later release in each of its objects; anything else as it is. */
export function addFields(text: string): string {
  const more = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(more);
    if (typeof value !== 'object' || value === null) return value;
    return { ...Object.fromEntries(Object.entries(value).map(([key, each]) => [key, key === 'framesDropped' || key === 'context' ? each : more(each)])), later: { of: ['a', 'release'] } };
  };
  try {
    return JSON.stringify(more(JSON.parse(text)));
  } catch {
    return text;
  }
}
