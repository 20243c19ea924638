import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { AppError } from '@scanlink/protocol';
import { readBody } from './support.ts';
import { WhipClient } from '@scanlink/firmware/stream/whip/whip-client';

interface Seen { readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: string }
type Handler = (seen: Seen, response: ServerResponse) => void;

const created: Handler = (_seen, response) => response.writeHead(201, { 'content-type': 'application/sdp', location: '/r/1', etag: 'W/"x"' }).end('v=0\r\n');
const fails = (code: string, context: Record<string, unknown> = {}) => (error: unknown): boolean => {
  assert.ok(error instanceof AppError, String(error));
  assert.equal(error.code, code);
  for (const [key, value] of Object.entries(context)) assert.equal(error.context[key], value);
  assert.ok(!error.message.includes('secret') && !JSON.stringify(error.toBody()).includes('secret'), 'no token in errors');
  return true;
};

describe('WHIP client on real HTTP', () => {
  const servers: (Server | TcpServer)[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    }
  });

  async function serve(handle: Handler): Promise<{ origin: string; seen: Seen[] }> {
    const seen: Seen[] = [];
    const server = createServer((request, response) => {
      void readBody(request as AsyncIterable<Buffer>).then((body) => {
        const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
        seen.push(one);
        handle(one, response);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
  }
  const client = (endpoint: string, options: Partial<ConstructorParameters<typeof WhipClient>[0]> = {}): WhipClient => new WhipClient({ endpoint, token: 'secret', allowedRedirectHosts: [], ...options });

  it('posts the offer with type, length and token', async () => {
    const { origin, seen } = await serve(created);
    const answer = await client(`${origin}/whip/s`).post('v=0 ÄÖ\r\n');
    const [post] = seen;
    assert.deepEqual([post?.method, post?.path, post?.body, post?.headers['content-type'], post?.headers.authorization, post?.headers['content-length']],
      ['POST', '/whip/s', 'v=0 ÄÖ\r\n', 'application/sdp', 'Bearer secret', '10']);
    assert.deepEqual([answer.sdp, answer.resource], ['v=0\r\n', { url: `${origin}/r/1`, etag: 'W/"x"' }]);
  });

  it('resolves a relative Location by the URL that answered, after redirects', async () => {
    const { origin, seen } = await serve((one, response) => {
      if (one.path === '/whip/s') response.writeHead(307, { location: 'deeper/down/s' }).end();
      else if (one.path === '/whip/deeper/down/s') response.writeHead(308, { location: '/final/place/s' }).end();
      else response.writeHead(201, { 'content-type': 'application/sdp; charset=utf-8', location: '../r/9' }).end('v=0');
    });
    const answer = await client(`${origin}/whip/s`).post('offer');
    assert.equal(answer.resource.url, `${origin}/final/r/9`);
    assert.deepEqual(seen.map((one) => [one.method, one.body, one.headers.authorization]), Array.from({ length: 3 }, () => ['POST', 'offer', 'Bearer secret']));
  });

  it('takes the token to an allowed host, and nothing at all to another', async () => {
    const other = await serve(created);
    const { origin } = await serve((_one, response) => response.writeHead(307, { location: `${other.origin}/whip/x` }).end());
    await assert.rejects(client(`${origin}/whip/s`).post('offer'), fails('STR_REDIRECT_REFUSED'));
    assert.equal(other.seen.length, 0);
    const answer = await client(`${origin}/whip/s`, { allowedRedirectHosts: [new URL(other.origin).host] }).post('offer');
    assert.equal(other.seen[0]?.headers.authorization, 'Bearer secret');
    assert.equal(answer.resource.url, `${other.origin}/r/1`);
  });

  it('an allowed host without a port is that of the scheme, no other', async () => {
    const other = await serve(created);
    const { origin } = await serve((_one, response) => response.writeHead(307, { location: `${other.origin}/whip/x` }).end());
    await assert.rejects(client(`${origin}/whip/s`, { allowedRedirectHosts: ['127.0.0.1', '127.0.0.1:1', 'no host'] }).post('offer'), fails('STR_REDIRECT_REFUSED'));
    assert.equal(other.seen.length, 0);
  });

  it('does not follow for ever, nor 301, 302 and 303 as WHIP forbids', async () => {
    let status = 307;
    const { origin, seen } = await serve((_one, response) => response.writeHead(status, { location: '/again' }).end());
    await assert.rejects(client(`${origin}/`).post('offer'), fails('STR_WHIP_REFUSED'));
    assert.equal(seen.length, 6);
    for (status of [301, 302, 303]) await assert.rejects(client(`${origin}/`).post('offer'), fails('STR_WHIP_REFUSED', { status }));
    assert.equal(seen.length, 9);
  });

  it('never sends the token to http or another scheme by a redirect from https, nor to a foreign Location', async () => {
    const other = await serve(created);
    await assert.rejects(client('http://127.0.0.1:9/whip').delete(`${other.origin}/r/1`), fails('STR_REDIRECT_REFUSED'));
    await assert.rejects(client('https://127.0.0.1:9/whip').delete('http://127.0.0.1:9/r/1'), fails('STR_REDIRECT_REFUSED'));
    assert.equal(other.seen.length, 0);
  });

  it('patches with If-Match and the fragment\'s type; a server without PATCH is no failure', async () => {
    let status = 204;
    const { origin, seen } = await serve((_one, response) => response.writeHead(status).end());
    const resource = { url: `${origin}/r/1`, etag: '"e"' };
    assert.equal(await client(origin).patch(resource, 'a=candidate:1'), true);
    assert.deepEqual([seen[0]?.method, seen[0]?.headers['content-type'], seen[0]?.headers['if-match']], ['PATCH', 'application/trickle-ice-sdpfrag', '"e"']);
    for (status of [404, 405, 412, 501]) assert.equal(await client(origin).patch({ ...resource, etag: null }, ''), false);
    assert.equal(seen.at(-1)?.headers['if-match'], undefined);
  });

  it('deletes without entity tag; gone is gone', async () => {
    let status = 200;
    const { origin, seen } = await serve((_one, response) => response.writeHead(status).end());
    for (status of [200, 204, 404, 410]) await client(origin).delete(`${origin}/r/1`);
    assert.deepEqual([seen[0]?.method, seen[0]?.headers['if-match']], ['DELETE', undefined]);
    status = 403;
    await assert.rejects(client(origin).delete(`${origin}/r/1`), fails('STR_WHIP_REFUSED', { status: 403 }));
  });

  it('reads ICE servers from several Link headers', async () => {
    const { origin } = await serve((_one, response) => response.writeHead(201, {
      'content-type': 'application/sdp', location: '/r/1',
      link: ['<stun:a.example>; rel="ice-server", <turn:b.example?transport=udp>; rel="ice-server"; username="u"; credential="c,d"', '<turn:e.example>; rel="ice-server"; username="v"; credential="w"'],
    }).end('v=0'));
    assert.deepEqual((await client(origin).post('offer')).iceServers.map((server) => server.credential ?? server.url), ['stun:a.example', 'c,d', 'w']);
  });

  it('503: Retry-After is honoured; the hub\'s own words and code are kept', async () => {
    let body = '';
    let status = 503;
    const { origin } = await serve((_one, response) => response.writeHead(status, { 'retry-after': '3', 'content-type': 'application/json' }).end(body));
    await assert.rejects(client(origin).post('offer'), fails('STR_WHIP_BUSY', { retryAfterMs: 3000 }));
    body = JSON.stringify({ code: 'HUB_RELAY_DOWN', message: 'm', messageZh: 'm', retryable: true });
    await assert.rejects(client(origin).post('offer'), fails('HUB_RELAY_DOWN', { retryAfterMs: 3000 }));
    status = 406;
    body = JSON.stringify({ code: 'HUB_NOT_ACCEPTABLE', message: 'm', messageZh: 'm', retryable: false, context: { accepted: 'H264' } });
    await assert.rejects(client(origin).post('offer'), fails('HUB_NOT_ACCEPTABLE', { accepted: 'H264' }));
    body = 'no such stream key';
    await assert.rejects(client(origin).post('offer'), fails('STR_WHIP_REFUSED', { status: 406, detail: 'no such stream key' }));
  });

  it('a 201 that breaks the standard is refused', async () => {
    let headers: Record<string, string> = { 'content-type': 'application/sdp' };
    const { origin } = await serve((_one, response) => response.writeHead(201, headers).end('v=0'));
    await assert.rejects(client(origin).post('offer'), fails('STR_WHIP_REFUSED', { detail: 'the answer names no Location' }));
    headers = { 'content-type': 'text/html', location: '/r/1' };
    await assert.rejects(client(origin).post('offer'), fails('STR_WHIP_REFUSED', { detail: 'the answer is no SDP' }));
    headers = { 'content-type': 'application/sdp', location: 'http://' };
    await assert.rejects(client(origin).post('offer'), fails('STR_WHIP_REFUSED', { detail: 'Location is no URL' }));
  });

  it('nobody listens, nobody answers, cut off, given up: unreachable, with no address', async () => {
    const silent = createTcpServer((socket) => socket.on('error', () => {}).resume());
    servers.push(silent);
    await new Promise<void>((resolve) => { silent.listen(0, '127.0.0.1', resolve); });
    const silentOrigin = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const cutting = createTcpServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\nv=')));
    servers.push(cutting);
    await new Promise<void>((resolve) => { cutting.listen(0, '127.0.0.1', resolve); });
    await assert.rejects(client('http://127.0.0.1:9/whip').post('offer'), fails('STR_HUB_UNREACHABLE', { detail: 'ECONNREFUSED' }));
    await assert.rejects(client(silentOrigin, { timeoutMs: 50 }).post('offer'), fails('STR_HUB_UNREACHABLE', { detail: 'no answer' }));
    await assert.rejects(client(`http://127.0.0.1:${(cutting.address() as AddressInfo).port}`).post('offer'), fails('STR_HUB_UNREACHABLE'));
    await assert.rejects(client(silentOrigin).post('offer', AbortSignal.timeout(20)), fails('STR_HUB_UNREACHABLE', { detail: 'ABORTED' }));
  });

  it('an endless answer is cut', async () => {
    const { origin } = await serve((_one, response) => {
      response.writeHead(201, { 'content-type': 'application/sdp', location: '/r' });
      response.write(Buffer.alloc(300_000, 97));
    });
    await assert.rejects(client(origin).post('offer'), fails('STR_HUB_UNREACHABLE', { detail: 'answer too large' }));
  });
});
