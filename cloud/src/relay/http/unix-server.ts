import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { AppError } from '@scanlink/protocol';

/**
 * Serves HTTP on a unix socket that only its owner may open (0600). A socket file left by a process that died is
 * removed; one that a living process serves is not.
 * @throws CFG_INVALID when another process serves it, or the path is too long for a unix socket (107 bytes).
 */
export async function serveUnix(socketPath: string, listener: RequestListener): Promise<Server> {
  if (Buffer.byteLength(socketPath) > 107) throw new AppError('CFG_INVALID', { key: '--run-dir', detail: 'path too long for a unix socket (107 bytes)' });
  await mkdir(dirname(socketPath), { recursive: true, mode: 0o700 });
  if (await isServed(socketPath)) throw new AppError('CFG_INVALID', { key: '--run-dir', detail: 'another relay serves this folder' });
  await rm(socketPath, { force: true });
  const server = createServer({ keepAlive: true, keepAliveTimeout: 30_000 }, listener);
  // Set while the file is made: at no moment can anybody else open it.
  const umask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socketPath, resolve);
    });
  } finally {
    process.umask(umask);
  }
  await chmod(socketPath, 0o600);
  return server;
}

function isServed(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socketPath);
    probe.once('connect', () => { probe.destroy(); resolve(true); });
    probe.once('error', () => resolve(false));
  });
}
