import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { statSync, truncateSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { BoxChannel } from './support/clients.ts';
import { runScript, SESSION_ID, TestHub, until } from './support/hub-process.ts';
import { makeOffer } from './support/make-offer.ts';
import { RelayDouble } from './support/relay-double.ts';

interface ToldViewers { readonly ch: string; readonly sessions: readonly { readonly sessionId: string; readonly viewers: number }[] }

describe('hub: what its operator and its boxes are told', () => {
  let hub: TestHub;
  beforeEach(() => (hub = new TestHub(['--ops-port', '0'])));
  afterEach(() => hub.close());
  const health = async (): Promise<readonly [number, unknown]> => {
    const answer = await hub.request('GET', '/health');
    return [answer.status, answer.json()['ok']];
  };

  it('--ops-port: metrics, health and description on the loopback interface alone, and not on the public port', async () => {
    await hub.start();
    const opsPort = Number(/"opsPort":(\d+)/.exec(hub.log)?.[1]);
    const ops = `http://127.0.0.1:${opsPort}`;
    assert.match(await (await fetch(`${ops}/metrics`)).text(), /scanlink_hub_relay_up 0/);
    assert.equal(((await (await fetch(`${ops}/api/v1/openapi.json`)).json()) as { openapi: string }).openapi, '3.1.0');
    assert.equal((await fetch(`${ops}/watch`)).status, 404);
    assert.equal((await fetch(`${ops}/metrics`, { method: 'POST' })).status, 404);
    assert.equal(statSync(join(hub.runDir, 'hub-ops.sock')).mode & 0o777, 0o600);
    for (const path of ['/metrics', '/api/v1/openapi.json']) assert.equal((await hub.request('GET', path)).status, 404);
    const outside = Object.values(networkInterfaces()).flat().find((each) => each?.family === 'IPv4' && !each.internal)?.address;
    if (outside !== undefined) await assert.rejects(fetch(`http://${outside}:${opsPort}/metrics`));
  });

  it('--ops-port that is taken, or no number, is said', async () => {
    await hub.start();
    const opsPort = /"opsPort":(\d+)/.exec(hub.log)?.[1] ?? '';
    const start = (port: string): ReturnType<typeof runScript> => runScript('cloud/src/api/main.ts', ['--port', '0', '--ops-port', port, '--data', join(hub.dir, 'other'), '--run-dir', join(hub.dir, 'other')]);
    const taken = await start(opsPort);
    assert.deepEqual([taken.code, new RegExp(`CFG_PORT_TAKEN.*${opsPort}`).test(taken.stderr)], [3, true], taken.stderr);
    assert.equal((await start('many')).code, 2);
  });

  it('strangers are told that the relay is up, and not which one it is; the operator is', async () => {
    const relay = new RelayDouble(hub.relaySocket, 'epoch-of-the-relay');
    await relay.start();
    await hub.start();
    await until('relay seen', async () => (await hub.ops('/health')).text.includes('epoch-of-the-relay'));
    const { version, ...told } = (await hub.request('GET', '/health')).json();
    assert.equal(typeof version, 'string');
    assert.deepEqual(told, { ok: true, relay: { up: true }, store: { ok: true, full: false } });
    await relay.close();
  });

  it('refused strangers cost one line, however many they are', async () => {
    await hub.start();
    const lines = hub.log.split('\n').length;
    const wrong = randomBytes(32).toString('base64url');
    for (let index = 0; index < 60; index += 1) {
      await hub.request('GET', `/nothing/${index}`);
      await hub.request('POST', `/whip/${SESSION_ID}`, index % 2 === 0 ? {} : { token: wrong });
      const channel = new BoxChannel(hub.url, null);
      await channel.closed();
    }
    assert.equal(hub.log.split('\n').length, lines, hub.log);
    await hub.stop();
    const said = hub.log.split('\n').filter((line) => line.includes('requests without a right token')).map((line) => (JSON.parse(line) as { refused: Record<string, number> }).refused);
    assert.equal(said.length, 1);
    assert.equal(said[0]!['HUB_UNKNOWN_ROUTE'], 60);
    assert.equal(Object.values(said[0]!).reduce((sum, each) => sum + each, 0), 180);
    assert.ok(!hub.log.includes(wrong) && !hub.log.includes('/nothing/'));
  });

  it('a box that asked for it is told how many watch its own sessions, again when it changes, and another box is not', async () => {
    const [box, otherBox] = await Promise.all([hub.addBox('box-1'), hub.addBox('box-2')]);
    const relay = new RelayDouble(hub.relaySocket, 'epoch-1');
    await relay.start();
    await hub.start();
    await hub.putSession(box);
    const [channel, other, silent] = [new BoxChannel(hub.url, box), new BoxChannel(hub.url, otherBox), new BoxChannel(hub.url, otherBox)];
    for (const each of [channel, other]) {
      await each.opened();
      each.send({ ch: 'hello', v: 1, firmwareVersion: 'test', channels: ['viewers'] });
    }
    const told = (each: BoxChannel): readonly ToldViewers['sessions'][] => each.received.filter((message) => message.ch === 'viewers').map((message) => (message as ToldViewers).sessions);
    await until('nobody watches', () => told(channel).length > 0);
    assert.deepEqual(told(channel), [[{ sessionId: SESSION_ID, viewers: 0 }]]);
    relay.publishing.add(SESSION_ID);
    await until('two watch', () => told(channel).length > 1);
    assert.deepEqual(told(channel).at(-1), [{ sessionId: SESSION_ID, viewers: 2 }]);
    assert.ok(told(other).every((sessions) => sessions.length === 0), 'not of another box\'s session');
    await silent.greet();
    relay.publishing.clear();
    await until('nobody watches again', () => told(channel).at(-1)?.[0]?.viewers === 0);
    assert.deepEqual(told(silent), [], 'not without the right');
    for (const each of [channel, other, silent]) each.socket.terminate();
    await relay.close();
  });

  it('a store that fails while the hub runs: 503 in words, and well again when it is', async () => {
    const box = await hub.addBox('box-1');
    await hub.start();
    await hub.putSession(box);
    const holder = new Database(join(hub.dataDir, 'hub.db'));
    holder.exec('begin immediate');
    await until('unwell', async () => (await health())[0] === 503, 20_000);
    assert.deepEqual(await health(), [503, false]);
    const refused = await hub.request('PUT', `/api/v1/sessions/${SESSION_ID}`, { token: box, json: { code: 'ABCD', input: 'main', simulated: true, startedMs: 1 } });
    assert.deepEqual([refused.status, refused.json()['code']], [503, 'STO_BUSY']);
    holder.exec('rollback');
    holder.close();
    await until('well again', async () => (await health())[0] === 200, 20_000);
    await hub.putSession(box);
  }).timeout(60_000);

  it('a store that stays broken while the hub runs ends the process: a new one is whole', async () => {
    const box = await hub.addBox('box-1');
    await hub.start();
    const breaker = new Database(join(hub.dataDir, 'hub.db'));
    breaker.exec('alter table sessions rename to elsewhere');
    await until('the process has ended by itself', () => hub.hasEnded, 30_000);
    breaker.exec('alter table elsewhere rename to sessions');
    breaker.close();
    await hub.start();
    assert.deepEqual(await health(), [200, true]);
    await hub.putSession(box);
  }).timeout(60_000);

  it('a file that is damaged while the hub runs: 503, the process stays for whoever rescues; started anew it is moved aside', async () => {
    const box = await hub.addBox('box-1');
    const relay = new RelayDouble(hub.relaySocket, 'epoch-1');
    await relay.start();
    await hub.start();
    await hub.putSession(box);
    const viewer = await hub.makeLink(box);
    const other = new Database(join(hub.dataDir, 'hub.db'));
    other.pragma('wal_checkpoint(TRUNCATE)');
    other.close();
    truncateSync(join(hub.dataDir, 'hub.db'), 8192);
    await until('unwell', async () => (await health())[0] === 503, 30_000);
    const refused = await hub.request('POST', `/whep/${SESSION_ID}`, { token: viewer, type: 'application/sdp', body: makeOffer('recvonly') });
    assert.deepEqual([refused.status, refused.json()['code']], [503, 'STO_DAMAGED']);
    assert.equal(hub.hasEnded, false);
    await hub.stop('SIGKILL');
    await hub.start();
    assert.deepEqual(await health(), [200, true]);
    assert.match((await hub.ops('/health')).text, /"storeSetAside":"hub\.db\.damaged-/);
    await relay.close();
  }).timeout(60_000);
});
