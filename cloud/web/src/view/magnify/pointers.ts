import type { MagnifierEvent, Point } from './magnifier.ts';

/** Pointers on the stage, and the last tap; times in milliseconds. */
export interface Pointers {
  readonly down: ReadonlyMap<number, Point>;
  /** Where a pointer went down that has not moved; null once it moved or was joined. */
  readonly still: { readonly at: Point } | null;
  readonly lastTap: { readonly at: Point; readonly atMs: number } | null;
}

export interface PointerInput { readonly id: number; readonly at: Point; readonly atMs: number }

export const noPointers: Pointers = { down: new Map(), still: null, lastTap: null };

const TAP_MOVES_PX = 10;
const DOUBLE_TAP_MS = 350;
const DOUBLE_TAP_APART_PX = 40;

export function pressPointer(state: Pointers, { id, at }: PointerInput): Pointers {
  const down = new Map(state.down).set(id, at);
  return { ...state, down, still: down.size === 1 ? { at } : null };
}

/** One pointer pans; of two, their middle pans and their distance zooms about it. A third does nothing. */
export function movePointer(state: Pointers, { id, at }: PointerInput): readonly [Pointers, readonly MagnifierEvent[]] {
  const before = state.down.get(id);
  if (before === undefined) return [state, []];
  const down = new Map(state.down).set(id, at);
  const still = state.still !== null && distance(state.still.at, at) <= TAP_MOVES_PX ? state.still : null;
  const next = { ...state, down, still };
  if (down.size === 1) return [next, [{ kind: 'pan', by: { x: at.x - before.x, y: at.y - before.y } }]];
  if (down.size > 2) return [next, []];
  const other = [...down].find(([key]) => key !== id)?.[1];
  if (other === undefined) return [next, []];
  const [middleBefore, middle] = [between(before, other), between(at, other)];
  const apart = Math.max(1, distance(before, other));
  return [next, [{ kind: 'zoom', factor: Math.max(1, distance(at, other)) / apart, at: middleBefore }, { kind: 'pan', by: { x: middle.x - middleBefore.x, y: middle.y - middleBefore.y } }]];
}

/** The second of two short taps on one place is a double tap, of a finger as of a mouse. */
export function liftPointer(state: Pointers, { id, at, atMs }: PointerInput): readonly [Pointers, readonly MagnifierEvent[]] {
  const down = new Map(state.down);
  if (!down.delete(id)) return [state, []];
  if (state.still === null || down.size > 0) return [{ down, still: null, lastTap: null }, []];
  const { lastTap } = state;
  if (lastTap !== null && atMs - lastTap.atMs <= DOUBLE_TAP_MS && distance(lastTap.at, at) <= DOUBLE_TAP_APART_PX) return [{ down, still: null, lastTap: null }, [{ kind: 'toggle', at }]];
  return [{ down, still: null, lastTap: { at, atMs } }, []];
}

/** The browser took the pointer away. */
export function dropPointer(state: Pointers, id: number): Pointers {
  const down = new Map(state.down);
  down.delete(id);
  return { down, still: null, lastTap: null };
}

function distance(a: Point, b: Point): number { return Math.hypot(a.x - b.x, a.y - b.y); }
function between(a: Point, b: Point): Point { return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }; }
