import { inflateSync } from 'node:zlib';

/** A decoded picture: RGB, 8 bits a channel, rows of widthPx * 3 bytes, top row first. */
export interface RgbPicture { readonly widthPx: number; readonly heightPx: number; readonly rgb: Uint8Array }

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 };
const MAX_PIXELS = 64_000_000;

/**
 * Reads a PNG of 8 bits a channel (grey, grey with alpha, RGB, RGBA), not interlaced, every filter type; alpha is dropped.
 * Enough for the box's stills, so that the bench needs no image library.
 * @throws RangeError naming what is wrong with the file. Source: PNG specification (third edition), 9 and 11.
 */
export function decodePng(file: Uint8Array): RgbPicture {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < 8 || !bytes.subarray(0, 8).equals(SIGNATURE)) throw new RangeError('not a PNG file');
  const parts: Buffer[] = [];
  let header: Buffer | null = null;
  for (let offset = 8; ;) {
    if (offset + 12 > bytes.length) throw new RangeError('PNG is cut short');
    const length = bytes.readUInt32BE(offset);
    const type = bytes.toString('latin1', offset + 4, offset + 8);
    if (offset + 12 + length > bytes.length) throw new RangeError('PNG is cut short');
    const data = bytes.subarray(offset + 8, offset + 8 + length);
    if (type === 'IHDR') header = data;
    if (type === 'IDAT') parts.push(data);
    if (type === 'IEND') break;
    offset += 12 + length;
  }
  const { widthPx, heightPx, channels } = readHeader(header);
  const size = heightPx * (widthPx * channels + 1);
  let raw: Buffer;
  try {
    raw = inflateSync(Buffer.concat(parts), { maxOutputLength: size + 1 });
  } catch (error) {
    throw new RangeError('PNG data cannot be inflated', { cause: error });
  }
  if (raw.length !== size) throw new RangeError(`PNG holds ${raw.length} bytes of rows, ${size} expected`);
  unfilter(raw, widthPx * channels, heightPx, channels);
  return { widthPx, heightPx, rgb: toRgb(raw, widthPx, heightPx, channels) };
}

function readHeader(header: Buffer | null): { widthPx: number; heightPx: number; channels: number } {
  if (header === null || header.length !== 13) throw new RangeError('PNG has no header');
  const widthPx = header.readUInt32BE(0);
  const heightPx = header.readUInt32BE(4);
  const channels = CHANNELS[header[9] ?? -1];
  if (header[8] !== 8 || channels === undefined || header[12] !== 0) throw new RangeError('PNG must have 8 bits a channel, no palette, no interlace');
  if (widthPx === 0 || heightPx === 0 || widthPx * heightPx > MAX_PIXELS) throw new RangeError(`PNG of ${widthPx}x${heightPx} is not readable`);
  return { widthPx, heightPx, channels };
}

/** Undoes the filters in place; each row has its filter byte in front. */
function unfilter(raw: Buffer, rowBytes: number, rows: number, step: number): void {
  for (let row = 0; row < rows; row += 1) {
    const start = row * (rowBytes + 1);
    const filter = raw[start] as number;
    if (filter > 4) throw new RangeError(`PNG filter ${filter} does not exist`);
    if (filter === 0) continue;
    for (let index = 0; index < rowBytes; index += 1) {
      const at = start + 1 + index;
      const left = index >= step ? raw[at - step] as number : 0;
      const up = row > 0 ? raw[at - rowBytes - 1] as number : 0;
      const upLeft = row > 0 && index >= step ? raw[at - rowBytes - 1 - step] as number : 0;
      raw[at] = (raw[at] as number) + predict(filter, left, up, upLeft);
    }
  }
}

function predict(filter: number, left: number, up: number, upLeft: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const guess = left + up - upLeft;
  const [byLeft, byUp, byUpLeft] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - upLeft)];
  if (byLeft <= byUp && byLeft <= byUpLeft) return left;
  return byUp <= byUpLeft ? up : upLeft;
}

function toRgb(raw: Buffer, widthPx: number, heightPx: number, channels: number): Uint8Array {
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  let to = 0;
  for (let row = 0; row < heightPx; row += 1) {
    let from = row * (widthPx * channels + 1) + 1;
    for (let x = 0; x < widthPx; x += 1, from += channels, to += 3) {
      const grey = channels < 3;
      rgb[to] = raw[from] as number;
      rgb[to + 1] = raw[grey ? from : from + 1] as number;
      rgb[to + 2] = raw[grey ? from : from + 2] as number;
    }
  }
  return rgb;
}
