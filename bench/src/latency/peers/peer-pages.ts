import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';

/** The tiny pages that show the peers' streams. */
export interface PeerPages { livekitUrl(wsUrl: string, token: string): string; close(): Promise<void> }

/** Serves the pages on a free loopback port. @param peersDir bench/peers with its packages installed. */
export async function servePeerPages(peersDir: string): Promise<PeerPages> {
  const files: Readonly<Record<string, readonly [string, Buffer]>> = {
    '/livekit': ['text/html; charset=utf-8', await readFile(new URL('./livekit-viewer.html', import.meta.url))],
    '/livekit-client.js': ['text/javascript', await readFile(`${peersDir}/node_modules/livekit-client/dist/livekit-client.umd.js`)],
  };
  const server = createServer((request, response) => {
    const found = files[request.url ?? ''];
    response.writeHead(found ? 200 : 404, { 'content-type': found?.[0] ?? 'text/plain' });
    response.end(found?.[1] ?? 'not found');
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    livekitUrl: (wsUrl, token) => `http://127.0.0.1:${address.port}/livekit#${encodeURIComponent(`${wsUrl} ${token}`)}`,
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(() => resolve()); }),
  };
}
