import { backOffMs } from '@scanlink/protocol/lib/back-off';
import { pause, RETRY } from '../hub/session-follower.ts';
import { PATH_SILENCE_MS } from '@scanlink/protocol/hub/clock-constants';
import { WhepConnection } from './whep-connection.ts';
import type { Refusal } from '../hub/refusal.ts';
import type { RelayMessage } from './clock-message.ts';
import type { ViewLink } from '../link/view-link.ts';
import type { MediaFacts } from '../status/facts.ts';

export interface MediaEvents {
  /** A new connection begins; what was known of the old one's time line is void. nowMs: performance timeline. */
  attempt(nowMs: number): void;
  track(track: MediaStreamTrack): void;
  /** The connection is about to be closed; its track still shows the last picture. */
  closing(): void;
  message(message: RelayMessage, nowMs: number): void;
  refused(refusal: Refusal): void;
}

/** A hidden tab's timers run once a second: silence is judged more slowly there. */
const HIDDEN_SILENCE_MS = 5000;

/**
 * Keeps a WHEP connection to the relay: asks, judges loss by silence of pictures and of the clock channel (ICE itself
 * takes 30 s), and asks anew with jitter. Stops after an answer that can't change.
 */
export class WhepSession {
  /** Settles once the first offer is on its way to the hub, or the first attempt is over. */
  readonly asked: Promise<void>;
  /** Settles once the first answer is taken, or the first attempt is over. */
  readonly underWay: Promise<void>;
  readonly #link: ViewLink;
  readonly #codecs: RTCRtpCodec[] | null;
  readonly #events: MediaEvents;
  readonly #stopped = new AbortController();
  #connection: WhepConnection | null = null;
  #phase: MediaFacts['phase'] = 'idle';
  #lastAnswer: MediaFacts['lastAnswer'] = 'none';
  #flow: MediaFacts['flow'] = null;
  #connectedAtMs = 0;
  #announceAsked: () => void = () => undefined;
  #announceUnderWay: () => void = () => undefined;
  #lastMessageMs: number | null = null;

  constructor(link: ViewLink, codecs: RTCRtpCodec[] | null, events: MediaEvents) {
    this.#link = link;
    this.#codecs = codecs;
    this.#events = events;
    this.asked = new Promise((resolve) => { this.#announceAsked = resolve; });
    this.underWay = new Promise((resolve) => { this.#announceUnderWay = resolve; });
  }

  get facts(): MediaFacts {
    return { phase: this.#phase, lastAnswer: this.#lastAnswer, flow: this.#flow, clockOpen: this.#connection?.clockOpen ?? false };
  }
  /** Page time of the newest message on the clock channel of this connection. */
  get lastMessageMs(): number | null { return this.#lastMessageMs; }
  get connection(): WhepConnection | null { return this.#connection; }

  start(): void { void this.#run(); }

  /** Idempotent; ends the resource at the hub. */
  close(): void {
    this.#stopped.abort();
    this.#connection?.close();
  }

  /**
   * Judges the path; called by the page's clock.
   * @param pictureAgeMs since the last picture, null for none yet.
   */
  judge(nowMs: number, pictureAgeMs: number | null, hidden: boolean): void {
    const connection = this.#connection;
    if (this.#phase !== 'connected' || connection === null) return;
    const limitMs = hidden ? HIDDEN_SILENCE_MS : PATH_SILENCE_MS;
    const heardMs = Math.max(this.#connectedAtMs, this.#lastMessageMs ?? 0);
    const pictureSilent = pictureAgeMs === null || pictureAgeMs > limitMs;
    // Without a clock channel only pictures can be heard; a session without a publisher must not reconnect for ever.
    const silent = connection.clockOpen ? nowMs - heardMs > limitMs : this.#lastMessageMs !== null && nowMs - heardMs > limitMs;
    if (pictureSilent && silent) connection.close();
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped.signal.aborted) {
      const refusal = await this.#connectOnce();
      if (this.#stopped.signal.aborted) return;
      if (refusal !== null) this.#events.refused(refusal);
      if (refusal !== null && !refusal.again) { this.#phase = 'idle'; return; }
      // A connection that worked starts the count anew; the next attempt comes soon.
      failures = this.#connectedAtMs > 0 ? 1 : failures + 1;
      this.#phase = 'waiting';
      await pause(refusal?.again === true && refusal.retryAfterMs !== null ? refusal.retryAfterMs : backOffMs(RETRY, failures - 1, Math.random()), this.#stopped.signal);
    }
  }

  /** One connection from the offer to its loss. */
  async #connectOnce(): Promise<Refusal | null> {
    this.#phase = 'asking';
    this.#flow = null;
    this.#lastMessageMs = null;
    this.#connectedAtMs = 0;
    this.#events.attempt(performance.now());
    const connection = new WhepConnection(this.#link, this.#codecs, {
      closing: () => this.#events.closing(),
      asked: () => this.#announceAsked(),
      underWay: () => this.#announceUnderWay(),
      accepted: () => { this.#lastAnswer = 'accepted'; this.#phase = 'connecting'; },
      track: (track) => this.#events.track(track),
      message: (message, nowMs) => {
        this.#lastMessageMs = nowMs;
        if (message.t === 'flow') this.#flow = { publisher: message.publisher, flowing: message.flowing };
        this.#events.message(message, nowMs);
      },
    });
    this.#connection = connection;
    try {
      const result = await connection.open();
      if (result.kind === 'unreachable') this.#lastAnswer = 'unreachable';
      if (result.kind === 'refused') { this.#lastAnswer = 'unavailable'; return result.refusal; }
      if (result.kind !== 'connected') return null;
      this.#phase = 'connected';
      this.#connectedAtMs = performance.now();
      await connection.lost;
      return null;
    } finally {
      this.#announceAsked();
      this.#announceUnderWay();
      this.#connection = null;
      connection.close();
    }
  }
}
