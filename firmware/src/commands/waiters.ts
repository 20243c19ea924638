import type { Clock } from '@scanlink/protocol/lib/clock';
import type { Machine } from '../session/session.ts';

/** Callers that wait for the session to come into some state, each for a limited time. */
export class Waiters {
  private readonly clock: Clock;
  private readonly machine: () => Machine;
  private readonly waiting = new Set<() => void>();

  constructor(clock: Clock, machine: () => Machine) {
    this.clock = clock;
    this.machine = machine;
  }

  /** The session may have changed. */
  look(): void {
    for (const each of this.waiting) each();
  }

  /** @returns resolves when `holds`, at the latest after timeoutMs. */
  async waitFor(holds: (machine: Machine) => boolean, timeoutMs: number): Promise<void> {
    if (holds(this.machine())) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        timer.cancel();
        this.waiting.delete(look);
        resolve();
      };
      const look = (): void => {
        if (holds(this.machine())) done();
      };
      const timer = this.clock.after(timeoutMs, done);
      this.waiting.add(look);
    });
  }
}
