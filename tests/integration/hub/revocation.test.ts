import assert from 'node:assert/strict';
import { hashToken } from '@scanlink/cloud/api/auth/token-hash';
import { BoxChannel, EventReader } from './support/clients.ts';
import { runScript, SESSION, SESSION_ID, TestHub, until } from './support/hub-process.ts';
import { makeOffer } from './support/make-offer.ts';
import { RelayDouble } from './support/relay-double.ts';

const SDP = 'application/sdp';
const LINKS = `/api/v1/sessions/${SESSION_ID}/links`;
const state = (seq: number, sessionState: string): unknown => ({ ch: 'state', seq, sessions: [{ sessionId: SESSION_ID, sessionState, input: null, publisher: null }] });
interface Listed { readonly linkId: string; readonly revokedMs: number | null; readonly viewers: number }

describe('hub: taking links and boxes back', () => {
  let hub: TestHub;
  let relay: RelayDouble;
  let box = '';
  let otherBox = '';

  beforeEach(async () => {
    hub = new TestHub();
    relay = new RelayDouble(hub.relaySocket, 'epoch-1');
    [box, otherBox] = await Promise.all([hub.addBox('box-1'), hub.addBox('box-2')]);
    await relay.start();
    await hub.start();
    await hub.putSession(box);
    await until('relay seen', async () => (await hub.ops('/health')).text.includes('epoch-1'));
  });
  afterEach(async () => {
    await hub.close();
    await relay.close();
  });

  const list = async (): Promise<readonly Listed[]> => (await hub.request('GET', LINKS, { token: box })).json()['links'] as Listed[];
  const view = async (token: string): Promise<number> => (await hub.request('POST', `/whep/${SESSION_ID}`, { token, type: SDP, body: makeOffer('recvonly') })).status;
  const wasTold = (path: string): boolean => relay.calls.some((call) => call.method === 'DELETE' && call.path === path);
  const expectRevoked = async (token: string): Promise<void> => {
    const answer = await hub.request('POST', `/whep/${SESSION_ID}`, { token, type: SDP, body: makeOffer('recvonly') });
    assert.deepEqual([answer.status, answer.json()['code']], [403, 'HUB_LINK_REVOKED'], answer.text);
  };

  it('a link says where players watch; the box lists links, takes one back, then all', async () => {
    const made = (await hub.request('POST', LINKS, { token: box, json: {} })).json();
    assert.equal(made['whepUrl'], `${hub.url}/whep/${SESSION_ID}`);
    const first = String(made['url']).split('#')[1] ?? '';
    const [second, third] = [await hub.makeLink(box), await hub.makeLink(box)];
    for (const token of [first, second, third]) assert.equal(await view(token), 201);
    const reader = new EventReader(hub.url, first, SESSION_ID);
    await reader.info(() => true);
    assert.deepEqual((await list()).map((each) => each.viewers), [1, 1, 1]);

    assert.equal((await hub.request('DELETE', `${LINKS}/${String(made['linkId'])}`, { token: otherBox })).status, 403);
    assert.equal((await hub.request('DELETE', `${LINKS}/${String(made['linkId'])}`, { token: box })).status, 204);
    assert.ok(wasTold(`/link/${hashToken(first)}`), 'the relay was told before the answer');
    await until('its event stream is over', () => reader.ended);
    await expectRevoked(first);
    assert.equal(await view(second), 201, 'others go on');

    assert.equal((await hub.request('DELETE', LINKS, { token: box })).status, 204);
    for (const token of [second, third]) await expectRevoked(token);
    assert.ok((await list()).every((each) => each.revokedMs !== null && each.viewers === 0));
    assert.equal((await hub.request('DELETE', `${LINKS}/0123456789abcdef`, { token: box })).json()['code'], 'HUB_UNKNOWN_LINK');
  });

  it('a relay that does not do it is told again until it has', async () => {
    const token = await hub.makeLink(box);
    assert.equal(await view(token), 201);
    const end = `/link/${hashToken(token)}`;
    relay.failing = 'DELETE';
    await hub.request('DELETE', LINKS, { token: box });
    await until('told more than once', () => relay.calls.filter((call) => call.path === end).length >= 2);
    relay.failing = null;
    await until('confirmed', async () => /scanlink_hub_unconfirmed_ends 0/.test((await hub.ops('/metrics')).text));
  });

  it('one that was revoked while nobody could tell the relay is ended by the next hub process', async () => {
    const token = await hub.makeLink(box);
    assert.equal(await view(token), 201);
    relay.failing = 'DELETE';
    await hub.request('DELETE', LINKS, { token: box });
    await hub.stop('SIGKILL');
    relay.failing = null;
    relay.calls.length = 0;
    await hub.start();
    await until('the relay is told', () => wasTold(`/link/${hashToken(token)}`));
  });

  it('a viewing that the relay has ended is nobody any more', async () => {
    const token = await hub.makeLink(box);
    assert.equal(await view(token), 201);
    assert.equal((await list())[0]?.viewers, 1);
    relay.tellGone(['r1', 'another']);
    await until('it has left', async () => (await list())[0]?.viewers === 0);
  });

  it('a session that is continued after it was suspended lets viewers in anew', async () => {
    const token = await hub.makeLink(box);
    assert.equal(await view(token), 201);
    const channel = await new BoxChannel(hub.url, box).greet();
    channel.send(state(1, 'live'));
    await hub.putSession(box);
    assert.equal(await view(token), 201, 'a box that announces again (restart, network) keeps its viewers');
    channel.send(state(2, 'suspended'));
    await until('shown', async () => JSON.stringify((await hub.request('GET', `/api/v1/sessions/${SESSION_ID}`, { token })).json()).includes('suspended'));
    await hub.stop('SIGKILL');
    await hub.start();
    await hub.putSession(box);
    await expectRevoked(token);
    assert.ok(wasTold(`/link/${hashToken(token)}`), 'before the picture comes back');
    assert.equal(await view(await hub.makeLink(box)), 201);
    channel.socket.terminate();
  });

  it('another session of the same input ends the older one', async () => {
    await hub.putSession(box, '99999999-2222-4333-8444-555555555555');
    const again = await hub.request('PUT', `/api/v1/sessions/${SESSION_ID}`, { token: box, json: SESSION });
    assert.deepEqual([again.status, again.json()['code']], [410, 'HUB_SESSION_ENDED']);
    assert.ok(wasTold(`/session/${SESSION_ID}`));
  });

  it('box disable ends channel and picture at once, with words, and enable lets it in again; list tells', async () => {
    const admin = (...args: string[]): ReturnType<typeof runScript> => runScript('cloud/src/admin/main.ts', ['box', ...args, '--data', hub.dataDir]);
    const channel = await new BoxChannel(hub.url, box).greet();
    assert.equal((await admin('disable', '--id', 'box-1')).code, 0);
    assert.equal(await channel.closed(), 4403);
    assert.match(JSON.stringify(channel.received.at(-1)), /HUB_BOX_DISABLED.*停用/);
    await until('its picture ends', () => wasTold('/box/box-1'));
    const refused = await hub.request('POST', `/whip/${SESSION_ID}`, { token: box, type: SDP, body: makeOffer('recvonly') });
    assert.deepEqual([refused.status, refused.json()['code']], [403, 'HUB_BOX_DISABLED']);
    const listed = await admin('list');
    assert.match(listed.stdout, /"boxId":"box-1"[^}]*"disabledMs":\d/);
    assert.ok(!listed.stdout.includes(hashToken(box)));
    assert.equal((await admin('enable', '--id', 'box-1')).code, 0);
    (await new BoxChannel(hub.url, box).greet()).socket.terminate();
    assert.match((await admin('disable', '--id', 'box-9')).stderr, /CFG_INVALID/);
    assert.equal(wasTold('/box/box-2'), false);
  });

  it('another token for a box ends what was begun with the old one', async () => {
    const channel = await new BoxChannel(hub.url, box).greet();
    await hub.addBox('box-1');
    assert.equal(await channel.closed(), 4403);
    await until('its picture ends', () => wasTold('/box/box-1'));
  });
});
