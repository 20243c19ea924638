import type { Magnifier, MagnifierEvent, Size } from './magnifier.ts';

const KEY_FACTOR = 1.25;
/** Of the stage's side, for one press of an arrow. */
const KEY_STEP = 0.1;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** What a key means for the picture; null: nothing. Arrows look further into their direction, so the picture goes the other way. */
export function readKey(key: string, state: Magnifier, stage: Size): MagnifierEvent | null {
  const arrow = ARROWS[key];
  if (arrow !== undefined) return state.mode === 'fit' ? null : { kind: 'pan', by: { x: arrow[0] * KEY_STEP * stage.width, y: arrow[1] * KEY_STEP * stage.height } };
  switch (key) {
    case '+': case '=': return { kind: 'zoom', factor: KEY_FACTOR };
    case '-': case '_': return { kind: 'zoom', factor: 1 / KEY_FACTOR };
    case '0': return { kind: 'fit' };
    case '1': return { kind: 'actual' };
    default: return null;
  }
}

const LINE_PX = 16;
const PAGE_PX = 400;
/** Turning a wheel by one notch (about 100 px) zooms by a quarter. */
const ZOOM_A_PX = Math.log(KEY_FACTOR) / 100;
/** A pinch on a touchpad comes as a wheel with the control key, in far smaller steps. */
const PINCH_ZOOM_A_PX = 0.01;

/** Factor of a turn of the wheel. @param deltaMode WheelEvent's: pixels, lines, pages. */
export function wheelFactor(deltaY: number, deltaMode: number, isPinch: boolean): number {
  const px = deltaY * (deltaMode === 1 ? LINE_PX : deltaMode === 2 ? PAGE_PX : 1);
  const held = Math.max(-400, Math.min(400, px));
  return Math.exp(-held * (isPinch ? PINCH_ZOOM_A_PX : ZOOM_A_PX));
}
