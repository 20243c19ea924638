/** RTCP that the relay sends. Sources: RFC 3550 (reports), RFC 4585 (NACK, PLI; reduced size by RFC 5506). */
const NTP_EPOCH_OFFSET_S = 2_208_988_800;
const UINT32 = 4_294_967_296;

/** Generic NACK for these sequence numbers (16 bit each, any order). */
export function writeNack(senderSsrc: number, mediaSsrc: number, sequences: readonly number[]): Buffer {
  const pairs = pairUp(sequences);
  const out = Buffer.alloc(12 + pairs.length * 4);
  writeHead(out, 1, 205, senderSsrc);
  out.writeUInt32BE(mediaSsrc, 8);
  pairs.forEach((pair, index) => {
    out.writeUInt16BE(pair.first, 12 + index * 4);
    out.writeUInt16BE(pair.mask, 14 + index * 4);
  });
  return out;
}

function pairUp(sequences: readonly number[]): readonly { first: number; mask: number }[] {
  const pairs: { first: number; mask: number }[] = [];
  for (const sequence of sequences) {
    const last = pairs.at(-1);
    const distance = last ? (sequence - last.first) & 0xffff : 0;
    if (last && distance >= 1 && distance <= 16) last.mask |= 1 << (distance - 1);
    else pairs.push({ first: sequence & 0xffff, mask: 0 });
  }
  return pairs;
}

export function writePli(senderSsrc: number, mediaSsrc: number): Buffer {
  const out = Buffer.alloc(12);
  writeHead(out, 1, 206, senderSsrc);
  out.writeUInt32BE(mediaSsrc, 8);
  return out;
}

export interface ReceptionReport {
  readonly mediaSsrc: number;
  /** 0 to 1. */
  readonly lossFraction: number;
  readonly cumulativeLost: number;
  readonly highestSequence: number;
  /** Units of the RTP clock. */
  readonly jitter: number;
  readonly lastSenderReport: number;
  /** Units of 1/65536 s. */
  readonly delaySinceSenderReport: number;
}

export function writeReceiverReport(senderSsrc: number, report: ReceptionReport): Buffer {
  const out = Buffer.alloc(32);
  writeHead(out, 1, 201, senderSsrc);
  out.writeUInt32BE(report.mediaSsrc, 8);
  out[12] = Math.min(255, Math.max(0, Math.floor(report.lossFraction * 256)));
  out.writeUIntBE(Math.min(0x7fffff, Math.max(0, report.cumulativeLost)), 13, 3);
  out.writeUInt32BE(report.highestSequence >>> 0, 16);
  out.writeUInt32BE(Math.floor(report.jitter) >>> 0, 20);
  out.writeUInt32BE(report.lastSenderReport >>> 0, 24);
  out.writeUInt32BE(report.delaySinceSenderReport >>> 0, 28);
  return out;
}

/** Sender report with the source description (CNAME) that RFC 3550 wants in a compound packet. unixMs: wall clock. */
export function writeSenderReport(ssrc: number, unixMs: number, rtp: number, packets: number, octets: number, cname: string): Buffer {
  const name = Buffer.from(cname, 'latin1').subarray(0, 255);
  const chunkBytes = Math.ceil((4 + 2 + name.length + 1) / 4) * 4;
  const out = Buffer.alloc(28 + 4 + chunkBytes);
  writeHead(out.subarray(0, 28), 0, 200, ssrc);
  const seconds = Math.floor(unixMs / 1000);
  out.writeUInt32BE((seconds + NTP_EPOCH_OFFSET_S) % UINT32, 8);
  out.writeUInt32BE(Math.floor(((unixMs - seconds * 1000) / 1000) * UINT32) % UINT32, 12);
  out.writeUInt32BE(rtp >>> 0, 16);
  out.writeUInt32BE(packets % UINT32, 20);
  out.writeUInt32BE(octets % UINT32, 24);
  writeHead(out.subarray(28), 1, 202, ssrc);
  out[36] = 1;
  out[37] = name.length;
  name.copy(out, 38);
  return out;
}

/** Length field counts 32-bit words minus one, of the whole `block`. */
function writeHead(block: Buffer, count: number, type: number, ssrc: number): void {
  block[0] = 0x80 | count;
  block[1] = type;
  block.writeUInt16BE(block.length / 4 - 1, 2);
  block.writeUInt32BE(ssrc, 4);
}
