import { TokenBucket } from './token-bucket.ts';

/**
 * What one viewer may cause. A peer is a stranger: each thing that it can make the relay do has a limit of its own, so
 * that one of them can neither take the thread nor the others' picture. Pure; times in milliseconds, monotonic.
 */
export const RESEND_SHARE = 0.25;
const RESEND_BURST_MS = 200;
/** A picture that stands still has next to no rate, and its next key frame may be lost all the same. */
const MIN_STREAM_BYTES_PER_S = 125_000;
/** A browser sends some 30 compound packets a second when it loses much. */
const RTCP_PER_S = 100;
/** Sequence numbers of one compound packet: a burst of a key frame. */
export const MAX_NACKED_A_PACKET = 256;
const PINGS_PER_S = 20;
/** Key frames that one viewer's losses may cost the others. */
const KEY_FRAMES_BURST = 3;
const KEY_FRAME_EVERY_MS = 2000;
const MIN_RESEND_INTERVAL_MS = 10;
const REMEMBERED = 1024;

export class PeerBudget {
  private readonly rtcp: TokenBucket;
  private readonly pings: TokenBucket;
  private readonly keyFrames: TokenBucket;
  /** Bytes that may be sent again now. */
  private resendBytes: number;
  private refilledMs: number;
  /** Sequence number and time of what was sent again last, by its low bits. */
  private readonly resentSequence = new Float64Array(REMEMBERED).fill(-1);
  private readonly resentMs = new Float64Array(REMEMBERED);
  private waitsForKeyFrame = false;

  constructor(nowMs: number) {
    this.rtcp = new TokenBucket(RTCP_PER_S, RTCP_PER_S, nowMs);
    this.pings = new TokenBucket(PINGS_PER_S, PINGS_PER_S, nowMs);
    this.keyFrames = new TokenBucket(1000 / KEY_FRAME_EVERY_MS, KEY_FRAMES_BURST, nowMs);
    this.resendBytes = MIN_STREAM_BYTES_PER_S * (RESEND_BURST_MS / 1000);
    this.refilledMs = nowMs;
  }

  takeRtcp(nowMs: number): boolean {
    return this.rtcp.take(1, nowMs);
  }

  takePing(nowMs: number): boolean {
    return this.pings.take(1, nowMs);
  }

  /** Its wish stands until a key frame has come: asking again meanwhile costs nothing, and does nothing more. */
  takeKeyFrame(nowMs: number): boolean {
    if (!this.waitsForKeyFrame) this.waitsForKeyFrame = this.keyFrames.take(1, nowMs);
    return this.waitsForKeyFrame;
  }

  noteKeyFrame(): void {
    this.waitsForKeyFrame = false;
  }

  /**
   * refill: bytes by the stream's rate. Call once before the packets of one request.
   * The burst is a fifth of a second of the stream, the rate a quarter of it.
   */
  refillResends(streamBitsPerSecond: number, nowMs: number): void {
    const bytesPerSecond = Math.max(MIN_STREAM_BYTES_PER_S, streamBitsPerSecond / 8);
    const grown = this.resendBytes + bytesPerSecond * RESEND_SHARE * (Math.max(0, nowMs - this.refilledMs) / 1000);
    this.resendBytes = Math.min(bytesPerSecond * (RESEND_BURST_MS / 1000), grown);
    this.refilledMs = nowMs;
  }

  /** sequence: the ring's. `early`: it was sent again a moment ago and may still be on its way; `spent`: no bytes are left. */
  takeResend(sequence: number, bytes: number, rttMs: number, nowMs: number): 'send' | 'early' | 'spent' {
    const at = sequence & (REMEMBERED - 1);
    if (this.resentSequence[at] === sequence && nowMs - this.resentMs[at]! < Math.max(MIN_RESEND_INTERVAL_MS, rttMs / 2)) return 'early';
    if (this.resendBytes < bytes) return 'spent';
    this.resendBytes -= bytes;
    this.resentSequence[at] = sequence;
    this.resentMs[at] = nowMs;
    return 'send';
  }
}
