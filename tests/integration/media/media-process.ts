import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MediaReportSchema, type MediaDesired, type MediaReport } from '@scanlink/protocol';
import { rpcMethod, type RpcPeer } from '@scanlink/protocol/rpc/rpc-peer';
import { RpcServer } from '@scanlink/protocol/rpc/rpc-server';

const MAIN = fileURLToPath(new URL('../../../firmware/src/media/main.ts', import.meta.url));

/** A folder for sockets, previews and stills, and firmware's side of media.sock, without anything else of firmware. */
export class FirmwareDouble {
  readonly dir = mkdtempSync(join(tmpdir(), 'sl-media-'));
  readonly socket = join(this.dir, 'media.sock');
  readonly reports: MediaReport[] = [];
  peer: RpcPeer | null = null;
  desired: MediaDesired;
  private server: RpcServer | null = null;

  constructor(desired: Omit<MediaDesired, 'previewDir' | 'stillDir' | 'encoder'>) {
    this.desired = { ...desired, encoder: { kind: 'x264' }, previewDir: this.dir, stillDir: this.dir };
  }

  get report(): MediaReport | undefined {
    return this.reports.at(-1);
  }

  async start(): Promise<void> {
    this.server = new RpcServer({
      path: this.socket, mode: 0o600, snapshot: () => this.desired,
      methods: { report: rpcMethod(MediaReportSchema, (report) => { this.reports.push(report); }) },
      onClient: (peer) => { this.peer = peer; },
      onClientGone: (peer) => { if (this.peer === peer) this.peer = null; },
    });
    await this.server.start();
  }

  want(change: Partial<MediaDesired>): void {
    this.desired = { ...this.desired, ...change };
    this.server?.broadcast('desired', this.desired);
  }

  async stop(): Promise<void> {
    await this.server?.close();
    this.server = null;
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** The real process. output: what it wrote to stdout and stderr. */
export class MediaProcess {
  output = '';
  readonly child: ChildProcess;
  /** Exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  private readonly startedMs = performance.now();

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on('data', (text: Buffer) => { this.output += text.toString(); });
    this.ended = new Promise((resolve) => { this.child.on('exit', (code, signal) => resolve(code ?? signal ?? -1)); });
  }

  get ageMs(): number {
    return performance.now() - this.startedMs;
  }

  kill(signal: NodeJS.Signals): Promise<number | string> {
    this.child.kill(signal);
    return this.ended;
  }
}
