/** A luma plane, full range 0 to 255, rows of widthPx values, top row first. */
export interface Luma { readonly widthPx: number; readonly heightPx: number; readonly values: Float32Array }

/** Highest value given: equal pictures have an infinite PSNR, which no JSON can hold. */
export const PSNR_OF_EQUAL_DB = 99;

/** Luma weights by the picture's height, as the canonical output is described: BT.709 above 576 lines, BT.601 otherwise. */
export function lumaWeights(heightPx: number): readonly [number, number, number] {
  return heightPx > 576 ? [0.2126, 0.7152, 0.0722] : [0.299, 0.587, 0.114];
}

/**
 * Luma of packed pixels. @param step bytes a pixel: 3 for RGB, 4 for RGBA.
 * @throws RangeError when the buffer does not hold widthPx * heightPx pixels.
 */
export function toLuma(pixels: Uint8Array, widthPx: number, heightPx: number, step: 3 | 4, weightsByHeightPx = heightPx): Luma {
  if (pixels.length < widthPx * heightPx * step) throw new RangeError(`${pixels.length} bytes are no picture of ${widthPx}x${heightPx}`);
  const [red, green, blue] = lumaWeights(weightsByHeightPx);
  const values = new Float32Array(widthPx * heightPx);
  for (let index = 0, at = 0; index < values.length; index += 1, at += step) {
    values[index] = red * (pixels[at] as number) + green * (pixels[at + 1] as number) + blue * (pixels[at + 2] as number);
  }
  return { widthPx, heightPx, values };
}

/** Resamples by averaging the covered area (shrinking) or nearest (growing): for streams that are scaled down by their level. */
export function resizeLuma(source: Luma, widthPx: number, heightPx: number): Luma {
  if (source.widthPx === widthPx && source.heightPx === heightPx) return source;
  const values = new Float32Array(widthPx * heightPx);
  const columns = spans(source.widthPx, widthPx);
  const rows = spans(source.heightPx, heightPx);
  rows.forEach((row, y) => columns.forEach((column, x) => {
    let sum = 0;
    let weight = 0;
    for (const [sourceY, partY] of row) for (const [sourceX, partX] of column) {
      sum += (source.values[sourceY * source.widthPx + sourceX] as number) * partX * partY;
      weight += partX * partY;
    }
    values[y * widthPx + x] = sum / weight;
  }));
  return { widthPx, heightPx, values };
}

/** Peak signal-to-noise ratio, dB, of two planes of one size. */
export function measurePsnr(first: Luma, second: Luma): number {
  if (first.widthPx !== second.widthPx || first.heightPx !== second.heightPx) throw new RangeError('PSNR needs planes of one size');
  let sum = 0;
  for (let index = 0; index < first.values.length; index += 1) {
    const difference = (first.values[index] as number) - (second.values[index] as number);
    sum += difference * difference;
  }
  const meanSquare = sum / first.values.length;
  return meanSquare === 0 ? PSNR_OF_EQUAL_DB : Math.min(PSNR_OF_EQUAL_DB, 10 * Math.log10(255 * 255 / meanSquare));
}

/** For each target cell, which source cells it covers and by how much. */
function spans(from: number, to: number): (readonly [number, number])[][] {
  return Array.from({ length: to }, (_, index) => {
    const start = index * from / to;
    const end = (index + 1) * from / to;
    const cells: [number, number][] = [];
    for (let cell = Math.floor(start); cell < Math.min(from, Math.ceil(end)); cell += 1) cells.push([cell, Math.min(end, cell + 1) - Math.max(start, cell)]);
    return cells;
  });
}
