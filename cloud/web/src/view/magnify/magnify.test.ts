import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { fitted, isCrisp, magnify, place, zoomOf, type Geometry, type Magnifier, type MagnifierEvent, type PlacedPicture } from './magnifier.ts';
import { readKey, wheelFactor } from './keys.ts';
import { dropPointer, liftPointer, movePointer, noPointers, pressPointer, type Pointers } from './pointers.ts';

/** A 1280x720 picture on a stage of twice its width; the height leaves 40 px above and below. */
const wide: Geometry = { stage: { width: 2560, height: 1520 }, origin: { x: 0, y: 60 }, picture: { width: 1280, height: 720 }, pixelRatio: 1 };
/** A telephone: three device pixels a CSS pixel. */
const phone: Geometry = { stage: { width: 390, height: 500 }, origin: { x: 0, y: 0 }, picture: { width: 1280, height: 720 }, pixelRatio: 3 };
const free = (zoom: number, u = 0.5, v = 0.5): Magnifier => ({ mode: 'free', zoom, u, v });
const rounded = (placed: PlacedPicture): number[] => [placed.left, placed.top, placed.width, placed.height].map((value) => Math.round(value * 1e6) / 1e6);
const middle = { x: 1280, y: 760 };

const table: readonly (readonly [string, Magnifier, MagnifierEvent, Geometry, PlacedPicture])[] = [
  ['fits, in the middle', fitted, { kind: 'fit' }, wide, { left: 0, top: 40, width: 2560, height: 1440 }],
  ['1:1 from the middle, not from a corner', fitted, { kind: 'actual' }, { ...wide, stage: { width: 640, height: 360 } }, { left: -320, top: -180, width: 1280, height: 720 }],
  ['1:1 smaller than the stage stands in its middle', fitted, { kind: 'actual' }, wide, { left: 640, top: 400, width: 1280, height: 720 }],
  ['1:1 is device pixels', fitted, { kind: 'actual' }, phone, { left: Math.round(((390 - 1280 / 3) / 2) * 3) / 3, top: 130, width: 1280 / 3, height: 240 }],
  ['zooms about the middle', fitted, { kind: 'zoom', factor: 2 }, wide, { left: -1280, top: -680, width: 5120, height: 2880 }],
  ['what lies under the pointer stays', fitted, { kind: 'zoom', factor: 2, at: { x: 640, y: 400 } }, wide, { left: -640, top: -320, width: 5120, height: 2880 }],
  ['pans with the hand', free(2), { kind: 'pan', by: { x: 100, y: -50 } }, wide, { left: -1180, top: -730, width: 5120, height: 2880 }],
  ['never past its edge', free(2), { kind: 'pan', by: { x: 9000, y: 9000 } }, wide, { left: 0, top: 0, width: 5120, height: 2880 }],
  ['a fitting picture does not move', fitted, { kind: 'pan', by: { x: 50, y: 50 } }, wide, { left: 0, top: 40, width: 2560, height: 1440 }],
  ['a double click goes in at the place', fitted, { kind: 'toggle', at: middle }, wide, { left: -1920, top: -1040, width: 6400, height: 3600 }],
  ['and back', free(3, 0.2, 0.2), { kind: 'toggle', at: middle }, wide, { left: 0, top: 40, width: 2560, height: 1440 }],
  ['one key brings it back', free(8, 0.9, 0.1), { kind: 'fit' }, wide, { left: 0, top: 40, width: 2560, height: 1440 }],
];

