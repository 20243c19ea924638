/**
 * Which packets of a publisher arrived, which are missing, and when to ask for them again.
 * Times: any monotonic clock, milliseconds. Sequence numbers are extended (never wrap) inside, 16 bit outside.
 */
export type Arrival = 'new' | 'recovered' | 'duplicate' | 'restart';

export const NACK_RETRY_MS = 40;
export const NACK_GIVE_UP_MS = 600;
/** A jump of more than this is another stream, not a loss. */
const MAX_JUMP = 1000;
/** More missing than this can't be asked for in time: a key frame is cheaper. */
const MAX_MISSING = 512;
/** After this many requests the pace is halved: a path with a long round trip gets no flood. */
const FAST_RETRIES = 3;

interface Missing { readonly sinceMs: number; nextMs: number; requests: number }
export interface NackWork { readonly sequences: readonly number[]; readonly firstRequests: number; readonly gaveUp: number }

export class NackTracker {
  private readonly missing = new Map<number, Missing>();
  private highest = -1;
  private first = 0;
  private receivedCount = 0;

  /** Takes one packet in; `extended` then holds its extended sequence number. */
  receive(sequence: number, nowMs: number): Arrival {
    if (this.highest < 0) return this.begin(sequence);
    const distance = ((sequence - this.highest) << 16) >> 16;
    if (distance > MAX_JUMP || distance < -MAX_JUMP) {
      this.missing.clear();
      this.begin(sequence);
      return 'restart';
    }
    this.extended = this.highest + distance;
    if (distance > 0) {
      for (let lost = this.highest + 1; lost < this.extended; lost += 1) this.missing.set(lost, { sinceMs: nowMs, nextMs: nowMs, requests: 0 });
      this.highest = this.extended;
      this.receivedCount += 1;
      return 'new';
    }
    const wanted = this.missing.get(this.extended);
    if (!wanted) return 'duplicate';
    this.missing.delete(this.extended);
    this.receivedCount += 1;
    return wanted.requests > 0 ? 'recovered' : 'new';
  }

  /** Extended sequence number of the last packet taken in. */
  extended = 0;

  /** Sequence numbers to ask for now. `gaveUp` > 0: packets will never come, a key frame is needed. */
  takeDue(nowMs: number): NackWork {
    if (this.missing.size === 0) return NO_WORK;
    const sequences: number[] = [];
    let firstRequests = 0;
    let gaveUp = 0;
    if (this.missing.size > MAX_MISSING) {
      gaveUp = this.missing.size;
      this.missing.clear();
      return { sequences, firstRequests: gaveUp, gaveUp };
    }
    for (const [extended, each] of this.missing) {
      if (nowMs - each.sinceMs >= NACK_GIVE_UP_MS) {
        this.missing.delete(extended);
        gaveUp += 1;
      } else if (nowMs >= each.nextMs) {
        each.requests += 1;
        if (each.requests === 1) firstRequests += 1;
        each.nextMs = nowMs + (each.requests > FAST_RETRIES ? NACK_RETRY_MS * 2 : NACK_RETRY_MS);
        sequences.push(extended & 0xffff);
      }
    }
    return { sequences, firstRequests, gaveUp };
  }

  /** Asks for nothing older than this (extended): what came before a key frame is of no use any more. */
  forgetBefore(extended: number): void {
    for (const each of this.missing.keys()) if (each < extended) this.missing.delete(each);
  }

  /** Of all packets since the start: the sender's count by sequence numbers, and how many came (RFC 3550, A.3). */
  get expected(): number {
    return this.highest < 0 ? 0 : this.highest - this.first + 1;
  }

  get received(): number {
    return this.receivedCount;
  }

  /** Low 32 bits: wraps counted in the upper half, as a receiver report wants it. */
  get highestExtended(): number {
    return this.highest;
  }

  private begin(sequence: number): Arrival {
    // One wrap ahead, so that packets reordered before the first one keep positive numbers.
    this.highest = sequence + 65_536;
    this.first = this.highest;
    this.extended = this.highest;
    this.receivedCount = 1;
    return 'new';
  }
}

const NO_WORK: NackWork = { sequences: [], firstRequests: 0, gaveUp: 0 };
