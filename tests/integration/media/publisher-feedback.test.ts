import assert from 'node:assert/strict';
import { PACING_RULES } from '@scanlink/firmware/stream/rate/pacing';
import { until } from '../../support/until.ts';
import { usePublishers } from './publisher-rig.ts';
import { createTarget, pause } from './support.ts';

describe('publisher: what the far end says of its packets', function () {
  this.timeout(30_000);
  const { cleanups, begin, live } = usePublishers();

  it('answers NACK with the packet that was lost', async () => {
    const { farEnd, publisher } = await begin({ lossFraction: 0.1 });
    await live(publisher);
    const missing = (): number[] => {
      const seen = new Set(farEnd.peer!.packets.map((packet) => packet.sequence));
      const { sequence: first } = farEnd.peer!.packets[0]!;
      return [...farEnd.peer!.packets.keys()].map((index) => (first + index) & 0xffff).filter((sequence) => !seen.has(sequence));
    };
    await until('losses', () => farEnd.peer!.packets.length > 50 && missing().length > 0);
    const wanted = missing()[0]!;
    // What is sent again may be lost again.
    const asking = setInterval(() => farEnd.peer!.sendNack(wanted), 50);
    cleanups.push(async () => clearInterval(asking));
    await until('the packet', () => farEnd.peer!.packets.some((packet) => packet.sequence === wanted));
  });

  it('answers PLI and FIR with a key frame, at most one in 300 ms', async () => {
    const { farEnd, source, publisher } = await begin();
    await live(publisher);
    // Past the window of the one with which it began.
    await pause(350);
    const before = source.forcedMs.length;
    for (let i = 0; i < 8; i += 1) {
      if (i % 2) farEnd.peer!.sendFir();
      else farEnd.peer!.sendPli();
    }
    await until('one at once, one for all that came within the window', () => source.forcedMs.length >= before + 2);
    // Nothing is left to answer: however long it takes, there is no third.
    await pause(350);
    const forced = source.forcedMs.slice(before);
    assert.equal(forced.length, 2);
    assert.ok(forced[1]! - forced[0]! >= 290);
    await until('three key frames at the far end', () => new Set(farEnd.peer!.keyFrames.map((packet) => packet.timestamp)).size >= 3);
  });

  it('loss lowers the bitrate within its bounds', async () => {
    const { farEnd, source, publisher } = await begin({}, { clockChannel: false });
    await until('packets', () => (farEnd.peer?.packets.length ?? 0) > 0);
    // Again and again: two that a busy machine brings too close together count as one.
    const reporting = setInterval(() => farEnd.peer!.sendReport(0.5), 650);
    cleanups.push(async () => clearInterval(reporting));
    await until('a lower bitrate, twice', () => source.bitrates.length >= 2);
    assert.deepEqual(source.bitrates.slice(0, 2), [1200, 720]);
    assert.equal(publisher.report().lossFraction, 0.5);
  });

  it('loss turns pacing on: sequence numbers go on, pictures leave spread in time', async () => {
    const { farEnd, publisher } = await begin({}, { clockChannel: false });
    /** Of each whole picture: how much longer it took to arrive than its packets need at the greatest rate of pacing, milliseconds. */
    const watch = async (): Promise<readonly number[]> => {
      farEnd.peer!.packets.length = 0;
      await until('pictures', () => new Set(farEnd.peer!.packets.map((packet) => packet.timestamp)).size > 15);
      const { packets } = farEnd.peer!;
      for (let i = 1; i < packets.length; i += 1) assert.equal(packets[i]!.sequence, (packets[i - 1]!.sequence + 1) & 0xffff);
      // The first may have begun before we looked, the last is not over.
      return [...Map.groupBy(packets, (packet) => packet.timestamp).values()].slice(1, -1).map((picture) => {
        // What the first packet's interval may take along leaves with it.
        const behind = picture.slice(1).reduce((sum, packet) => sum + packet.bytes, 0) - greatestKbps / 8 * PACING_RULES.intervalMs;
        return picture.at(-1)!.atMs - picture[0]!.atMs - behind * 8 / greatestKbps;
      });
    };
    const greatestKbps = createTarget('').bitrateKbps.start * PACING_RULES.factor;
    await until('packets', () => (farEnd.peer?.packets.length ?? 0) > 0);
    const atOnce = await watch();
    assert.ok(Math.min(...atOnce) < 0, `no picture came faster than pacing lets it: ${atOnce.join(' ')}`);
    farEnd.peer!.sendReport(0.04);
    await pause(200);
    // A busy machine only makes it later; a reader that was held up sees packets closer together than they left.
    const paced = await watch();
    assert.ok(Math.max(...paced) >= 0, `every picture came faster than pacing lets it: ${paced.join(' ')}`);
    assert.equal(publisher.report().state, 'live');
  });
});
