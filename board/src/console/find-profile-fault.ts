import type { SchemaFault } from '@scanlink/protocol/lib/schema/find-fault';
import type { ConsoleProfile } from './schema.ts';

type Rectangle = NonNullable<ConsoleProfile['crop']>;

export interface PictureFormat { readonly widthPx: number; readonly heightPx: number; readonly interlaced: boolean }

/** `1280x1024p`; the text is as the schema has it. */
export function readFormat(text: string): PictureFormat {
  const [width = '0', height = '0'] = text.slice(0, -1).split('x');
  return { widthPx: Number(width), heightPx: Number(height), interlaced: text.endsWith('i') };
}

/** What a profile, as its schema has it, says that cannot be, or that would show what it is there to hide; null when nothing. */
export function findProfileFault(profile: ConsoleProfile): SchemaFault | null {
  return findTimingFault(profile) ?? findDrawnForFault(profile) ?? findRectangleFault(profile) ?? findCovered(profile);
}

function findTimingFault({ timings, field }: ConsoleProfile): SchemaFault | null {
  for (const [index, { format, rateHz, pixelClockKhz }] of timings.entries()) {
    const { widthPx, heightPx, interlaced } = readFormat(format);
    if (rateHz && rateHz.min > rateHz.max) return { key: `timings[${index}].rateHz`, detail: 'must be min <= max' };
    // Lines and gaps take at least what is seen: a slower clock cannot carry the picture.
    const least = (widthPx * heightPx * (rateHz?.min ?? 10)) / (interlaced ? 2 : 1) / 1000;
    if (pixelClockKhz !== null && pixelClockKhz < least) return { key: `timings[${index}].pixelClockKhz`, detail: `is too slow for this format: it needs more than ${Math.round(least)} kHz` };
    const order = interlaced ? field !== 'none' : field === 'auto' || field === 'none';
    if (!order) return { key: 'field', detail: `contradicts the format ${format}` };
  }
  return null;
}

function findDrawnForFault({ timings, drawnFor, crop, masks }: ConsoleProfile): SchemaFault | null {
  if ((crop || masks.length > 0) && drawnFor.length === 0) return { key: 'drawnFor', detail: 'is missing: the picture formats that crop and masks were drawn for, e.g. ["1280x720p"]' };
  const formats = [...new Set(timings.map(({ format }) => format))];
  const stranger = drawnFor.findIndex((format) => !formats.includes(format));
  return stranger < 0 ? null : { key: `drawnFor[${stranger}]`, detail: `is none of the timings' formats: ${formats.join(', ')}` };
}

function findRectangleFault({ drawnFor, crop, masks }: ConsoleProfile): SchemaFault | null {
  const rectangles: readonly (readonly [string, Rectangle])[] = [...(crop ? [['crop', crop] as const] : []), ...masks.map((mask, index) => [`masks[${index}]`, mask] as const)];
  for (const format of drawnFor) {
    const { widthPx, heightPx } = readFormat(format);
    for (const [key, { x, y, widthPx: wide, heightPx: high }] of rectangles)
      if (x + wide > widthPx || y + high > heightPx) return { key, detail: `does not lie in the picture of ${format}` };
  }
  // What is sent has its colour at half the size.
  const odd = crop && [crop.x, crop.y, crop.widthPx, crop.heightPx].some((figure) => figure % 2 !== 0);
  return odd ? { key: 'crop', detail: 'must have even figures' } : null;
}

/** A mask over the whole image area leaves a black picture that looks like a fault. */
function findCovered({ crop, masks }: ConsoleProfile): SchemaFault | null {
  const index = masks.findIndex((mask) => crop && mask.x <= crop.x && mask.y <= crop.y && mask.x + mask.widthPx >= crop.x + crop.widthPx && mask.y + mask.heightPx >= crop.y + crop.heightPx);
  return index < 0 ? null : { key: `masks[${index}]`, detail: 'covers the whole crop' };
}
