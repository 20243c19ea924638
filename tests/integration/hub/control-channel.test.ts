import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { BoxChannel, EventReader } from './support/clients.ts';
import { SESSION_ID, TestHub, until } from './support/hub-process.ts';
import { RelayDouble } from './support/relay-double.ts';

const OTHER_ID = '99999999-2222-4333-8444-555555555555';
const input = {
  name: 'main', device: 'phantom', driver: 'sim', simulated: true, signal: 'locked', signalSinceMs: 1, timing: '1280x720p30', pixelFormat: 'YUYV',
  activity: 'moving', activitySinceMs: 1, black: false, capturedFps: 30, framesCaptured: 1, framesDropped: {},
};
const publisher = {
  sessionId: SESSION_ID, state: 'live', location: 'http://10.1.2.3/whip/x/y', lastFrameMs: 1, widthPx: 1280, heightPx: 720, sentFps: 30, bitrateKbps: 1, targetKbps: 1,
  lossFraction: 0, rttMs: 1, keyFrames: 1, framesSent: 1, framesDropped: {}, encodeMsP50: 1, profileLevelId: '42e01f',
};
const live = (sessionId: string): object => ({ sessionId, sessionState: 'live', input, publisher: { ...publisher, sessionId } });

describe('hub: control channel and event stream', () => {
  const hub = new TestHub();
  let relay = new RelayDouble(hub.relaySocket, 'epoch-1');
  let box = '';
  let otherBox = '';
  let viewer = '';
  const channels: BoxChannel[] = [];
  const readers: EventReader[] = [];
  const connect = (token: string | null, path?: string): BoxChannel => {
    const channel = new BoxChannel(hub.url, token, path);
    channels.push(channel);
    return channel;
  };
  const follow = (token: string): EventReader => {
    const reader = new EventReader(hub.url, token, SESSION_ID);
    readers.push(reader);
    return reader;
  };

  before(async () => {
    [box, otherBox] = await Promise.all([hub.addBox('box-1'), hub.addBox('box-2')]);
    await relay.start();
    await hub.start();
    await hub.putSession(box);
    await hub.putSession(otherBox, OTHER_ID);
    viewer = await hub.makeLink(box);
    await until('relay seen', async () => (await hub.ops('/health')).text.includes('epoch-1'));
  });
  afterEach(() => {
    for (const channel of channels.splice(0)) channel.socket.terminate();
    for (const reader of readers.splice(0)) reader.close();
  });
  after(async () => {
    await hub.close();
    await relay.close();
  });

  it('welcomes with version, features and the relay\'s epoch; answers a ping with its wall clock', async () => {
    const channel = await connect(box).greet();
    const { hubVersion, ...welcome } = channel.received[0] as unknown as Record<string, unknown>;
    assert.deepEqual(welcome, { ch: 'welcome', v: 1, features: ['clock-datachannel'], relayEpoch: 'epoch-1', channels: ['state', 'clock'] });
    assert.equal(typeof hubVersion, 'string');
    channel.ping(7);
    const pong = await channel.message((each) => each.ch === 'clock') as { id: number; atMs: number; hubUnixMs: number };
    assert.deepEqual([pong.id, pong.atMs], [7, 70]);
    assert.ok(Math.abs(pong.hubUnixMs - Date.now()) < 60_000, 'Unix milliseconds');
  });

  const refusals: readonly { name: string; token: () => string | null; first: unknown; closeCode: number; code: string }[] = [
    { name: 'another version', token: () => box, first: { ch: 'hello', v: 2, firmwareVersion: 'x', channels: [] }, closeCode: 4426, code: 'HUB_VERSION' },
    { name: 'no JSON', token: () => box, first: '{', closeCode: 4400, code: 'HUB_BAD_MESSAGE' },
    { name: 'a channel that is no text', token: () => box, first: { ch: 'hello', v: 1, firmwareVersion: 'x', channels: [7] }, closeCode: 4400, code: 'HUB_BAD_MESSAGE' },
    { name: 'a state before hello', token: () => box, first: { ch: 'state', seq: 1, sessions: [] }, closeCode: 4400, code: 'HUB_BAD_MESSAGE' },
  ];
  const withoutRight: readonly { name: string; token: () => string | null; status: number; code: string }[] = [
    { name: 'no token', token: () => null, status: 401, code: 'HUB_NO_TOKEN' },
    { name: 'a wrong token', token: () => randomBytes(32).toString('base64url'), status: 403, code: 'HUB_WRONG_TOKEN' },
    { name: 'a viewing link', token: () => viewer, status: 403, code: 'HUB_WRONG_TOKEN' },
  ];
  for (const { name, token, status, code } of withoutRight) {
    it(`refuses ${name} with ${status} and words before there is a WebSocket`, async () => {
      const channel = connect(token());
      await channel.closed();
      const body = JSON.parse(channel.refusal) as Record<string, string>;
      assert.deepEqual([channel.httpStatus, body['code'], channel.received], [status, code, []]);
      assert.match(body['messageZh'] ?? '', /\p{Script=Han}/u);
    });
  }

  for (const { name, token, first, closeCode, code } of refusals) {
    it(`refuses ${name} with ${closeCode} and words`, async () => {
      const channel = connect(token());
      await until('open or closed', () => channel.socket.readyState !== channel.socket.CONNECTING);
      if (first !== null) channel.send(first);
      assert.equal(await channel.closed(), closeCode);
      const refused = channel.received.at(-1) as unknown as Record<string, string>;
      assert.deepEqual([refused['ch'], refused['code']], ['refused', code]);
      assert.match(refused['messageZh'] ?? '', /\p{Script=Han}/u);
    });
  }

  it('closes on a message that is too large, a binary one, and a seq that does not grow', async () => {
    const large = await connect(box).greet();
    large.send('x'.repeat(262_145));
    assert.equal(await large.closed(), 1009);
    const binary = await connect(box).greet();
    binary.socket.send(Buffer.from('{}'), { binary: true });
    assert.equal(await binary.closed(), 4400);
    const repeating = await connect(box).greet();
    repeating.send({ ch: 'state', seq: 3, sessions: [] });
    repeating.send({ ch: 'state', seq: 3, sessions: [] });
    assert.equal(await repeating.closed(), 4400);
  });

  it('stays connected to a box of a later release: other fields, messages, channels and versions beside ours', async () => {
    const channel = await connect(box).opened();
    channel.send({ ch: 'hello', v: 7, oldestV: 1, firmwareVersion: 'x', channels: ['state', 'clock', 'mirror'], wish: 1 });
    const welcome = await channel.message((each) => each.ch === 'welcome') as { v: number; channels?: string[] };
    assert.deepEqual([welcome.v, welcome.channels], [1, ['state', 'clock']]);
    channel.send({ ch: 'mirror', frame: 'x' });
    channel.send({ ch: 'state', seq: 1, sessions: [{ ...live(SESSION_ID), mood: 'fine' }], more: true });
    const reader = follow(viewer);
    await reader.info((info) => info.live !== null);
    assert.equal(channel.closeCode, null);
  });

  it('what comes on a channel that was not granted is not shown', async () => {
    const channel = await connect(box).opened();
    channel.send({ ch: 'hello', v: 1, firmwareVersion: 'x', channels: ['clock'] });
    channel.send({ ch: 'state', seq: 1, sessions: [{ ...live(SESSION_ID), sessionState: 'stopping' }] });
    channel.ping(1);
    await channel.message((each) => each.ch === 'clock');
    const now = await hub.request('GET', `/api/v1/sessions/${SESSION_ID}`, { token: viewer });
    assert.notEqual((now.json()['live'] as { sessionState?: string } | null)?.sessionState, 'stopping');
  });

  it('closes with 4400 and words on more states than any box sends', async () => {
    const channel = await connect(box).greet();
    for (let seq = 1; seq <= 60; seq++) channel.send({ ch: 'state', seq, sessions: [] });
    assert.equal(await channel.closed(), 4400);
    assert.match(JSON.stringify(channel.received.at(-1)), /states a second/);
  });

  it('answers an upgrade elsewhere, or with a token in the address, without a WebSocket', async () => {
    await connect(box, '/api/v1/nothing').closed();
    await connect(box, `/api/v1/box/control?token=${box}`).closed();
    const plain = await hub.request('GET', '/api/v1/box/control');
    assert.deepEqual([plain.status, plain.json()['code']], [426, 'HUB_UPGRADE_NEEDED']);
  });

  it('the newest connection of a box speaks for it; the older is closed with 4409 and changes nothing', async () => {
    const older = await connect(box).greet();
    const reader = follow(viewer);
    await reader.info((info) => info.boxConnected);
    const newer = await connect(box).greet();
    assert.equal(await older.closed(), 4409);
    newer.send({ ch: 'state', seq: 1, sessions: [live(SESSION_ID)] });
    await reader.info((info) => info.live !== null);
    assert.ok(reader.infos.every((info) => info.boxConnected), 'viewers never saw the box away');
  });

  it('viewers see the whole state at once and on every change, a pulse between, and no address of the box', async () => {
    const channel = await connect(box).greet();
    channel.send({ ch: 'state', seq: 1, sessions: [live(SESSION_ID)], clockOffsetMs: -250 });
    const reader = follow(viewer);
    const info = await reader.info((each) => each.live !== null);
    assert.match(reader.contentType, /^text\/event-stream/);
    assert.deepEqual([info.code, info.room, info.box, info.input, info.ended, info.boxConnected, info.boxClockOffsetMs], ['ABCD', 'CT 2', 'Box box-1', 'main', false, true, -250]);
    assert.equal(info.live?.input?.signal, 'locked');
    assert.equal(info.live?.publisher?.location, null);
    channel.send({ ch: 'state', seq: 2, sessions: [{ ...live(SESSION_ID), input: { ...input, signal: 'no-cable' } }] });
    await reader.info((each) => each.live?.input?.signal === 'no-cable');
    await until('pulses', () => reader.pulses >= 2);
  });

  it('a box cannot speak about another box\'s session', async () => {
    const reader = follow(viewer);
    await reader.info(() => true);
    const stranger = await connect(otherBox).greet();
    stranger.send({ ch: 'state', seq: 1, sessions: [live(SESSION_ID), { ...live(SESSION_ID), sessionState: 'suspended' }] });
    stranger.ping(1);
    await stranger.message((each) => each.ch === 'clock');
    const now = await hub.request('GET', `/api/v1/sessions/${SESSION_ID}`, { token: viewer });
    assert.notEqual((now.json()['live'] as { sessionState?: string } | null)?.sessionState, 'suspended');
    assert.ok(reader.infos.every((info) => info.live?.sessionState !== 'suspended'));
  });

  it('a silent box is away although its socket is open, and back with its next ping', async () => {
    const channel = await connect(box).greet();
    const reader = follow(viewer);
    await reader.info((info) => info.boxConnected);
    await reader.info((info) => !info.boxConnected);
    assert.equal(channel.closeCode, null);
    const before = reader.infos.length;
    channel.ping(1);
    await until('box is back', () => reader.infos.slice(before).some((info) => info.boxConnected));
    channel.socket.terminate();
    await until('box is away at once', () => reader.infos.at(-1)?.boxConnected === false);
  });

  it('tells boxes that the relay is away, and its new epoch', async () => {
    const channel = await connect(box).greet();
    const pings = setInterval(() => channel.ping(1), 300);
    try {
      await relay.close();
      await channel.message((each) => each.ch === 'relay' && each.epoch === null);
      relay = new RelayDouble(hub.relaySocket, 'epoch-2');
      await relay.start();
      await channel.message((each) => each.ch === 'relay' && each.epoch === 'epoch-2');
    } finally {
      clearInterval(pings);
    }
  });

  it('the end of the session is the stream\'s last event', async () => {
    const reader = follow(viewer);
    await reader.info(() => true);
    await hub.request('POST', `/api/v1/sessions/${SESSION_ID}/end`, { token: box, json: {} });
    await until('stream over', () => reader.ended);
    assert.equal(reader.infos.at(-1)?.ended, true);
    const late = follow(viewer);
    await until('late stream over', () => late.ended);
    assert.deepEqual(late.infos.map((info) => info.ended), [true]);
  });
});
