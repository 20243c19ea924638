import assert from 'node:assert/strict';
import type { Rig } from './support/rig.ts';
import { nalTypes, openRig, outputOptions, until } from './support/rig.ts';

describe('native pipeline on the simulated console', function () {
  this.timeout(60_000);
  let rig: Rig;
  beforeEach(async () => { rig = await openRig(); });
  afterEach(() => rig.close());

  it('gives access units: key picture first, then none, time stamps of the capture clock rising', async () => {
    const tape = rig.record();
    await until('20 units', () => tape.units.length >= 20);
    const [first, ...rest] = tape.units;
    assert.ok(first?.keyFrame && !first.placeholder);
    assert.deepEqual(nalTypes(first.data).filter((type) => type !== 6 && type !== 5), [7, 8]);
    assert.ok(nalTypes(first.data).includes(5));
    let before = first;
    for (const unit of rest) {
      assert.equal(unit.keyFrame, false);
      assert.ok(unit.timestampUs > before.timestampUs);
      assert.equal(unit.sequence, before.sequence + 1);
      assert.ok(unit.encodeUs > 0);
      before = unit;
    }
    const stats = tape.output.stats();
    assert.ok(stats.framesEncoded >= 20 && stats.bytes > 0 && stats.encodeUsP50 !== null);
    assert.deepEqual([stats.widthPx, stats.heightPx, stats.timestampSource, stats.placeholder], [640, 480, 'simulated', null]);
    assert.equal(rig.pipeline.status().signal, 'locked');
    assert.equal(rig.pipeline.status().timing, '640x480p60');
  });

  it('makes a key picture when asked, and none for a bitrate', async () => {
    const tape = rig.record();
    await until('units', () => tape.units.length >= 5);
    tape.output.setBitrateKbps(900);
    const mark = tape.units.length;
    await until('units after the bitrate', () => tape.units.length >= mark + 10);
    assert.equal(tape.units.filter((unit) => unit.keyFrame).length, 1);
    tape.output.forceKeyFrame();
    await until('a second key picture', () => tape.units.filter((unit) => unit.keyFrame).length === 2);
  });

  it('runs two outputs, each with its own crop, and stops one alone', async () => {
    const live = rig.record();
    const learners = rig.record({ name: 'learners', profile: 'main', bitrateKbps: 500, drawnFor: [{ widthPx: 640, heightPx: 480 }], crop: { x: 100, y: 40, widthPx: 320, heightPx: 240 } });
    // A placeholder may come first where the machine is so busy that frames are late.
    const pictures = (tape: typeof live) => tape.units.filter((unit) => !unit.placeholder);
    await until('both', () => pictures(live).length >= 5 && pictures(learners).length >= 5);
    assert.deepEqual([pictures(learners)[0]?.widthPx, pictures(learners)[0]?.heightPx, pictures(live)[0]?.widthPx], [320, 240, 640]);
    await learners.output.close();
    const [mark, ended] = [live.units.length, learners.units.length];
    await until('the other goes on', () => live.units.length >= mark + 5);
    assert.equal(learners.units.length, ended);
  });

  for (const [command, state] of [['unplug', 'no-cable'], ['no-lock', 'no-lock'], ['out-of-range', 'out-of-range'], ['protected', 'protected']] as const)
    it(`${command}: a placeholder, then a key picture when the signal is back`, async () => {
      const tape = rig.record();
      await until('live', () => tape.units.length >= 3);
      rig.input.command({ command });
      await until('a placeholder', () => tape.units.at(-1)?.placeholder === true);
      assert.equal(rig.pipeline.status().signal, state);
      assert.equal(rig.pipeline.status().activity, 'idle');
      assert.equal(tape.output.stats().placeholder, state);
      const mark = tape.units.findIndex((unit) => unit.placeholder);
      assert.ok(tape.units[mark]?.keyFrame);
      rig.input.command({ command: 'plug' });
      await until('live again', () => tape.units.at(-1)?.placeholder === false);
      const back = tape.units.slice(mark).find((unit) => !unit.placeholder);
      assert.ok(back?.keyFrame);
      assert.ok(rig.statuses.some((status) => status.signal === state));
    });

  it('another timing: an encoder for it', async () => {
    const tape = rig.record();
    await until('live', () => tape.units.length >= 3);
    rig.input.command({ command: 'timing', timing: '800x600p60' });
    await until('800 wide', () => tape.units.at(-1)?.widthPx === 800);
    assert.ok(tape.units.find((unit) => unit.widthPx === 800)?.keyFrame);
  });

  it('a timing that the crop does not fit: no picture of it, and the placeholder says why', async () => {
    rig.input.command({ command: 'timing', timing: '800x600p60' });
    await until('800x600', () => rig.pipeline.status().widthPx === 800 && rig.pipeline.status().activity === 'moving');
    const tape = rig.record({ drawnFor: [{ widthPx: 800, heightPx: 600 }], crop: { x: 0, y: 80, widthPx: 800, heightPx: 520 } });
    const whole = rig.record({ name: 'whole' });
    await until('live', () => tape.units.length >= 3 && whole.units.length >= 3);
    rig.input.command({ command: 'timing', timing: '640x480p60' });
    await until('frames that do not fit', () => (tape.output.stats().dropped['crop-misfit'] ?? 0) >= 20 && whole.units.at(-1)?.widthPx === 640);
    assert.equal(tape.output.stats().placeholder, 'crop-misfit');
    assert.equal(whole.output.stats().placeholder, null);
    assert.equal(rig.pipeline.status().signal, 'locked');
    const mark = tape.units.length;
    await until('placeholders', () => tape.units.length >= mark + 2);
    rig.input.command({ command: 'timing', timing: '800x600p60' });
    await until('live again', () => tape.units.length > mark && tape.units.at(-1)?.placeholder === false);
    assert.equal(tape.output.stats().placeholder, null);
    assert.ok(tape.units.slice(mark).find((unit) => !unit.placeholder)?.keyFrame);
    for (const unit of tape.units) assert.deepEqual([unit.widthPx, unit.heightPx], [800, 520], 'nothing of another format');
    assert.ok(tape.units.slice(mark, mark + 2).every((unit) => unit.placeholder));
  });

  it('hold is unchanged and live, stall is a placeholder', async () => {
    const tape = rig.record();
    await until('moving', () => rig.pipeline.status().activity === 'moving');
    rig.input.command({ command: 'hold' });
    await until('unchanged', () => rig.pipeline.status().activity === 'unchanged');
    assert.equal(tape.units.at(-1)?.placeholder, false);
    rig.input.command({ command: 'unhold' });
    await until('moving again', () => rig.pipeline.status().activity === 'moving');
    rig.input.command({ command: 'stall' });
    await until('stalled', () => rig.pipeline.status().activity === 'stalled' && tape.units.at(-1)?.placeholder === true);
    assert.equal(rig.pipeline.status().signal, 'locked');
    assert.equal(tape.output.stats().placeholder, 'stalled');
    rig.input.command({ command: 'unstall' });
    await until('live again', () => tape.units.at(-1)?.placeholder === false);
  });

  it('leaves pictures out while JavaScript is behind, and counts them; the sequence has no hole', async () => {
    const tape = rig.record();
    await until('live', () => tape.units.length >= 3);
    await until('a count of consumer drops', () => {
      const end = Date.now() + 300;  // the JavaScript thread does nothing else
      while (Date.now() < end);
      return (tape.output.stats().dropped.consumer ?? 0) > 0;
    });
    const mark = tape.units.length;
    await until('more', () => tape.units.length > mark + 5);
    tape.units.forEach((unit, index) => assert.equal(unit.sequence, index));
    assert.equal(tape.units.filter((unit) => unit.keyFrame).length, 1);
  });

  it('refuses bad options with a code, and calls after close', async () => {
    for (const options of [{ name: 'much too long' }, { name: '' }, { profile: 'best' }, { preset: 'placebo' }, { maxLevel: '9.9' }, { bitrateKbps: -1 },
      { crop: { x: 0.5, y: 0, widthPx: 1, heightPx: 1 } }, { masks: [{ x: 0 }] }, { crop: { x: 0, y: 0, widthPx: 64, heightPx: 64 } }, { drawnFor: [{}] }, { drawnFor: '640x480p' }, { placeholder: {} }])
      assert.throws(() => rig.pipeline.addOutput({ ...outputOptions(), ...options } as never, () => {}), { code: 'NAT_BAD_ARGUMENT' });
    assert.throws(() => rig.pipeline.addOutput(outputOptions(), 'no function' as never), { code: 'NAT_BAD_ARGUMENT' });
    assert.throws(() => rig.pipeline.preview('/nonexistent/preview'), { code: 'NAT_PREVIEW' });
    const tape = rig.record();
    const closing = [rig.pipeline.close(), rig.pipeline.close()];
    const count = tape.units.length;
    assert.throws(() => rig.pipeline.status(), { code: 'NAT_BAD_ARGUMENT' });
    assert.throws(() => rig.pipeline.addOutput(outputOptions(), () => {}), { code: 'NAT_BAD_ARGUMENT' });
    tape.output.forceKeyFrame();
    closing.push(tape.output.close());
    assert.deepEqual(await Promise.all(closing), [undefined, undefined, undefined]);
    assert.equal(tape.units.length, count);
  });
});
