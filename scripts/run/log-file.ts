import { close, existsSync, fstatSync, open, renameSync, write } from 'node:fs';
import { promisify } from 'node:util';

const openFile = promisify(open);
const closeFile = promisify(close);

export interface LogLimits {
  /** A file that would grow past this is put aside as `.1`, that one as `.2` … */
  readonly maxBytes: number;
  /** Files that are kept, the present one included. */
  readonly files: number;
  /** Lines that wait for the disk; what comes on top is dropped. */
  readonly waitingBytes: number;
}
export const LOG_LIMITS: LogLimits = { maxBytes: 10 * 1024 * 1024, files: 3, waitingBytes: 1024 * 1024 };

/**
 * Lines appended to a file of bounded size, in bounded memory, never waiting for the disk: while it is full or slow, lines
 * are dropped and counted, and the count is a line of the file once it can be written again. Nothing here throws.
 */
export class LogFile {
  private readonly path: string;
  private readonly limits: LogLimits;
  private readonly onDropping: (reason: string) => void;
  private waiting: string[] = [];
  private waitingBytes = 0;
  private dropped = 0;
  private descriptor: number | null = null;
  private sizeBytes = 0;
  private cut = false;
  private work: Promise<void> | null = null;

  /** @param onDropping told once when dropping begins: a system's code, or `slow`. Files of a run before are put aside. */
  constructor(path: string, onDropping: (reason: string) => void, limits: LogLimits = LOG_LIMITS) {
    this.path = path;
    this.limits = limits;
    this.onDropping = onDropping;
    this.putAside();
  }

  write(line: string): void {
    const text = `${line}\n`;
    const bytes = Buffer.byteLength(text);
    if (this.waitingBytes + bytes > this.limits.waitingBytes) {
      this.drop(1, 'slow');
      return;
    }
    this.waiting.push(text);
    this.waitingBytes += bytes;
    this.work ??= this.writeWaiting().finally(() => { this.work = null; });
  }

  /** Writes what waits, then closes the file; lines that come later open it again. */
  async close(): Promise<void> {
    await this.work;
    await this.shut();
  }

  private async writeWaiting(): Promise<void> {
    while (this.waiting.length > 0) {
      const lines = this.waiting;
      this.waiting = [];
      this.waitingBytes = 0;
      try {
        await this.append(lines);
      } catch (error) {
        this.drop(lines.length, (error as NodeJS.ErrnoException).code ?? 'unwritable');
      }
    }
  }

  private async append(lines: readonly string[]): Promise<void> {
    const said = this.dropped;
    const note = said === 0 ? '' : `${JSON.stringify({ level: 40, time: Date.now(), msg: `${said} log lines were dropped before this one` })}\n`;
    // A line that a full disk cut in two must not run into the next one.
    const data = Buffer.from(`${this.cut ? '\n' : ''}${note}${lines.join('')}`);
    this.descriptor ??= await this.openHere();
    if (this.sizeBytes > 0 && this.sizeBytes + data.length > this.limits.maxBytes) {
      await this.shut();
      this.putAside();
      this.descriptor = await this.openHere();
    }
    for (let done = 0; done < data.length;) {
      const written = await writeSome(this.descriptor, data.subarray(done));
      done += written;
      this.sizeBytes += written;
      this.cut = done < data.length;
    }
    this.dropped -= said;
  }

  private async openHere(): Promise<number> {
    const descriptor = await openFile(this.path, 'a', 0o600);
    this.sizeBytes = fstatSync(descriptor).size;
    return descriptor;
  }

  private drop(count: number, reason: string): void {
    if (this.dropped === 0) this.onDropping(reason);
    this.dropped += count;
  }

  private async shut(): Promise<void> {
    const { descriptor } = this;
    this.descriptor = null;
    // A late error of the disk: the lines are lost, and the next write says so.
    if (descriptor !== null) await closeFile(descriptor).catch(() => {});
  }

  private putAside(): void {
    const names = Array.from({ length: this.limits.files }, (_, index) => (index === 0 ? this.path : `${this.path}.${index}`));
    try {
      for (let index = names.length - 1; index > 0; index -= 1) if (existsSync(names[index - 1]!)) renameSync(names[index - 1]!, names[index]!);
    } catch {
      // It goes on in the present file then, and is tried again when that is full.
    }
    this.cut = false;
  }
}

function writeSome(descriptor: number, data: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, data, (error, written) => (error ? reject(error) : resolve(written)));
  });
}
