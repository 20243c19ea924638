import assert from 'node:assert/strict';
import type { InputState } from '@scanlink/protocol';
import { escalate, NO_TROUBLE, PATIENCE_MS, REBOOT_PAUSE_MS, type EscalationStep, type Seen } from './capture-escalation.ts';
import { CaptureHealth, isInTrouble } from './capture-health.ts';

const seen: Seen = { nowMs: 0, inTrouble: true, canResetBus: true, canReboot: true, lastRebootMs: null };

/** Steps that are taken while trouble lasts, each with its second. */
function run(more: Partial<Seen>, seconds: number): [number, EscalationStep][] {
  const taken: [number, EscalationStep][] = [];
  let state = NO_TROUBLE;
  for (let second = 0; second <= seconds; second += 1) {
    const { next, take } = escalate(state, { ...seen, ...more, nowMs: second * 1000 });
    state = next;
    if (take) taken.push([second, take]);
  }
  return taken;
}

describe('escalation of capture trouble', () => {
  const table: readonly (readonly [string, Partial<Seen>, [number, EscalationStep][]])[] = [
    ['all that a board can', {}, [[10, 'reopen'], [25, 'restart-media'], [55, 'reset-bus'], [85, 'reboot'], [205, 'failed']]],
    ['no bus to reset', { canResetBus: false }, [[10, 'reopen'], [25, 'restart-media'], [55, 'reboot'], [175, 'failed']]],
    ['it may not reboot', { canResetBus: false, canReboot: false }, [[10, 'reopen'], [25, 'restart-media'], [55, 'failed']]],
    ['rebooted a moment ago, before this boot', { lastRebootMs: -60_000 }, [[10, 'reopen'], [25, 'restart-media'], [55, 'reset-bus'], [85, 'failed']]],
    ['rebooted more than an hour ago', { canResetBus: false, lastRebootMs: -REBOOT_PAUSE_MS }, [[10, 'reopen'], [25, 'restart-media'], [55, 'reboot'], [175, 'failed']]],
    ['no trouble', { inTrouble: false }, []],
  ];
  for (const [what, more, steps] of table) it(what, () => assert.deepEqual(run(more, 600), steps));

  it('what comes back begins anew, failed or not', () => {
    for (const step of ['none', 'reopen', 'restart-media', 'reboot', 'failed'] as const)
      assert.deepEqual(escalate({ step, sinceMs: 5 }, { ...seen, nowMs: 10, inTrouble: false }), { next: NO_TROUBLE, take: null });
  });
  it('each step is given its time', () => {
    for (const step of ['none', 'reopen', 'restart-media', 'reset-bus', 'reboot'] as const) {
      assert.equal(escalate({ step, sinceMs: 0 }, { ...seen, nowMs: PATIENCE_MS[step] - 1 }).take, null, step);
      assert.notEqual(escalate({ step, sinceMs: 0 }, { ...seen, nowMs: PATIENCE_MS[step] }).take, null, step);
    }
  });
});

describe('what is trouble of the box', () => {
  const cases: readonly (readonly [InputState['signal'], string | undefined, InputState['activity'], boolean])[] = [
    ['locked', undefined, 'stalled', true], ['locked', undefined, 'moving', false], ['locked', undefined, 'unchanged', false],
    ['no-device', 'DEV_FAILED', 'idle', true], ['no-device', 'DEV_BUSY', 'idle', true],
    // Nothing outside the box makes it do anything to itself, and what a person must mend does not either.
    ['no-device', 'DEV_NOT_FOUND', 'idle', false], ['no-device', 'DEV_DRIVER_UNAVAILABLE', 'idle', false], ['no-device', 'opening', 'idle', false],
    ['no-cable', undefined, 'idle', false], ['no-lock', undefined, 'idle', false], ['out-of-range', undefined, 'idle', false], ['unsupported', 'crop-misfit', 'stalled', false], ['protected', undefined, 'idle', false],
  ];
  for (const [signal, signalDetail, activity, trouble] of cases)
    it(`${signal} ${signalDetail ?? ''} ${activity}: ${trouble ? 'yes' : 'no'}`, () => assert.equal(isInTrouble({ signal, activity, ...(signalDetail === undefined ? {} : { signalDetail }) }), trouble));
});

describe('watch over capture', () => {
  it('opens the one input anew, then restarts media, then says so until pictures come', () => {
    let nowMs = 0;
    const acts: string[] = [];
    const inputs = [{ name: 'main', signal: 'locked', activity: 'stalled' }, { name: 'side', signal: 'no-cable', activity: 'idle' }] as unknown as InputState[];
    const health = new CaptureHealth({
      clock: { bootMs: () => nowMs }, logger: { info: () => {}, warn: () => {} } as never, inputs: () => inputs,
      reopen: (input) => acts.push(`reopen ${input}`), restartMedia: () => acts.push('restart media'), onChange: () => acts.push(String(health.error?.code)),
    });
    for (; nowMs < 70_000; nowMs += 250) health.tick();
    inputs[0] = { ...inputs[0]!, activity: 'moving' };
    health.tick();
    assert.deepEqual(acts, ['reopen main', 'restart media', 'DEV_CAPTURE_FAILED', 'undefined']);
  });
});
