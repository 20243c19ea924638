import { decodeDetailed, encodeDetailed, readModeline, writeModeline } from './modeline.ts';
import { AUDIO_RATES_KHZ, SAMPLE_BITS, SPEAKERS, type Cta } from './schema.ts';

const TAG = { audio: 1, video: 2, vendor: 3, speakers: 4, extended: 7 } as const;
const EXTENDED_VIDEO_CAPABILITY = 0;
/** OUI of HDMI Licensing, 00-0C-03, least byte first. */
const HDMI_OUI = [0x03, 0x0c, 0x00] as const;
const LINEAR_PCM = 1;

/** A data block of CTA-861 as it lies there. */
interface DataBlock { readonly tag: number; readonly payload: Uint8Array }

/** Bits of a list of flags: what is at place n of all is bit n. */
const toBits = <T>(all: readonly T[], chosen: readonly T[]): number => all.reduce((bits, each, bit) => bits | (chosen.includes(each) ? 1 << bit : 0), 0);
const fromBits = <T>(all: readonly T[], bits: number): T[] => all.filter((_, bit) => (bits & (1 << bit)) !== 0);

function listBlocks(cta: Cta): readonly (readonly [tag: number, payload: readonly number[]])[] {
  const { vics, nativeVics, audio, speakers, hdmi, selectableRange } = cta;
  const [a = 0, b = 0, c = 0, d = 0] = (hdmi?.physicalAddress ?? '').split('.').map((digit) => Number.parseInt(digit, 16));
  return [
    ...(vics.length > 0 ? [[TAG.video, vics.map((vic) => vic | (nativeVics.includes(vic) ? 0x80 : 0))] as const] : []),
    ...(audio.length > 0 ? [[TAG.audio, audio.flatMap(({ channels, ratesKhz, bits }) => [(LINEAR_PCM << 3) | (channels - 1), toBits(AUDIO_RATES_KHZ, ratesKhz), toBits(SAMPLE_BITS, bits)])] as const] : []),
    ...(speakers.length > 0 ? [[TAG.speakers, [toBits(SPEAKERS, speakers), 0, 0]] as const] : []),
    ...(hdmi ? [[TAG.vendor, [...HDMI_OUI, (a << 4) | b, (c << 4) | d, 0, hdmi.maxTmdsClockMhz / 5]] as const] : []),
    // Selectable for RGB and YCC both; the picture is never overscanned.
    ...(selectableRange ? [[TAG.extended, [EXTENDED_VIDEO_CAPABILITY, 0xc0 | 0x0a]] as const] : []),
  ];
}

/** Bytes that the block's data and timings need, of the 123 between its header and its checksum. */
export function measureCta(cta: Cta): number {
  return listBlocks(cta).reduce((sum, [, payload]) => sum + 1 + payload.length, 0) + cta.detailed.length * 18;
}

/** A block of 128 bytes, its checksum still 0. The CTA was found right (find-edid-fault.ts). */
export function encodeCta(cta: Cta, widthMm: number, heightMm: number): Uint8Array {
  const block = new Uint8Array(128);
  const data = listBlocks(cta).flatMap(([tag, payload]) => [(tag << 5) | payload.length, ...payload]);
  const flags = (cta.underscan ? 0x80 : 0) | (cta.audio.length > 0 ? 0x40 : 0) | (cta.ycbcr444 ? 0x20 : 0) | (cta.ycbcr422 ? 0x10 : 0);
  block.set([2, 3, 4 + data.length, flags | cta.nativeDetailed, ...data]);
  for (const [index, text] of cta.detailed.entries()) {
    const timing = readModeline(text);
    if (typeof timing !== 'string') block.set(encodeDetailed(timing, widthMm, heightMm), 4 + data.length + index * 18);
  }
  return block;
}

/**
 * Reads a block of 128 bytes whose checksum was found right. What is in it that Cta has no word for is left as hex in `unknown`.
 * @returns the words of what is wrong where its lengths contradict one another.
 */
