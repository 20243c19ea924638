import assert from 'node:assert/strict';
import type { CaptureDriver } from '@scanlink/hal/capture/capture';
import type { AccessUnit, NativeCore } from '@scanlink/hal/native/native';
import { systemClock } from '@scanlink/protocol/lib/clock';
import { WallTime } from './input-state.ts';
import { InputUnit } from './input-unit.ts';

describe('an input’s health', () => {
  it('is lost when an open encoder gives nothing for long, and only then', async () => {
    let nowMs = 0;
    let give: () => void = () => assert.fail('no output');
    const opened = Promise.withResolvers<void>();
    const input = { handle: {}, device: 'd', close: async () => {} };
    const driver = { open: async () => input } as unknown as CaptureDriver;
    const output = { close: async () => {}, stats: () => ({ placeholder: null }) };
    const pipeline = {
      onStatus: () => {}, close: async () => {}, preview: () => {}, status: () => null,
      addOutput: (_options: unknown, onUnit: (unit: AccessUnit) => void) => { give = () => onUnit({} as AccessUnit); return output; },
    };
    const unit = new InputUnit({ config: { name: 'main', driver: 'sim' }, previewDir: null }, {
      core: () => ({ createPipeline: () => pipeline }) as unknown as NativeCore, driver: async () => driver, simulated: () => true, fontPaths: [], wallTime: new WallTime(() => 0, () => 0),
      clock: { ...systemClock, monotonicMs: () => nowMs }, logger: { info: () => {}, error: () => {} } as never, onChange: () => opened.resolve(),
    });
    unit.start();
    await opened.promise;
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
