import type { ClockFromRelay } from '@scanlink/protocol';
import type { Place } from '../admission.ts';
import type { MediaPeer } from '../peer/peer.ts';
import { isRtcp } from '../rtp/packet.ts';
import { readRtcp, type RtcpItem } from '../rtp/rtcp.ts';
import { readClockMessage, writeClockMessage } from './clock-messages.ts';
import { startSkipState, stepSkip, type SkipEvent, type SkipState } from './skip-policy.ts';
import type { ViewerStream } from './viewer-stream.ts';

export const VIEWER_SILENCE_MS = 15_000;
/** While a viewer gets key frames only, it gets one this often. */
const SKIPPING_KEY_FRAME_MS = 2000;

/** What a viewer wants of its session. */
export interface ViewerHost {
  needKeyFrame(viewer: Viewer, reason: 'loss' | 'join'): void;
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
}

/** One viewer: its feedback, its clock, whether its link can take the stream. */
export class Viewer {
  readonly options: ViewerOptions;
  peer: MediaPeer | null = null;
  private lastHeardMs: number;
  private skip: SkipState;
  private failedBefore = 0;
  private lastSkipKeyMs = 0;

  constructor(options: ViewerOptions) {
    this.options = options;
    this.lastHeardMs = options.nowMs();
    this.skip = startSkipState(this.lastHeardMs);
  }

  get stream(): ViewerStream {
    return this.options.stream;
  }

  handleMedia(packet: Buffer): void {
    if (!isRtcp(packet)) return;
    const nowMs = this.options.nowMs();
    this.lastHeardMs = nowMs;
    for (const item of readRtcp(packet)) this.handleFeedback(item, nowMs);
  }

  private handleFeedback(item: RtcpItem, nowMs: number): void {
    const { ssrc, host, stream } = this.options;
    switch (item.kind) {
      case 'nack':
        if (item.mediaSsrc === ssrc) stream.resend(item.sequences);
        return;
      case 'pli':
      case 'fir':
        // One that gets key frames only has its own, slower pace.
        if (item.mediaSsrc === ssrc && this.skip.kind === 'full') host.needKeyFrame(this, stream.phase === 'live' ? 'loss' : 'join');
        return;
      case 'report':
        if (item.mediaSsrc === ssrc) this.judge({ kind: 'report', lossFraction: Math.max(0, item.lossFraction - host.ingestLoss) }, nowMs);
        return;
      case 'remb':
        this.judge({ kind: 'estimate', bitsPerSecond: item.bitsPerSecond, streamBitsPerSecond: host.streamBitsPerSecond }, nowMs);
        return;
      case 'sender-report':
      case 'bye':
    }
  }

  handleClockText(text: string): void {
    const message = readClockMessage(text);
    if (message?.t !== 'ping') return;
    const nowMs = this.options.nowMs();
    this.lastHeardMs = nowMs;
    this.tell({ t: 'pong', id: message.id, atMs: message.atMs, relayMs: nowMs, epoch: this.options.epoch });
  }

  tell(message: ClockFromRelay): void {
    this.peer?.sendClock(writeClockMessage(message));
  }

  isSilent(nowMs: number): boolean {
    return nowMs - this.lastHeardMs > VIEWER_SILENCE_MS;
  }

  /** Each 100 ms. */
  tick(nowMs: number): void {
    const { stream, host } = this.options;
    if (stream.failedSends > this.failedBefore) this.judge({ kind: 'send-failed' }, nowMs);
    this.failedBefore = stream.failedSends;
    this.judge({ kind: 'tick' }, nowMs);
    if (stream.needsKeyFrame) host.needKeyFrame(this, 'join');
    if (this.skip.kind === 'skipping' && nowMs - this.lastSkipKeyMs >= SKIPPING_KEY_FRAME_MS) {
      this.lastSkipKeyMs = nowMs;
      host.needKeyFrame(this, 'join');
    }
  }

  private judge(event: SkipEvent, nowMs: number): void {
    const { stream, host } = this.options;
    const next = stepSkip(this.skip, event, nowMs);
    const changed = next.kind !== this.skip.kind;
    this.skip = next;
    if (!changed) return;
    stream.setKeyFramesOnly(next.kind === 'skipping');
    this.lastSkipKeyMs = nowMs;
    host.needKeyFrame(this, 'join');
    this.tell({ t: 'skipping', on: next.kind === 'skipping' });
  }

  /** Idempotent. */
  close(): void {
    this.options.place.leave();
    this.peer?.close();
  }
}
