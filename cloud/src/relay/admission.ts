import { AppError } from '@scanlink/protocol';

/** How many viewers there may be. `joining`: answered, and not connected yet. */
export interface AdmissionLimits {
  readonly viewers: number;
  readonly roomViewers: number;
  readonly joining: number;
  /** Of one link: whoever holds one link cannot fill the relay with peers that never come. */
  readonly linkJoining: number;
}

/** A process serves some 400 viewers of a 2.5 Mbit/s stream on one core; a joining one costs 100 KiB and its handshake. */
export const ADMISSION_LIMITS: AdmissionLimits = { viewers: 500, roomViewers: 400, joining: 128, linkJoining: 32 };

/** A viewer's place, from before it is answered until it is gone. */
export interface Place {
  /** The viewer is connected. Idempotent. */
  open(): void;
  /** Idempotent. */
  leave(): void;
}

/** Counts the viewers of the relay, and refuses those for whom there is no room. */
export class Admission {
  private readonly limits: AdmissionLimits;
  private readonly rooms = new Map<string, number>();
  private readonly joiningByLink = new Map<string, number>();
  private viewers = 0;
  private joining = 0;

  constructor(limits: AdmissionLimits = ADMISSION_LIMITS) {
    this.limits = limits;
  }

  /** @throws HUB_RELAY_FULL, HUB_TOO_MANY_JOINING */
  admit(sessionId: string, linkId: string): Place {
    const { limits } = this;
    if ((this.joiningByLink.get(linkId) ?? 0) >= limits.linkJoining) throw new AppError('HUB_TOO_MANY_JOINING');
    const inRoom = this.rooms.get(sessionId) ?? 0;
    if (this.viewers >= limits.viewers || this.joining >= limits.joining || inRoom >= limits.roomViewers) throw new AppError('HUB_RELAY_FULL');
    this.viewers += 1;
    this.joining += 1;
    change(this.rooms, sessionId, 1);
    change(this.joiningByLink, linkId, 1);
    let state: 'joining' | 'open' | 'left' = 'joining';
    const settle = (): void => {
      this.joining -= 1;
      change(this.joiningByLink, linkId, -1);
    };
    return {
      open: () => {
        if (state !== 'joining') return;
        state = 'open';
        settle();
      },
      leave: () => {
        if (state === 'left') return;
        if (state === 'joining') settle();
        state = 'left';
        this.viewers -= 1;
        change(this.rooms, sessionId, -1);
      },
    };
  }
}

function change(counts: Map<string, number>, key: string, by: number): void {
  const next = (counts.get(key) ?? 0) + by;
  if (next > 0) counts.set(key, next);
  else counts.delete(key);
}
