import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, type ErrorBody, type PeerResult, type RelayStats } from '@scanlink/protocol';
import { writeAnswer } from '@scanlink/cloud/api/sdp/answer';
import { planPublisher, planViewer, type Negotiation } from '@scanlink/cloud/api/sdp/plan';

const MAIN = join(import.meta.dirname, '../../../cloud/src/relay/main.ts');

/** A free UDP port of loopback at the moment of asking. */
export function findFreeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

export interface Reply<T> { readonly status: number; readonly body: T }
/** As the API answers: the relay's words or its own refusal of the SDP. */
export type Answered = Reply<{ readonly sdp: string; readonly resourceId: string; readonly etag: string } & ErrorBody>;

/** The real relay process, and its unix socket as the hub's API uses it. */
export class RelayProcess {
  readonly udpPort: number;
  readonly runDir: string;
  readonly child: ChildProcess;
  output = '';

  /** script: another entry with the same output, started with run folder and UDP port. */
  static async start(options: { udpPort?: number; flags?: readonly string[]; script?: string } = {}): Promise<RelayProcess> {
    const runDir = await mkdtemp(join(tmpdir(), 'sl-relay-'));
    const relay = new RelayProcess(runDir, options.udpPort ?? await findFreeUdpPort(), options.flags ?? [], options.script);
    await relay.waitForOutput('relay ready');
    return relay;
  }

  constructor(runDir: string, udpPort: number, flags: readonly string[], script?: string) {
    this.runDir = runDir;
    this.udpPort = udpPort;
    const args = script === undefined ? [MAIN, '--run-dir', runDir, '--udp-port', String(udpPort), ...flags] : [script, runDir, String(udpPort)];
    this.child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (chunk: Buffer) => { this.output += chunk.toString(); });
    this.child.stderr?.on('data', (chunk: Buffer) => { this.output += chunk.toString(); });
  }

  get socketPath(): string {
    return join(this.runDir, 'relay.sock');
  }

  async waitForOutput(text: string): Promise<void> {
    const deadline = performance.now() + 10_000;
    while (!this.output.includes(text)) {
      if (this.child.exitCode !== null || performance.now() > deadline) throw new Error(`relay said no "${text}": ${this.output}`);
      await new Promise((resolve) => { setTimeout(resolve, 10); });
    }
  }

  call<T = unknown>(method: string, path: string, body?: unknown): Promise<Reply<T>> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
      const call = request({ socketPath: this.socketPath, method, path, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } }, (response) => {
        let data = '';
        response.on('data', (chunk: Buffer) => { data += chunk.toString(); });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: (data ? JSON.parse(data) : null) as T }));
      });
      call.on('error', reject);
      call.end(text);
    });
  }

  /** Plans the offer and writes the answer, as the API process does. */
  publish(sessionId: string, sdp: string, boxId = 'box-1'): Promise<Answered> {
    return this.negotiate(`/publish/${sessionId}`, () => planPublisher(sdp), (plan) => ({ boxId, plan }));
  }

  view(sessionId: string, sdp: string, { linkId = 'link-1', expiresInMs = 3_600_000 }: { linkId?: string; expiresInMs?: number } = {}): Promise<Answered> {
    return this.negotiate(`/view/${sessionId}`, () => planViewer(sdp), (plan) => ({ linkId, expiresInMs, plan }));
  }

  private async negotiate(path: string, read: () => Negotiation, write: (plan: Negotiation['plan']) => unknown): Promise<Answered> {
    try {
      const negotiation = read();
      const { status, body } = await this.call<PeerResult & ErrorBody>('POST', path, write(negotiation.plan));
      return { status, body: { ...body, sdp: status === 201 ? writeAnswer(negotiation, body, 1) : '' } };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { status: error.httpStatus, body: { ...error.toBody(), sdp: '', resourceId: '', etag: '' } };
    }
  }

  /** Viewings that the relay says are gone. */
  followGone(): Promise<{ readonly ids: readonly string[]; close(): void }> {
    return new Promise((resolve, reject) => {
      const call = request({ socketPath: this.socketPath, path: '/events' }, (response) => {
        const ids: string[] = [];
        let rest = '';
        response.on('error', () => undefined);
        response.on('data', (chunk: Buffer) => {
          const lines = (rest + chunk.toString()).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) ids.push(...(JSON.parse(line) as { gone?: string[] }).gone ?? []);
        });
        resolve({ ids, close: () => { call.destroy(); } });
      });
      call.on('error', reject);
      call.end();
    });
  }

  async readSession(sessionId: string): Promise<RelayStats['sessions'][number] | undefined> {
    const { body } = await this.call<RelayStats>('GET', '/stats');
    return body.sessions.find((each) => each.sessionId === sessionId);
  }

  /** SIGTERM; resolves with the exit code. */
  async close(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((resolve) => { this.child.once('exit', resolve); });
      this.child.kill('SIGTERM');
      await ended;
    }
    await rm(this.runDir, { recursive: true, force: true });
    return this.child.exitCode;
  }
}
