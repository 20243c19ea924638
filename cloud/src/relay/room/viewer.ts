import type { ClockFromRelay } from '@scanlink/protocol';
import { ntpMiddle, readRtcp, roundTripMs, type RtcpItem } from '@scanlink/protocol/rtp/rtcp';
import type { Place } from '../admission.ts';
import type { MediaPeer } from '../peer/peer.ts';
import { isRtcp } from '../rtp/packet.ts';
import { readClockMessage, writeClockMessage } from './clock-messages.ts';
import { MAX_NACKED_A_PACKET, PeerBudget } from './peer-budget.ts';
import { startSkipState, stepSkip, type SkipEvent, type SkipState } from './skip-policy.ts';
import type { ViewerStream } from './viewer-stream.ts';

export const VIEWER_SILENCE_MS = 15_000;
/** From the answer to the open path: enough for ICE and DTLS over a path with a round trip of a second. */
const JOIN_LIMIT_MS = 10_000;
/** While a viewer gets key frames only, it gets one this often. */
const SKIPPING_KEY_FRAME_MS = 2000;
/** A round trip is the viewer's own claim. */
const MAX_RTT_MS = 1000;

/** What a viewer wants of its session. */
export interface ViewerHost {
  needKeyFrame(viewer: Viewer, reason: 'loss' | 'join'): void;
  hasWatcherBeside(viewer: Viewer): boolean;
  /** A peer asked for more than it may: it was left undone. */
  noteOverBudget(): void;
  /** The loop was held up: what waits in its queue is out of date. */
  isLate(nowMs: number): boolean;
  /** Of what goes out, now; and the share lost on the way to the relay. */
  readonly streamBitsPerSecond: number;
  readonly ingestLoss: number;
}

export interface ViewerOptions {
  readonly resourceId: string;
  readonly etag: string;
  /** Of the link that opened it; and when that runs out, by the relay's clock. */
  readonly linkId: string;
  readonly expiresAtMs: number;
  readonly place: Place;
  /** The offer's. */
  readonly iceUfrag: string;
  readonly epoch: string;
  readonly ssrc: number;
  readonly stream: ViewerStream;
  readonly host: ViewerHost;
  readonly nowMs: () => number;
  /** The clock of our sender reports. */
  readonly unixMs: () => number;
}

/** One viewer: its feedback, its clock, whether its link can take the stream. */
export class Viewer {
  readonly options: ViewerOptions;
  peer: MediaPeer | null = null;
  private lastHeardMs: number;
  /** Whether it has ever said anything; a receiver without RTCP never does. */
  private hasSpoken = false;
  private skip: SkipState;
  private failedBefore = 0;
  private lastSkipKeyMs = 0;
  private readonly budget: PeerBudget;
  /** Repeats that were asked for beyond the budget, since the last tick. */
  private spent = false;
  private rttMs = 0;

  constructor(options: ViewerOptions) {
    this.options = options;
    this.lastHeardMs = options.nowMs();
    this.skip = startSkipState(this.lastHeardMs);
    this.budget = new PeerBudget(this.lastHeardMs);
  }

  get stream(): ViewerStream {
    return this.options.stream;
  }

  handleMedia(packet: Buffer): void {
    if (!isRtcp(packet)) return;
    const nowMs = this.options.nowMs();
    this.hear(nowMs);
    if (this.options.host.isLate(nowMs) || !this.budget.takeRtcp(nowMs)) {
      this.options.host.noteOverBudget();
      return;
    }
    let left = MAX_NACKED_A_PACKET;
    for (const item of readRtcp(packet)) {
      if (item.kind !== 'nack') this.handleFeedback(item, nowMs);
      else if (item.mediaSsrc === this.options.ssrc && left > 0) {
        this.resend(item.sequences.slice(0, left), nowMs);
        left -= item.sequences.length;
      }
    }
  }

  private resend(sequences: readonly number[], nowMs: number): void {
    const { stream, host } = this.options;
    this.budget.refillResends(host.streamBitsPerSecond, nowMs);
    stream.resend(sequences, (sequence, bytes) => {
      const verdict = this.budget.takeResend(sequence, bytes, this.rttMs, nowMs);
      if (verdict === 'spent') {
        this.spent = true;
        host.noteOverBudget();
      }
      return verdict === 'send';
    });
  }

