import { AppError } from './errors/app-error.ts';

/** A video timing. rate is exact as a fraction (frames a second). */
export interface Timing {
  readonly name: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly interlaced: boolean;
  readonly rateNum: number;
  readonly rateDen: number;
}

const timing = (widthPx: number, heightPx: number, scan: 'p' | 'i', rate: number): Timing => ({
  name: `${widthPx}x${heightPx}${scan}${rate}`, widthPx, heightPx, interlaced: scan === 'i', rateNum: scan === 'i' ? rate / 2 : rate, rateDen: 1,
});

/** Timings that consoles put out (VESA DMT and CEA-861). Interlaced names carry the field rate, rateNum the frame rate. */
export const TIMINGS: readonly Timing[] = [
  timing(640, 480, 'p', 60), timing(800, 600, 'p', 60),
  timing(1024, 768, 'p', 60), timing(1024, 768, 'p', 70), timing(1024, 768, 'p', 75),
  timing(1280, 1024, 'p', 60), timing(1600, 1200, 'p', 60), timing(1920, 1200, 'p', 60),
  ...[24, 25, 30, 50, 60].map((rate) => timing(1280, 720, 'p', rate)),
  timing(1920, 1080, 'i', 50), timing(1920, 1080, 'i', 60),
  ...[24, 25, 30, 50, 60].map((rate) => timing(1920, 1080, 'p', rate)),
  { ...timing(720, 480, 'i', 60), rateNum: 30000, rateDen: 1001 },
  timing(720, 576, 'i', 50),
];

/**
 * Timing of a name such as `1280x720p30`; `720p30`, `1080p60`, `1080i50`, `480i`, `576i` are understood too.
 * @throws CFG_UNKNOWN_TIMING with the valid names.
 */
export function parseTiming(name: string): Timing {
  const short: Record<string, string> = { '480i': '720x480i60', '576i': '720x576i50' };
  const long = short[name] ?? name.replace(/^720([pi])/, '1280x720$1').replace(/^1080([pi])/, '1920x1080$1');
  const found = TIMINGS.find((each) => each.name === long);
  if (!found) throw new AppError('CFG_UNKNOWN_TIMING', { timing: name, valid: TIMINGS.map((each) => each.name).join(', ') });
  return found;
}
