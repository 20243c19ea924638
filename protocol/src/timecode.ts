/**
 * Machine-readable time code in the picture, for measuring only (`--check`, bench).
 * Two rows of 32 cells, each 8x8 pixels, at the picture's top left corner (256x16 pixels): white (235) is 1, black (16) is 0.
 * Bits, most significant first, row by row: 48 bits CLOCK_MONOTONIC of the frame in microseconds (low 48 bits), then
 * 16 bits CRC-16/CCITT-FALSE over those six bytes.
 *
 * Reads the time code from RGBA pixels (rows of widthPx*4 bytes, top row first; at least 256x16).
 * @returns microseconds, or null where there is none (CRC differs).
 */
export function readTimecode(rgba: ArrayLike<number>, widthPx: number): number | null {
  const bytes: number[] = [];
  for (let bit = 0; bit < 64; bit += 1) {
    const x = (bit % 32) * 8;
    const y = Math.floor(bit / 32) * 8;
    let sum = 0;
    for (let dy = 2; dy < 6; dy += 1) for (let dx = 2; dx < 6; dx += 1) sum += rgba[((y + dy) * widthPx + x + dx) * 4 + 1] ?? 0;
    const index = bit >> 3;
    bytes[index] = ((bytes[index] ?? 0) << 1) | (sum > 128 * 16 ? 1 : 0);
  }
  const crc = crc16(bytes.slice(0, 6));
  if (crc !== ((bytes[6] ?? 0) << 8 | (bytes[7] ?? 0))) return null;
  return bytes.slice(0, 6).reduce((value, byte) => value * 256 + byte, 0);
}

/** CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, not reflected. */
export function crc16(bytes: readonly number[]): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}
