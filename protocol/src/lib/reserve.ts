import { AppError } from '../errors/app-error.ts';
import { closeSync, existsSync, fsyncSync, openSync, unlinkSync, writeSync } from 'node:fs';

const RESERVE_BYTES = 512 * 1024;

/**
 * A file that keeps a little room on the disk, so that what must be written can be even when it is full: on a box that a
 * session has ended (were that lost, a restart within two minutes would go on sending), on both that a store can be opened.
 */
export class Reserve {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Lays the room aside if it isn't; quietly does nothing while there is none. */
  fill(): void {
    if (existsSync(this.path)) return;
    let file: number | null = null;
    try {
      file = openSync(this.path, 'wx', 0o600);
      // Written, not only sized: a hole reserves nothing. On a disk with less room a write comes back short, without an error.
      if (writeSync(file, Buffer.alloc(RESERVE_BYTES, 1)) < RESERVE_BYTES) throw new AppError('STO_FULL');
      fsyncSync(file);
    } catch {
      this.release();
    } finally {
      if (file !== null) closeSync(file);
    }
  }

  /** Gives the room back. @returns whether there was any. */
  release(): boolean {
    try {
      unlinkSync(this.path);
      return true;
    } catch {
      return false;
    }
  }
}
