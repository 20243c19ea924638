/**
 * H.264 in RTP (RFC 6184), as far as a relay has to see it: where a decoder that knows nothing can begin.
 * That is at a key frame with its parameter set, which stands before the picture itself.
 */
const NAL_SPS = 7;
const STAP_A = 24;
const FU_A = 28;
const FU_START = 128;

/** Whether a sequence parameter set begins in the payload `packet[start..end)`; false for anything else or malformed. */
export function carriesParameterSet(packet: Buffer, start: number, end: number): boolean {
  if (end <= start) return false;
  const type = packet[start]! & 31;
  if (type === FU_A) return end >= start + 2 && (packet[start + 1]! & (FU_START | 31)) === (FU_START | NAL_SPS);
  return type === STAP_A ? findInAggregate(packet, start + 1, end) : type === NAL_SPS;
}

function findInAggregate(packet: Buffer, start: number, end: number): boolean {
  for (let offset = start; offset + 3 <= end;) {
    const length = packet.readUInt16BE(offset);
    if (length === 0 || offset + 2 + length > end) return false;
    if ((packet[offset + 2]! & 31) === NAL_SPS) return true;
    offset += 2 + length;
  }
  return false;
}
