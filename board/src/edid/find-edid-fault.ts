import type { SchemaFault } from '@scanlink/protocol/lib/schema/find-fault';
import { measureCta } from './cta.ts';
import { readModeline } from './modeline.ts';
import type { Edid } from './schema.ts';
import { VICS, encodeStandard } from './timings.ts';

const CTA_ROOM_BYTES = 123;

/** What an EDID, as its schema has it, cannot say in bytes, or says against itself; null when nothing. Keys start at `edid`. */
export function findEdidFault(edid: Edid): SchemaFault | null {
  return findSteps(edid) ?? findStandard(edid) ?? findDetailed('edid.detailed', edid.detailed, edid) ?? (edid.cta ? findCta(edid, edid.cta) : null);
}

function findSteps({ widthMm, heightMm, limits, cta }: Edid): SchemaFault | null {
  const steps: readonly (readonly [string, number, number])[] = [
    ['edid.widthMm', widthMm, 10], ['edid.heightMm', heightMm, 10], ['edid.limits.maxPixelClockMhz', limits.maxPixelClockMhz, 10], ['edid.cta.hdmi.maxTmdsClockMhz', cta?.hdmi?.maxTmdsClockMhz ?? 0, 5],
  ];
  const wrong = steps.find(([, value, step]) => value % step !== 0);
  return wrong ? { key: wrong[0], detail: `must be a multiple of ${wrong[2]}` } : null;
}

function findStandard({ standard }: Edid): SchemaFault | null {
  const index = standard.findIndex((text) => encodeStandard(text) === null);
  return index < 0 ? null : { key: `edid.standard[${index}]`, detail: 'is none that an EDID can say: width a multiple of 8 up to 2288, 16:10, 4:3, 5:4 or 16:9, 60 to 123 Hz' };
}

function findDetailed(key: string, lines: readonly string[], { limits }: Edid): SchemaFault | null {
  for (const [index, text] of lines.entries()) {
    const at = `${key}[${index}]`;
    const timing = readModeline(text);
    if (typeof timing === 'string') return { key: at, detail: timing };
    const lineKhz = timing.pixelClockKhz / timing.horizontal.total;
    const rateHz = ((lineKhz * 1000) / timing.vertical.total) * (timing.interlaced ? 2 : 1);
    const fits = timing.pixelClockKhz <= limits.maxPixelClockMhz * 1000 && lineKhz >= limits.minHorizontalKhz && lineKhz <= limits.maxHorizontalKhz && Math.round(rateHz) >= limits.minVerticalHz && Math.round(rateHz) <= limits.maxVerticalHz;
    if (!fits) return { key: at, detail: `is outside the limits: ${(timing.pixelClockKhz / 1000).toFixed(2)} MHz, ${lineKhz.toFixed(2)} kHz, ${rateHz.toFixed(2)} Hz` };
  }
  return null;
}

function findCta(edid: Edid, cta: NonNullable<Edid['cta']>): SchemaFault | null {
  const stranger = cta.nativeVics.findIndex((vic) => !cta.vics.includes(vic));
  if (stranger >= 0) return { key: `edid.cta.nativeVics[${stranger}]`, detail: 'is not among the vics' };
  const nameless = cta.vics.findIndex((vic) => VICS[vic] === undefined);
  if (nameless >= 0) return { key: `edid.cta.vics[${nameless}]`, detail: `takes one of: ${Object.keys(VICS).join(', ')}` };
  const all = edid.detailed.length + cta.detailed.length;
  if (cta.nativeDetailed > all) return { key: 'edid.cta.nativeDetailed', detail: `must be <= ${all}` };
  const bytes = measureCta(cta);
  if (bytes > CTA_ROOM_BYTES) return { key: 'edid.cta', detail: `needs ${bytes} bytes, and the block has ${CTA_ROOM_BYTES}` };
  return findDetailed('edid.cta.detailed', cta.detailed, edid);
}
