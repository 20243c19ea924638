import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@scanlink/protocol';

export interface FolderLock {
  /** Lets another owner in; idempotent. */
  release(): void;
}

/**
 * Makes this process the one owner of a folder, until it releases it or ends, however it ends: the kernel holds the lock
 * with our descriptor. flock(1) takes it, because Node cannot; the lock belongs to the open file, not to flock's process.
 * @throws CFG_DATA_IN_USE while another process owns it.
 */
export function lockFolder(folder: string): FolderLock {
  let descriptor: number | null = openSync(join(folder, '.lock'), 'a', 0o600);
  const { status, error } = spawnSync('flock', ['--nonblock', '--exclusive', '3'], { stdio: ['ignore', 'ignore', 'ignore', descriptor] });
  if (status !== 0) {
    closeSync(descriptor);
    if (error) throw error;
    throw new AppError('CFG_DATA_IN_USE', { path: folder });
  }
  return {
    release: () => {
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
  };
}
