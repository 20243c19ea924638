import { createServer } from 'node:http';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** Serves a page with the clients of clients.js, bundled, on a port of its own: another origin than the hub's. */
export async function serveClients(): Promise<{ url: string; close: () => Promise<void> }> {
  const bundle = await rolldown({ input: join(import.meta.dirname, 'clients.js'), platform: 'browser', logLevel: 'silent' });
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false });
  await bundle.close();
  const script = output[0].code;
  const server = createServer((request, response) => {
    const isScript = request.url === '/clients.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8' });
    response.end(isScript ? script : '<!doctype html><meta charset="utf-8"><title>clients</title><script type="module" src="/clients.js"></script>');
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(() => resolve()); }),
  };
}
