import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { findFreePort } from '../../../scripts/lib/free-port.ts';
import { until } from '../../support/until.ts';
import { FarEnd, RELAY_CLOCK_OFFSET_MS } from './far-end.ts';
import { usePublishers } from './publisher-rig.ts';
import { createTarget, pause } from './support.ts';

describe('publisher to a real peer', function () {
  this.timeout(30_000);
  const { cleanups, begin, publish, live } = usePublishers();

  it('sends pictures: key frame first, capture clock stamps, playout delay, nothing lost', async () => {
    const { farEnd, source, publisher } = await begin();
    await live(publisher);
    await until('pictures', () => new Set(farEnd.peer!.packets.map((each) => each.timestamp)).size >= 20);
    const { packets } = farEnd.peer!;
    assert.ok([7, 24].includes(packets[0]!.nalType), 'the first packet is an SPS');
    assert.ok(packets.every((packet) => packet.payloadType === 96 && packet.extensionIds.includes(1)));
    for (let i = 1; i < packets.length; i += 1) assert.equal(packets[i]!.sequence, (packets[i - 1]!.sequence + 1) & 0xffff);
    const stamps = [...new Set(packets.map((packet) => packet.timestamp))];
    const spacings = new Set(stamps.slice(1).map((stamp, index) => (stamp - stamps[index]! + 2 ** 32) % 2 ** 32));
    const possible = new Set<number>();
    source.timestampsUs.slice(1).forEach((us, index) => {
      const ideal = (us - source.timestampsUs[index]!) * 0.09;
      possible.add(Math.floor(ideal)).add(Math.ceil(ideal));
    });
    for (const spacing of spacings) assert.ok(possible.has(spacing), `${spacing} is no spacing of captures`);
    const report = publisher.report();
    assert.ok(report.framesSent >= 20 && report.lastFrameMs !== null && report.profileLevelId === '42e01f' && report.location === `http://127.0.0.1:${farEnd.port}/whip/room/resource-1`);
  });

  it('offers no address by policy, one msid, actpass, sendonly', async () => {
    const { farEnd, publisher } = await begin();
    await live(publisher);
    const { offer } = farEnd.peer!;
    assert.ok(!/a=candidate|IN IP4 (?!0\.0\.0\.0|127\.0\.0\.1)/.test(offer), offer);
    assert.equal(offer.match(/^a=msid:/gm)?.length, 1);
    for (const line of ['a=sendonly', 'a=setup:actpass', 'a=rtcp-mux', 'a=group:BUNDLE 0 1']) assert.ok(offer.includes(`${line}\r\n`), line);
  });

  it('without that policy the offer names them; without playout delay there is no extension', async () => {
    const { farEnd, publisher } = await begin({}, { stripHostCandidates: false, playoutDelayZero: false });
    await live(publisher);
    await until('packets', () => farEnd.peer!.packets.length > 10);
    assert.match(farEnd.peer!.offer, /a=candidate:.* typ host/);
    assert.ok(!farEnd.peer!.offer.includes('playout-delay') && farEnd.peer!.packets.every((packet) => packet.extensionIds.length === 0));
  });

  it('the answer decides the profile', async () => {
    const { farEnd, source, publisher } = await begin({ payloadType: 97 });
    await live(publisher);
    assert.deepEqual(source.opened.map((each) => each.profile), ['constrained-baseline', 'main']);
    assert.equal(source.openCount, 1, 'the first encoder was closed');
    await until('packets', () => farEnd.peer!.packets.some((packet) => packet.payloadType === 97));
    assert.equal(publisher.report().profileLevelId, '4d001f');
  });

  it('anchors tell the capture time of RTP stamps in the relay clock', async () => {
    const { farEnd, publisher } = await begin();
    await live(publisher);
    await until('anchors', () => farEnd.peer!.anchors.length >= 2);
    const { anchors, packets } = farEnd.peer!;
    const anchor = anchors.at(-1)!;
    assert.equal(anchor.source, 'played');
    const packet = packets.find((each) => each.timestamp === anchor.rtp);
    assert.ok(packet, 'the anchor names a stamp that was sent');
    const nowRelayMs = Number(process.hrtime.bigint()) / 1e6 + RELAY_CLOCK_OFFSET_MS;
    const agoMs = performance.now() - packet.atMs;
    const captureAgoMs = nowRelayMs - anchor.captureMs;
    assert.ok(captureAgoMs >= agoMs - anchor.uncertaintyMs - 1, `${captureAgoMs} before it arrived ${agoMs}`);
    const step = (anchor.rtp - anchors[0]!.rtp) | 0;
    assert.ok(Math.abs(step / 90 - (anchor.captureMs - anchors[0]!.captureMs)) <= anchor.uncertaintyMs + anchors[0]!.uncertaintyMs + 0.1);
  });

  it('a silent clock loses the path: a new POST at once, the old resource is ended beside it', async () => {
    const { farEnd, publisher, states } = await begin();
    await live(publisher);
    farEnd.options.answerPings = false;
    await until('loss', () => states.includes('retrying:network-lost'));
    farEnd.options = {};
    await until('live again', () => publisher.report().state === 'live');
    await until('the first resource ended', () => farEnd.deleted.includes('/whip/room/resource-1'));
    assert.ok(!farEnd.deleted.includes(new URL(publisher.report().location!).pathname));
    const first = farEnd.peers[0]!.ssrc;
    await until('pictures on the new path', () => farEnd.peer!.packets.length > 10 && farEnd.peer!.ssrc !== first);
    assert.ok([7, 24].includes(farEnd.peer!.packets[0]!.nalType));
  });

  it('another relay epoch is told as such', async () => {
    const { farEnd, publisher, states } = await begin();
    await live(publisher);
    farEnd.epoch = 'epoch-2';
    farEnd.peer!.epoch = 'epoch-2';
    await until('loss', () => states.includes('retrying:relay-restarted'));
    await live(publisher);
  });

  it('a far end that hangs up is a loss at once', async () => {
    const { farEnd, publisher, states } = await begin();
    await live(publisher);
    farEnd.peer!.close();
    await until('live again', () => farEnd.peers.length >= 2 && publisher.report().state === 'live');
    assert.ok(states.some((state) => state.startsWith('retrying:')), states.join());
  });

  it('an accepted clock that never answers is done without', async () => {
    const { publisher } = await begin({ answerPings: false });
    await live(publisher);
    await pause(1500);
    assert.equal(publisher.report().state, 'live');
  });

  it('waits for a hub that is away, and is live when it is there', async () => {
    const port = await findFreePort();
    const { publisher, source } = publish(createTarget(`http://127.0.0.1:${port}/whip/room`));
    await until('encoder rests', () => source.openCount === 0);
    const { state, error, lostReason } = publisher.report();
    assert.deepEqual([state, error?.code, lostReason], ['retrying', 'STR_HUB_UNREACHABLE', 'hub-unreachable']);
    const farEnd = new FarEnd();
    await farEnd.start(port);
    cleanups.push(() => farEnd.close());
    await live(publisher);
    assert.equal(source.openCount, 1);
  });

  it('a refusal is final, in the words of the hub', async () => {
    const farEnd = new FarEnd();
    await farEnd.start();
    cleanups.push(() => farEnd.close());
    farEnd.refuse = (response) => response.writeHead(409, { 'content-type': 'application/json' }).end(JSON.stringify({ code: 'HUB_SECOND_PUBLISHER', message: 'Taken, says the hub', messageZh: '已被占用', retryable: false }));
    const { publisher, source } = publish(createTarget(farEnd.url));
    await until('refused', () => publisher.report().state === 'refused');
    assert.deepEqual(publisher.report().error, { code: 'HUB_SECOND_PUBLISHER', message: 'Taken, says the hub', messageZh: '已被占用' });
    assert.equal(source.openCount, 0);
  });

  it('a foreign server that takes one stream only gets the predecessor ended first', async () => {
    const { farEnd, publisher } = await begin();
    await live(publisher);
    const first = publisher.report().location!;
    await publisher.close();
    farEnd.deleted.length = 0;
    farEnd.refuse = (response) => { response.writeHead(409).end('busy'); farEnd.refuse = null; };
    const second = publish(createTarget(farEnd.url, { previousLocation: first }));
    await live(second.publisher);
    assert.deepEqual(farEnd.deleted, [new URL(first).pathname]);
  });

  it('a server that says 403 "in use" after a loss, until it has noticed: the old one is ended first, and it is asked again', async () => {
    const { farEnd, publisher } = await begin();
    await live(publisher);
    const [first] = farEnd.peers;
    // As simple-whip-server: one endpoint, one stream; a DELETE that comes too early changes nothing.
    let refusals = 0;
    farEnd.refuse = (response) => {
      refusals += 1;
      response.writeHead(403).end('Endpoint ID already in use');
      if (refusals === 3) farEnd.refuse = null;
    };
    farEnd.deleted.length = 0;
    first!.close();
    await until('live again', () => farEnd.peers.length === 2 && publisher.report().state === 'live', 20_000);
    assert.equal(refusals, 3);
    assert.equal(farEnd.deleted[0], '/whip/room/resource-1');
  });

  it('403 from a server that never took us is final', async () => {
    const farEnd = new FarEnd();
    await farEnd.start();
    cleanups.push(() => farEnd.close());
    farEnd.refuse = (response) => response.writeHead(403).end('no');
    const { publisher } = publish(createTarget(farEnd.url));
    await until('refused', () => publisher.report().state === 'refused');
  });

  it('ICE servers that the far end names are asked only where the configuration lets it name some', async () => {
    let asked = 0;
    const stun = createSocket('udp4', () => { asked += 1; });
    await new Promise<void>((resolve) => { stun.bind(0, '127.0.0.1', resolve); });
    cleanups.push(() => new Promise((resolve) => { stun.close(() => resolve()); }));
    for (const useNamedIceServers of [false, true]) {
      const { farEnd, publisher } = await begin({ link: `<stun:127.0.0.1:${stun.address().port}>; rel="ice-server"` }, { useNamedIceServers });
      await live(publisher);
      // The connection that asked for it was made before they were known: the next one could use them.
      farEnd.peer!.close();
      await until('the next connection', () => farEnd.peers.length === 2 && publisher.report().state === 'live');
      if (useNamedIceServers) await until('asked', () => asked > 0);
      else assert.equal(asked, 0);
      await publisher.close();
    }
  });

  it('close ends the resource before the path, once', async () => {
    const { farEnd, publisher, source } = await begin();
    await live(publisher);
    await Promise.all([publisher.close(), publisher.close()]);
    assert.deepEqual(farEnd.deleted, ['/whip/room/resource-1']);
    assert.equal(source.openCount, 0);
  });

  it('close while the POST is under way ends what it made', async () => {
    const { farEnd, publisher } = await begin();
    await publisher.close();
    assert.deepEqual(farEnd.deleted, ['/whip/room/resource-1']);
  });
});
