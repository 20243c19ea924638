/** A frame as `scanlink:frame` tells it; times are milliseconds of the performance timeline. */
export interface FrameEventDetail {
  readonly rtpTimestamp: number | null;
  readonly presentationTimeMs: number;
  readonly callbackAtMs: number;
  readonly delayMs: number | null;
  readonly uncertaintyMs: number | null;
}

export interface PresentedFrame { readonly rtpTimestamp: number | undefined; readonly presentationTimeMs: number; readonly callbackAtMs: number; readonly presentedFrames: number; readonly widthPx: number; readonly heightPx: number }

/**
 * Calls back for every presented frame of a video element, also after its stream was changed.
 * Where the browser has no requestVideoFrameCallback nothing is called and `supported` is false.
 * @returns a function that stops it.
 */
export function watchFrames(video: HTMLVideoElement, onFrame: (frame: PresentedFrame) => void): { readonly supported: boolean; stop(): void } {
  if (!('requestVideoFrameCallback' in video)) return { supported: false, stop: () => undefined };
  let handle = 0;
  const next = (): void => {
    handle = video.requestVideoFrameCallback((_nowMs, metadata) => {
      const callbackAtMs = performance.now();
      next();
      onFrame({ rtpTimestamp: metadata.rtpTimestamp, presentationTimeMs: metadata.presentationTime, callbackAtMs, presentedFrames: metadata.presentedFrames, widthPx: metadata.width, heightPx: metadata.height });
    });
  };
  next();
  return { supported: true, stop: () => video.cancelVideoFrameCallback(handle) };
}
