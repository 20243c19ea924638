import { pause, SessionFollower } from './hub/session-follower.ts';
import { DelayMeter } from './media/delay-meter.ts';
import { FrameRate } from './media/frame-rate.ts';
import { orderH264 } from './media/h264-support.ts';
import { PictureScreen } from './media/picture-screen.ts';
import { SteadyFigures } from './media/steady-figures.ts';
import { deriveStats, noRates, noStats, readSample, type StatsSample, type StreamStats } from './media/stream-stats.ts';
import { WhepSession } from './media/whep-session.ts';
import { deriveStatus } from './status/stream-status.ts';
import { firstSnapshot, isSameSnapshot, settleView, type ViewerSnapshot } from './viewer-snapshot.ts';
import type { Refusal, RefusalWords } from './hub/refusal.ts';
import type { ViewedSession } from './hub/session-info.ts';
import type { ViewLink } from './link/view-link.ts';
import type { FrameEventDetail, PresentedFrame } from './media/frame-watch.ts';
import type { RelayMessage } from './media/clock-message.ts';
import type { FailureReason, StatusFacts } from './status/facts.ts';

const TICK_MS = 100;
/** Drawing the page takes as long as a near hub takes to answer; a hub that takes longer leaves time for it. */
const DRAW_AFTER_MS = 200;
const STATS_INTERVAL_MS = 1000;
/** Where the browser doesn't tell presented frames, decoded ones are asked for this often. */
const DECODED_INTERVAL_MS = 200;
/** A page whose clock stood still for this long was asleep. */
const ASLEEP_AFTER_MS = 1500;
/** What has gathered in the sockets meanwhile is old, though it comes now. */
const WAKING_MS = 700;
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
  readonly #steady = new SteadyFigures();
  /** The elements that show pictures; the view attaches them. */
  readonly screen = new PictureScreen({ frame: (frame) => this.#takeFrame(frame), changed: () => this.#tick() });
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
  #tickedAtMs = performance.now();
  #wokeAtMs = Number.NEGATIVE_INFINITY;
  #skipping = false;
  #stats: StreamStats = noStats;
  #carried: StreamStats = noStats;
  #sample: StatsSample | null = null;
  #decoded = 0;
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
    if (typeof RTCPeerConnection === 'undefined') this.#failure = 'no-webrtc';
    const listed = typeof RTCRtpReceiver === 'undefined' || !('getCapabilities' in RTCRtpReceiver) ? null : RTCRtpReceiver.getCapabilities('video');
    const codecs = listed === null ? null : orderH264(listed.codecs);
    if (codecs?.length === 0) this.#failure ??= 'no-h264';
    this.#follower = new SessionFollower(link, {
      session: (session) => this.#takeSession(session), alive: () => { this.#hubAtMs = performance.now(); }, refused: (refusal) => this.#takeRefusal(refusal),
    });
    this.#media = new WhepSession(link, codecs, {
      attempt: (nowMs) => this.#beginAttempt(nowMs), track: (track) => this.#takeTrack(track), closing: () => { if (this.#shownAttempt === this.attempts && this.#snapshot.view.picture !== 'none') this.screen.keepLast(); },
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
    const timers = [window.setInterval(() => this.#tick(), TICK_MS), window.setInterval(() => void this.#readStats(), this.screen.tellsFrames ? STATS_INTERVAL_MS : DECODED_INTERVAL_MS)];
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
    this.screen.clear();
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
    this.#decoded = 0;
  }

  #takeTrack(track: MediaStreamTrack): void {
    const attempt = this.attempts;
    const show = (): void => {
      if (this.#ended || attempt !== this.attempts) return;
      this.#shownAttempt = attempt;
      this.#lastRtp = undefined;
      this.screen.show(track);
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
    this.#noticeSleep(nowMs);
    if (nowMs - this.#wokeAtMs < WAKING_MS) return;
    this.screen.dropKept();
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
    const measured = this.#delay.takeFrame(frame.rtpTimestamp, frame.presentationTimeMs, this.#media.connection?.clock.estimate ?? null, nowMs);
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
    const decodedMore = sample.framesDecoded > this.#decoded;
    this.#decoded = sample.framesDecoded;
    if (decodedMore && document.hidden) this.#lastPictureMs = sample.atMs;
    else if (decodedMore && this.screen.attached && !this.screen.tellsFrames) {
      this.#takeFrame({ rtpTimestamp: undefined, presentationTimeMs: sample.atMs, callbackAtMs: sample.atMs, presentedFrames: sample.framesDecoded, widthPx: sample.widthPx, heightPx: sample.heightPx });
    }
    const stats = deriveStats(this.#carried, this.#sample, sample);
    if (stats === null) return;
    this.#stats = stats;
    this.#sample = sample;
  }

  /** A computer that wakes presents at once what came before it slept, and what its sockets gathered. */
  #noticeSleep(nowMs: number): void {
    if (nowMs - this.#tickedAtMs > ASLEEP_AFTER_MS && !document.hidden && nowMs - this.#seenAtMs > SEEN_AGAIN_GRACE_MS) this.#wokeAtMs = nowMs;
  }

  #gatherFacts(nowMs: number): StatusFacts {
    const since = (atMs: number | null): number | null => (atMs === null ? null : nowMs - atMs);
    return {
      failure: this.#failure, ended: this.#ended, session: this.#session?.value ?? null,
      hubNowMs: this.#session === null ? null : this.#session.value.hubNowMs + (nowMs - this.#session.atMs),
      hubSilentMs: since(this.#hubAtMs), pathSilentMs: since(this.#media.lastMessageMs), pictureAgeMs: since(this.#lastPictureMs),
      media: this.#media.facts, openForMs: nowMs - this.#startedMs, online: navigator.onLine, playRefused: this.screen.playRefused,
      hidden: document.hidden || nowMs - this.#seenAtMs < SEEN_AGAIN_GRACE_MS,
    };
  }

  #tick(): void {
    const nowMs = performance.now();
    this.#noticeSleep(nowMs);
    this.#tickedAtMs = nowMs;
    const facts = this.#gatherFacts(nowMs);
    this.#media.judge(nowMs, facts.pictureAgeMs, facts.hidden);
    const view = settleView(deriveStatus(facts));
    // The box's notice has a rate of its own.
    if (view.picture !== this.#snapshot.view.picture) this.#rate.reset();
    const wasSeen = this.#snapshot.view.picture !== 'none';
    const next: ViewerSnapshot = {
      view, session: facts.session, stats: { ...this.#stats, fps: this.#steady.fps(document.hidden ? this.#stats.fps : this.#rate.fps(nowMs), nowMs) }, delay: this.#steady.delay(this.#delay.delay(nowMs), nowMs), skipping: this.#skipping,
      pictureAgeS: facts.pictureAgeMs === null ? null : Math.floor(facts.pictureAgeMs / 1000), words: this.#words, size: this.#size, kept: this.screen.kept,
    };
    if (isSameSnapshot(next, this.#snapshot)) return;
    this.#snapshot = next;
    for (const listener of this.#listeners) listener();
    if (wasSeen && view.picture === 'none') this.screen.wipe();
  }
}
