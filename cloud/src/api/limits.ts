import type { BucketRule } from './auth/token-buckets.ts';

export interface Limits {
  readonly failures: BucketRule;
  readonly postsOfToken: BucketRule;
  readonly postsOfAddress: BucketRule;
  readonly sessionsOfBox: BucketRule;
  readonly linksOfBox: BucketRule;
  readonly viewingsOfLink: number;
  readonly viewingsOfSession: number;
  readonly streamsOfLink: number;
  readonly streams: number;
}

const HOUR_S = 3600;
const perHour = (count: number): BucketRule => ({ burst: count, perSecond: count / HOUR_S });

/**
 * What one link, session, box, address may take of the hub, all in one place. Chosen so that a consultation of two dozen
 * people behind one address, all reloading at once, notices nothing, and one broken or hostile client harms nobody else.
 * The relay has limits of its own beside these (cloud/src/relay/admission.ts).
 */
export const LIMITS = {
  /** Refused tokens of one address; beyond it a wrong one is answered with 429. A right one always passes. */
  failures: { burst: 30, perSecond: 1 },
  /** Offers posted with one token (link or box). */
  postsOfToken: { burst: 30, perSecond: 5 },
  /** Offers posted from one address: a hospital is one address. */
  postsOfAddress: { burst: 200, perSecond: 20 },
  sessionsOfBox: perHour(120),
  linksOfBox: perHour(60),
  /** Living WHEP resources. */
  viewingsOfLink: 32,
  viewingsOfSession: 200,
  /** Open event streams: a new one beyond the limit ends the oldest of the link; of the hub, it is refused. */
  streamsOfLink: 32,
  streams: 2000,
} as const satisfies Limits;