  /** A key frame costs all who watch: nobody may ask for them without end. Whoever watches alone pays alone. */
  private wantKeyFrame(reason: 'loss' | 'join', nowMs: number): void {
    const { host } = this.options;
    if (this.budget.takeKeyFrame(nowMs) || !host.hasWatcherBeside(this)) host.needKeyFrame(this, reason);
    else host.noteOverBudget();
  }

  noteKeyFrame(): void {
    this.budget.noteKeyFrame();
  }

  private handleFeedback(item: RtcpItem, nowMs: number): void {
    const { ssrc, host, stream } = this.options;
    switch (item.kind) {
      case 'pli':
      case 'fir':
        // One that gets key frames only has its own, slower pace.
        if (item.mediaSsrc === ssrc && this.skip.kind === 'full') this.wantKeyFrame(stream.phase === 'live' ? 'loss' : 'join', nowMs);
        return;
      case 'report':
        if (item.mediaSsrc !== ssrc) return;
        this.rttMs = Math.min(MAX_RTT_MS, roundTripMs(item, ntpMiddle(this.options.unixMs())) ?? this.rttMs);
        this.judge({ kind: 'report', lossFraction: Math.max(0, item.lossFraction - host.ingestLoss) }, nowMs);
        return;
      case 'remb':
        this.judge({ kind: 'estimate', bitsPerSecond: item.bitsPerSecond, streamBitsPerSecond: host.streamBitsPerSecond }, nowMs);
        return;
      default:
    }
  }

  handleClockText(text: string): void {
    const nowMs = this.options.nowMs();
    if (!this.budget.takePing(nowMs)) {
      this.options.host.noteOverBudget();
      return;
    }
    const message = readClockMessage(text);
    if (message?.t !== 'ping') return;
    this.hear(nowMs);
    this.tell({ t: 'pong', id: message.id, atMs: message.atMs, relayMs: nowMs, epoch: this.options.epoch });
  }

  tell(message: ClockFromRelay): void {
    this.peer?.sendClock(writeClockMessage(message));
  }

  private hear(nowMs: number): void {
    this.lastHeardMs = nowMs;
    this.hasSpoken = true;
  }

  /**
   * One that has not connected yet says nothing at all, and is given less time. One that receives and never said
   * anything has no RTCP: for it ICE's consent decides, which runs out after 30 s (RFC 7675) and closes the peer.
   */
  isSilent(nowMs: number): boolean {
    const silentMs = nowMs - this.lastHeardMs;
    return this.stream.phase === 'closed' ? silentMs > JOIN_LIMIT_MS : this.hasSpoken && silentMs > VIEWER_SILENCE_MS;
  }

  /** Each 100 ms. */
  tick(nowMs: number): void {
    const { stream } = this.options;
    // More repeats than there is room for: its link cannot take the stream, or it asks for what it does not need.
    if (stream.failedSends > this.failedBefore || this.spent) this.judge({ kind: 'send-failed' }, nowMs);
    this.failedBefore = stream.failedSends;
    this.spent = false;
    this.judge({ kind: 'tick' }, nowMs);
    if (stream.needsKeyFrame) this.wantKeyFrame('join', nowMs);
    if (this.skip.kind === 'skipping' && nowMs - this.lastSkipKeyMs >= SKIPPING_KEY_FRAME_MS) {
      this.lastSkipKeyMs = nowMs;
      this.wantKeyFrame('join', nowMs);
    }
  }

  private judge(event: SkipEvent, nowMs: number): void {
    const { stream } = this.options;
    const next = stepSkip(this.skip, event, nowMs);
    const changed = next.kind !== this.skip.kind;
    this.skip = next;
    if (!changed) return;
    stream.setKeyFramesOnly(next.kind === 'skipping');
    this.lastSkipKeyMs = nowMs;
    this.wantKeyFrame('join', nowMs);
    this.tell({ t: 'skipping', on: next.kind === 'skipping' });
  }

  /** Idempotent. */
  close(): void {
    this.options.place.leave();
    this.peer?.close();
  }
}
