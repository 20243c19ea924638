import assert from 'node:assert/strict';
import { createAccessUnits } from '../../support/h264-clip.ts';
import { LossyPath } from './lossy-path.ts';
import { createSessionId, TestPublisher, TestViewer } from './peers.ts';
import { RelayProcess } from './relay-process.ts';
import { until } from '../../support/until.ts';

describe('relay: a stream through the real process', function () {
  this.timeout(30_000);
  let relay: RelayProcess;
  let units: readonly Buffer[];
  const closers: { close(): void }[] = [];

  before(async () => {
    units = createAccessUnits();
    relay = await RelayProcess.start();
  });
  afterEach(() => { for (const each of closers.splice(0)) each.close(); });
  after(async () => { assert.equal(await relay.close(), 0); });

  async function publish(sessionId: string, ssrc?: number, path?: LossyPath): Promise<TestPublisher> {
    const publisher = new TestPublisher(units, ssrc);
    closers.push(publisher);
    const { status, body } = await relay.publish(sessionId, await publisher.offer());
    assert.equal(status, 201, body.message);
    publisher.accept(path ? path.divert(body.sdp) : body.sdp);
    await publisher.opened;
    publisher.start();
    return publisher;
  }

  async function view(sessionId: string, options: ConstructorParameters<typeof TestViewer>[0] = {}, path?: LossyPath): Promise<TestViewer & { resourceId: string }> {
    const viewer = new TestViewer(options);
    closers.push(viewer);
    const { status, body } = await relay.view(sessionId, await viewer.offer());
    assert.equal(status, 201, body.message);
    viewer.accept(path ? path.divert(body.sdp) : body.sdp);
    return Object.assign(viewer, { resourceId: body.resourceId });
  }

  it('reaches viewers in their own payload type and extension id, beginning with a key frame', async () => {
    const sessionId = createSessionId('variants');
    await publish(sessionId);
    const one = await view(sessionId, { payloadType: 102, extensionId: 5 });
    const two = await view(sessionId, { payloadType: 108, extensionId: 0 });
    await until('both see frames', () => one.frames > 20 && two.frames > 20);
    assert.ok(one.packets[0]!.keyFrame && two.packets[0]!.keyFrame);
    assert.ok(one.packets.every((each) => each.payloadType === 102 && each.playoutDelay === 0));
    assert.ok(two.packets.every((each) => each.payloadType === 108 && each.playoutDelay === null));
    assert.equal(one.packets[0]!.ssrc, two.packets[0]!.ssrc);
    assert.equal(one.missing, 0);
    assert.equal(two.missing, 0);
    await until('sender reports', () => one.senderReports > 0);
  });

  it('goes on without renegotiation when the same box publishes anew', async () => {
    const sessionId = createSessionId('takeover');
    const first = await publish(sessionId, 0x1111);
    const viewer = await view(sessionId);
    await until('frames of the first', () => viewer.frames > 15);
    await publish(sessionId, 0x2222);
    await until('the first is closed', () => first.state === 'closed');
    const before = viewer.frames;
    await until('frames of the second', () => viewer.frames > before + 20);
    assert.equal(new Set(viewer.packets.map((each) => each.ssrc)).size, 1);
    assert.equal(viewer.missing, 0, 'sequence numbers go on without a gap');
    for (const [index, packet] of viewer.packets.slice(1).entries()) {
      const step = (packet.timestamp - viewer.packets[index]!.timestamp) | 0;
      assert.ok(step >= 0, 'time stamps never go back');
      assert.equal((packet.sequence - viewer.packets[index]!.sequence) & 0xffff, 1);
    }
    assert.deepEqual(viewer.ofKind('flow').map((each) => each.publisher).slice(-2), [true, true]);
  });

  it('recovers 5 % loss on the way to the relay', async () => {
    const sessionId = createSessionId('uplink');
    const path = await LossyPath.open(relay.udpPort, 0.05, 'to-relay');
    closers.push(path);
    const publisher = await publish(sessionId, undefined, path);
    const viewer = await view(sessionId);
    await until('enough packets', () => path.passed > 700, 25_000);
    publisher.stop();
    await until('what was lost has come', () => viewer.packets.length > 500 && viewer.missing === 0, 3000);
    assert.ok(path.dropped > 10, 'the path did lose packets');
    assert.ok(publisher.nacks > 10);
    const stats = await relay.readSession(sessionId);
    assert.ok(stats && stats.packetsRecovered > 10 && stats.packetsLost >= stats.packetsRecovered);
    assert.ok(publisher.ofKind('uplink').some((each) => each.lossFraction > 0), 'and says so to the publisher');
  });

  it('sends again what a viewer asks for', async () => {
    const sessionId = createSessionId('resend');
    await publish(sessionId);
    const path = await LossyPath.open(relay.udpPort, 0.1, 'from-relay');
    closers.push(path);
    const viewer = await view(sessionId, {}, path);
    await until('losses', () => viewer.missing > 5);
    const asked = viewer.listMissing();
    for (const sequence of asked) viewer.askAgain(sequence);
    // The resent ones cross the same lossy path: most of them arrive.
    await until('most of what was lost', () => asked.filter((each) => viewer.packets.some(({ sequence }) => sequence === each)).length >= asked.length / 2);
    assert.equal((await relay.readSession(sessionId))?.retransmitted, asked.length);
  });

  it('answers pings, moves anchors into the viewers\' line, tells flow', async () => {
    const sessionId = createSessionId('clock');
    const publisher = await publish(sessionId);
    const viewer = await view(sessionId);
    await until('frames', () => viewer.frames > 5 && viewer.clock.isOpen() && publisher.clock.isOpen());
    publisher.clock.sendMessage(JSON.stringify({ t: 'ping', id: 1, atMs: 5 }));
    viewer.clock.sendMessage(JSON.stringify({ t: 'ping', id: 2, atMs: 6.5 }));
    await until('pongs', () => publisher.ofKind('pong').length > 0 && viewer.ofKind('pong').length > 0);
    const pong = publisher.ofKind('pong')[0]!;
    assert.deepEqual({ id: pong.id, atMs: pong.atMs, epoch: pong.epoch }, { id: 1, atMs: 5, epoch: viewer.ofKind('pong')[0]!.epoch });
    publisher.clock.sendMessage(JSON.stringify({ t: 'anchor', captureMs: pong.relayMs + 1e9, rtp: 1, uncertaintyMs: 1, source: 'test' }));
    publisher.clock.sendMessage('{"t":"anchor"}');
    publisher.clock.sendMessage('not JSON');
    const { rtp } = publisher.last;
    publisher.clock.sendMessage(JSON.stringify({ t: 'anchor', captureMs: pong.relayMs, rtp, uncertaintyMs: 0.5, source: 'test' }));
    await until('anchor', () => viewer.ofKind('anchor').length > 0);
    const [anchor, ...others] = viewer.ofKind('anchor');
    assert.equal(others.length, 0, 'what is no anchor is not passed on');
    assert.ok(viewer.packets.some((each) => each.timestamp === anchor!.rtp), 'it names a frame that the viewer got');
    const late = await view(sessionId);
    await until('a new viewer is told at once', () => late.ofKind('anchor').length === 1 && late.ofKind('flow').length === 1);
    assert.deepEqual({ ...late.ofKind('flow')[0], sinceRelayMs: 0, epoch: '' }, { t: 'flow', publisher: true, flowing: true, sinceRelayMs: 0, epoch: '' });
    publisher.stop();
    await until('silence is told', () => viewer.ofKind('flow').at(-1)?.flowing === false);
    assert.equal(viewer.ofKind('flow').at(-1)?.publisher, true);
  });

  it('asks for key frames within its limits when many join', async () => {
    const sessionId = createSessionId('joins');
    const publisher = await publish(sessionId);
    const first = await view(sessionId);
    await until('frames', () => first.frames > 5);
    const startedMs = performance.now();
    const before = publisher.keyFrameRequests;
    const others: TestViewer[] = [];
    for (let index = 0; index < 6; index += 1) {
      others.push(await view(sessionId));
      await new Promise((resolve) => { setTimeout(resolve, 150); });
    }
    await until('all see the picture', () => others.every((each) => each.frames > 3));
    const seconds = (performance.now() - startedMs) / 1000;
    assert.ok(publisher.keyFrameRequests - before <= Math.ceil(seconds), `${publisher.keyFrameRequests - before} requests in ${seconds} s`);
  });

  it('gives key frames only to a viewer that keeps losing, tells it, and lets nobody else suffer', async () => {
    const sessionId = createSessionId('skipping');
    await publish(sessionId);
    const weak = await view(sessionId);
    const strong = await view(sessionId);
    await until('frames', () => weak.frames > 3 && strong.frames > 3);
    const reporting = setInterval(() => weak.reportLoss(0.4), 500);
    closers.push({ close: () => clearInterval(reporting) });
    await until('it is told', () => weak.ofKind('skipping').at(-1)?.on === true);
    const skippedFrom = weak.packets.length;
    await until('a key frame comes all the same', () => weak.packets.slice(skippedFrom).some((each) => each.keyFrame));
    const before = strong.frames;
    await until('the other one has every frame', () => strong.frames > before + 45);
    const seen = weak.packets.slice(skippedFrom);
    assert.ok(new Set(seen.map((each) => each.timestamp)).size <= 3, 'key frames only');
    assert.equal(weak.missing, 0, 'what is left out leaves no gap');
    assert.equal(strong.missing, 0);
    assert.equal(strong.ofKind('skipping').length, 0);
  });

  it('ends a viewer by DELETE, and all of a session', async () => {
    const sessionId = createSessionId('ends');
    const publisher = await publish(sessionId);
    const one = await view(sessionId);
    const two = await view(sessionId);
    await until('frames', () => one.frames > 3 && two.frames > 3);
    assert.equal((await relay.call('DELETE', `/view/${sessionId}/${one.resourceId}/link-1`)).status, 204);
    await until('one is closed', () => one.state === 'closed');
    assert.equal(two.state, 'connected');
    assert.equal((await relay.call('DELETE', `/session/${sessionId}`)).status, 204);
    await until('all are closed', () => two.state === 'closed' && publisher.state === 'closed');
    assert.equal(await relay.readSession(sessionId), undefined);
  });
});
