import assert from 'node:assert/strict';
import { LIMITS } from '@scanlink/cloud/api/limits';
import { BoxChannel, EventReader } from './support/clients.ts';
import { SESSION, SESSION_ID, TestHub, until } from './support/hub-process.ts';
import { makeOffer } from './support/make-offer.ts';
import { RelayDouble } from './support/relay-double.ts';

const SDP = 'application/sdp';

/** The rules themselves are api/auth/admission.test.ts: here, that each door has one. */
describe('hub: what one token may take', () => {
  const hub = new TestHub(['--log-level', 'info']);
  const relay = new RelayDouble(hub.relaySocket, 'epoch-1');
  let box = '';
  let greedy = '';

  before(async () => {
    [box, greedy] = await Promise.all([hub.addBox('box-1'), hub.addBox('box-2')]);
    await relay.start();
    await hub.start();
    await hub.putSession(box);
    await until('relay seen', async () => (await hub.ops('/health')).text.includes('epoch-1'));
  });
  after(async () => {
    await hub.close();
    await relay.close();
  });

  /** Asks until it is refused, at most `limit` times and one more. */
  async function askUntilRefused(limit: number, ask: () => Promise<{ status: number; headers: Headers; json: () => Record<string, unknown> }>): Promise<{ readonly taken: number; readonly code: unknown; readonly retryAfter: number }> {
    for (let taken = 0; taken <= limit; taken += 1) {
      const answer = await ask();
      if (answer.status === 429) return { taken, code: answer.json()['code'], retryAfter: Number(answer.headers.get('retry-after')) };
    }
    return { taken: limit + 1, code: null, retryAfter: 0 };
  }

  it('offers of a link and of a box are refused beyond their rate, others\' are taken', async () => {
    for (const [path, direction, token, other] of [[`/whep/${SESSION_ID}`, 'recvonly', await hub.makeLink(box), await hub.makeLink(box)], [`/whip/${SESSION_ID}`, 'sendonly', box, null]] as const) {
      // What is not acceptable costs as well, and leaves no viewer behind.
      const post = (from: string) => async () => await hub.request('POST', path, { token: from, type: SDP, body: makeOffer(direction, 'VP8') });
      const seen = await askUntilRefused(LIMITS.postsOfToken.burst + 40, post(token));
      assert.equal(seen.code, 'HUB_TOO_MANY_REQUESTS', path);
      assert.ok(seen.taken >= LIMITS.postsOfToken.burst && seen.retryAfter >= 1, `${path}: ${seen.taken} taken`);
      if (other !== null) assert.equal((await post(other)()).status, 406);
    }
  });

  it('a box makes so many links and sessions an hour, another box its own', async () => {
    const links = await askUntilRefused(LIMITS.linksOfBox.burst, async () => await hub.request('POST', `/api/v1/sessions/${SESSION_ID}/links`, { token: box, json: {} }));
    assert.deepEqual([links.code, links.retryAfter > 0], ['HUB_TOO_MANY_LINKS', true]);
    const sessions = await askUntilRefused(LIMITS.sessionsOfBox.burst, async () => await hub.request('PUT', '/api/v1/sessions/99999999-2222-4333-8444-555555555555', { token: greedy, json: SESSION }));
    assert.deepEqual([sessions.code, sessions.taken], ['HUB_TOO_MANY_SESSIONS', LIMITS.sessionsOfBox.burst]);
    await hub.putSession(box);
  });

  it('more messages than any box sends close its channel, with words', async () => {
    const channel = await new BoxChannel(hub.url, box).greet();
    for (let id = 0; id < 400; id += 1) channel.ping(id);
    assert.equal(await channel.closed(), 4400);
    assert.match(JSON.stringify(channel.received.at(-1)), /HUB_BAD_MESSAGE/);
  });

  it('the box hears how many are watching', async () => {
    const channel = await new BoxChannel(hub.url, box).opened();
    channel.send({ ch: 'hello', v: 1, firmwareVersion: 'test', channels: ['viewers'] });
    relay.publishing.add(SESSION_ID);
    const told = await channel.message((each) => each.ch === 'viewers' && each.sessions.some(({ viewers }) => viewers > 0));
    assert.deepEqual(told, { ch: 'viewers', sessions: [{ sessionId: SESSION_ID, viewers: 2 }] });
    relay.publishing.clear();
    await until('told that they left', () => channel.received.filter((each) => each.ch === 'viewers').length === 2);
    channel.socket.terminate();
  });

  it('strangers write no line of log each: they are counted, and said in one', async () => {
    const before = hub.log.length;
    for (let index = 0; index < 30; index += 1) assert.equal((await hub.request('GET', `/nothing/${index}`)).status, 404);
    for (let index = 0; index < 10; index += 1) assert.equal((await hub.request('POST', `/whip/${SESSION_ID}`, { token: 'A'.repeat(43), type: SDP, body: 'v=0' })).status, 403);
    for (let index = 0; index < 10; index += 1) assert.equal(await new BoxChannel(hub.url, 'A'.repeat(43)).closed() > 0, true);
    // What has a right is a line, and says that the lines before it have been written.
    assert.equal((await hub.request('POST', `/api/v1/sessions/${SESSION_ID}/end`, { token: box, json: {} })).status, 204);
    await until('the line of a right request', () => hub.log.slice(before).includes('/end'));
    const lines = hub.log.slice(before).split('\n').filter((line) => line !== '');
    assert.ok(lines.length <= 5, `${lines.length} lines:\n${lines.join('\n')}`);
    await hub.stop();
    const summary = hub.log.slice(before).split('\n').find((line) => line.includes('requests without a right token'));
    const refused = (JSON.parse(summary ?? '{}') as { refused?: Record<string, number> }).refused ?? {};
    assert.ok((refused['HUB_UNKNOWN_ROUTE'] ?? 0) >= 30 && (refused['HUB_WRONG_TOKEN'] ?? 0) >= 20, summary);
  });
});

describe('hub: event streams of one link', () => {
  it('beyond their number the oldest ends', async () => {
    const hub = new TestHub();
    const box = await hub.addBox('box-1');
    await hub.start();
    await hub.putSession(box);
    const token = await hub.makeLink(box);
    const oldest = new EventReader(hub.url, token, SESSION_ID);
    await oldest.info(() => true);
    const others = Array.from({ length: LIMITS.streamsOfLink }, () => new EventReader(hub.url, token, SESSION_ID));
    await Promise.all(others.map((each) => each.info(() => true)));
    await until('the oldest ends', () => oldest.ended);
    assert.ok(others.every((each) => !each.ended));
    for (const each of others) each.close();
    await hub.close();
  });
});