export function decodeCta(block: Uint8Array): { readonly cta: Cta; readonly unknown: readonly string[] } | string {
  const end = block[2]!;
  if (block[1]! < 3) return 'has a CTA block before its third revision';
  if (end !== 0 && (end < 4 || end > 127)) return 'has a CTA block whose timings begin outside it';
  const dataEnd = end === 0 ? 4 : end;
  const blocks: DataBlock[] = [];
  for (let at = 4; at < dataEnd; ) {
    const length = block[at]! & 31;
    if (at + 1 + length > dataEnd) return 'has a data block that is longer than its room';
    blocks.push({ tag: block[at]! >> 5, payload: block.subarray(at + 1, at + 1 + length) });
    at += 1 + length;
  }
  const unknown: string[] = [];
  const detailed: string[] = [];
  // 0: there are neither data nor timings.
  const timingsEnd = end === 0 ? 0 : 127;
  for (let at = dataEnd; at + 18 <= timingsEnd && (block[at] !== 0 || block[at + 1] !== 0); at += 18) {
    const bytes = block.subarray(at, at + 18);
    const timing = decodeDetailed(bytes);
    if (timing) detailed.push(writeModeline(timing)); else unknown.push(toHex(bytes));
  }
  const flags = block[3]!;
  const cta: Cta = { nativeDetailed: flags & 15, underscan: (flags & 0x80) !== 0, ycbcr444: (flags & 0x20) !== 0, ycbcr422: (flags & 0x10) !== 0, vics: [], nativeVics: [], audio: [], speakers: [], selectableRange: false, hdmi: null, detailed };
  for (const each of blocks) if (!readDataBlock(each, cta)) unknown.push(toHex(Uint8Array.of((each.tag << 5) | each.payload.length, ...each.payload)));
  return { cta, unknown };
}

/** Adds what a data block says. False for one that it has no word for. */
function readDataBlock({ tag, payload }: DataBlock, cta: Cta): boolean {
  const at = (index: number): number => payload[index] ?? 0;
  if (tag === TAG.video) return readVics(payload, cta);
  if (tag === TAG.audio) return readAudio(payload, cta);
  if (tag === TAG.speakers && payload.length === 3 && at(0) < 0x80 && at(1) === 0 && at(2) === 0) {
    cta.speakers.push(...fromBits(SPEAKERS, at(0)));
    return true;
  }
  // A longer block of HDMI says more (3D, latency) than there are words for.
  if (tag === TAG.vendor && payload.length === 7 && HDMI_OUI.every((byte, index) => at(index) === byte) && at(5) === 0 && cta.hdmi === null) {
    const digits = [at(3) >> 4, at(3) & 15, at(4) >> 4, at(4) & 15].map((digit) => digit.toString(16));
    cta.hdmi = { physicalAddress: digits.join('.'), maxTmdsClockMhz: at(6) * 5 };
    return true;
  }
  if (tag === TAG.extended && payload.length === 2 && at(0) === EXTENDED_VIDEO_CAPABILITY && at(1) === (0xc0 | 0x0a)) {
    cta.selectableRange = true;
    return true;
  }
  return false;
}

function readVics(payload: Uint8Array, cta: Cta): boolean {
  // 1 to 64 carry a flag for native; 65 to 127 do not, and of what is above, 129 to 192 are those with the flag.
  const read = [...payload].map((byte) => (byte > 128 && byte <= 192 ? { vic: byte & 0x7f, native: true } : { vic: byte, native: false }));
  if (read.some(({ vic }) => vic === 0 || vic > 127)) return false;
  cta.vics.push(...read.map(({ vic }) => vic));
  cta.nativeVics.push(...read.filter(({ native }) => native).map(({ vic }) => vic));
  return true;
}

function readAudio(payload: Uint8Array, cta: Cta): boolean {
  const entries = Array.from({ length: Math.floor(payload.length / 3) }, (_, index) => payload.subarray(index * 3, index * 3 + 3));
  const known = payload.length % 3 === 0 && entries.every(([head = 0, rates = 0, bits = 0]) => (head >> 3) === LINEAR_PCM && rates > 0 && rates < 0x80 && bits > 0 && bits < 8);
  if (known) cta.audio.push(...entries.map(([head = 0, rates = 0, bits = 0]) => ({ channels: (head & 7) + 1, ratesKhz: fromBits(AUDIO_RATES_KHZ, rates), bits: fromBits(SAMPLE_BITS, bits) })));
  return known;
}

export function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
