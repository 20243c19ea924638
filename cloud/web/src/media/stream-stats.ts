import { isNumber, type Fields } from '../lib/json-fields.ts';

/** Counters of one connection at one moment, as getStats gives them. */
export interface StatsSample {
  /** When they were read, milliseconds of the performance timeline. */
  readonly atMs: number;
  /** When they were counted: a browser gives the same counters again for a while. Milliseconds of a clock of the browser's own. */
  readonly countedMs: number;
  readonly framesDecoded: number;
  readonly bytesReceived: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly freezes: number;
  readonly frozenMs: number;
  readonly framesDropped: number;
  readonly nacks: number;
  readonly plis: number;
  readonly codec: string | null;
}

/** What the page shows of the stream; null where the last second doesn't tell. */
export interface StreamStats {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Decoded pictures a second; what is seen may be less. */
  readonly fps: number | null;
  readonly bitrateKbps: number | null;
  readonly lossFraction: number | null;
  readonly freezes: number;
  readonly frozenMs: number;
  readonly framesDecoded: number;
  readonly framesDropped: number;
  readonly nacks: number;
  readonly plis: number;
  readonly codec: string | null;
}

export const noRates = { fps: null, bitrateKbps: null, lossFraction: null } as const;

export const noStats: StreamStats = {
  widthPx: 0, heightPx: 0, ...noRates, freezes: 0, frozenMs: 0,
  framesDecoded: 0, framesDropped: 0, nacks: 0, plis: 0, codec: null,
};

/** Rates of a shorter time are those of a burst. */
const SHORTEST_SPAN_MS = 500;

const COUNTERS = ['freezes', 'frozenMs', 'framesDecoded', 'framesDropped', 'nacks', 'plis'] as const;

/**
 * Rates between two samples of one connection, counts going on across connections.
 * @param carried counts of the connections before this one.
 * @param before null for a connection's first sample.
 * @returns null where the samples lie too close together: the newer one is then to be forgotten.
 */
export function deriveStats(carried: StreamStats, before: StatsSample | null, now: StatsSample): StreamStats | null {
  const counts = Object.fromEntries(COUNTERS.map((key) => [key, carried[key] + now[key]])) as Pick<StreamStats, (typeof COUNTERS)[number]>;
  const size = { widthPx: now.widthPx || carried.widthPx, heightPx: now.heightPx || carried.heightPx, codec: now.codec ?? carried.codec };
  if (before === null) return { ...counts, ...size, ...noRates };
  const spanMs = now.countedMs - before.countedMs;
  if (spanMs < SHORTEST_SPAN_MS) return null;
  const lost = Math.max(0, now.packetsLost - before.packetsLost);
  const received = Math.max(0, now.packetsReceived - before.packetsReceived);
  return {
    ...counts, ...size,
    fps: (Math.max(0, now.framesDecoded - before.framesDecoded) * 1000) / spanMs,
    bitrateKbps: (Math.max(0, now.bytesReceived - before.bytesReceived) * 8) / spanMs,
    lossFraction: lost + received === 0 ? null : lost / (lost + received),
  };
}

/** One report of RTCStatsReport; fields are read with care because browsers differ. */
type StatsEntry = Fields;

/**
 * The sample in a getStats report.
 * @returns null while there is no inbound video.
 * Source: W3C webrtc-stats, RTCInboundRtpStreamStats.
 */
export function readSample(entries: Iterable<StatsEntry>, atMs: number): StatsSample | null {
  const all = [...entries];
  const inbound = all.find((entry) => entry['type'] === 'inbound-rtp' && entry['kind'] === 'video');
  if (inbound === undefined) return null;
  const codec = all.find((entry) => entry['type'] === 'codec' && entry['id'] === inbound['codecId']);
  const fmtp = codec?.['sdpFmtpLine'];
  const profile = typeof fmtp === 'string' ? /profile-level-id=([0-9a-fA-F]{6})/.exec(fmtp)?.[1] : undefined;
  const mime = typeof codec?.['mimeType'] === 'string' ? codec['mimeType'].replace(/^video\//, '') : null;
  return {
    atMs, countedMs: isNumber(inbound['timestamp']) ? inbound['timestamp'] : atMs,
    framesDecoded: count(inbound['framesDecoded']), bytesReceived: count(inbound['bytesReceived']),
    packetsReceived: count(inbound['packetsReceived']), packetsLost: count(inbound['packetsLost']),
    widthPx: count(inbound['frameWidth']), heightPx: count(inbound['frameHeight']),
    freezes: count(inbound['freezeCount']), frozenMs: count(inbound['totalFreezesDuration']) * 1000,
    framesDropped: count(inbound['framesDropped']), nacks: count(inbound['nackCount']), plis: count(inbound['pliCount']),
    codec: mime === null ? null : profile === undefined ? mime : `${mime} ${profile.toLowerCase()}`,
  };
}

function count(value: unknown): number { return isNumber(value) ? value : 0; }
