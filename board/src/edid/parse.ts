import { AppError } from '@scanlink/protocol';
import { BLOCK_BYTES, HEADER } from './compile.ts';
import { decodeCta, toHex } from './cta.ts';
import { decodeDetailed, writeModeline } from './modeline.ts';
import type { Edid } from './schema.ts';
import { ESTABLISHED, decodeStandard } from './timings.ts';

/** What an EDID says. Of another's: name and limits may be missing, and `unknown` holds descriptors and data blocks without words here, as hex. */
export type ParsedEdid = Omit<Edid, 'monitorName' | 'limits'> & {
  readonly version: string;
  readonly monitorName: string | null;
  readonly limits: Edid['limits'] | null;
  readonly unknown: readonly string[];
};

/**
 * Reads the binary of an EDID, of any maker: header, length, checksums, base block, the first CTA block.
 * @throws CFG_EDID_DAMAGED; it throws nothing else, whatever the bytes.
 */
export function parseEdid(bytes: Uint8Array): ParsedEdid {
  const damaged = (detail: string): AppError => new AppError('CFG_EDID_DAMAGED', { detail });
  if (bytes.length === 0 || bytes.length % BLOCK_BYTES !== 0) throw damaged(`has ${bytes.length} bytes, no multiple of 128`);
  if (!HEADER.every((byte, index) => bytes[index] === byte)) throw damaged('does not begin like an EDID');
  const blocks = Array.from({ length: bytes.length / BLOCK_BYTES }, (_, index) => bytes.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES));
  for (const [index, block] of blocks.entries()) if ((block.reduce((sum, byte) => sum + byte, 0) & 255) !== 0) throw damaged(`has a wrong checksum in block ${index}`);
  const [base, ...extensions] = blocks as [Uint8Array, ...Uint8Array[]];
  if (base[126] !== extensions.length) throw damaged(`names ${base[126]!} further blocks and has ${extensions.length}`);
  if (base[18] !== 1) throw damaged(`is of version ${base[18]!}`);
  if ((base[20]! & 0x80) === 0) throw damaged('is of an analogue input');

  const { detailed, monitorName, limits, unknown } = parseDescriptors(base);
  let cta: Edid['cta'] = null;
  for (const extension of extensions) {
    if (extension[0] !== 2 || cta) {
      unknown.push(toHex(extension));
      continue;
    }
    const decoded = decodeCta(extension);
    if (typeof decoded === 'string') throw damaged(decoded);
    cta = decoded.cta;
    unknown.push(...decoded.unknown);
  }
  const maker = (base[8]! << 8) | base[9]!;
  return {
    version: `1.${base[19]!}`,
    manufacturer: [10, 5, 0].map((shift) => String.fromCharCode(64 + ((maker >> shift) & 31))).join(''),
    product: base[10]! | (base[11]! << 8),
    serial: (base[12]! | (base[13]! << 8) | (base[14]! << 16) | (base[15]! << 24)) >>> 0,
    year: 1990 + base[17]!, widthMm: base[21]! * 10, heightMm: base[22]! * 10,
    established: Object.entries(ESTABLISHED).filter(([, [at, bit]]) => (base[at]! & (1 << bit)) !== 0).map(([name]) => name),
    standard: Array.from({ length: 8 }, (_, index) => decodeStandard(base[38 + index * 2]!, base[39 + index * 2]!)).filter((text) => text !== null),
    detailed, monitorName, limits, cta, unknown,
  };
}

function parseDescriptors(base: Uint8Array): { detailed: string[]; monitorName: string | null; limits: Edid['limits'] | null; unknown: string[] } {
  const read = { detailed: [] as string[], monitorName: null as string | null, limits: null as Edid['limits'] | null, unknown: [] as string[] };
  for (let at = 54; at < 126; at += 18) {
    const bytes = base.subarray(at, at + 18);
    const timing = decodeDetailed(bytes);
    const tag = bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 0 ? bytes[3]! : null;
    if (timing) read.detailed.push(writeModeline(timing));
    else if (tag === 0xfd && read.limits === null) read.limits = parseLimits(bytes);
    else if (tag === 0xfc && read.monitorName === null) read.monitorName = parseText(bytes.subarray(5));
    else if (tag !== 0x10) read.unknown.push(toHex(bytes));
  }
  return read;
}

function parseLimits(bytes: Uint8Array): Edid['limits'] {
  const [minVerticalHz = 0, maxVerticalHz = 0, minHorizontalKhz = 0, maxHorizontalKhz = 0, clock = 0] = bytes.subarray(5);
  return { minVerticalHz, maxVerticalHz, minHorizontalKhz, maxHorizontalKhz, maxPixelClockMhz: clock * 10 };
}

/** Text up to its line end; what is not printable is `?`. */
function parseText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0x0a);
  return [...bytes.subarray(0, end < 0 ? bytes.length : end)].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?')).join('').trimEnd();
}
