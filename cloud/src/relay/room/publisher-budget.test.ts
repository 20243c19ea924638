import assert from 'node:assert/strict';
import type { MediaPlan } from '@scanlink/protocol';
import { RTP_HEADER_BYTES } from '../rtp/packet.ts';
import { writeSenderReport } from '../rtp/rtcp-write.ts';
import { createCounters, type RoomCounters } from './counters.ts';
import { Incoming } from './incoming.ts';

const PLAN: MediaPlan = {
  mid: '0', payloadType: 96, profileLevelId: '42e01f', playoutExtensionId: 0, dataChannel: null,
  transport: { iceUfrag: 'abcd', icePwd: 'abcdefghijklmnopqrstuv', fingerprint: 'sha-256 AB', setup: 'actpass' },
};
const PACKET_BYTES = 1200;

/** A publisher whose clock stands where the test puts it; what it hands on is counted. */
function createPublisher(maxIngestBytesPerSecond?: number): { readonly incoming: Incoming; readonly counters: RoomCounters; readonly clock: { nowMs: number }; readonly handed: { bytes: number }; readonly sent: string[]; readonly send: (times: number) => void } {
  const counters = createCounters();
  const clock = { nowMs: 0 };
  const handed = { bytes: 0 };
  const sent: string[] = [];
  const incoming = new Incoming({
    resourceId: 'r', etag: 'e', boxId: 'b', plan: PLAN, epoch: 'epoch', ownSsrc: 1, counters, nowMs: () => clock.nowMs,
    sink: { takePacket: (packet) => { handed.bytes += packet.length; }, takeAnchor: () => { sent.push('anchor'); }, needKeyFrame: () => undefined },
    ...(maxIngestBytesPerSecond === undefined ? {} : { maxIngestBytesPerSecond }),
  });
  incoming.peer = { transport: { ...PLAN.transport, candidates: [] }, send: () => true, sendClock: (text) => { sent.push(text); return true; }, close: () => undefined };
  let sequence = 0;
  return {
    incoming, counters, clock, handed, sent,
    send: (times) => {
      for (let index = 0; index < times; index += 1) {
        const packet = Buffer.alloc(PACKET_BYTES);
        packet.set([0x80, 96]);
        packet.writeUInt16BE(sequence & 0xffff, 2);
        packet.writeUInt32BE(7, 8);
        packet[RTP_HEADER_BYTES] = 1;
        sequence += 1;
        incoming.handleMedia(packet);
      }
    },
  };
}

describe('budget of a publisher', () => {
  it('takes 60 Mbit/s and a second of it at once; what comes above is counted, and goes to nobody', () => {
    const { clock, send, counters, handed } = createPublisher();
    const seconds = 4;
    // Three times what may come.
    for (clock.nowMs = 0; clock.nowMs < seconds * 1000; clock.nowMs += 20) send(375);
    const allowed = (seconds + 1) * 7_500_000;
    assert.ok(handed.bytes <= allowed && handed.bytes > 0.95 * allowed, `${handed.bytes} of ${allowed}`);
    assert.equal(counters.packetsIn + counters.ingestRefused, seconds * 50 * 375);
    assert.equal(counters.bytesIn, handed.bytes);
  });

  it('takes every packet of a stream within the ceiling, for good', () => {
    const { clock, send, counters } = createPublisher(1_000_000);
    for (clock.nowMs = 0; clock.nowMs < 60_000; clock.nowMs += 20) send(16);
    assert.deepEqual([counters.ingestRefused, counters.packetsIn], [0, 3000 * 16]);
  });

  it('answers 40 messages a second and reads no more', () => {
    const { incoming, clock, sent, counters } = createPublisher();
    const ping = (times: number): number => {
      const before = sent.length;
      for (let index = 0; index < times; index += 1) incoming.handleClockText(`{"t":"ping","id":${index},"atMs":1}`);
      return sent.length - before;
    };
    assert.equal(ping(500), 40);
    clock.nowMs += 500;
    assert.equal(ping(500), 20);
    assert.equal(counters.overBudget, 940);
  });

  it('has 100 RTCP packets a second read', () => {
    const { incoming, clock, counters } = createPublisher();
    const report = writeSenderReport(7, 0, 0, 1, 1, 'n');
    const readOf = (times: number): number => {
      const before = counters.overBudget;
      for (let index = 0; index < times; index += 1) incoming.handleMedia(report);
      return times - (counters.overBudget - before);
    };
    assert.equal(readOf(250), 100);
    clock.nowMs += 500;
    assert.equal(readOf(250), 50);
  });
});
