import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { machineFiles, writeMachineArguments, type MachineOptions } from './machine-arguments.ts';
import { Qmp } from './qmp.ts';
import { within } from './within.ts';

const TAIL_BYTES = 4000;
const SOCKETS_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 5000;

/** One running QEMU. Whoever waits for its guest does so by `whileAlive`, so that a QEMU that died is heard of at once, with its last words. */
export class Machine {
  readonly files: ReturnType<typeof machineFiles>;
  readonly qmp: Qmp;
  private readonly child: ChildProcess;
  private readonly gone: Promise<never>;
  private readonly lastWords: () => string;

  /** @throws Error with QEMU's words when it does not come up. */
  static async start(options: MachineOptions, program = 'qemu-system-aarch64'): Promise<Machine> {
    mkdirSync(options.runDir, { recursive: true, mode: 0o700 });
    const files = machineFiles(options.runDir);
    for (const file of [files.qmp, files.agent, files.serial, files.pid]) rmSync(file, { force: true });
    // Whoever started it may die without a word: a machine that nobody knows of would hold its disk and half the processor.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...writeMachineArguments(options)], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr = (stderr + text).slice(-TAIL_BYTES); });
    const lastWords = (): string => `QEMU said: ${stderr.trim() || 'nothing'}\nThe guest's console ended with:\n${readTail(files.console)}`;
    const gone = new Promise<never>((_, reject) => {
      child.once('error', (error) => reject(new Error(`${program} cannot be run: ${error.message}`)));
      child.once('exit', (code, signal) => reject(new Error(`QEMU ended (${signal ?? `exit ${code}`}). ${lastWords()}`)));
    });
    // Heard of by those who wait; it is no fault by itself.
    gone.catch(() => undefined);
    try {
      const qmp = await Promise.race([gone, connectQmp(files.qmp)]);
      return new Machine(child, gone, lastWords, files, qmp);
    } catch (error) {
      child.kill('SIGKILL');
      // Its own words say more than a socket that broke.
      throw await Promise.race([gone.catch((words: unknown) => words), sleep(STOP_TIMEOUT_MS, error)]);
    }
  }

  private constructor(child: ChildProcess, gone: Promise<never>, lastWords: () => string, files: Machine['files'], qmp: Qmp) {
    this.child = child;
    this.gone = gone;
    this.lastWords = lastWords;
    this.files = files;
    this.qmp = qmp;
  }

  get pid(): number { return this.child.pid!; }
  get isAlive(): boolean { return this.child.exitCode === null && this.child.signalCode === null; }

  /** What the promise gives. @throws Error with the last words of QEMU and the guest when QEMU ends first, or it takes longer. */
  async whileAlive<T>(what: string, timeoutMs: number, promise: Promise<T>): Promise<T> {
    try {
      return await within(timeoutMs, what, Promise.race([promise, this.gone]));
    } catch (error) {
      throw error instanceof Error && this.isAlive ? new Error(`${error.message}\n${this.lastWords()}`, { cause: error }) : error;
    }
  }

  /** The end of the guest's console. */
  readConsole(bytes = TAIL_BYTES): string {
    return readTail(this.files.console, bytes);
  }

  /** A power cut: nothing is written any more, nobody is told. */
  async cutPower(): Promise<void> {
    this.qmp.close();
    await this.kill();
  }

  /** Ends QEMU; the guest's state since the last snapshot or shutdown goes. Idempotent. */
  async close(): Promise<void> {
    if (this.isAlive) await this.qmp.command('quit', {}, STOP_TIMEOUT_MS).catch(() => undefined);
    this.qmp.close();
    await this.kill(STOP_TIMEOUT_MS);
  }

  /** Ends it when it has not ended by itself within graceMs. */
  private async kill(graceMs = 0): Promise<void> {
    const ended = this.gone.catch(() => undefined);
    if (graceMs > 0 && this.isAlive) await Promise.race([ended, sleep(graceMs)]);
    if (this.isAlive) this.child.kill('SIGKILL');
    await ended;
  }
}

async function connectQmp(path: string): Promise<Qmp> {
  const deadline = performance.now() + SOCKETS_TIMEOUT_MS;
  while (!existsSync(path)) {
    if (performance.now() > deadline) throw new Error(`QEMU made no socket within ${SOCKETS_TIMEOUT_MS} ms`);
    await sleep(20);
  }
  return await Qmp.connect(path, SOCKETS_TIMEOUT_MS);
}

function readTail(file: string, bytes = TAIL_BYTES): string {
  if (!existsSync(file)) return '(nothing)';
  const text = readFileSync(file).subarray(-Math.min(bytes, statSync(file).size || 1)).toString('utf8');
  return text.replaceAll('\r', '').trim() || '(nothing)';
}
