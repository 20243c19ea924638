import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Debian's, which has Debian's aiortc: another one on the path knows nothing of it. */
const PYTHON = '/usr/bin/python3';
const SCRIPT_DIR = join(import.meta.dirname, 'python');

/** PyAV with its FFmpeg, where scripts/install.sh puts it. */
export const PYAV_DIR = join(process.env['SCANLINK_CACHE'] ?? join(homedir(), '.cache/scanlink'), 'pyav-18.1.0');

/** Why this Python cannot import a module; null when it can. path: a folder of packages in front of Debian's. */
export function whatPythonLacks(module: string, path?: string): string | null {
  if (!existsSync(PYTHON)) return 'no python3 of Debian on this machine';
  return spawnSync(PYTHON, ['-c', `import ${module}`], { env: environment({}, path), stdio: 'ignore' }).status === 0 ? null : `python3 has no ${module} here (scripts/install.sh)`;
}

/** A script of python/ in a process of its own, whose lines are JSON. */
export interface PythonPeer {
  /** The next line; rejects with the peer's own words when it ends without one. */
  next(): Promise<Record<string, unknown>>;
  /** Ends it: its standard input closes. Resolves when it is gone. */
  close(): Promise<void>;
}

/** token: goes by the environment, so that it stands in no list of processes. */
export function startPython(script: string, args: readonly string[], token: string, path?: string): PythonPeer {
  const child = spawn(PYTHON, [join(SCRIPT_DIR, script), ...args], { env: environment({ TOKEN: token }, path), stdio: ['pipe', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const waiting: (() => void)[] = [];
  let rest = '';
  let stderr = '';
  let ended = false;
  const wake = (): void => { for (const each of waiting.splice(0)) each(); };
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    wake();
  });
  child.stderr.on('data', (chunk: Buffer) => { stderr = (stderr + chunk.toString()).slice(-3000); });
  child.stdin.on('error', () => undefined);
  const gone = new Promise<void>((resolve) => { child.once('close', () => { ended = true; wake(); resolve(); }); });
  return {
    next: async () => {
      while (lines.length === 0) {
        if (ended) throw new Error(`${script} ended: ${stderr}`);
        await new Promise<void>((resolve) => { waiting.push(resolve); });
      }
      return JSON.parse(lines.shift()!) as Record<string, unknown>;
    },
    close: async () => {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await gone;
      clearTimeout(timer);
    },
  };
}

function environment(more: Readonly<Record<string, string>>, path?: string): NodeJS.ProcessEnv {
  return { ...process.env, ...more, ...(path === undefined ? {} : { PYTHONPATH: path }) };
}
