import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until as waitUntil } from '../../../support/until.ts';

export const ROOT_DIR = join(import.meta.dirname, '../../../..');
export const SESSION_ID = '11111111-2222-4333-8444-555555555555';
export const SESSION = { code: 'ABCD', input: 'main', simulated: true, startedMs: 1_795_000_000_000 } as const;

export interface Finished { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Runs a script of the hub to its end. */
export async function runScript(script: string, args: readonly string[]): Promise<Finished> {
  const child = spawn(process.execPath, [join(ROOT_DIR, script), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collect(child);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...output() };
}

/** As the shared one, with this suite's own deadline. */
export const until = <T>(what: string, probe: () => T | Promise<T>, withinMs = 10_000): ReturnType<typeof waitUntil<T>> => waitUntil(what, probe, withinMs);

/** A hub of its own in a fresh folder: the real process on a real port, with real SQLite. */
export class TestHub {
  readonly dir = mkdtempSync(join(tmpdir(), 'sl-hub-'));
  readonly dataDir = join(this.dir, 'data');
  readonly runDir = this.dir;
  /** Everything that any of its processes wrote. */
  log = '';
  url = '';
  private child: ChildProcess | null = null;
  private exited: Promise<number | null> = Promise.resolve(null);
  private readonly extraArgs: readonly string[];

  constructor(extraArgs: readonly string[] = []) {
    this.extraArgs = extraArgs;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** The process has ended, without having been told to. */
  get hasEnded(): boolean {
    return this.child !== null && this.child.exitCode !== null;
  }

  get relaySocket(): string {
    return join(this.runDir, 'relay.sock');
  }

  /** Creates a box by the command line; returns its token. */
  async addBox(id: string): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const tokenFile = join(this.dir, `${id}.token`);
    writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 });
    const result = await runScript('cloud/src/admin/main.ts', ['box', 'add', '--data', this.dataDir, '--id', id, '--name', `Box ${id}`, '--room', 'CT 2', '--token-file', tokenFile]);
    if (result.code !== 0) throw new Error(result.stderr);
    return token;
  }

  async start(port = 0): Promise<void> {
    const from = this.log.length;
    const child = spawn(process.execPath, [join(ROOT_DIR, 'cloud/src/api/main.ts'), '--port', String(port), '--data', this.dataDir, '--run-dir', this.runDir, ...this.extraArgs], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (this.log += chunk.toString('utf8')));
    this.exited = new Promise((resolve) => child.once('close', resolve));
    const ready = await until('hub is ready', () => /"port":(\d+),[^\n]*"hub is ready"/.exec(this.log.slice(from)) ?? (child.exitCode !== null && ['', '0']), 30_000);
    if (child.exitCode !== null) throw new Error(`hub ended with ${child.exitCode}: ${this.log.slice(from)}`);
    this.url = `http://127.0.0.1:${ready[1]}`;
  }

  /** Sends a signal and waits for the end; returns the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child?.kill(signal);
    const code = await this.exited;
    this.child = null;
    return code;
  }

  async close(): Promise<void> {
    if (this.child) await this.stop('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }

  async request(method: string, path: string, options: { token?: string | undefined; json?: unknown; type?: string; body?: string; headers?: Record<string, string> } = {}): Promise<{ status: number; headers: Headers; text: string; json: () => Record<string, unknown> }> {
    const headers: Record<string, string> = { ...options.headers };
    if (options.token !== undefined) headers['authorization'] = `Bearer ${options.token}`;
    if (options.json !== undefined) headers['content-type'] = 'application/json';
    if (options.type !== undefined) headers['content-type'] = options.type;
    const body = options.json === undefined ? options.body : JSON.stringify(options.json);
    const response = await fetch(this.url + path, { method, headers, ...(body === undefined ? {} : { body }) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) as Record<string, unknown> };
  }

  /** GET from the operator's socket. */
  async ops(path: string): Promise<{ status: number; type: string; text: string }> {
    return await new Promise((resolve, reject) => {
      const call = httpRequest({ socketPath: join(this.runDir, 'hub-ops.sock'), path, agent: false }, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => (text += chunk));
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, type: String(incoming.headers['content-type']), text }));
      });
      call.on('error', reject);
      call.end();
    });
  }

  async putSession(token: string, sessionId = SESSION_ID): Promise<void> {
    const answer = await this.request('PUT', `/api/v1/sessions/${sessionId}`, { token, json: SESSION });
    if (answer.status !== 200) throw new Error(answer.text);
  }

  /** Makes a viewing link; returns its token. */
  async makeLink(token: string, sessionId = SESSION_ID): Promise<string> {
    const answer = await this.request('POST', `/api/v1/sessions/${sessionId}/links`, { token, json: { ttlSeconds: 600 } });
    if (answer.status !== 201) throw new Error(answer.text);
    return String(answer.json()['url']).split('#')[1] ?? '';
  }
}

function collect(child: ChildProcess): () => { stdout: string; stderr: string } {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  return () => ({ stdout, stderr });
}
