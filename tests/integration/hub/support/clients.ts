import type { HubToBox, SessionInfo } from '@scanlink/protocol';
import { WebSocket } from 'ws';
import { until } from './hub-process.ts';

/** A box's end of the control channel, by hand. */
export class BoxChannel {
  readonly received: HubToBox[] = [];
  closeCode: number | null = null;
  /** Status of a refusal before there was a WebSocket. */
  httpStatus: number | null = null;
  /** Its body. */
  refusal = '';
  readonly socket: WebSocket;

  constructor(hubUrl: string, token: string | null, path = '/api/v1/box/control') {
    this.socket = new WebSocket(hubUrl.replace('http', 'ws') + path, { headers: token === null ? {} : { authorization: `Bearer ${token}` } });
    this.socket.on('message', (data: Buffer) => this.received.push(JSON.parse(data.toString('utf8')) as HubToBox));
    this.socket.on('close', (code) => (this.closeCode = code));
    this.socket.on('unexpected-response', (_request, response) => {
      this.httpStatus = response.statusCode ?? 0;
      response.on('data', (chunk: Buffer) => (this.refusal += chunk.toString('utf8')));
      response.on('close', () => this.socket.terminate());
    });
    this.socket.on('error', () => undefined);
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async opened(): Promise<this> {
    await until('socket open', () => this.socket.readyState === WebSocket.OPEN);
    return this;
  }

  /** Says hello and waits for the welcome. */
  async greet(version = 1): Promise<this> {
    await this.opened();
    this.send({ ch: 'hello', v: version, firmwareVersion: 'test', channels: ['state', 'clock'] });
    await this.message((each) => each.ch === 'welcome');
    return this;
  }

  ping(id: number): void {
    this.send({ ch: 'clock', op: 'ping', id, atMs: id * 10 });
  }

  async message(matches: (message: HubToBox) => boolean): Promise<HubToBox> {
    return await until('message from the hub', () => this.received.find(matches));
  }

  async closed(): Promise<number> {
    await until('socket closed', () => this.closeCode !== null);
    return this.closeCode ?? 0;
  }
}

/** A viewer page's end of the event stream. */
export class EventReader {
  readonly infos: SessionInfo[] = [];
  pulses = 0;
  status = 0;
  contentType = '';
  ended = false;
  private readonly abort = new AbortController();

  constructor(hubUrl: string, token: string, sessionId: string) {
    void this.read(`${hubUrl}/api/v1/sessions/${sessionId}/events`, token);
  }

  close(): void {
    this.abort.abort();
  }

  async info(matches: (info: SessionInfo) => boolean): Promise<SessionInfo> {
    return await until('event', () => this.infos.find(matches));
  }

  private async read(url: string, token: string): Promise<void> {
    try {
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: this.abort.signal });
      this.status = response.status;
      this.contentType = response.headers.get('content-type') ?? '';
      const decoder = new TextDecoder();
      let text = '';
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.take(block);
      }
    } catch {
      // Cut off: what the tests look at is `ended`.
    }
    this.ended = true;
  }

  private take(block: string): void {
    if (block === ': pulse') this.pulses += 1;
    const data = /^event: session\ndata: (.*)$/s.exec(block)?.[1];
    if (data !== undefined) this.infos.push(JSON.parse(data) as SessionInfo);
  }
}
