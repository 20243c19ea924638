/** What every path of the latency bench has in common. */
export const CONDITIONS = {
  timing: '1280x720p30', widthPx: 1280, heightPx: 720, framesPerSecond: 30,
  bitrateKbps: 4000,
  /** As the box's encoder is set (hal/native/core/encode/encoder.x264.cc): two picture intervals of VBV, one thread, superfast at 720p30. */
  vbvKbit: 267, preset: 'superfast', threads: 1,
  x264Params: 'scenecut=0:keyint=infinite:ref=1:bframes=0:nal-hrd=none:force-cfr=1',
} as const;

export function describeConditions(rounds: number, seconds: number): string {
  return `${CONDITIONS.timing}, ${CONDITIONS.bitrateKbps} kbit/s, libx264 ${CONDITIONS.preset} zerolatency, ${rounds} interleaved rounds of ${seconds} s a path`;
}
