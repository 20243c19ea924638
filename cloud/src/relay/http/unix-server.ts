import { createServer, type RequestListener, type Server } from 'node:http';
import { listenUnix } from '@scanlink/protocol/lib/listen-unix';

/** Serves HTTP on a unix socket that only its owner may open. @throws CFG_INVALID as listenUnix. */
export async function serveUnix(path: string, listener: RequestListener): Promise<Server> {
  const server = createServer({ keepAlive: true, keepAliveTimeout: 30_000 }, listener);
  await listenUnix(server, { path, mode: 0o600, folderMode: 0o700, key: '--run-dir' });
  return server;
}