describe('magnifier', () => {
  for (const [name, state, event, geometry, expected] of table) it(name, () => assert.deepEqual(rounded(place(magnify(state, event, geometry), geometry)), rounded(expected)));
  it('1:1 lies on whole points of the display, wherever the stage begins', () => {
    const geometry = { ...wide, stage: { width: 641, height: 361 }, origin: { x: 0, y: 50.4 } };
    const { left, top } = place(magnify(fitted, { kind: 'actual' }, geometry), geometry);
    for (const at of [left, top + 50.4]) assert.ok(Math.abs(at - Math.round(at)) < 1e-6);
  });
  it('has limits, and comes back to the fitting size as such', () => {
    assert.equal(zoomOf(magnify(fitted, { kind: 'zoom', factor: 1000 }, wide), wide), 8);
    assert.equal(zoomOf(magnify(fitted, { kind: 'zoom', factor: 0.001 }, wide), wide), 0.5);
    assert.equal(magnify(fitted, { kind: 'zoom', factor: 0.001 }, phone).mode, 'fit');
    assert.equal(magnify(magnify(fitted, { kind: 'zoom', factor: 1.25 }, wide), { kind: 'zoom', factor: 0.8 }, wide).mode, 'fit');
  });
  it('shows points with edges once they are large', () => {
    assert.deepEqual([fitted, free(1.9), free(2)].map((state) => isCrisp(state, wide)), [false, false, true]);
    assert.equal(isCrisp(magnify(fitted, { kind: 'actual' }, phone), phone), false);
  });
  it('does nothing without a picture or a stage', () => {
    for (const geometry of [{ ...wide, picture: { width: 0, height: 0 } }, { ...wide, stage: { width: 0, height: 0 } }]) assert.equal(magnify(fitted, { kind: 'actual' }, geometry), fitted);
  });
  it('keeps the stage covered where the picture is larger, and the rest in the middle, after any events', () => {
    const number = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
    const point = fc.record({ x: number(-3000, 3000), y: number(-3000, 3000) });
    const event: fc.Arbitrary<MagnifierEvent> = fc.oneof(fc.constantFrom({ kind: 'fit' as const }, { kind: 'actual' as const }),
      fc.record({ kind: fc.constant('zoom' as const), factor: number(0.05, 20), at: point }), fc.record({ kind: fc.constant('pan' as const), by: point }), fc.record({ kind: fc.constant('toggle' as const), at: point }));
    fc.assert(fc.property(fc.array(event), fc.constantFrom(wide, phone, { ...wide, stage: { width: 300, height: 900 } }), (events, geometry) => {
      const state = events.reduce((before, each) => magnify(before, each, geometry), fitted);
      const { left, top, width, height } = place(state, geometry);
      for (const [at, length, stage] of [[left, width, geometry.stage.width], [top, height, geometry.stage.height]] as const) {
        if (length > stage + 1) assert.ok(at <= 0.51 && at + length >= stage - 0.51, `${at} ${length} of ${stage}`);
        else assert.ok(Math.abs(at + length / 2 - stage / 2) <= 1);
      }
    }));
  });
});

describe('pointers on the stage', () => {
  const at = (id: number, x: number, y: number, atMs = 0): { id: number; at: { x: number; y: number }; atMs: number } => ({ id, at: { x, y }, atMs });
  const press = (...inputs: readonly ReturnType<typeof at>[]): Pointers => inputs.reduce(pressPointer, noPointers);
  it('one drags', () => assert.deepEqual(movePointer(press(at(1, 10, 10)), at(1, 40, 5))[1], [{ kind: 'pan', by: { x: 30, y: -5 } }]));
  it('two pinch about their middle', () => assert.deepEqual(movePointer(press(at(1, 0, 0), at(2, 100, 0)), at(2, 200, 0))[1], [{ kind: 'zoom', factor: 2, at: { x: 50, y: 0 } }, { kind: 'pan', by: { x: 50, y: 0 } }]));
  it('one that is not down does nothing', () => assert.deepEqual(movePointer(noPointers, at(1, 5, 5))[1], []));
  const tapped = (second: ReturnType<typeof at>): readonly MagnifierEvent[] => {
    const [after] = liftPointer(press(at(1, 100, 100, 0)), at(1, 101, 100, 60));
    return liftPointer(pressPointer(after, second), second)[1];
  };
  it('two taps on one place are a double tap', () => assert.deepEqual(tapped(at(2, 110, 104, 300)), [{ kind: 'toggle', at: { x: 110, y: 104 } }]));
  for (const [name, second] of [['late', at(2, 100, 100, 700)], ['elsewhere', at(2, 300, 100, 200)]] as const) it(`no double tap: ${name}`, () => assert.deepEqual(tapped(second), []));
  it('a drag is no tap, nor is what the browser took', () => {
    const [moved] = movePointer(press(at(1, 100, 100)), at(1, 160, 100));
    assert.equal(liftPointer(moved, at(1, 160, 100, 50))[0].lastTap, null);
    assert.deepEqual(liftPointer(dropPointer(press(at(1, 0, 0)), 1), at(1, 0, 0))[1], []);
  });
});

describe('keys and wheel', () => {
  for (const [key, state, kind] of [['+', fitted, 'zoom'], ['=', fitted, 'zoom'], ['-', fitted, 'zoom'], ['0', free(3), 'fit'], ['1', fitted, 'actual'], ['ArrowLeft', free(3), 'pan'], ['ArrowLeft', fitted, undefined], ['x', fitted, undefined]] as const) {
    it(`${key} at ${state.mode}: ${kind ?? 'nothing'}`, () => assert.equal(readKey(key, state, wide.stage)?.kind, kind));
  }
  it('the right arrow looks to the right', () => assert.deepEqual(readKey('ArrowRight', free(2), { width: 1000, height: 500 }), { kind: 'pan', by: { x: -100, y: 0 } }));
  it('a notch is a quarter, in pixels and in lines, and both ways cancel', () => {
    assert.ok(Math.abs(wheelFactor(-100, 0, false) - 1.25) < 1e-9);
    assert.ok(wheelFactor(-6, 1, false) > 1.2 && wheelFactor(3, 2, false) < 0.5);
    assert.ok(Math.abs(wheelFactor(30, 0, true) * wheelFactor(-30, 0, true) - 1) < 1e-9);
  });
});
