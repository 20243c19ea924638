/** What every path of the latency bench has in common. */
export const CONDITIONS = {
  timing: '1280x720p30', widthPx: 1280, heightPx: 720, framesPerSecond: 30,
  bitrateKbps: 4000,
  /** As the box's encoder is set (hal/native/core/encode/encoder.x264.cc): two picture intervals of VBV, one thread, superfast at 720p30. */
  vbvKbit: 267, preset: 'superfast', threads: 1,
  x264Params: 'scenecut=0:keyint=infinite:ref=1:bframes=0:nal-hrd=none:force-cfr=1',
} as const;

/** What a page is watched for: the width of the source's picture and its rate. */
export interface Stream { readonly timing: string; readonly widthPx: number; readonly framesPerSecond: number }
/** The largest picture that a console commonly puts out; ours alone. */
export const LARGE: Stream = { timing: '1920x1080p60', widthPx: 1920, framesPerSecond: 60 };

export function describeConditions(rounds: number, seconds: number): string {
  return `${CONDITIONS.timing}, ${CONDITIONS.bitrateKbps} kbit/s, libx264 ${CONDITIONS.preset} zerolatency, ${rounds} interleaved rounds of ${seconds} s a path`;
}
