/** A detailed timing. Vertical figures are of a frame, also when interlaced. */
export interface DetailedTiming {
  readonly pixelClockKhz: number;
  readonly horizontal: TimingAxis;
  readonly vertical: TimingAxis;
  readonly positiveHsync: boolean;
  readonly positiveVsync: boolean;
  readonly interlaced: boolean;
}
/** In pixels or lines from the start of the active part, as modelines count. */
export interface TimingAxis { readonly active: number; readonly syncStart: number; readonly syncEnd: number; readonly total: number }

const LINE = /^(\d+(?:\.\d+)?) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) ([+-])hsync ([+-])vsync( interlace)?$/;

/** Reads `148.5 1920 2008 2052 2200 1080 1084 1089 1125 +hsync +vsync`; the words of what is wrong where it is none. */
export function readModeline(text: string): DetailedTiming | string {
  const found = LINE.exec(text);
  if (!found) return 'is no modeline, e.g. 148.5 1920 2008 2052 2200 1080 1084 1089 1125 +hsync +vsync';
  const [clockMhz, ...figures] = found.slice(1, 10).map(Number) as [number, ...number[]];
  const axis = (at: number): TimingAxis => ({ active: figures[at]!, syncStart: figures[at + 1]!, syncEnd: figures[at + 2]!, total: figures[at + 3]! });
  const timing: DetailedTiming = { pixelClockKhz: Math.round(clockMhz * 1000), horizontal: axis(0), vertical: axis(4), positiveHsync: found[10] === '+', positiveVsync: found[11] === '+', interlaced: found[12] !== undefined };
  return findModelineFault(timing) ?? timing;
}

/** What the 18 bytes cannot hold; null when they can. */
function findModelineFault({ pixelClockKhz, horizontal, vertical, interlaced }: DetailedTiming): string | null {
  if (pixelClockKhz < 10_000 || pixelClockKhz > 655_350) return 'has a pixel clock outside 10 to 655.35 MHz';
  if (pixelClockKhz % 10 !== 0) return 'has a pixel clock that is no multiple of 0.01 MHz';
  const isOrdered = ({ active, syncStart, syncEnd, total }: TimingAxis): boolean => active > 0 && active < syncStart && syncStart < syncEnd && syncEnd <= total;
  if (!isOrdered(horizontal) || !isOrdered(vertical)) return 'has figures that do not rise';
  const field = interlaced ? 2 : 1;
  const tooLong = horizontal.active > 4095 || horizontal.total - horizontal.active > 4095 || horizontal.syncStart - horizontal.active > 1023 || horizontal.syncEnd - horizontal.syncStart > 1023
    || vertical.active / field > 4095 || (vertical.total - vertical.active) / field > 4095 || (vertical.syncStart - vertical.active) / field > 63 || (vertical.syncEnd - vertical.syncStart) / field > 63;
  if (tooLong) return 'has figures that an EDID has no room for';
  const halves = [vertical.active, vertical.syncStart, vertical.syncEnd, vertical.total + 1];
  return interlaced && halves.some((lines) => lines % 2 !== 0) ? 'is interlaced, and needs even lines and an odd total' : null;
}

export function writeModeline({ pixelClockKhz, horizontal: h, vertical: v, positiveHsync, positiveVsync, interlaced }: DetailedTiming): string {
  const figures = [h.active, h.syncStart, h.syncEnd, h.total, v.active, v.syncStart, v.syncEnd, v.total].join(' ');
  return `${pixelClockKhz / 1000} ${figures} ${positiveHsync ? '+' : '-'}hsync ${positiveVsync ? '+' : '-'}vsync${interlaced ? ' interlace' : ''}`;
}

/** `1920x1080p60`; the rate is that of frames, or of fields when interlaced. */
export function nameTiming({ pixelClockKhz, horizontal, vertical, interlaced }: DetailedTiming): string {
  const rate = (pixelClockKhz * 1000) / horizontal.total / vertical.total * (interlaced ? 2 : 1);
  return `${horizontal.active}x${vertical.active}${interlaced ? 'i' : 'p'}${Math.round(rate)}`;
}

/** The 18 bytes of a detailed timing descriptor. The timing was read by readModeline. */
export function encodeDetailed(timing: DetailedTiming, widthMm: number, heightMm: number): Uint8Array {
  const field = timing.interlaced ? 2 : 1;
  const h = timing.horizontal;
  const v = timing.vertical;
  const clock = Math.round(timing.pixelClockKhz / 10);
  const hBlank = h.total - h.active;
  const hFront = h.syncStart - h.active;
  const hSync = h.syncEnd - h.syncStart;
  const vActive = v.active / field;
  const vBlank = Math.floor((v.total - v.active) / field);
  const vFront = (v.syncStart - v.active) / field;
  const vSync = (v.syncEnd - v.syncStart) / field;
  return Uint8Array.of(
    clock & 255, clock >> 8, h.active & 255, hBlank & 255, ((h.active >> 8) << 4) | (hBlank >> 8), vActive & 255, vBlank & 255, ((vActive >> 8) << 4) | (vBlank >> 8),
    hFront & 255, hSync & 255, ((vFront & 15) << 4) | (vSync & 15), ((hFront >> 8) << 6) | ((hSync >> 8) << 4) | ((vFront >> 4) << 2) | (vSync >> 4),
    widthMm & 255, heightMm & 255, ((widthMm >> 8) << 4) | (heightMm >> 8), 0, 0,
    (timing.interlaced ? 0x80 : 0) | 0x18 | (timing.positiveVsync ? 4 : 0) | (timing.positiveHsync ? 2 : 0),
  );
}

/** Null for a descriptor that is no timing, or one with another sync than two digital ones, in stereo, with a border, or whose figures do not rise. */
export function decodeDetailed(bytes: Uint8Array): DetailedTiming | null {
  const at = (index: number): number => bytes[index]!;
  const flags = at(17);
  const clock = at(0) | (at(1) << 8);
  if (clock === 0 || (flags & 0x18) !== 0x18 || (flags & 0x61) !== 0 || at(15) !== 0 || at(16) !== 0) return null;
  const interlaced = (flags & 0x80) !== 0;
  const field = interlaced ? 2 : 1;
  const axis = (active: number, blank: number, front: number, sync: number, times: number): TimingAxis => {
    const odd = times === 2 ? 1 : 0;
    return { active: active * times, syncStart: (active + front) * times, syncEnd: (active + front + sync) * times, total: (active + blank) * times + odd };
  };
  const timing: DetailedTiming = {
    pixelClockKhz: clock * 10,
    horizontal: axis(at(2) | ((at(4) >> 4) << 8), at(3) | ((at(4) & 15) << 8), at(8) | ((at(11) >> 6) << 8), at(9) | (((at(11) >> 4) & 3) << 8), 1),
    vertical: axis(at(5) | ((at(7) >> 4) << 8), at(6) | ((at(7) & 15) << 8), (at(10) >> 4) | (((at(11) >> 2) & 3) << 4), (at(10) & 15) | ((at(11) & 3) << 4), field),
    positiveHsync: (flags & 2) !== 0, positiveVsync: (flags & 4) !== 0, interlaced,
  };
  return findModelineFault(timing) === null ? timing : null;
}
