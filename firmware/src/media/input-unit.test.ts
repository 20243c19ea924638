import assert from 'node:assert/strict';
import type { CaptureInput } from '@scanlink/hal/capture/capture';
import type { AccessUnit, NativeCore } from '@scanlink/hal/native/native';
import { AppError } from '@scanlink/protocol';
import { systemClock } from '@scanlink/protocol/lib/clock';
import { WallTime } from './input-state.ts';
import { InputUnit } from './input-unit.ts';

/** A unit whose device opens, with the warnings that it logged. nowMs: of the monotonic clock. */
async function openUnit({ caution, addOutput, nowMs = () => 0 }: { caution?: AppError; addOutput?: (options: unknown, onUnit: (unit: AccessUnit) => void) => unknown; nowMs?: () => number }) {
  const opened = Promise.withResolvers<void>();
  const input = { handle: {}, device: 'd', close: async () => {}, caution };
  const pipeline = { onStatus: () => {}, close: async () => {}, preview: () => {}, status: () => null, addOutput };
  const warnings: unknown[] = [];
  const unit = new InputUnit({ config: { name: 'main', driver: 'sim' }, previewDir: null, encoder: { kind: 'x264' } }, {
    core: () => ({ createPipeline: () => pipeline }) as unknown as NativeCore, drivers: { open: async () => input as unknown as CaptureInput, isSimulated: () => true },
    fontPaths: [], wallTime: new WallTime(() => 0, () => 0), clock: { ...systemClock, monotonicMs: nowMs },
    logger: { info: () => {}, error: () => {}, warn: (fields: unknown) => warnings.push(fields) } as never, onChange: () => opened.resolve(),
  });
  unit.start();
  await opened.promise;
  return { unit, warnings };
}

describe('an input that works, with something to know', () => {
  it('logs it once, with its code', async () => {
    const { unit, warnings } = await openUnit({ caution: new AppError('DEV_SANDBOX_OFF') });
    assert.deepEqual(warnings, [{ input: 'main', code: 'DEV_SANDBOX_OFF' }]);
    await unit.close();
    assert.equal(warnings.length, 1);
  });
});

describe('an input’s health', () => {
  it('is lost when an open encoder gives nothing for long, and only then', async () => {
    let nowMs = 0;
    let give: () => void = () => assert.fail('no output');
    const output = { close: async () => {}, stats: () => ({ placeholder: null }) };
    const { unit } = await openUnit({
      nowMs: () => nowMs,
      addOutput: (_options, onUnit) => { give = () => onUnit({} as AccessUnit); return output; },
    });
    assert.equal(unit.isFlowing(), true);
    nowMs = 60_000;
    assert.equal(unit.isFlowing(), true, 'no encoder is open');
    const live = unit.openLive({ profile: 'main', bitrateKbps: 1000 }, () => {});
    for (const [atMs, flows] of [[60_000, true], [67_000, true], [69_000, false]] as const) {
      nowMs = atMs;
      assert.equal(unit.isFlowing(), flows, `at ${atMs}`);
    }
    give();
    assert.equal(unit.isFlowing(), true);
    nowMs = 90_000;
    live.close();
    assert.equal(unit.isFlowing(), true);
    await unit.close();
  });
});
