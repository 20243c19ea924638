import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BoxStatus } from '@scanlink/protocol';
import { connectRpc, type RpcConnection } from '@scanlink/protocol/rpc/rpc-client';
import { until } from '../../support/until.ts';

export const TOKEN = 'test-token-0123456789abcdef0123456789abcdef0123';
const mainScript = fileURLToPath(new URL('../../../firmware/src/main.ts', import.meta.url));

/** A box's folder: configuration, token, boot id; removed by remove(). */
export class BoxFolder {
  readonly dir = mkdtempSync(join(tmpdir(), 'sl-box-'));
  readonly boxDir = join(this.dir, 'box');
  readonly runDir = join(this.dir, 'run');
  readonly configFile = join(this.boxDir, 'config.json');
  readonly bootIdFile = join(this.dir, 'boot_id');

  constructor(hubUrl: string, more: Record<string, unknown> = {}, token = TOKEN) {
    mkdirSync(this.boxDir, { recursive: true });
    writeFileSync(join(this.boxDir, 'hub.token'), `${token}\n`, { mode: 0o600 });
    writeFileSync(this.bootIdFile, 'boot-1\n');
    writeFileSync(this.configFile, JSON.stringify({
      boxId: 'box-1', room: 'Test', hubUrl, runDir: this.runDir, bootIdFile: this.bootIdFile, logLevel: 'debug',
      inputs: [{ name: 'main', driver: 'sim', source: 'phantom' }, { name: 'side', driver: 'sim', source: 'phantom' }], ...more,
    }));
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** `firmware` as a process of its own. */
export class FirmwareProcess {
  readonly child: ChildProcess;
  output = '';
  readonly ended: Promise<{ code: number | null; signal: string | null }>;

  constructor(folder: BoxFolder, env: NodeJS.ProcessEnv = {}, words: readonly string[] = []) {
    this.child = spawn(process.execPath, [mainScript, '--config', folder.configFile, ...words], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    for (const stream of [this.child.stdout!, this.child.stderr!]) stream.on('data', (data: Buffer) => (this.output += data.toString()));
    this.ended = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve({ code, signal })));
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<{ code: number | null; signal: string | null }> {
    this.child.kill(signal);
    return await this.ended;
  }
}

/** control.sock (or ui.sock) of a box that is starting or running. */
export async function connectBox(folder: BoxFolder, name = 'control.sock'): Promise<RpcConnection> {
  return await until('the box socket', () => connectRpc({ path: join(folder.runDir, name), client: 'test' }).catch(() => null));
}

export async function readStatus(connection: RpcConnection): Promise<BoxStatus> {
  return await connection.peer.request('status', {}) as BoxStatus;
}
