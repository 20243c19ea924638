import { AppError } from '@scanlink/protocol';
import type { Limits } from '../limits.ts';
import { TokenBuckets } from './token-buckets.ts';

/** How often who may ask for what: a token bucket for each kind of thing that costs. Keys live in memory, and in no log. */
export class Admission {
  private readonly ofToken: TokenBuckets;
  private readonly ofAddress: TokenBuckets;
  private readonly sessions: TokenBuckets;
  private readonly links: TokenBuckets;
  private readonly limits: Limits;

  /** @param now milliseconds, monotonic. */
  constructor(limits: Limits, now: () => number) {
    this.limits = limits;
    this.ofToken = new TokenBuckets(limits.postsOfToken, now);
    this.ofAddress = new TokenBuckets(limits.postsOfAddress, now);
    this.sessions = new TokenBuckets(limits.sessionsOfBox, now);
    this.links = new TokenBuckets(limits.linksOfBox, now);
  }

  /** An SDP offer. @throws HUB_TOO_MANY_REQUESTS */
  takePost(tokenHash: string, address: string): void {
    const retryAfterSeconds = Math.max(this.ofToken.take(tokenHash), this.ofAddress.take(address));
    if (retryAfterSeconds > 0) throw new AppError('HUB_TOO_MANY_REQUESTS', { retryAfterSeconds });
  }

  /** @throws HUB_TOO_MANY_SESSIONS */
  takeSession(boxId: string): void {
    const retryAfterSeconds = this.sessions.take(boxId);
    if (retryAfterSeconds > 0) throw new AppError('HUB_TOO_MANY_SESSIONS', { limit: this.limits.sessionsOfBox.burst, retryAfterSeconds });
  }

  /** @throws HUB_TOO_MANY_LINKS */
  takeLink(boxId: string): void {
    const retryAfterSeconds = this.links.take(boxId);
    if (retryAfterSeconds > 0) throw new AppError('HUB_TOO_MANY_LINKS', { limit: this.limits.linksOfBox.burst, retryAfterSeconds });
  }
}
