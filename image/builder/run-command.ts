import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The command is killed then. */
  readonly timeoutSec?: number;
}

const TAIL_BYTES = 3000;
const DEFAULT_TIMEOUT_SEC = 600;

/**
 * Runs a program (argument array, no shell) and gives its standard output.
 * @throws Error with the end of what it said when it fails, cannot be found, or takes longer.
 */
export async function runCommand(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { cwd, env, timeoutSec = DEFAULT_TIMEOUT_SEC } = options;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(cwd === undefined ? {} : { cwd }), env: { ...process.env, ...env } });
  const stdout: Buffer[] = [];
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => { stdout.push(bytes); said = (said + bytes.toString('latin1')).slice(-TAIL_BYTES); });
  child.stderr.on('data', (bytes: Buffer) => { said = (said + bytes.toString('utf8')).slice(-TAIL_BYTES); });
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutSec * 1000);
  try {
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.once('error', (error) => reject(new Error(`${program} cannot be run: ${error.message}`)));
      child.once('close', (code, signal) => resolve([code, signal]));
    });
    if (code === 0) return Buffer.concat(stdout).toString('utf8');
    throw new Error(`${program} ${args.slice(0, 3).join(' ')}: ${signal === 'SIGKILL' ? `ended after ${timeoutSec} s` : `exit ${code ?? signal}`}\n${said.trim()}`);
  } finally {
    clearTimeout(timer);
  }
}
