/**
 * What of a compound RTCP packet concerns a sender or a relay of video. jitter: RTP units; lastSr, delaySinceLastSr:
 * 1/65536 s. Sources: RFC 3550 section 6, 4585 (NACK, PLI), 5104 section 4.3.1 (FIR), draft-alvestrand-rmcat-remb.
 */
export type RtcpItem =
  | { readonly kind: 'sender-report'; readonly ssrc: number; /** Middle 32 bits of the NTP time, as receiver reports echo it. */ readonly ntpMiddle: number; readonly rtp: number }
  | { readonly kind: 'report'; readonly mediaSsrc: number; /** 0 to 1, since the reporter's last report. */ readonly lossFraction: number; readonly cumulativeLost: number; readonly jitter: number; readonly lastSr: number; readonly delaySinceLastSr: number }
  | { readonly kind: 'nack'; readonly mediaSsrc: number; readonly sequences: readonly number[] }
  | { readonly kind: 'pli'; readonly mediaSsrc: number }
  | { readonly kind: 'fir'; readonly mediaSsrc: number }
  | { readonly kind: 'remb'; readonly bitsPerSecond: number }
  | { readonly kind: 'bye'; readonly ssrc: number }
  /** A well-formed packet that says nothing of the above (an empty report, SDES): a sign of life. */
  | { readonly kind: 'other' };

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const BYE = 203;
const TRANSPORT_FEEDBACK = 205;
const PAYLOAD_FEEDBACK = 206;
/** Bound on the sequence numbers taken of one NACK: a hostile one can't make the relay work without end. */
const MAX_NACKED = 512;

/** Items of a compound packet, in order. Malformed rests are left out; never throws. */
export function readRtcp(packet: Buffer): readonly RtcpItem[] {
  const items: RtcpItem[] = [];
  let offset = 0;
  while (offset + 4 <= packet.length) {
    const first = packet[offset]!;
    const end = offset + (packet.readUInt16BE(offset + 2) + 1) * 4;
    if (first >> 6 !== 2 || end > packet.length) break;
    const before = items.length;
    readBlock(packet.subarray(offset, end), first & 31, packet[offset + 1]!, items);
    if (items.length === before) items.push({ kind: 'other' });
    offset = end;
  }
  return items;
}

function readBlock(block: Buffer, count: number, type: number, items: RtcpItem[]): void {
  if (type === SENDER_REPORT && block.length >= 28) {
    items.push({ kind: 'sender-report', ssrc: block.readUInt32BE(4), ntpMiddle: block.readUInt32BE(10), rtp: block.readUInt32BE(16) });
    readReports(block, 28, count, items);
  } else if (type === RECEIVER_REPORT && block.length >= 8) {
    readReports(block, 8, count, items);
  } else if (type === BYE) {
    for (let index = 0; index < count && 8 + index * 4 <= block.length; index += 1) items.push({ kind: 'bye', ssrc: block.readUInt32BE(4 + index * 4) });
  } else if (type === TRANSPORT_FEEDBACK && count === 1 && block.length >= 16) {
    items.push({ kind: 'nack', mediaSsrc: block.readUInt32BE(8), sequences: readNacked(block) });
  } else if (type === PAYLOAD_FEEDBACK && block.length >= 12) {
    readPayloadFeedback(block, count, items);
  }
}

function readReports(block: Buffer, start: number, count: number, items: RtcpItem[]): void {
  for (let index = 0; index < count && start + (index + 1) * 24 <= block.length; index += 1) {
    const at = start + index * 24;
    items.push({
      kind: 'report', mediaSsrc: block.readUInt32BE(at), lossFraction: block[at + 4]! / 256, cumulativeLost: block.readIntBE(at + 5, 3),
      jitter: block.readUInt32BE(at + 12), lastSr: block.readUInt32BE(at + 16), delaySinceLastSr: block.readUInt32BE(at + 20),
    });
  }
}

function readNacked(block: Buffer): readonly number[] {
  const sequences: number[] = [];
  for (let at = 12; at + 4 <= block.length && sequences.length < MAX_NACKED; at += 4) {
    const first = block.readUInt16BE(at);
    const mask = block.readUInt16BE(at + 2);
    sequences.push(first);
    for (let bit = 0; bit < 16; bit += 1) if ((mask & (1 << bit)) !== 0) sequences.push((first + bit + 1) & 0xffff);
  }
  return sequences;
}

function readPayloadFeedback(block: Buffer, format: number, items: RtcpItem[]): void {
  const mediaSsrc = block.readUInt32BE(8);
  if (format === 1) items.push({ kind: 'pli', mediaSsrc });
  // FIR names its targets in its entries; the media SSRC of the head is 0 there.
  else if (format === 4) for (let at = 12; at + 8 <= block.length; at += 8) items.push({ kind: 'fir', mediaSsrc: block.readUInt32BE(at) });
  else if (format === 15 && block.length >= 20 && block.toString('latin1', 12, 16) === 'REMB') {
    const mantissa = block.readUIntBE(17, 3) & 0x3ffff;
    items.push({ kind: 'remb', bitsPerSecond: mantissa * 2 ** (block[17]! >> 2) });
  }
}

/**
 * Round trip by a report, milliseconds; null when the far end has seen no sender report yet.
 * @param nowNtpMiddle middle 32 bits of our NTP time when the report came (ntpMiddle()).
 */
export function roundTripMs(report: { readonly lastSr: number; readonly delaySinceLastSr: number }, nowNtpMiddle: number): number | null {
  if (report.lastSr === 0) return null;
  const units = (nowNtpMiddle - report.lastSr - report.delaySinceLastSr) | 0;
  return Math.max(0, units / 65.536);
}

/** Middle 32 bits of NTP time. unixMs: the clock that the sender reports carry (the wall clock). */
export function ntpMiddle(unixMs: number): number {
  const seconds = unixMs / 1000 + 2_208_988_800;
  return Math.floor((seconds % 65_536) * 65_536) >>> 0;
}
