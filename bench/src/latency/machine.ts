import { execFile } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { promisify } from 'node:util';

/** Where and with what a bench ran. */
export interface Machine { readonly cpu: string; readonly cores: number; readonly memoryGib: number; readonly kernel: string; readonly node: string; readonly chromium: string; readonly commit: string; readonly date: string }

/** Facts of this machine and checkout; a commit with local changes gets a `+`. */
export async function describeMachine(rootDir: string, chromium: string): Promise<Machine> {
  const git = async (...args: string[]) => (await promisify(execFile)('git', ['-C', rootDir, ...args]).catch(() => ({ stdout: '' }))).stdout.trim();
  const changed = await git('status', '--porcelain', '--untracked-files=no');
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length, memoryGib: Math.round(totalmem() / 2 ** 30), kernel: release(),
    node: process.version, chromium, commit: `${await git('rev-parse', '--short', 'HEAD') || 'unknown'}${changed ? '+' : ''}`, date: new Date().toISOString().slice(0, 16).replace('T', ' '),
  };
}

export function describeMachineLine(machine: Machine): string {
  return `${machine.date} UTC, commit ${machine.commit}; ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, Linux ${machine.kernel}, Node ${machine.node}, Chromium ${machine.chromium}`;
}
