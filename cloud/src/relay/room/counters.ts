/** Counters of a session, across its publishers. */
export interface RoomCounters {
  packetsIn: number; bytesIn: number; packetsLost: number; packetsRecovered: number; nacksSent: number; plisSent: number;
  packetsOut: number; bytesOut: number; retransmitted: number; keyFrames: number; overBudget: number; ingestRefused: number;
}

export function createCounters(): RoomCounters {
  return { packetsIn: 0, bytesIn: 0, packetsLost: 0, packetsRecovered: 0, nacksSent: 0, plisSent: 0, packetsOut: 0, bytesOut: 0, retransmitted: 0, keyFrames: 0, overBudget: 0, ingestRefused: 0 };
}
