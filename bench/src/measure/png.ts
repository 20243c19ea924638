import { PNG } from 'pngjs';

/** A decoded picture: RGBA, 8 bits a channel, rows of widthPx * 4 bytes, top row first. */
export interface RgbaPicture { readonly widthPx: number; readonly heightPx: number; readonly rgba: Uint8Array }

/** Reads a PNG of any kind. @throws RangeError naming what is wrong with the file. */
export function decodePng(file: Uint8Array): RgbaPicture {
  try {
    const { width, height, data } = PNG.sync.read(Buffer.from(file.buffer, file.byteOffset, file.byteLength));
    return { widthPx: width, heightPx: height, rgba: data };
  } catch (error) {
    throw new RangeError(`the still is no PNG that can be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
