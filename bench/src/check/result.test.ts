import assert from 'node:assert/strict';
import { listFailures, type CheckResult } from './result.ts';

const GOOD: Omit<CheckResult, 'ok'> = {
  source: 'phantom', timing: '1280x720p30', firstPictureMs: 400, joinMs: 200, fps: 30, promisedFps: 30, missingFrames: 0, dropped: {},
  freezes: 0, longestGapMs: 40,
  delayMs: { p50: 9, p95: 15, max: 30, n: 300, discarded: 3 }, shownDelayErrorMs: { p50: 0.1, p95: 0.4 }, psnrDb: 38, bitrateKbps: 7900,
  cpuPercent: { capture: 1, encode: 20, mediaRest: 3, firmware: 1, hub: 5 }, pssMiB: { media: 70, firmware: 50, hub: 120 },
};

describe('check result', () => {
  it('is ok when live, sharp and right about its delay', () => assert.deepEqual(listFailures(GOOD, true), []));
  for (const [what, change, live] of [
    ['not live', {}, false],
    ['one frame a second, whatever was counted', { fps: 1, missingFrames: 290, dropped: { busy: 290 } }, true],
    ['slow for no told reason', { fps: 28.4, missingFrames: 16, dropped: { busy: 3 } }, true],
    ['no frame at all', { fps: null }, true],
    ['a freeze', { freezes: 1, longestGapMs: 501 }, true],
    ['blurred', { psnrDb: 31.9 }, true],
    ['no match', { psnrDb: null }, true],
    ['shown delay off', { shownDelayErrorMs: { p50: 2.01, p95: 3 } }, true],
    ['no shown delay', { shownDelayErrorMs: { p50: null, p95: null } }, true],
    ['not measurable', { delayMs: { p50: null, p95: null, max: null, n: 10, discarded: 90 } }, true],
  ] as [string, Partial<CheckResult>, boolean][]) {
    it(`is not ok: ${what}`, () => {
      const failures = listFailures({ ...GOOD, ...change }, live);
      assert.equal(failures.length, 1);
      assert.match(failures[0]?.zh ?? '', /[\u4e00-\u9fff]/);
    });
  }
  it('is ok where the machine is too slow, and the drops are counted and named', () => {
    assert.deepEqual(listFailures({ ...GOOD, fps: 24, missingFrames: 60, dropped: { busy: 50, viewer: 4 } }, true), []);
  });
  it('passes on the limits themselves', () => {
    assert.deepEqual(listFailures({ ...GOOD, fps: 28.5, missingFrames: 15, longestGapMs: 500, psnrDb: 32, shownDelayErrorMs: { p50: 2, p95: 9 } }, true), []);
  });
});
