import { pause, SessionFollower } from './hub/session-follower.ts';
import { DelayMeter, type Delay } from './media/delay-meter.ts';
import { FrameRate } from './media/frame-rate.ts';
import { watchFrames, type FrameEventDetail, type PresentedFrame } from './media/frame-watch.ts';
import { orderH264 } from './media/h264-support.ts';
import { deriveStats, noRates, noStats, readSample, type StatsSample, type StreamStats } from './media/stream-stats.ts';
import { WhepSession } from './media/whep-session.ts';
import { deriveStatus } from './status/stream-status.ts';
import { firstSnapshot, isSameSnapshot, settleView, type ViewerSnapshot } from './viewer-snapshot.ts';
import type { Refusal, RefusalWords } from './hub/refusal.ts';
import type { ViewedSession } from './hub/session-info.ts';
import type { ViewLink } from './link/view-link.ts';
import type { RelayMessage } from './media/clock-message.ts';
import type { FailureReason, StatusFacts } from './status/facts.ts';

const TICK_MS = 100;
/** Drawing the page takes as long as a near hub takes to answer; a hub that takes longer leaves time for it. */
const DRAW_AFTER_MS = 200;
const STATS_INTERVAL_MS = 1000;
/** A number that changes ten times a second can't be read. */
const DELAY_SHOWN_FOR_MS = 500;
const FPS_SHOWN_FOR_MS = 1000;
/** After a tab is seen again its counters are still those of a hidden one. */
const SEEN_AGAIN_GRACE_MS = 1500;

/**
 * The page's core: follows the session, keeps the media connection, watches the pictures, and derives from all of it
 * one snapshot for the screen. Holds no element but the video that it was given.
 */
export class Viewer {
  readonly #follower: SessionFollower;
  readonly #media: WhepSession;
  readonly #delay = new DelayMeter();
  readonly #rate = new FrameRate();
  readonly #startedMs = performance.now();
  readonly #closed = new AbortController();
  readonly #listeners = new Set<() => void>();
  #snapshot = firstSnapshot;
  #failure: FailureReason | null = null;
  #words: RefusalWords | null = null;
  #ended = false;
  #session: { value: ViewedSession; atMs: number } | null = null;
  #hubAtMs: number | null = null;
  #lastPictureMs: number | null = null;
  #seenAtMs = Number.NEGATIVE_INFINITY;
  #shownDelay: { value: Delay; atMs: number } = { value: firstSnapshot.delay, atMs: 0 };
  #shownFps: { value: number | null; atMs: number } = { value: null, atMs: 0 };
  #skipping = false;
  #video: HTMLVideoElement | null = null;
  #stream: MediaStream | null = null;
  #stats: StreamStats = noStats;
  #carried: StreamStats = noStats;
  #sample: StatsSample | null = null;
  #attemptMs = 0;
  #joined = false;
  /** The attempt whose stream the video shows. */
  #shownAttempt = 0;
  #lastRtp: number | undefined;
  #size = { widthPx: 0, heightPx: 0 };
  /** Newest connection: request to first presented picture. Milliseconds. */
  joinMs: number | null = null;
  /** First picture of this page, performance timeline. */
  firstFrameAtMs: number | null = null;
  attempts = 0;
  framesPresented = 0;

