import assert from 'node:assert/strict';
import { AppError } from '@scanlink/protocol';
import type { Clock } from '@scanlink/protocol/lib/clock';
import { createLogger } from '@scanlink/protocol/lib/logger';
import { WallTime } from '@scanlink/firmware/media/input-state';
import { FIRMWARE_GRACE_MS, FIRMWARE_STAYS_MS } from '@scanlink/firmware/media/firmware-watch';
import { MediaService } from '@scanlink/firmware/media/media-service';
import { createTarget } from './support.ts';
import { until } from '../../support/until.ts';

/** Time passes by hand; what is due is called in order. */
class HandClock implements Clock {
  private atMs = 0;
  private readonly timers = new Set<{ dueMs: number; everyMs: number | null; callback: () => void }>();
  nowMs = (): number => 1_700_000_000_000 + this.atMs;
  monotonicMs = (): number => this.atMs;
  after = (delayMs: number, callback: () => void) => this.add(delayMs, null, callback);
  every = (intervalMs: number, callback: () => void) => this.add(intervalMs, intervalMs, callback);

  pass(ms: number): void {
    const endMs = this.atMs + ms;
    for (;;) {
      const next = [...this.timers].filter((timer) => timer.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (!next) break;
      this.atMs = next.dueMs;
      if (next.everyMs === null) this.timers.delete(next);
      else next.dueMs += next.everyMs;
      next.callback();
    }
    this.atMs = endMs;
  }

  private add(delayMs: number, everyMs: number | null, callback: () => void) {
    const timer = { dueMs: this.atMs + delayMs, everyMs, callback };
    this.timers.add(timer);
    return { cancel: () => { this.timers.delete(timer); } };
  }
}

describe('media service without firmware', () => {
  let clock: HandClock;
  let opens: number;
  let service: MediaService;
  const target = createTarget('http://127.0.0.1:9/whip');
  const desired = { inputs: [{ name: 'main', driver: 'sim' as const }], encoder: { kind: 'x264' as const }, publish: target, previewDir: null, stillDir: '/tmp' };

  beforeEach(() => {
    clock = new HandClock();
    opens = 0;
    service = new MediaService({
      input: {
        core: () => { throw new Error('never reached'); },
        drivers: {
          open: () => {
            opens += 1;
            return Promise.reject(new AppError('DEV_NOT_FOUND', { device: 'none' }));
          },
          isSimulated: () => true,
        },
        fontPaths: [], clock, logger: createLogger({ name: 'test', level: 'silent' }), wallTime: new WallTime(() => clock.nowMs(), () => 0),
      },
      devices: () => Promise.resolve([]), clock, logger: createLogger({ name: 'test', level: 'silent' }), random: () => 0.5, onChange: () => {},
    });
  });
  afterEach(() => service.close());

  it('a stream goes on for ten seconds, then it is ended; a firmware that comes back in time keeps it', async () => {
    service.apply(desired);
    await until('the first attempt', () => service.report().publisher?.state === 'retrying');
    assert.equal(service.report().inputs[0]?.signalDetail, 'DEV_NOT_FOUND');
    service.firmwareGone();
    clock.pass(FIRMWARE_GRACE_MS - 1);
    assert.notEqual(service.report().publisher, null);
    service.apply(desired);
    clock.pass(FIRMWARE_GRACE_MS);
    assert.notEqual(service.report().publisher, null, 'it came back in time');
    clock.pass(60_000);
    service.firmwareGone();
    clock.pass(FIRMWARE_GRACE_MS);
    await until('ended', () => service.report().publisher === null);
    await until('a missing device is looked for again', () => {
      clock.pass(1000);
      return opens >= 3;
    });
  });

  it('absences within a minute add up; then firmware has to stay before it is obeyed again', async () => {
    service.apply(desired);
    // Five seconds away, one second there, again and again.
    for (let turn = 0; turn < 2; turn += 1) {
      assert.notEqual(service.report().publisher, null);
      service.firmwareGone();
      clock.pass(5000);
      service.apply(desired);
      clock.pass(1000);
    }
    service.firmwareGone();
    clock.pass(1);
    await until('ended', () => service.report().publisher === null);
    for (let turn = 0; turn < 5; turn += 1) {
      clock.pass(5000);
      service.apply(desired);
      clock.pass(1000);
      assert.equal(service.report().publisher, null, 'not for a firmware that does not stay');
      service.firmwareGone();
    }
    service.apply(desired);
    clock.pass(FIRMWARE_STAYS_MS);
    assert.notEqual(service.report().publisher, null, 'it stayed');
  });

  it('an input that is not there is reported, not waited for in silence', async () => {
    service.apply({ ...desired, publish: { ...target, input: 'none' } });
    const { publisher } = service.report();
    assert.deepEqual([publisher?.state, publisher?.error?.code, publisher?.sessionId], ['refused', 'DEV_NOT_FOUND', target.sessionId]);
    service.apply({ ...desired, publish: null });
    assert.equal(service.report().publisher, null);
    service.apply(desired);
    await until('the other input', () => service.report().publisher?.state === 'retrying');
  });
});
