import assert from 'node:assert/strict';
import type { Rig } from './support/rig.ts';
import { openRig, until } from './support/rig.ts';

describe('an interlaced console', function () {
  this.timeout(60_000);
  let rig: Rig;
  afterEach(async () => {
    await rig?.close();
    rig = undefined as never;
  });

  for (const [timing, heightPx, fieldUs] of [['720x576i50', 576, 20_000], ['720x480i60', 480, 1_001_000 / 60]] as const)
    it(`${timing}: pictures at field rate, each with its field's time`, async () => {
      rig = await openRig({ timing });
      const tape = rig.record();
      const live = () => tape.units.filter((unit) => !unit.placeholder);
      await until('thirty pictures', () => live().length >= 30);
      const units = live();
      for (const unit of units) assert.deepEqual([unit.widthPx, unit.heightPx], [720, heightPx]);
      const steps = units.slice(1).map((unit, index) => (unit.timestampUs - (units[index]?.timestampUs ?? 0)) / fieldUs);
      // On a loaded machine pictures are missing; none lies between fields.
      for (const step of steps) assert.ok(step > 0.5 && Math.abs(step - Math.round(step)) < 0.01, `a step of ${step} fields`);
      assert.ok(steps.some((step) => Math.round(step) === 1), 'field rate, not frame rate');
      const status = rig.pipeline.status();
      assert.deepEqual([status.signal, status.deinterlaced, status.colourApproximate], ['locked', true, false]);
    });

  it('goes to progressive and back without a picture of the other format', async () => {
    rig = await openRig({ timing: '720x576i50' });
    const tape = rig.record();
    const has = (heightPx: number) => () => tape.units.some((unit) => !unit.placeholder && unit.heightPx === heightPx);
    await until('an interlaced picture', has(576));
    rig.input.command({ command: 'timing', timing: '1280x720p30' });
    await until('a progressive one', has(720));
    assert.equal(rig.pipeline.status().deinterlaced, false);
    const first = tape.units.findIndex((unit) => unit.heightPx === 720 && !unit.placeholder);
    assert.ok(tape.units.slice(first).every((unit) => unit.placeholder || unit.heightPx === 720), 'nothing of before comes late');
  });
});
