import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readBoxStatus } from '../../../scripts/run/ask-box.ts';
import { groupLives, signalGroup } from '../../../scripts/run/supervisor/process-group.ts';
import type { BoxStatus } from '@scanlink/protocol';
import { until } from '../../support/until.ts';

export const ROOT_DIR = join(import.meta.dirname, '../../..');

/** `./run --no-install` as a person types it, on a data folder. */
export class RunProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  stdout = '';
  stderr = '';
  private readonly dataDir: string;

  constructor(dataDir: string, port: number, more: readonly string[] = []) {
    this.dataDir = dataDir;
    this.child = spawn(join(ROOT_DIR, 'run'), ['--no-install', '--data', dataDir, '--port', String(port), ...more], { cwd: ROOT_DIR, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout!.on('data', (data: Buffer) => { this.stdout += data.toString(); });
    this.child.stderr!.on('data', (data: Buffer) => { this.stderr += data.toString(); });
    this.ended = new Promise((resolve) => { this.child.once('exit', (code) => resolve(code)); });
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits for the last line of the start. @throws Error with what was said when it ends before. */
  async ready(): Promise<void> {
    await until('ready', () => {
      if (!this.running) throw new Error(`ended with ${this.child.exitCode}: ${this.stderr}`);
      return this.stdout.includes('Ctrl-C');
    }, 60_000);
  }

  status(): Promise<BoxStatus | null> {
    return readBoxStatus(join(this.dataDir, 'run', 'control.sock'), 'test');
  }

  /** Everything ends at one moment, as when the power is cut: the launcher and all that it started. */
  async cutPower(): Promise<void> {
    const units = await childrenOf(this.child.pid!);
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
      this.child.kill(signal);
      for (const pid of units) signalGroup(pid, signal);
    }
    await this.ended;
    await until('the end of all processes', () => !units.some(groupLives));
  }

  async interrupt(): Promise<number | null> {
    this.child.kill('SIGINT');
    return await this.ended;
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  return (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').filter(Boolean).map(Number);
}
