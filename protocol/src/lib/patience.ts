import { limitOf, PATH_LIMITS, type PathLimit } from '../hub/path-limits.ts';

/** A loss that ends within this time was a hole in the path (a handover of 4G takes one to three seconds), not its end. */
const HOLE_MS = 5000;
/** A path that was whole for so long is trusted again. */
const TRUST_AFTER_MS = 120_000;
/** Weight of a new round trip in the smoothed one. Source: RFC 6298, section 2. */
const RTT_WEIGHT = 1 / 8;

/**
 * How long silence is borne on one path to the far end, by what was learnt of it: its round trip, and whether it had holes
 * that waiting would have bridged. Each hole doubles the wait, up to the ceiling. Times: monotonic milliseconds.
 */
export class Patience {
  private readonly limit: PathLimit;
  private srttMs: number | null = null;
  private holes = 0;
  private lostMs: number | null = null;
  private lastHoleMs = 0;

  constructor(limit: PathLimit = PATH_LIMITS.silence) {
    this.limit = limit;
  }

  /** Smoothed round trip, milliseconds; null before the first measurement. */
  get rttMs(): number | null {
    return this.srttMs;
  }

  measured(rttMs: number): void {
    if (!Number.isFinite(rttMs) || rttMs < 0) return;
    this.srttMs = this.srttMs === null ? rttMs : this.srttMs + (rttMs - this.srttMs) * RTT_WEIGHT;
  }

  /** The path was given up for silence. */
  lost(nowMs: number): void {
    this.lostMs = nowMs;
  }

  /** A path to the same far end is there again. */
  found(nowMs: number): void {
    if (this.lostMs === null) return;
    if (nowMs - this.lostMs <= HOLE_MS) {
      this.holes = Math.min(this.holes + 1, 3);
      this.lastHoleMs = nowMs;
    }
    this.lostMs = null;
  }

  /** Silence after which the path counts as lost. */
  silenceMs(nowMs: number): number {
    if (this.holes > 0 && nowMs - this.lastHoleMs > TRUST_AFTER_MS) this.holes = 0;
    return Math.min(this.limit.ceilingMs, limitOf(this.limit, this.srttMs) * 2 ** this.holes);
  }
}
