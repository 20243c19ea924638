import assert from 'node:assert/strict';
import { NackTracker } from './nack-tracker.ts';
import { ReceiverReporter } from './receiver-report.ts';
import { UplinkMeter } from './uplink-meter.ts';

describe('receiver reports', () => {
  it('tell loss since the last one, jitter, and the sender report they saw', () => {
    const tracker = new NackTracker();
    const reporter = new ReceiverReporter();
    for (const sequence of [10, 11, 13, 14]) {
      tracker.receive(sequence, 0);
      reporter.notePacket(sequence * 90, sequence);
    }
    reporter.noteSenderReport(0x1234, 100);
    const first = reporter.take(7, tracker, 1100);
    assert.deepEqual(first, { mediaSsrc: 7, lossFraction: 0.2, cumulativeLost: 1, highestSequence: 14, jitter: 0, lastSenderReport: 0x1234, delaySinceSenderReport: 65_536 });
    tracker.receive(12, 0);
    assert.equal(reporter.take(7, tracker, 1200).lossFraction, 0);
    reporter.notePacket(15 * 90, 31);
    assert.ok(reporter.take(7, tracker, 1300).jitter > 80);
  });
});

describe('uplink meter', () => {
  it('tells rate, loss before NACK, and growth of delay', () => {
    const meter = new UplinkMeter(0);
    for (let index = 0; index < 10; index += 1) meter.notePacket(1000, index * 1800, index * 20 + 5);
    const first = meter.take(1, 20, 200);
    assert.deepEqual(first, { lossFraction: 0.05, delayGrowthMs: 0, receivedKbps: 400 });
    for (let index = 10; index < 20; index += 1) meter.notePacket(1000, index * 1800, index * 20 + 35);
    assert.ok(Math.abs(meter.take(0, 30, 400).delayGrowthMs - 30) < 0.001);
    assert.ok(Math.abs(meter.take(0, 30, 600).delayGrowthMs - 30) < 0.001, 'no packet: the last word holds');
  });

  it('forgets the least delay after ten seconds, and follows a wrap of time stamps', () => {
    const meter = new UplinkMeter(0);
    let growth = 0;
    for (let step = 0; step < 80; step += 1) {
      const atMs = step * 200;
      meter.notePacket(1, (0xffff_0000 + atMs * 90) >>> 0, atMs + (step < 5 ? 0 : 50));
      growth = meter.take(0, step, atMs).delayGrowthMs;
      if (step === 20) assert.ok(Math.abs(growth - 50) < 0.001);
    }
    assert.ok(Math.abs(growth) < 0.001);
  });
});
