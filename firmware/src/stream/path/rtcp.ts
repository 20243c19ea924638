/** What a sender of one video stream wants to know of RTCP. */
export type RtcpEvent =
  | { readonly type: 'receiver-report'; readonly fractionLost: number; readonly cumulativeLost: number; readonly jitter: number; readonly lastSr: number; readonly delaySinceLastSr: number }
  | { readonly type: 'pli' }
  | { readonly type: 'fir' };

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const PAYLOAD_FEEDBACK = 206;

/**
 * Events of a compound RTCP packet that concern the stream of mediaSsrc. Of a malformed packet, what stands before
 * the fault counts; NACK (answered by libdatachannel),
 * REMB (the viewers' rate, never forwarded: DESIGN) and what we do not know is passed over.
 * fractionLost: 0..1 since the last report. jitter: RTP units. lastSr, delaySinceLastSr: 1/65536 s.
 * Source: RFC 3550, section 6.4; RFC 4585, section 6; RFC 5104, section 4.3.1.
 */
export function parseRtcp(packet: Buffer, mediaSsrc: number): RtcpEvent[] {
  const events: RtcpEvent[] = [];
  for (let at = 0; at + 4 <= packet.length;) {
    const first = packet[at]!;
    const lengthBytes = (packet.readUInt16BE(at + 2) + 1) * 4;
    if (first >> 6 !== 2 || at + lengthBytes > packet.length) break;
    readPacket(packet.subarray(at, at + lengthBytes), first & 0x1f, packet[at + 1]!, mediaSsrc, events);
    at += lengthBytes;
  }
  return events;
}

function readPacket(packet: Buffer, count: number, type: number, mediaSsrc: number, events: RtcpEvent[]): void {
  if (type === SENDER_REPORT) readReportBlocks(packet, 28, count, mediaSsrc, events);
  else if (type === RECEIVER_REPORT) readReportBlocks(packet, 8, count, mediaSsrc, events);
  else if (type === PAYLOAD_FEEDBACK && count === 1) {
    if (packet.length >= 12 && packet.readUInt32BE(8) === mediaSsrc) events.push({ type: 'pli' });
  } else if (type === PAYLOAD_FEEDBACK && count === 4) readFir(packet, mediaSsrc, events);
}

function readReportBlocks(packet: Buffer, start: number, count: number, mediaSsrc: number, events: RtcpEvent[]): void {
  for (let at = start, left = count; left > 0 && at + 24 <= packet.length; at += 24, left -= 1) {
    if (packet.readUInt32BE(at) !== mediaSsrc) continue;
    events.push({
      type: 'receiver-report', fractionLost: packet[at + 4]! / 256, cumulativeLost: packet.readIntBE(at + 5, 3),
      jitter: packet.readUInt32BE(at + 12), lastSr: packet.readUInt32BE(at + 16), delaySinceLastSr: packet.readUInt32BE(at + 20),
    });
  }
}

/** FIR names its streams in its entries; the header's media SSRC is 0. */
function readFir(packet: Buffer, mediaSsrc: number, events: RtcpEvent[]): void {
  for (let at = 12; at + 8 <= packet.length; at += 8) {
    if (packet.readUInt32BE(at) === mediaSsrc) {
      events.push({ type: 'fir' });
      return;
    }
  }
}

/**
 * Round trip by a receiver report, milliseconds; null when the far end has seen no sender report yet.
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
