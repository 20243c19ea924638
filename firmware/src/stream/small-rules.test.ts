import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { idleThrottle, onForced, onRequest, onWindowEnd } from './path/key-frame-throttle.ts';
import { checkPath, heard, startPath } from './path/path-monitor.ts';
import { pacedKbps, stepPacing, unpaced } from './rate/pacing.ts';
import { RateMeter } from './rate/rate-meter.ts';
import { toRtpTime } from './path/rtp-time.ts';

describe('key frame throttle', () => {
  it('serves the first request at once, those within 300 ms together at its end', () => {
    const first = onRequest(idleThrottle, 1000);
    assert.equal(first.action, 'force');
    const second = onRequest(first.state, 1100);
    assert.deepEqual([second.action, second.action === 'wait' && second.waitMs], ['wait', 200]);
    const third = onRequest(second.state, 1200);
    assert.equal(third.action, 'none');
    const end = onWindowEnd(third.state, 1300);
    assert.equal(end.action, 'force');
    assert.equal(onWindowEnd(end.state, 1600).action, 'none');
    assert.equal(onRequest(end.state, 1599).action, 'wait');
  });

  it('a key frame for another reason serves who waits', () => {
    const waitingState = onRequest(onForced(1000), 1100).state;
    assert.equal(waitingState.pending, true);
    assert.equal(onWindowEnd(onForced(1200), 1300).action, 'none');
  });

  it('never forces twice within 300 ms', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 80 }), (gaps) => {
      let state = idleThrottle;
      let nowMs = 0;
      let windowEnds: number | null = null;
      const forced: number[] = [];
      const take = (step: ReturnType<typeof onRequest>): void => {
        state = step.state;
        if (step.action === 'force') forced.push(nowMs);
        if (step.action === 'wait') windowEnds = nowMs + step.waitMs;
      };
      for (const gap of gaps) {
        const until = nowMs + gap;
        if (windowEnds !== null && windowEnds <= until) {
          nowMs = windowEnds;
          windowEnds = null;
          take(onWindowEnd(state, nowMs));
        }
        nowMs = until;
        take(onRequest(state, nowMs));
      }
      forced.slice(1).forEach((atMs, index) => assert.ok(atMs - forced[index]! >= 300));
    }));
  });
});

describe('path monitor', () => {
  const run = (evidence: 'clock' | 'reports', silenceMs: number, borneMs = 1000): boolean => {
    let state = heard(startPath(evidence, 0), 100);
    let lost = false;
    for (let nowMs = 100; nowMs <= 100 + silenceMs; nowMs += 100) ({ state, lost } = checkPath(state, nowMs, borneMs));
    return lost;
  };
  it('a clock path is lost after the silence that is borne', () => assert.deepEqual([run('clock', 1000), run('clock', 1100), run('clock', 2400, 2400), run('clock', 2500, 2400)], [false, true, false, true]));
  it('a path with reports only, after fifteen seconds: two of the rarest reports may be lost', () => assert.deepEqual([run('reports', 15_000), run('reports', 15_100)], [false, true]));
  it('time in which we did not listen ourselves is no silence', () => {
    const start = checkPath(startPath('clock', 0), 100, 1000).state;
    const late = checkPath(start, 5100, 1000);
    assert.equal(late.lost, false);
    let state = late.state;
    let lost: boolean = late.lost;
    for (let nowMs = 5200; nowMs <= 6300 && !lost; nowMs += 100) ({ state, lost } = checkPath(state, nowMs, 1000));
    assert.equal(lost, true, 'but silence after it counts');
  });
});

describe('RTP time', () => {
  it('is the capture clock at 90 kHz, evenly spaced, over its wrap', () => {
    const frameUs = 1_000_000 / 30;
    fc.assert(fc.property(fc.nat(0xffffffff), fc.integer({ min: 0, max: 1e13 }), (base, startUs) => {
      const first = toRtpTime(startUs, base);
      const second = toRtpTime(startUs + frameUs, base);
      assert.ok(Number.isInteger(first) && first >= 0 && first <= 0xffffffff);
      const step = (second - first + 0x1_0000_0000) % 0x1_0000_0000;
      assert.ok(Math.abs(step - 3000) <= 1, String(step));
    }));
    assert.equal(toRtpTime(1_000_000, 0xffffffff), 89_999);
  });
});

describe('rate meter', () => {
  it('counts the last second', () => {
    const meter = new RateMeter();
    for (let i = 0; i < 90; i += 1) meter.add(i * (1000 / 30), 1000);
    const rates = meter.read(89 * (1000 / 30));
    assert.ok(Math.abs(rates.framesPerSecond - 30) <= 1 && Math.abs(rates.kbps - 240) <= 8, JSON.stringify(rates));
    assert.deepEqual(meter.read(100_000), { framesPerSecond: 0, kbps: 0 });
  });
});

describe('pacing', () => {
  it('comes with loss, and goes after ten clean seconds', () => {
    assert.equal(pacedKbps(stepPacing(unpaced, 0.005, 0), 4000), null);
    let state = stepPacing(unpaced, 0.02, 0);
    assert.equal(pacedKbps(state, 4000), 20_000);
    for (let nowMs = 200; nowMs <= 10_000; nowMs += 200) state = stepPacing(state, 0, nowMs);
    assert.equal(state.on, true);
    assert.equal(stepPacing(state, 0.005, 10_200).cleanSinceMs, null, 'a little loss begins the wait anew');
    assert.equal(stepPacing(state, 0, 10_200).on, false);
  });
});
