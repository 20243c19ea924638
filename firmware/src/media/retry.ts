import type { Clock, Timer } from '@scanlink/protocol/lib/clock';

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 60_000;

/** Tries something again: what may come back by itself each second, what a person has to mend ever more seldom. */
export class Retry {
  private readonly clock: Clock;
  private readonly step: () => void;
  private timer: Timer | null = null;
  private delayMs = FIRST_DELAY_MS;

  constructor(clock: Clock, step: () => void) {
    this.clock = clock;
    this.step = step;
  }

  /** One try is due at a time. */
  schedule({ retryable }: { readonly retryable: boolean }): void {
    this.timer?.cancel();
    this.timer = this.clock.after(retryable ? FIRST_DELAY_MS : this.delayMs, () => {
      this.timer = null;
      this.step();
    });
    this.delayMs = Math.min(LONGEST_DELAY_MS, this.delayMs * 2);
  }

  /** It worked, or something changed: the next failure begins anew. Idempotent. */
  reset(): void {
    this.timer?.cancel();
    this.timer = null;
    this.delayMs = FIRST_DELAY_MS;
  }
}
