import type { Clock, Timer } from '@scanlink/protocol/lib/clock';

/** A firmware that restarts does not interrupt the picture; one that is away longer than this within a minute ends the stream. */
export const FIRMWARE_GRACE_MS = 10_000;
const WINDOW_MS = 60_000;
/** After that it has to stay for so long before media sends for it again: by then somebody can reach it to stop. */
export const FIRMWARE_STAYS_MS = 5000;

/**
 * Whether firmware can be trusted to hear a stop. Its absences within the last minute add up, so that one that dies
 * again and again, each time after it told media to send, does not keep a stream alive that nobody can end.
 */
export class FirmwareWatch {
  private readonly clock: Clock;
  private readonly onChange: () => void;
  private trusts = true;
  private goneMs: number | null = null;
  private absences: { readonly fromMs: number; readonly toMs: number }[] = [];
  private timer: Timer | null = null;

  /** @param onChange `trusted` has changed. */
  constructor(clock: Clock, onChange: () => void) {
    this.clock = clock;
    this.onChange = onChange;
  }

  get trusted(): boolean {
    return this.trusts;
  }

  /** firmware is connected; repeated calls are nothing. */
  here(): void {
    if (this.goneMs === null) return;
    this.absences.push({ fromMs: this.goneMs, toMs: this.clock.monotonicMs() });
    this.goneMs = null;
    this.timer?.cancel();
    this.timer = null;
    if (!this.trusts) this.timer = this.clock.after(FIRMWARE_STAYS_MS, () => this.set(true));
  }

  /** The connection is gone. */
  gone(): void {
    if (this.goneMs !== null) return;
    const nowMs = this.clock.monotonicMs();
    this.goneMs = nowMs;
    this.timer?.cancel();
    this.absences = this.absences.filter((each) => each.toMs > nowMs - WINDOW_MS);
    const usedMs = this.absences.reduce((sum, each) => sum + each.toMs - Math.max(each.fromMs, nowMs - WINDOW_MS), 0);
    if (this.trusts) this.timer = this.clock.after(Math.max(0, FIRMWARE_GRACE_MS - usedMs), () => this.set(false));
  }

  /** Idempotent. */
  close(): void {
    this.timer?.cancel();
  }

  private set(trusts: boolean): void {
    this.trusts = trusts;
    this.absences = [];
    this.onChange();
  }
}
