/**
 * H.264 in RTP (RFC 6184), as far as a relay has to see it: where a key frame begins.
 * A key frame counts only with its parameter set: that is where a decoder that knows nothing can begin.
 */
export const HAS_SPS = 1;
export const STARTS_IDR = 2;
export const HAS_IDR = 4;

const NAL_IDR = 5;
const NAL_SPS = 7;
const STAP_A = 24;
const FU_A = 28;

/** Bits of HAS_SPS, STARTS_IDR, HAS_IDR for the payload `packet[start..end)`; 0 for anything else or malformed. */
export function inspectH264(packet: Buffer, start: number, end: number): number {
  if (end <= start) return 0;
  const type = packet[start]! & 31;
  if (type === NAL_SPS) return HAS_SPS;
  if (type === NAL_IDR) return STARTS_IDR | HAS_IDR;
  if (type === FU_A) return inspectFragment(packet, start, end);
  if (type === STAP_A) return inspectAggregate(packet, start + 1, end);
  return 0;
}

function inspectFragment(packet: Buffer, start: number, end: number): number {
  if (end < start + 2) return 0;
  const header = packet[start + 1]!;
  const starts = (header & 128) !== 0;
  const type = header & 31;
  if (type === NAL_IDR) return starts ? STARTS_IDR | HAS_IDR : HAS_IDR;
  return type === NAL_SPS && starts ? HAS_SPS : 0;
}

function inspectAggregate(packet: Buffer, start: number, end: number): number {
  let bits = 0;
  let offset = start;
  while (offset + 3 <= end) {
    const length = packet.readUInt16BE(offset);
    if (length === 0 || offset + 2 + length > end) break;
    const type = packet[offset + 2]! & 31;
    if (type === NAL_SPS) bits |= HAS_SPS;
    if (type === NAL_IDR) bits |= STARTS_IDR | HAS_IDR;
    offset += 2 + length;
  }
  return bits;
}
