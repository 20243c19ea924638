/**
 * RTP packets (RFC 3550) and their one-byte header extensions (RFC 8285): read in place, and written anew for viewers.
 * One mutable view is reused, so that nothing is allocated per packet while reading.
 */
export interface RtpView {
  payloadType: number;
  marker: boolean;
  padding: boolean;
  sequence: number;
  timestamp: number;
  ssrc: number;
  /** Offset of the first octet after header and extensions. */
  payloadStart: number;
  /** Offset and length in octets of the one-byte extensions' data; length 0 when there are none. */
  extensionStart: number;
  extensionLength: number;
}

export const RTP_HEADER_BYTES = 12;
/** Profile word, length word and one element of four octets. */
const PLAYOUT_EXTENSION_BYTES = 8;
const ONE_BYTE_PROFILE = 0xbede;

export function createRtpView(): RtpView {
  return { payloadType: 0, marker: false, padding: false, sequence: 0, timestamp: 0, ssrc: 0, payloadStart: 0, extensionStart: 0, extensionLength: 0 };
}

/** RTCP shares the path with RTP (RFC 5761): its packet types are 192 to 223. */
export function isRtcp(packet: Buffer): boolean {
  const second = packet.length > 1 ? packet[1]! : 0;
  return second >= 192 && second <= 223;
}

/** Fills `view`; false (view then undefined in content) when the octets are not an RTP packet. */
export function readRtp(packet: Buffer, view: RtpView): boolean {
  const length = packet.length;
  if (length < RTP_HEADER_BYTES) return false;
  const first = packet[0]!;
  if (first >> 6 !== 2) return false;
  let offset = RTP_HEADER_BYTES + (first & 15) * 4;
  view.extensionStart = 0;
  view.extensionLength = 0;
  if ((first & 16) !== 0) {
    if (offset + 4 > length) return false;
    const extensionLength = packet.readUInt16BE(offset + 2) * 4;
    if (packet.readUInt16BE(offset) === ONE_BYTE_PROFILE) {
      view.extensionStart = offset + 4;
      view.extensionLength = extensionLength;
    }
    offset += 4 + extensionLength;
  }
  if (offset > length) return false;
  const second = packet[1]!;
  view.padding = (first & 32) !== 0;
  view.marker = (second & 128) !== 0;
  view.payloadType = second & 127;
  view.sequence = packet.readUInt16BE(2);
  view.timestamp = packet.readUInt32BE(4);
  view.ssrc = packet.readUInt32BE(8);
  view.payloadStart = offset;
  return true;
}

/** End of the payload proper, padding octets taken off. */
export function readPayloadEnd(packet: Buffer, view: RtpView): number {
  if (!view.padding) return packet.length;
  return Math.max(view.payloadStart, packet.length - packet[packet.length - 1]!);
}

/**
 * The 24 bits of the playout-delay extension (12 bits least, 12 bits greatest delay, units of 10 ms); -1 when absent.
 * Source: http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
 */
export function readPlayoutDelay(packet: Buffer, view: RtpView, extensionId: number): number {
  const end = view.extensionStart + view.extensionLength;
  let offset = view.extensionStart;
  while (offset < end) {
    const head = packet[offset]!;
    if (head === 0) {
      offset += 1;
      continue;
    }
    const id = head >> 4;
    const length = (head & 15) + 1;
    if (id === 15) return -1;
    if (id === extensionId && length === 3 && offset + 4 <= end) return packet.readUIntBE(offset + 1, 3);
    offset += 1 + length;
  }
  return -1;
}

export interface OutgoingHeader {
  readonly payloadType: number;
  /** Id of the playout-delay extension that the receiver negotiated; 0: none is written. */
  readonly playoutExtensionId: number;
  readonly ssrc: number;
}

/**
 * The packet as a viewer gets it: new header, contributing sources and foreign extensions left out, payload (with its
 * padding) as it was. `playoutDelay` is 24 bits, or -1 for none.
 */
export function writeRtp(packet: Buffer, payloadStart: number, marker: boolean, padding: boolean, sequence: number, timestamp: number, playoutDelay: number, header: OutgoingHeader): Buffer {
  const extended = header.playoutExtensionId > 0 && playoutDelay >= 0;
  const headBytes = RTP_HEADER_BYTES + (extended ? PLAYOUT_EXTENSION_BYTES : 0);
  const out = Buffer.allocUnsafe(headBytes + packet.length - payloadStart);
  out[0] = 0x80 | (padding ? 32 : 0) | (extended ? 16 : 0);
  out[1] = (marker ? 128 : 0) | header.payloadType;
  writeSequence(out, sequence);
  out.writeUInt32BE(timestamp, 4);
  out.writeUInt32BE(header.ssrc, 8);
  if (extended) {
    out.writeUInt32BE(ONE_BYTE_PROFILE * 65_536 + 1, 12);
    out[16] = (header.playoutExtensionId << 4) | 2;
    out.writeUIntBE(playoutDelay, 17, 3);
  }
  packet.copy(out, headBytes, payloadStart);
  return out;
}

/** Patches the sequence number (any integer; its low 16 bits go out). */
export function writeSequence(packet: Buffer, sequence: number): void {
  packet[2] = (sequence >> 8) & 255;
  packet[3] = sequence & 255;
}
