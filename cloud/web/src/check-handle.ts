import type { ViewerSnapshot } from './viewer-snapshot.ts';
import type { Viewer } from './viewer.ts';

/** What a measuring harness reads at `window.__scanlink`; every read gives the state of that moment. */
export interface CheckHandle extends ViewerSnapshot {
  readonly status: ViewerSnapshot['view']['status'];
  readonly picture: ViewerSnapshot['view']['picture'];
  /** Newest connection: request to first presented picture, milliseconds; null before it. */
  readonly joinMs: number | null;
  /** performance timeline, milliseconds since the page's navigation. */
  readonly firstFrameAtMs: number | null;
  readonly framesPresented: number;
  readonly attempts: number;
}

/** Puts the read-only handle on the window. Beside it each frame is told by a `scanlink:frame` event. */
export function exposeCheckHandle(target: object, viewer: Viewer): void {
  Object.defineProperty(target, '__scanlink', {
    configurable: true, enumerable: false,
    get: (): CheckHandle => {
      const snapshot = viewer.getSnapshot();
      return Object.freeze({
        ...snapshot, status: snapshot.view.status, picture: snapshot.view.picture, joinMs: viewer.joinMs, firstFrameAtMs: viewer.firstFrameAtMs,
        framesPresented: viewer.framesPresented, attempts: viewer.attempts,
      });
    },
  });
}
