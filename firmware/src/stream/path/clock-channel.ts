import { CLOCK_PING_INTERVAL_MS, ClockFromRelaySchema, type Anchor, type ClockFromRelay, type ClockToRelay } from '@scanlink/protocol';
import { createMessageReader } from '@scanlink/protocol/check';
import type { Clock, Timer } from '@scanlink/protocol/lib/clock';
import { ClockSync } from '@scanlink/protocol/hub/clock-sync';

export interface ClockChannelEvents {
  /** A ping came back. epoch: of the relay process. */
  onPong(epoch: string): void;
  onUplink(uplink: { lossFraction: number; delayGrowthMs: number; receivedKbps: number }): void;
}
/** An access unit that went out: its capture time and RTP stamp. */
export interface SentStamp { readonly timestampUs: number; readonly rtp: number; readonly source: string }

const ANCHOR_INTERVAL_MS = 1000;
const readMessage = createMessageReader(ClockFromRelaySchema, 't');

/** Milliseconds of CLOCK_MONOTONIC, the clock of capture time stamps (libuv's hrtime is that clock on Linux). */
export function captureClockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/**
 * Our side of the clock channel (protocol hub/clock.ts): pings five times a second, keeps the relay clock's offset, and
 * sends anchors each second and at once after a key frame.
 */
export class ClockChannel {
  private readonly send: (text: string) => void;
  private readonly events: ClockChannelEvents;
  private readonly clock: Clock;
  private readonly nowMs: () => number;
  private readonly sync = new ClockSync();
  private newest: SentStamp | null = null;
  private anchoredMs = Number.NEGATIVE_INFINITY;
  private timer: Timer | null = null;

  constructor(send: (text: string) => void, events: ClockChannelEvents, clock: Clock, nowMs: () => number = captureClockMs) {
    this.send = send;
    this.events = events;
    this.clock = clock;
    this.nowMs = nowMs;
  }

  /** Begins to ping; call when the channel is open. */
  start(): void {
    if (this.timer) return;
    this.ping();
    this.timer = this.clock.every(CLOCK_PING_INTERVAL_MS, () => this.ping());
  }

  /** Round trip of the last answered ping, milliseconds; null before the first. */
  get rttMs(): number | null {
    return this.sync.estimate?.lastRttMs ?? null;
  }

  /** Tells that an access unit went out. */
  noteSent(stamp: SentStamp, keyFrame: boolean): void {
    this.newest = stamp;
    if (keyFrame || this.nowMs() - this.anchoredMs >= ANCHOR_INTERVAL_MS) this.anchor();
  }

  /** A text frame of the relay. What is malformed is passed over: the channel is a measurement, not a command. */
  receive(text: string): void {
    const message = parse(text);
    if (message?.t === 'uplink') this.events.onUplink(message);
    if (message?.t !== 'pong') return;
    const first = this.sync.estimate === null;
    if (!this.sync.pong(message, this.nowMs())) return;
    this.events.onPong(message.epoch);
    if (first) this.anchor();
  }

  /** Idempotent. */
  close(): void {
    this.timer?.cancel();
    this.timer = null;
  }

  private ping(): void {
    this.say(this.sync.ping(this.nowMs()));
  }

  private anchor(): void {
    const { estimate } = this.sync;
    if (!estimate || !this.newest) return;
    this.anchoredMs = this.nowMs();
    const { timestampUs, rtp, source } = this.newest;
    const anchor: Anchor = { t: 'anchor', captureMs: timestampUs / 1000 + estimate.offsetMs, rtp, uncertaintyMs: estimate.uncertaintyMs, source: source.slice(0, 32) };
    this.say(anchor);
  }

  private say(message: ClockToRelay): void {
    this.send(JSON.stringify(message));
  }
}

function parse(text: string): ClockFromRelay | null {
  try {
    return readMessage(JSON.parse(text)).message;
  } catch {
    return null;
  }
}
