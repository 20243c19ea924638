import type { Framing, PictureFormat, PipelineStatus } from '@scanlink/hal/native/native';
import type { InputConfig } from '@scanlink/protocol';

/** `1280x720p` as a format; the schema has checked the words. */
function parseFormat(words: string): PictureFormat {
  const [size = '', height = ''] = words.slice(0, -1).split('x');
  return { widthPx: Number(size), heightPx: Number(height), interlaced: words.endsWith('i') };
}

/** What the native core is told of crop and masks (docs/decisions/0007). */
export function toFraming({ drawnFor, crop, masks }: Pick<InputConfig, 'drawnFor' | 'crop' | 'masks'>): Framing {
  return {
    ...(drawnFor ? { drawnFor: drawnFor.map(parseFormat) } : {}),
    ...(crop ? { crop } : {}),
    ...(masks ? { masks } : {}),
  };
}

/** False when the picture that comes is of a format that crop and masks were not drawn for. Frames are progressive. */
export function fitsFormat({ drawnFor = [], crop, masks = [] }: Framing, { widthPx, heightPx }: Pick<PipelineStatus, 'widthPx' | 'heightPx'>): boolean {
  if (!crop && masks.length === 0) return true;
  return drawnFor.some((format) => format.widthPx === widthPx && format.heightPx === heightPx && !format.interlaced);
}

/** What the device itself must be opened anew for: everything but name, crop, masks and what they were drawn for. */
export function deviceKey(config: InputConfig): string {
  const { name: _name, drawnFor: _drawnFor, crop: _crop, masks: _masks, ...device } = config;
  return JSON.stringify(device, sortKeys);
}

/** So that the order in which a file names its keys says nothing. */
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
