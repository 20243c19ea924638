import { GRID, type ConsoleProfile } from './schema.ts';

/** Mean luma (0 to 255) of 8 by 8 equal parts of a picture, row by row. */
export type LumaGrid = readonly number[];

/**
 * Of a plane of luma samples, one byte each. @param strideBytes from row to row.
 * @returns null for a picture smaller than the grid, or a plane that ends before its last row.
 */
export function measureGrid(luma: Uint8Array, widthPx: number, heightPx: number, strideBytes: number): LumaGrid | null {
  if (widthPx < GRID || heightPx < GRID || strideBytes < widthPx || luma.length < strideBytes * (heightPx - 1) + widthPx) return null;
  return Array.from({ length: GRID * GRID }, (_, part) => {
    const edge = (index: number, size: number): number => Math.floor((index * size) / GRID);
    const [row, column] = [Math.floor(part / GRID), part % GRID];
    const [top, bottom, left, right] = [edge(row, heightPx), edge(row + 1, heightPx), edge(column, widthPx), edge(column + 1, widthPx)];
    let sum = 0;
    for (let y = top; y < bottom; y += 1) for (let x = left; x < right; x += 1) sum += luma[y * strideBytes + x]!;
    return sum / ((bottom - top) * (right - left));
  });
}

/**
 * Whether a picture is one that the grabber makes itself while nothing is plugged in; null: the profile holds none, so that
 * nobody can tell and the signal state is 'unknown'.
 */
export function isNoSignal({ noSignal }: Pick<ConsoleProfile, 'noSignal'>, grid: LumaGrid): boolean | null {
  if (noSignal.length === 0) return null;
  return noSignal.some(({ grid: kept, tolerance }) => grid.every((mean, part) => Math.abs(mean - Number.parseInt(kept.slice(part * 2, part * 2 + 2), 16)) <= tolerance));
}

/** A grid as a profile keeps it. */
export function writeGrid(grid: LumaGrid): string {
  return grid.map((mean) => Math.round(mean).toString(16).padStart(2, '0')).join('');
}
