import { MAX_TIMESTAMP_STEP } from './limits.ts';

/**
 * One continuous line of sequence numbers and time stamps towards the viewers, whatever publisher feeds it.
 * Sequence numbers are extended (integers that never wrap); time stamps are 32 bit, 90 kHz.
 */
export class Timeline {
  private sequenceOffset = 0;
  private timestampOffset = 0;
  private bound = false;
  private started = false;
  private headSequence: number;
  private headTimestamp: number;
  private headAtMs = 0;

  /** Random starts (RFC 3550, 5.1): numbers of 16 and 32 bits. */
  constructor(startSequence: number, startTimestamp: number) {
    this.headSequence = startSequence + 65_536;
    this.headTimestamp = startTimestamp >>> 0;
  }

  /** The publisher went or began anew: its next packet has to be bound again. */
  unbind(): void {
    this.bound = false;
  }

  get isBound(): boolean {
    return this.bound;
  }

  /** Ties a publisher's packet to the place after the last one sent; the time between both is carried over. */
  bind(extended: number, timestamp: number, nowMs: number): void {
    const elapsed = this.started ? Math.min(MAX_TIMESTAMP_STEP, Math.max(1, Math.round((nowMs - this.headAtMs) * 90))) : 0;
    this.sequenceOffset = this.headSequence + 1 - extended;
    this.timestampOffset = (this.headTimestamp + elapsed - timestamp) >>> 0;
    this.bound = true;
    this.started = true;
  }

  mapSequence(extended: number): number {
    return extended + this.sequenceOffset;
  }

  mapTimestamp(timestamp: number): number {
    return (timestamp + this.timestampOffset) >>> 0;
  }

  /** Notes a packet that went out, in the viewers' numbers. */
  advance(sequence: number, timestamp: number, nowMs: number): void {
    if (sequence <= this.headSequence) return;
    this.headSequence = sequence;
    this.headTimestamp = timestamp;
    this.headAtMs = nowMs;
  }

  get head(): number {
    return this.headSequence;
  }

  /** The viewers' time stamp that belongs to this moment, by the last packet's arrival. */
  timestampAt(nowMs: number): number {
    return (this.headTimestamp + Math.round((nowMs - this.headAtMs) * 90)) >>> 0;
  }
}
