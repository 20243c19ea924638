import { noStats, type StreamStats } from './media/stream-stats.ts';
import type { ViewedSession } from './hub/session-info.ts';
import type { RefusalWords } from './hub/refusal.ts';
import type { Delay } from './media/delay-meter.ts';
import type { StatusView } from './status/stream-status.ts';

/** What the page draws. A new object only when something visible changed. */
export interface ViewerSnapshot {
  readonly view: StatusView;
  readonly session: ViewedSession | null;
  readonly stats: StreamStats;
  readonly delay: Delay;
  /** This browser's link can't take the rate: only key frames come. */
  readonly skipping: boolean;
  /** Whole seconds since the last picture; null before the first. */
  readonly pictureAgeS: number | null;
  /** The hub's own sentence for a refusal. */
  readonly words: RefusalWords | null;
  /** The last picture is held beside the video element, which shows nothing any more. */
  readonly kept: boolean;
  readonly size: { readonly widthPx: number; readonly heightPx: number };
}

export const firstSnapshot: ViewerSnapshot = {
  view: { status: { kind: 'opening' }, picture: 'none' }, session: null, stats: noStats,
  delay: { kind: 'unknown', reason: 'no-frames' }, skipping: false, pictureAgeS: null, words: null, size: { widthPx: 0, heightPx: 0 }, kept: false,
};

/**
 * A view of which only whole seconds are seen: durations are cut, so that a page that shows the same text is not drawn
 * again ten times a second.
 */
export function settleView(view: StatusView): StatusView {
  const { status } = view;
  if (!('forMs' in status) || status.forMs === null) return view;
  return { ...view, status: { ...status, forMs: Math.floor(status.forMs / 1000) * 1000 } };
}

/** Equal by value; snapshots are small. */
export function isSameSnapshot(a: ViewerSnapshot, b: ViewerSnapshot): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