  constructor(link: ViewLink) {
    const codecs = typeof RTCPeerConnection === 'undefined' ? null : orderH264(RTCRtpReceiver.getCapabilities('video')?.codecs ?? []);
    if (codecs === null) this.#failure = 'no-webrtc';
    else if (codecs.length === 0) this.#failure = 'no-h264';
    this.#follower = new SessionFollower(link, {
      session: (session) => this.#takeSession(session), alive: () => { this.#hubAtMs = performance.now(); }, refused: (refusal) => this.#takeRefusal(refusal),
    });
    this.#media = new WhepSession(link, codecs ?? [], {
      attempt: (nowMs) => this.#beginAttempt(nowMs), track: (track) => this.#takeTrack(track),
      message: (message, nowMs) => this.#takeMessage(message, nowMs),
      // Whether the session exists is the event stream's to say; the relay may only not know it yet.
      refused: (refusal) => { if (refusal.kind !== 'unknown-session') this.#takeRefusal(refusal); },
    });
  }

  /** @returns a promise that settles when the page's thread is free to draw: the picture's path is being made, or there is nothing to make yet. */
  async start(): Promise<void> {
    const { signal } = this.#closed;
    const hasMedia = this.#failure === null;
    if (hasMedia) this.#media.start();
    // The picture's way is the longest: its request is the first that the hub gets.
    void (hasMedia ? this.#media.asked : Promise.resolve()).then(() => this.#follower.start());
    const timers = [window.setInterval(() => this.#tick(), TICK_MS), window.setInterval(() => void this.#readStats(), STATS_INTERVAL_MS)];
    signal.addEventListener('abort', () => { for (const timer of timers) window.clearInterval(timer); });
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.#seenAtMs = performance.now(); }, { signal });
    window.addEventListener('pagehide', () => this.close(), { signal });
    // A page taken out of the back-forward cache was closed when it went in.
    window.addEventListener('pageshow', (event) => { if (event.persisted) window.location.reload(); });
    if (hasMedia) await Promise.race([this.#media.underWay, pause(DRAW_AFTER_MS, signal)]);
  }

  /** Idempotent; ends the WHEP resource. */
  close(): void {
    this.#closed.abort();
    this.#follower.close();
    this.#media.close();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => { this.#listeners.delete(listener); };
  };
  readonly getSnapshot = (): ViewerSnapshot => this.#snapshot;

  /** Gives the element that the stream plays in. @returns a function that takes it back. */
  readonly attachVideo = (video: HTMLVideoElement): (() => void) => {
    this.#video = video;
    video.srcObject = this.#stream;
    const watch = watchFrames(video, (frame) => this.#takeFrame(frame));
    return () => { watch.stop(); video.srcObject = null; this.#video = null; };
  };

  #takeSession(session: ViewedSession): void {
    this.#session = { value: session, atMs: performance.now() };
    if (this.#failure === 'unknown-session') this.#failure = null;
    if (session.ended) this.#end();
    this.#tick();
  }

  #takeRefusal(refusal: Refusal): void {
    if (refusal.kind === 'unavailable') return;
    this.#words = refusal.words;
    if (refusal.kind === 'ended') this.#end();
    else this.#failure ??= refusal.kind;
    this.#tick();
  }

  #end(): void {
    this.#ended = true;
    this.#follower.close();
    this.#media.close();
    this.#stream = null;
    if (this.#video !== null) this.#video.srcObject = null;
  }

  #beginAttempt(nowMs: number): void {
    this.#attemptMs = nowMs;
    this.attempts += 1;
    this.#joined = false;
    this.#skipping = false;
    this.#delay.reset();
    this.#rate.reset();
    this.#carried = { ...this.#stats, ...noRates };
    this.#stats = this.#carried;
    this.#sample = null;
  }

  #takeTrack(track: MediaStreamTrack): void {
    const attempt = this.attempts;
    const show = (): void => {
      if (this.#ended || attempt !== this.attempts) return;
      this.#shownAttempt = attempt;
      this.#lastRtp = undefined;
      this.#stream = new MediaStream([track]);
      if (this.#video !== null) this.#video.srcObject = this.#stream;
    };
    // A new stream blanks the element: the old picture, marked as old, stays until packets of the new one come.
    if (this.#lastPictureMs === null || !track.muted) show();
    else track.addEventListener('unmute', show, { once: true });
  }

  #takeMessage(message: RelayMessage, nowMs: number): void {
    if (message.t === 'anchor') this.#delay.takeAnchor(message, nowMs);
    if (message.t === 'skipping') this.#skipping = message.on;
  }

  #takeFrame(frame: PresentedFrame): void {
    // The end of a connection makes the element present its last picture once more; that is not a new one.
    if (this.#media.connection === null || this.#shownAttempt !== this.attempts) return;
    if (frame.rtpTimestamp !== undefined && frame.rtpTimestamp === this.#lastRtp) return;
    this.#lastRtp = frame.rtpTimestamp;
    const nowMs = frame.callbackAtMs;
    this.framesPresented += 1;
    if (frame.widthPx !== this.#size.widthPx || frame.heightPx !== this.#size.heightPx) {
      this.#size = { widthPx: frame.widthPx, heightPx: frame.heightPx };
      this.#rate.reset();
    }
    this.#rate.takeFrame(frame);
    const wasLate = this.#lastPictureMs === null || this.#snapshot.view.picture === 'old' || this.#snapshot.view.picture === 'none';
    this.#lastPictureMs = nowMs;
    this.firstFrameAtMs ??= frame.presentationTimeMs;
    if (!this.#joined) {
      this.#joined = true;
      this.joinMs = frame.presentationTimeMs - this.#attemptMs;
      // Where the rates begin: the next reading already has figures.
      void this.#readStats();
    }
    const measured = this.#delay.takeFrame(frame.rtpTimestamp, frame.presentationTimeMs, this.#media.connection?.clock.offset ?? null, nowMs);
    const detail: FrameEventDetail = {
      rtpTimestamp: frame.rtpTimestamp ?? null, presentationTimeMs: frame.presentationTimeMs, callbackAtMs: nowMs,
      delayMs: measured?.delayMs ?? null, uncertaintyMs: measured?.uncertaintyMs ?? null,
    };
    window.dispatchEvent(new CustomEvent('scanlink:frame', { detail }));
    if (wasLate) this.#tick();
  }

  async #readStats(): Promise<void> {
    const connection = this.#media.connection;
    const report = await connection?.getStats().catch(() => null);
    if (!report || connection !== this.#media.connection) return;
    const entries: Record<string, unknown>[] = [];
    report.forEach((entry: Record<string, unknown>) => entries.push(entry));
    const sample = readSample(entries, performance.now());
    if (sample === null) return;
    if (this.#isUnseen && this.#sample !== null && sample.framesDecoded > this.#sample.framesDecoded) this.#lastPictureMs = sample.atMs;
    const stats = deriveStats(this.#carried, this.#sample, sample);
    if (stats === null) return;
    this.#stats = stats;
    this.#sample = sample;
  }

  /** Where nothing is presented (a hidden tab, no requestVideoFrameCallback), decoded pictures count. */
  get #isUnseen(): boolean { return document.hidden || this.#video === null || !('requestVideoFrameCallback' in this.#video); }

  #gatherFacts(nowMs: number): StatusFacts {
    const since = (atMs: number | null): number | null => (atMs === null ? null : nowMs - atMs);
    return {
      failure: this.#failure, ended: this.#ended, session: this.#session?.value ?? null,
      hubNowMs: this.#session === null ? null : this.#session.value.hubNowMs + (nowMs - this.#session.atMs),
      hubSilentMs: since(this.#hubAtMs), pathSilentMs: since(this.#media.lastMessageMs), pictureAgeMs: since(this.#lastPictureMs),
      media: this.#media.facts, openForMs: nowMs - this.#startedMs, online: navigator.onLine,
      hidden: document.hidden || nowMs - this.#seenAtMs < SEEN_AGAIN_GRACE_MS,
    };
  }

  /** The median as shown: whole milliseconds, changed twice a second at most; a loss of measure shows at once. */
  #showDelay(nowMs: number): Delay {
    const delay = this.#delay.delay(nowMs);
    const shown = this.#shownDelay;
    if (delay.kind === shown.value.kind && delay.kind === 'measured' && nowMs - shown.atMs < DELAY_SHOWN_FOR_MS) return shown.value;
    const value: Delay = delay.kind === 'unknown' ? delay : { ...delay, frames: 0, medianMs: Math.round(delay.medianMs), uncertaintyMs: Math.max(1, Math.ceil(delay.uncertaintyMs)) };
    this.#shownDelay = { value, atMs: nowMs };
    return value;
  }

  /** Whole frames a second, changed once a second; a loss of measure shows at once. */
  #showFps(nowMs: number): number | null {
    const fps = this.#isUnseen ? this.#stats.fps : this.#rate.fps(nowMs);
    const shown = this.#shownFps;
    if (fps !== null && shown.value !== null && nowMs - shown.atMs < FPS_SHOWN_FOR_MS) return shown.value;
    const value = fps === null ? null : Math.round(fps);
    this.#shownFps = { value, atMs: nowMs };
    return value;
  }

  #tick(): void {
    const nowMs = performance.now();
    const facts = this.#gatherFacts(nowMs);
    this.#media.judge(nowMs, facts.pictureAgeMs, facts.hidden);
    const view = settleView(deriveStatus(facts));
    // The box's notice has a rate of its own.
    if (view.picture !== this.#snapshot.view.picture) this.#rate.reset();
    const next: ViewerSnapshot = {
      view, session: facts.session, stats: { ...this.#stats, fps: this.#showFps(nowMs) }, delay: this.#showDelay(nowMs), skipping: this.#skipping,
      pictureAgeS: facts.pictureAgeMs === null ? null : Math.floor(facts.pictureAgeMs / 1000), words: this.#words, size: this.#size,
    };
    if (isSameSnapshot(next, this.#snapshot)) return;
    this.#snapshot = next;
    for (const listener of this.#listeners) listener();
  }
}
