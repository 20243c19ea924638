/** A limit of waiting that follows the path: so many round trips, never under the floor nor over the ceiling. Milliseconds. */
export interface PathLimit { readonly floorMs: number; readonly roundTrips: number; readonly ceilingMs: number }

/** Floors fit a LAN, ceilings the worst that is still worth waiting for; a satellite's round trip is about 600 ms. */
export const PATH_LIMITS = {
  /** TCP's first packet and its answer: one round trip, and one repetition while it is not known. */
  tcp: { floorMs: 1500, roundTrips: 4, ceilingMs: 6000 },
  /** From TCP to welcome: TLS, upgrade, hello. */
  welcome: { floorMs: 1500, roundTrips: 8, ceilingMs: 15_000 },
  /** From the SDP answer to an open track: ICE, DTLS, each with a repetition. */
  mediaConnect: { floorMs: 4000, roundTrips: 10, ceilingMs: 15_000 },
  /** From an open track to the clock channel's first answer: SCTP, channel, ping. */
  clockAnswer: { floorMs: 1500, roundTrips: 6, ceilingMs: 6000 },
  /** Silence on a path that pings several times a second. */
  silence: { floorMs: 1000, roundTrips: 4, ceilingMs: 5000 },
  /** The hub's wait for a box: as long as the box's own, and what it then needs to come back by another connection. */
  boxSilence: { floorMs: 1500, roundTrips: 6, ceilingMs: 7500 },
} as const satisfies Record<string, PathLimit>;

/**
 * Waiting for the answer to an offer, milliseconds. The hub gives up on its relay before its caller gives up on the hub:
 * who is told "the relay does not answer" looks elsewhere than who cannot reach the hub.
 */
export const OFFER_LIMITS_MS = { caller: 5000, relay: 3500 } as const;

/** @param rttMs measured round trip; null while unknown: the floor holds. */
export function limitOf(limit: PathLimit, rttMs: number | null): number {
  return Math.min(limit.ceilingMs, Math.max(limit.floorMs, limit.roundTrips * (rttMs ?? 0)));
}
