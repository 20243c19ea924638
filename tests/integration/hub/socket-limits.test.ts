import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createApp, type HubApp } from '@scanlink/cloud/api/http/app';
import { createLogger } from '@scanlink/protocol/lib/logger';
import { TestHub, until } from './support/hub-process.ts';

/** A client that says its piece and never closes its side. */
function holdOpen(port: number, text: string): { socket: Socket; heard: () => string; closed: () => boolean } {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let heard = '';
  let closed = false;
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString('utf8')));
  socket.on('error', () => (closed = true));
  socket.on('end', () => (closed = true));
  if (text !== '') socket.write(text);
  return { socket, heard: () => heard, closed: () => closed };
}

const socketsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).filter((fd) => {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:');
  } catch {
    return false;
  }
}).length;
const upgrade = (path: string, headers = ''): string => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`;

describe('hub: sockets of clients that never close', () => {
  const held: Socket[] = [];
  afterEach(() => {
    for (const socket of held.splice(0)) socket.destroy();
  });

  describe('upgrades', () => {
    const hub = new TestHub();
    before(() => hub.start());
    after(() => hub.close());

    const cases: readonly (readonly [string, string, number])[] = [
      ['without a token', upgrade('/api/v1/box/control'), 401],
      ['with a wrong one', upgrade('/api/v1/box/control', `Authorization: Bearer ${'A'.repeat(43)}\r\n`), 403],
      ['elsewhere', upgrade('/api/v1/nothing'), 404],
      ['that go on talking', `${upgrade('/api/v1/box/control')}more and more`, 401],
    ];
    for (const [name, text, status] of cases) {
      it(`${name} are answered ${status} as HTTP with words, and the hub holds no socket afterwards`, async () => {
        const before = socketsOf(hub.pid);
        const clients = Array.from({ length: 20 }, () => holdOpen(Number(new URL(hub.url).port), text));
        held.push(...clients.map((each) => each.socket));
        await until('all answered', () => clients.every((each) => each.heard().startsWith(`HTTP/1.1 ${status} `)));
        for (const each of clients) assert.match(each.heard(), /"messageZh":"[^"]*\p{Script=Han}/u);
        await until('no socket is held', () => socketsOf(hub.pid) <= before);
      });
    }
  });

  describe('slow requests', () => {
    let app: HubApp;
    before(async () => {
      ({ app } = await createApp({ logger: createLogger({ name: 'test', level: 'silent' }), version: 'test', limits: { requestMs: 200, idleMs: 200, checkMs: 50, connections: 8 } }));
      app.post('/early', { onRequest: async (_request, reply) => await reply.code(401).send() }, async () => '');
      app.post('/whole', async () => '');
      await app.listen({ host: '127.0.0.1', port: 0 });
    });
    after(() => app.close());

    const head = (path: string): string => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{`;
    for (const [name, text] of [['that says nothing', ''], ['with half a head', 'POST /early HTTP/1.1\r\nHo'], ['with half a body', head('/whole')], ['with half a body after its 401', head('/early')]] as const) {
      it(`one ${name} is given up`, async () => {
        const client = holdOpen((app.server.address() as AddressInfo).port, text);
        held.push(client.socket);
        await until('closed by the hub', client.closed);
        await until('no connection is held', async () => await new Promise<number>((resolve) => { app.server.getConnections((_error, count) => resolve(count)); }) === 0);
      });
    }

    it('one that trickles, a byte at a time, is given up too', async () => {
      const client = holdOpen((app.server.address() as AddressInfo).port, head('/whole'));
      held.push(client.socket);
      const trickle = setInterval(() => client.socket.writable && client.socket.write(' '), 20);
      try {
        await until('closed by the hub', client.closed);
      } finally {
        clearInterval(trickle);
      }
    });
  });

  it('one beyond the most is closed at once, and the others stay', async () => {
    const { app } = await createApp({ logger: createLogger({ name: 'test', level: 'silent' }), version: 'test', limits: { requestMs: 60_000, idleMs: 60_000, checkMs: 1000, connections: 8 } });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const first = Array.from({ length: 8 }, () => holdOpen(port, 'P'));
    held.push(...first.map((each) => each.socket));
    await until('eight are held', async () => await new Promise<number>((resolve) => { app.server.getConnections((_error, count) => resolve(count)); }) === 8);
    const more = Array.from({ length: 4 }, () => holdOpen(port, 'P'));
    held.push(...more.map((each) => each.socket));
    await until('what is beyond is closed', () => more.every((each) => each.closed()));
    assert.ok(first.every((each) => !each.closed()));
    app.server.closeAllConnections();
    await app.close();
  });
});
