/** How long a unit may be silent. */
export interface HeartbeatLimits {
  /** Seconds without a beat, after the first. */
  readonly silentSeconds: number;
  /** Seconds until the first beat: a start takes longer. */
  readonly startSeconds: number;
}

/**
 * Counts the seconds in which we looked and nothing came. Turns of our own timer are counted, not time: when we were
 * stopped or slept ourselves, the beats of that time still lie unread.
 */
export class HeartbeatWatch {
  private readonly limits: HeartbeatLimits;
  private silent = 0;
  private started = false;

  constructor(limits: HeartbeatLimits) {
    this.limits = limits;
  }

  beat(): void {
    this.started = true;
    this.silent = 0;
  }

  /** A second has passed. @returns seconds of silence when they are too many; null while all is well. Said again each second. */
  tick(): number | null {
    this.silent += 1;
    return this.silent > (this.started ? this.limits.silentSeconds : this.limits.startSeconds) ? this.silent : null;
  }
}
