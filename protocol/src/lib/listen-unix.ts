import { chmod, chown, lstat, mkdir, unlink } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { AppError } from '../errors/app-error.ts';

/** Longest unix socket path that Linux takes (sun_path without its final zero). */
const MAX_SOCKET_PATH_BYTES = 107;

export interface UnixPlace {
  readonly path: string;
  /** Mode bits of the socket, e.g. 0o600. */
  readonly mode: number;
  /** Number of the group that the mode's middle digit is for; without it the process's own. */
  readonly group?: number;
  /** Of its folder where that is made; others may need to pass through (0o711), not list. */
  readonly folderMode: number;
  /** What a person set wrong when it cannot be had: runDir, --run-dir. */
  readonly key: string;
}

/**
 * Lets a server listen on a unix socket. A socket left behind by a dead process is removed first; that of a living one, or
 * a file of another kind, is not.
 * @throws CFG_INVALID for these, and for a path that is too long.
 */
export async function listenUnix(server: Server, { path, mode, group, folderMode, key }: UnixPlace): Promise<void> {
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) throw new AppError('CFG_INVALID', { key, detail: `socket path longer than ${MAX_SOCKET_PATH_BYTES} bytes` });
  await mkdir(dirname(path), { recursive: true, mode: folderMode });
  await removeStale(path, key);
  // The mask keeps the socket closed to others between bind and chmod.
  // listen() binds a unix socket synchronously, so no other file of this process is born under this mask.
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // The group's rights come with the group.
    const mask = process.umask(group === undefined ? 0o777 & ~mode : 0o077);
    try {
      server.listen(path, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      process.umask(mask);
    }
  });
  try {
    if (group !== undefined) await chown(path, -1, group);
    await chmod(path, mode);
  } catch (cause) {
    server.close();
    throw new AppError('CFG_INVALID', { key, detail: `the socket cannot be given to its group: ${(cause as NodeJS.ErrnoException).code ?? 'failed'}` }, { cause });
  }
}

async function removeStale(path: string, key: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (!found) return;
  if (!found.isSocket()) throw new AppError('CFG_INVALID', { key, detail: 'a file that is no socket lies where a socket should be' });
  const alive = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve(true);
    });
    probe.on('error', () => resolve(false));
  });
  if (alive) throw new AppError('CFG_INVALID', { key, detail: 'another process listens on this socket' });
  await unlink(path);
}
