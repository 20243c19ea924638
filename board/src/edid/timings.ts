/** Established timings of VESA E-EDID 1.3, table 3.14: byte of the block (35 or 36 or 37), bit, and pixel clock in kHz. */
export const ESTABLISHED: Readonly<Record<string, readonly [byte: number, bit: number, pixelClockKhz: number]>> = {
  '720x400@70': [35, 7, 28_320], '720x400@88': [35, 6, 35_500], '640x480@60': [35, 5, 25_175], '640x480@67': [35, 4, 30_240],
  '640x480@72': [35, 3, 31_500], '640x480@75': [35, 2, 31_500], '800x600@56': [35, 1, 36_000], '800x600@60': [35, 0, 40_000],
  '800x600@72': [36, 7, 50_000], '800x600@75': [36, 6, 49_500], '832x624@75': [36, 5, 57_284], '1024x768i@87': [36, 4, 44_900],
  '1024x768@60': [36, 3, 65_000], '1024x768@70': [36, 2, 75_000], '1024x768@75': [36, 1, 78_750], '1280x1024@75': [36, 0, 135_000],
  '1152x870@75': [37, 7, 100_000],
};

/** Aspect ratios of a standard timing, by their two bits. */
export const ASPECTS = [[16, 10], [4, 3], [5, 4], [16, 9]] as const;

/** Two bytes of a standard timing `1280x1024@60`; null where the format cannot say it (width in steps of 8 to 2288, 60 to 123 Hz, four aspects). */
export function encodeStandard(text: string): readonly [number, number] | null {
  const [, width = 0, height = 0, rate = 0] = (/^(\d+)x(\d+)@(\d+)$/.exec(text) ?? []).map(Number);
  const aspect = ASPECTS.findIndex(([across, down]) => width * down === height * across);
  if (aspect < 0 || width % 8 !== 0 || width < 256 || width > 2288 || rate < 60 || rate > 123) return null;
  return [width / 8 - 31, (aspect << 6) | (rate - 60)];
}

/** Null for an unused one (1, 1), and for a first byte of 0, which is reserved. */
export function decodeStandard(first: number, second: number): string | null {
  if (first === 0 || (first === 1 && second === 1)) return null;
  const width = (first + 31) * 8;
  const [across, down] = ASPECTS[second >> 6]!;
  return `${width}x${Math.floor((width * down) / across)}@${(second & 0x3f) + 60}`;
}

/** Formats of CTA-861 that sources send and presets may name: VIC -> name, pixel clock in kHz as on the wire. */
export const VICS: Readonly<Record<number, readonly [name: string, pixelClockKhz: number]>> = {
  1: ['640x480p60', 25_175], 2: ['720x480p60', 27_000], 3: ['720x480p60 16:9', 27_000], 4: ['1280x720p60', 74_250], 5: ['1920x1080i60', 74_250],
  6: ['720x480i60', 27_000], 7: ['720x480i60 16:9', 27_000], 16: ['1920x1080p60', 148_500], 17: ['720x576p50', 27_000], 18: ['720x576p50 16:9', 27_000],
  19: ['1280x720p50', 74_250], 20: ['1920x1080i50', 74_250], 21: ['720x576i50', 27_000], 22: ['720x576i50 16:9', 27_000], 31: ['1920x1080p50', 148_500],
  32: ['1920x1080p24', 74_250], 33: ['1920x1080p25', 74_250], 34: ['1920x1080p30', 74_250], 60: ['1280x720p24', 59_400], 61: ['1280x720p25', 74_250], 62: ['1280x720p30', 74_250],
};
