import { watchFrames, type PresentedFrame } from './frame-watch.ts';

export interface ScreenEvents {
  frame(frame: PresentedFrame): void;
  /** `kept` or `playRefused` changed. */
  changed(): void;
}

/** A browser that pauses again within this time does not want to play: only a person's gesture helps. */
const PLAY_AGAIN_MS = 1000;
/** What a browser takes for a person's will. */
const GESTURES = ['click', 'touchend', 'keydown'] as const;

/**
 * What shows pictures: the video element, and over it a canvas that holds the last picture of a connection that was
 * closed (the end of a track blanks the element). Both elements are the view's; they come and go with it.
 */
export class PictureScreen {
  /** false: presented frames are not told (no requestVideoFrameCallback); decoded ones must do. */
  readonly tellsFrames = 'requestVideoFrameCallback' in HTMLVideoElement.prototype;
  readonly #events: ScreenEvents;
  #video: HTMLVideoElement | null = null;
  #canvas: HTMLCanvasElement | null = null;
  #stream: MediaStream | null = null;
  #kept = false;
  #playRefused = false;
  #playedMs = Number.NEGATIVE_INFINITY;

  constructor(events: ScreenEvents) {
    this.#events = events;
  }

  /** The canvas holds the last picture. */
  get kept(): boolean { return this.#kept; }
  /** The browser plays nothing before a person's gesture. */
  get playRefused(): boolean { return this.#playRefused; }
  get attached(): boolean { return this.#video !== null; }

  /** @returns a function that takes the element back. */
  readonly attachVideo = (video: HTMLVideoElement): (() => void) => {
    const closed = new AbortController();
    const { signal } = closed;
    this.#video = video;
    const watch = watchFrames(video, (frame) => this.#events.frame(frame));
    video.addEventListener('playing', () => this.#setRefused(false), { signal });
    video.addEventListener('pause', () => this.#takePause(), { signal });
    for (const gesture of GESTURES) document.addEventListener(gesture, () => { if (this.#playRefused) this.#play(); }, { signal });
    this.#set(this.#stream);
    return () => { closed.abort(); watch.stop(); video.srcObject = null; this.#video = null; };
  };

  readonly attachCanvas = (canvas: HTMLCanvasElement): (() => void) => {
    this.#canvas = canvas;
    return () => { this.dropKept(); this.#canvas = null; };
  };

  show(track: MediaStreamTrack): void { this.#set(new MediaStream([track])); }

  /** Takes the picture that is seen into the canvas: its connection is about to be closed. */
  keepLast(): void {
    const [video, canvas] = [this.#video, this.#canvas];
    if (video === null || canvas === null || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return;
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext('2d')?.drawImage(video, 0, 0);
    this.#setKept(true);
  }

  /** A new picture is seen: the kept one goes. */
  dropKept(): void {
    if (!this.#kept) return;
    // A canvas without an area holds no pixels.
    if (this.#canvas !== null) this.#canvas.width = this.#canvas.height = 0;
    this.#setKept(false);
  }

  /** Nothing of what was seen may stay, not even hidden; what comes next is still shown. */
  wipe(): void {
    this.dropKept();
    const tracks = this.#stream?.getTracks().filter((track) => track.readyState === 'live') ?? [];
    // A new stream blanks the element.
    this.#set(tracks.length === 0 ? null : new MediaStream(tracks));
  }

  /** Nothing comes any more. */
  clear(): void {
    this.dropKept();
    this.#set(null);
  }

  #set(stream: MediaStream | null): void {
    this.#stream = stream;
    if (this.#video === null) return;
    this.#video.srcObject = stream;
    if (stream !== null) this.#play();
  }

  #takePause(): void {
    if (this.#stream?.active !== true) return;
    if (performance.now() - this.#playedMs < PLAY_AGAIN_MS) this.#setRefused(true);
    else this.#play();
  }

  #play(): void {
    const video = this.#video;
    if (video === null) return;
    this.#playedMs = performance.now();
    // Another stream that comes in between ends the promise too, with another name.
    video.play().then(() => this.#setRefused(video.paused), (error: unknown) => { if (error instanceof DOMException && error.name === 'NotAllowedError') this.#setRefused(true); });
  }

  #setRefused(refused: boolean): void {
    if (refused === this.#playRefused) return;
    this.#playRefused = refused;
    this.#events.changed();
  }

  #setKept(kept: boolean): void {
    if (kept === this.#kept) return;
    this.#kept = kept;
    this.#events.changed();
  }
}
