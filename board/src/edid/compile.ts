import { encodeCta } from './cta.ts';
import { encodeDetailed, readModeline } from './modeline.ts';
import type { Edid } from './schema.ts';
import { ESTABLISHED, encodeStandard } from './timings.ts';

export const BLOCK_BYTES = 128;
export const HEADER = [0, 255, 255, 255, 255, 255, 255, 0] as const;
/** Primaries and white of sRGB, as E-EDID 1.3 packs them; computed from (0.640, 0.330), (0.300, 0.600), (0.150, 0.060), (0.3127, 0.3290). */
const SRGB = [[0.64, 0.33], [0.3, 0.6], [0.15, 0.06], [0.3127, 0.329]] as const;
const DIGITAL_INPUT = 0x80;
const GAMMA_2_2 = 120;
/** RGB colour display, the first detailed timing is the preferred one, colours are those of sRGB. */
const FEATURES = 0x08 | 0x04 | 0x02;

/**
 * The binary of an EDID (E-EDID 1.3, with a CTA-861 block of revision 3 where it has one): 128 or 256 bytes.
 * The EDID was found right (find-edid-fault.ts). 1.3 and not 1.4: HDMI asks for it, and old consoles read no other.
 */
export function compileEdid(edid: Edid): Uint8Array {
  const blocks = [compileBase(edid), ...(edid.cta ? [encodeCta(edid.cta, edid.widthMm, edid.heightMm)] : [])];
  const bytes = new Uint8Array(blocks.length * BLOCK_BYTES);
  for (const [index, block] of blocks.entries()) {
    block[BLOCK_BYTES - 1] = (256 - (block.reduce((sum, byte) => sum + byte, 0) & 255)) & 255;
    bytes.set(block, index * BLOCK_BYTES);
  }
  return bytes;
}

function compileBase(edid: Edid): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  const letters = Array.from(edid.manufacturer, (letter) => letter.charCodeAt(0) - 64) as [number, number, number];
  const maker = (letters[0] << 10) | (letters[1] << 5) | letters[2];
  block.set(HEADER);
  block.set([maker >> 8, maker & 255, edid.product & 255, edid.product >> 8, edid.serial & 255, (edid.serial >>> 8) & 255, (edid.serial >>> 16) & 255, edid.serial >>> 24, 0, edid.year - 1990, 1, 3], 8);
  block.set([DIGITAL_INPUT, Math.round(edid.widthMm / 10), Math.round(edid.heightMm / 10), GAMMA_2_2, FEATURES, ...packColours()], 20);
  for (const name of edid.established) {
    const [at, bit] = ESTABLISHED[name] ?? [35, 0];
    block[at]! |= 1 << bit;
  }
  for (let index = 0; index < 8; index += 1) block.set(encodeStandard(edid.standard[index] ?? '') ?? [1, 1], 38 + index * 2);
  const descriptors = [
    ...edid.detailed.map((text) => readModeline(text)).filter((timing) => typeof timing !== 'string').map((timing) => encodeDetailed(timing, edid.widthMm, edid.heightMm)),
    describeLimits(edid.limits), describeName(edid.monitorName),
  ];
  // Dummies fill what is left.
  for (let index = 0; index < 4; index += 1) block.set(descriptors[index] ?? Uint8Array.of(0, 0, 0, 0x10, ...new Uint8Array(14)), 54 + index * 18);
  block[126] = edid.cta ? 1 : 0;
  return block;
}

function packColours(): number[] {
  const tenBits = SRGB.flat().map((value) => Math.round(value * 1024));
  const low = (from: number): number => tenBits.slice(from, from + 4).reduce((byte, value) => (byte << 2) | (value & 3), 0);
  return [low(0), low(4), ...tenBits.map((value) => value >> 2)];
}

function describeLimits({ minVerticalHz, maxVerticalHz, minHorizontalKhz, maxHorizontalKhz, maxPixelClockMhz }: Edid['limits']): Uint8Array {
  return Uint8Array.of(0, 0, 0, 0xfd, 0, minVerticalHz, maxVerticalHz, minHorizontalKhz, maxHorizontalKhz, maxPixelClockMhz / 10, 0, 0x0a, ...Array<number>(6).fill(0x20));
}

function describeName(name: string): Uint8Array {
  const text = Array.from(name, (letter) => letter.charCodeAt(0));
  return Uint8Array.of(0, 0, 0, 0xfc, 0, ...[...text, 0x0a, ...Array<number>(13).fill(0x20)].slice(0, 13));
}
