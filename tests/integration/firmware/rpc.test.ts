import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, MAX_LINE_BYTES } from '@scanlink/protocol';
import { connectRpc, RpcClient } from '@scanlink/protocol/rpc/rpc-client';
import { rpcMethod, type RpcMethods } from '@scanlink/protocol/rpc/rpc-peer';
import { RpcServer } from '@scanlink/protocol/rpc/rpc-server';
import { Type } from 'typebox';
import { until } from '../../support/until.ts';

describe('RPC on unix sockets', () => {
  let dir: string;
  let path: string;
  const servers: RpcServer[] = [];
  const slow: (() => void)[] = [];
  const methods: RpcMethods = {
    add: rpcMethod(Type.Object({ a: Type.Number(), b: Type.Number() }, { additionalProperties: false }), ({ a, b }) => ({ sum: a + b })),
    fail: rpcMethod(Type.Object({}), () => {
      throw new AppError('DEV_NOT_FOUND', { device: 'x' });
    }),
    wait: rpcMethod(Type.Object({}), () => new Promise((resolve) => slow.push(() => resolve({ waited: true })))),
  };
  const serve = async (more: Partial<ConstructorParameters<typeof RpcServer>[0]> = {}): Promise<RpcServer> => {
    const server = new RpcServer({ path, mode: 0o600, methods, snapshot: () => ({ hello: 'box' }), ...more });
    servers.push(server);
    await server.start();
    return server;
  };
  /** A client that says whatever it likes. */
  const raw = async (...lines: string[]): Promise<{ socket: Socket; ended: Promise<string> }> => {
    const socket = connect(path);
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString()));
    socket.on('error', () => {});
    const ended = new Promise<string>((resolve) => socket.on('close', () => resolve(text)));
    await new Promise((resolve) => socket.once('connect', resolve));
    for (const line of lines) socket.write(line);
    return { socket, ended };
  };
  const HELLO = '{"type":"hello","v":1,"client":"raw"}\n';

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sl-rpc-'));
    path = join(dir, 'run', 'x.sock');
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
    await rm(dir, { recursive: true, force: true });
  });

  it('gives the snapshot, then numbered events, and answers requests out of order', async () => {
    const server = await serve({ mode: 0o660 });
    const events: unknown[] = [];
    const { peer, snapshot } = await connectRpc({ path, client: 'test', onEvent: (name, data) => events.push([name, data]) });
    assert.deepEqual(snapshot, { hello: 'box' });
    assert.equal(statSync(path).mode & 0o777, 0o660);
    server.broadcast('status', 1);
    server.broadcast('status', 2);
    const waiting = peer.request('wait', {});
    assert.deepEqual(await peer.request('add', { a: 2, b: 3 }), { sum: 5 });
    slow.splice(0).forEach((each) => each());
    assert.deepEqual(await waiting, { waited: true });
    assert.deepEqual(events, [['status', 1], ['status', 2]]);
    await assert.rejects(peer.request('fail', {}), { code: 'DEV_NOT_FOUND' });
    await assert.rejects(peer.request('add', { a: 1, b: 2, c: 3 }), { code: 'STR_MESSAGE_INVALID' });
    await assert.rejects(peer.request('toString', {}), { code: 'STR_UNKNOWN_METHOD' });
    await assert.rejects(peer.request('wait', {}, Type.Unknown(), { timeoutMs: 20 }), { code: 'STR_RPC_TIMEOUT' });
    await assert.rejects(peer.request('add', { a: 1, b: 1 }, Type.Object({ other: Type.String() })), { code: 'STR_MESSAGE_INVALID' });
    const left = peer.request('wait', {});
    peer.close();
    await assert.rejects(left, { code: 'STR_RPC_CLOSED' });
  });

  it('drops whoever breaks the format, and serves the others', async () => {
    await serve();
    const { peer } = await connectRpc({ path, client: 'good' });
    for (const bad of ['nonsense\n', `${HELLO}${HELLO}`, '{"type":"hello","v":99,"client":"x"}\n', `${HELLO}{"type":"event","seq":1,"name":"x","data":1}\n`, `${HELLO}${'x'.repeat(MAX_LINE_BYTES + 1)}`]) {
      await (await raw(bad)).ended;
    }
    assert.deepEqual(await peer.request('add', { a: 1, b: 1 }), { sum: 2 });
    peer.close();
  });

  it('tells a client of another release why it is not served', async () => {
    await serve();
    const answer = await (await raw('{"type":"hello","v":2,"client":"raw"}\n')).ended;
    const { type, error } = JSON.parse(answer) as { type: string; error: { code: string; messageZh: string } };
    assert.deepEqual([type, error.code, error.messageZh], ['refused', 'STR_VERSION', '不支持协议版本 2；支持的版本：1']);
  });

  it('a client shows the words with which it is refused', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(`${JSON.stringify({ type: 'refused', error: { code: 'STR_LATER', message: 'Of a later release', messageZh: '新版本', retryable: false } })}\n`);
    });
    const other = join(dir, 'later.sock');
    await new Promise<void>((resolve) => server.listen(other, resolve));
    await assert.rejects(connectRpc({ path: other, client: 'test' }), { code: 'STR_LATER', message: 'Of a later release' });
    server.close();
  });

  it('answers no request before hello, and does not wait for it for ever', async () => {
    await serve({ helloTimeoutMs: 100 });
    const { ended } = await raw('{"type":"request","id":1,"method":"add","params":{"a":1,"b":1}}\n');
    const text = await ended;
    assert.match(text, /hello first/);
    assert.doesNotMatch(text, /sum/);
  });

  it('drops a client that does not read instead of keeping a growing queue', async () => {
    const gone: (string | undefined)[] = [];
    const server = await serve({ maxBacklogBytes: 64_000, onClientGone: (_peer, reason) => gone.push(reason?.code) });
    const { socket, ended } = await raw(HELLO);
    socket.pause();
    await until('the slow client to be dropped', () => {
      server.broadcast('status', 'x'.repeat(50_000));
      return gone.length > 0;
    });
    assert.deepEqual(gone, ['STR_RPC_CLOSED']);
    socket.resume();
    await ended;
  });

  it('takes over a socket that a dead process left, and nothing else', async () => {
    await serve();
    await assert.rejects(serve(), { code: 'CFG_INVALID' });
    const dead = join(dir, 'run', 'dead.sock');
    spawnSync(process.execPath, ['-e', `require('net').createServer().listen(${JSON.stringify(dead)}, () => process.kill(process.pid, 'SIGKILL'))`]);
    assert.ok(statSync(dead).isSocket());
    await serve({ path: dead });
    const file = join(dir, 'run', 'file.sock');
    writeFileSync(file, 'keep me');
    await assert.rejects(serve({ path: file }), { code: 'CFG_INVALID' });
    assert.ok(statSync(file).isFile());
    await assert.rejects(serve({ path: join(dir, 'x'.repeat(120)) }), { code: 'CFG_INVALID' });
  });

  it('a staying client comes back after the server', async () => {
    const first = await serve();
    const snapshots: unknown[] = [];
    const client = new RpcClient({ path, client: 'stays', retryMs: 20, onSnapshot: (data) => snapshots.push(data) });
    client.start();
    await until('the first snapshot', () => snapshots.length === 1);
    await first.close();
    await until('the loss', () => client.peer === null);
    await assert.rejects(client.request('add', { a: 1, b: 1 }), { code: 'STR_RPC_CLOSED' });
    await serve({ snapshot: () => 'second' });
    await until('the second snapshot', () => snapshots.length === 2);
    assert.deepEqual(await client.request('add', { a: 1, b: 1 }), { sum: 2 });
    client.close();
  });

  it('a client leaves a server that skips an event', async () => {
    const server = createServer((socket) => socket.write('{"type":"snapshot","v":1,"seq":0,"data":1}\n{"type":"event","seq":2,"name":"x","data":1}\n'));
    const where = join(dir, 'skip.sock');
    await new Promise<void>((resolve) => server.listen(where, resolve));
    const { peer } = await connectRpc({ path: where, client: 'test' });
    await until('the end', () => peer.closed);
    server.close();
  });

  it('an event that is too long drops the clients, and throws nothing', async () => {
    const reasons: (string | undefined)[] = [];
    const server = await serve({ onClientGone: (_peer, reason) => reasons.push(reason?.code) });
    const { peer } = await connectRpc({ path, client: 'test' });
    server.broadcast('status', 'x'.repeat(2 * 1024 * 1024));
    await until('the end', () => peer.closed && reasons.length === 1);
    assert.deepEqual(reasons, ['STR_MESSAGE_INVALID']);
    assert.ok((await connectRpc({ path, client: 'again' })).snapshot !== undefined);
  });
});
