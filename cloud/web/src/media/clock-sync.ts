/** The relay's clock as seen from this page: relay time = page time + offsetMs, right within uncertaintyMs. */
export interface ClockOffset {
  readonly offsetMs: number;
  /** Half the round trip that the offset comes from: the error if the whole trip lay on one way. */
  readonly uncertaintyMs: number;
  /** Page time of the newest pong. */
  readonly lastPongMs: number;
}

interface Sample { readonly offsetMs: number; readonly rttMs: number; readonly atMs: number }

/**
 * Offset between two clocks by the best round trip of the last `windowSize` pings. All page times are milliseconds of
 * performance.now(). An epoch that changes (a new relay process, another clock) empties the window.
 * Source: protocol/src/hub/clock.ts.
 */
export class ClockSync {
  readonly #windowSize: number;
  readonly #waiting = new Map<number, number>();
  #samples: Sample[] = [];
  #epoch: string | null = null;
  #nextId = 1;

  constructor(windowSize: number) {
    this.#windowSize = windowSize;
  }

  /** Notes a ping about to be sent. @returns its message. */
  ping(nowMs: number): { t: 'ping'; id: number; atMs: number } {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#waiting.set(id, nowMs);
    if (this.#waiting.size > this.#windowSize) this.#waiting.delete(this.#waiting.keys().next().value ?? id);
    return { t: 'ping', id, atMs: nowMs };
  }

  /** Takes a pong. One that nobody waits for (a repetition, a forgotten ping) is ignored. */
  pong(message: { readonly id: number; readonly relayMs: number; readonly epoch: string }, nowMs: number): void {
    const sentMs = this.#waiting.get(message.id);
    if (sentMs === undefined) return;
    this.#waiting.delete(message.id);
    if (message.epoch !== this.#epoch) {
      this.#epoch = message.epoch;
      this.#samples = [];
    }
    const rttMs = Math.max(0, nowMs - sentMs);
    this.#samples.push({ offsetMs: message.relayMs - (sentMs + rttMs / 2), rttMs, atMs: nowMs });
    if (this.#samples.length > this.#windowSize) this.#samples.shift();
  }

  /** null before the first pong. */
  get offset(): ClockOffset | null {
    const newest = this.#samples[this.#samples.length - 1];
    if (newest === undefined) return null;
    let best = newest;
    for (const sample of this.#samples) if (sample.rttMs < best.rttMs) best = sample;
    return { offsetMs: best.offsetMs, uncertaintyMs: best.rttMs / 2, lastPongMs: newest.atMs };
  }
}
