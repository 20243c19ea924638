import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { fitted, hasArea, magnify, type Geometry, type Magnifier, type MagnifierEvent, type Point, type Size } from './magnifier.ts';
import { readKey, wheelFactor } from './keys.ts';
import { dropPointer, liftPointer, movePointer, noPointers, pressPointer, type PointerInput } from './pointers.ts';

export interface MagnifierControl {
  readonly state: Magnifier;
  readonly geometry: Geometry;
  readonly act: (event: MagnifierEvent) => void;
  /** @returns whether the key meant something. */
  readonly press: (key: string) => boolean;
}

/**
 * Magnifies and moves the picture within its stage: wheel, pinch, drag, double click or tap, keys. Gestures that begin on
 * the stage never zoom the page, so that the status beside it stays where it is.
 */
export function useMagnifier(stage: RefObject<HTMLElement | null>, picture: Size): MagnifierControl {
  const [state, setState] = useState(fitted);
  const [view, setView] = useState<Omit<Geometry, 'picture'>>({ stage: { width: 0, height: 0 }, origin: { x: 0, y: 0 }, pixelRatio: 1 });
  const geometry: Geometry = { ...view, picture };
  const current = useRef({ state, geometry });
  current.current = { state, geometry };

  const act = useCallback((event: MagnifierEvent): void => {
    // Several events of one gesture may come before the next drawing.
    const next = magnify(current.current.state, event, current.current.geometry);
    current.current = { ...current.current, state: next };
    setState(next);
  }, []);
  const press = useCallback((key: string): boolean => {
    const event = readKey(key, current.current.state, current.current.geometry.stage);
    if (event === null || !hasArea(current.current.geometry)) return false;
    act(event);
    return true;
  }, [act]);

  useEffect(() => {
    const element = stage.current;
    if (element === null) return undefined;
    const look = (): void => {
      const { x, y, width, height } = element.getBoundingClientRect();
      setView({ stage: { width, height }, origin: { x, y }, pixelRatio: window.devicePixelRatio });
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    // Another display has another number of pixels, the stage's size may be the same.
    window.addEventListener('resize', look);
    const stop = followPointers(element, act);
    return () => { observer.disconnect(); window.removeEventListener('resize', look); stop(); };
  }, [stage, act]);
  return { state, geometry, act, press };
}

/** @returns a function that lets go of the element. */
function followPointers(element: HTMLElement, act: (event: MagnifierEvent) => void): () => void {
  const closed = new AbortController();
  const { signal } = closed;
  let pointers = noPointers;
  const pointOf = (event: MouseEvent): Point => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const inputOf = (event: PointerEvent): PointerInput => ({ id: event.pointerId, at: pointOf(event), atMs: event.timeStamp });
  const take = ([next, events]: ReturnType<typeof movePointer>): void => { pointers = next; for (const each of events) act(each); };
  element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || (event.target instanceof Element && event.target.closest('button') !== null)) return;
    element.setPointerCapture(event.pointerId);
    pointers = pressPointer(pointers, inputOf(event));
  }, { signal });
  element.addEventListener('pointermove', (event) => take(movePointer(pointers, inputOf(event))), { signal });
  element.addEventListener('pointerup', (event) => take(liftPointer(pointers, inputOf(event))), { signal });
  element.addEventListener('pointercancel', (event) => { pointers = dropPointer(pointers, event.pointerId); }, { signal });
  element.addEventListener('wheel', (event) => {
    event.preventDefault();
    act({ kind: 'zoom', factor: wheelFactor(event.deltaY, event.deltaMode, event.ctrlKey), at: pointOf(event) });
  }, { signal, passive: false });
  // Safari's own pinch of the page; touch-action keeps the other browsers from theirs.
  element.addEventListener('gesturestart', (event) => event.preventDefault(), { signal });
  return () => closed.abort();
}
