import assert from 'node:assert/strict';
import type { PipelineStatus } from '@scanlink/hal/native/native';
import { InputStateSchema, type MediaReport, type PublishTarget } from '@scanlink/protocol';
import { createCheck } from '@scanlink/protocol/check';
import type { Clock } from '@scanlink/protocol/lib/clock';
import { buildInputState, WallTime } from './input-state.ts';
import { planPublish } from './plan-publish.ts';
import { Reporter } from './reporter.ts';

const target: PublishTarget = {
  sessionId: '11111111-2222-4333-8444-555555555555', sessionCode: 'ABCD', input: 'main', whipUrl: 'http://hub/whip/1', token: 't',
  bitrateKbps: { start: 4000, min: 300, max: 8000 }, profile: 'constrained-baseline', playoutDelayZero: true, stripHostCandidates: true,
  clockChannel: true, allowedRedirectHosts: [], iceServers: [], useNamedIceServers: false, previousLocation: null,
};

describe('planPublish', () => {
  const table: readonly (readonly [string, PublishTarget | null, PublishTarget | null, string])[] = [
    ['nothing wanted, nothing there', null, null, 'keep'],
    ['wanted', null, target, 'start'],
    ['no longer wanted', target, null, 'stop'],
    ['the same again', target, { ...target }, 'keep'],
    ['our own report come back', target, { ...target, previousLocation: 'http://hub/whip/1/x' }, 'keep'],
    ['another session', target, { ...target, sessionId: '99999999-2222-4333-8444-555555555555' }, 'restart'],
    ['another input', target, { ...target, input: 'room' }, 'restart'],
    ['other bounds', target, { ...target, bitrateKbps: { start: 4000, min: 300, max: 2000 } }, 'update'],
    ['a new token', target, { ...target, token: 'u' }, 'update'],
    ['a firmware that does not know the hub yet', target, { ...target, clockChannel: false }, 'keep'],
    ['the hub turned out to have a clock', { ...target, clockChannel: false }, target, 'restart'],
  ];
  for (const [name, present, wanted, step] of table) it(name, () => assert.equal(planPublish(present, wanted), step));
});

describe('input state', () => {
  const status: PipelineStatus = {
    signal: 'locked', signalSinceUs: 5_000_000, detail: '', timing: '1280x720p30', pixelFormat: 'YUYV', widthPx: 1280, heightPx: 720, colourApproximate: false, deinterlaced: false, activity: 'unchanged',
    activitySinceUs: 6_000_000, black: false, framesCaptured: 90, capturedFps: 29.9996, dropped: { lost: 2 },
  };
  const facts = { name: 'main', driver: 'sim', device: 'sim:phantom', simulated: true, cropMisfit: false, closedDetail: 'opening', closedSinceMs: 7 };
  const check = createCheck(InputStateSchema);

  it('fits the protocol, open or not', () => {
    const open = check(buildInputState({ ...facts, status }, (us) => us / 1000 + 100));
    assert.deepEqual([open.signalSinceMs, open.activitySinceMs, open.capturedFps, open.timing], [5100, 6100, 30, '1280x720p30']);
    const shut = check(buildInputState({ ...facts, status: null }, () => 0));
    assert.deepEqual([shut.signal, shut.signalDetail, shut.timing, shut.signalSinceMs], ['no-device', 'opening', null, 7]);
    const unlocked = check(buildInputState({ ...facts, status: { ...status, signal: 'no-cable', timing: '', pixelFormat: '' } }, () => 0));
    assert.deepEqual([unlocked.timing, unlocked.pixelFormat], [null, null]);
    assert.deepEqual([open.colourApproximate, open.deinterlaced], [undefined, undefined]);
    const wide = check(buildInputState({ ...facts, status: { ...status, colourApproximate: true, deinterlaced: true } }, () => 0));
    assert.deepEqual([wide.colourApproximate, wide.deinterlaced], [true, true]);
  });

  it('a crop that does not fit is not told as locked; a state of the signal itself goes first', () => {
    const misfit = check(buildInputState({ ...facts, cropMisfit: true, status }, () => 0));
    assert.deepEqual([misfit.signal, misfit.signalDetail], ['unsupported', 'crop-misfit']);
    const unplugged = check(buildInputState({ ...facts, cropMisfit: true, status: { ...status, signal: 'no-cable' } }, () => 0));
    assert.deepEqual([unplugged.signal, unplugged.signalDetail], ['no-cable', undefined]);
  });

  it('a moment keeps its wall time while the clocks tremble, and follows a wall clock that is set', () => {
    let wallMs = 10_000;
    const time = new WallTime(() => wallMs, () => 1000);
    assert.equal(time.toUnixMs(500_000), 9500);
    wallMs += 3;
    assert.equal(time.toUnixMs(500_000), 9500);
    wallMs += 3_600_000;
    assert.equal(time.toUnixMs(500_000), 3_609_503);
  });
});

describe('reporter', () => {
  it('gathers changes, has one report under way, and sends what changed meanwhile after it', async () => {
    const due: (() => void)[] = [];
    const clock: Clock = { nowMs: () => 0, monotonicMs: () => 0, every: () => ({ cancel: () => {} }), after: (_ms, callback) => {
      due.push(callback);
      return { cancel: () => {} };
    } };
    const answers: (() => void)[] = [];
    let built = 0;
    const report: MediaReport = { pid: 1, inputs: [], publisher: null };
    const reporter = new Reporter(() => {
      built += 1;
      return report;
    }, () => new Promise((resolve) => { answers.push(() => resolve({})); }), clock);
    reporter.poke();
    reporter.poke();
    assert.equal(due.length, 1);
    due.shift()!();
    assert.equal(built, 1);
    reporter.poke();
    due.shift()!();
    assert.equal(built, 1, 'one at a time');
    answers.shift()!();
    await new Promise((resolve) => { setImmediate(resolve); });
    assert.equal(built, 2);
  });
});
