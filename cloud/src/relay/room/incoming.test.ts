import assert from 'node:assert/strict';
import type { MediaPlan } from '@scanlink/protocol';
import type { MediaPeer } from '../peer/peer.ts';
import { writeRtp } from '../rtp/packet.ts';
import { writeSenderReport } from '../rtp/rtcp-write.ts';
import { createCounters } from './counters.ts';
import { Incoming } from './incoming.ts';

const PLAN = { payloadType: 96, dataChannel: null } as unknown as MediaPlan;
const rtp = (sequence: number, bytes = 1188): Buffer => writeRtp(Buffer.alloc(bytes), 0, false, false, sequence, 0, -1, { payloadType: 96, playoutExtensionId: 0, ssrc: 7 });

function createBench(maxIngestBytesPerSecond?: number) {
  let nowMs = 0;
  let forwarded = 0;
  const pongs: string[] = [];
  const counters = createCounters();
  const incoming = new Incoming({
    resourceId: 'r', etag: 'e', boxId: 'b', plan: PLAN, epoch: 'epoch', ownSsrc: 1, counters, nowMs: () => nowMs,
    sink: { takePacket: () => (forwarded += 1), takeAnchor: () => undefined, needKeyFrame: () => undefined },
    ...(maxIngestBytesPerSecond === undefined ? {} : { maxIngestBytesPerSecond }),
  });
  incoming.peer = { transport: {}, send: () => true, sendClock: (text: string) => pongs.push(text) > 0, close: () => undefined } as unknown as MediaPeer;
  return { incoming, counters, pongs, at: (ms: number) => { nowMs = ms; }, forwarded: () => forwarded };
}

describe('publisher at the relay', () => {
  it('has a ceiling for what it sends: more is left out before anything is counted, and it comes back with time', () => {
    const { incoming, counters, at, forwarded } = createBench(120_000);
    for (let index = 0; index < 300; index += 1) incoming.handleMedia(rtp(index));
    assert.deepEqual([forwarded(), counters.packetsIn, counters.ingestRefused], [100, 100, 200]);
    at(500);
    for (let index = 300; index < 600; index += 1) incoming.handleMedia(rtp(index));
    assert.deepEqual([forwarded(), counters.ingestRefused], [150, 450]);
  });

  it('by itself takes what the greatest bitrate of a box needs, and a fifth more', () => {
    const { incoming, counters, at } = createBench();
    // 60 Mbit/s for four seconds; large packets, as they are counted by their bytes.
    const packets = 1000;
    for (let index = 0; index < packets; index += 1) {
      at(index * (4000 / packets));
      incoming.handleMedia(rtp(index, 29_900));
    }
    at(4000);
    incoming.handleMedia(rtp(packets));
    assert.equal(counters.ingestRefused, 0);
  });

  it('may send 40 clock messages and 100 RTCP packets a second', () => {
    const { incoming, counters, pongs } = createBench();
    for (let id = 0; id < 200; id += 1) incoming.handleClockText(JSON.stringify({ t: 'ping', id, atMs: 1 }));
    assert.deepEqual([pongs.length, counters.overBudget], [40, 160]);
    for (let index = 0; index < 250; index += 1) incoming.handleMedia(writeSenderReport(7, 0, 0, 1, 1, 'n'));
    assert.equal(counters.overBudget, 160 + 150);
  });
});
