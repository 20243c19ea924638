import { execFileSync } from 'node:child_process';

/** Access units of a real H.264 stream that is sent round and round; a key frame each half second, as viewers join anywhere. */
export interface H264Clip { readonly accessUnits: readonly Buffer[]; readonly fps: number; readonly widthPx: number; readonly heightPx: number }

const DELIMITER = Buffer.from([0, 0, 0, 1, 9]);
/** Start code, type and content of a delimiter. */
const DELIMITER_BYTES = 6;

/** Two seconds of a moving picture, darkened so that bright pixels are the page's own. */
export function encodeClip(widthPx: number, heightPx: number, fps: number): H264Clip {
  const accessUnits = encode(`testsrc2=size=${widthPx}x${heightPx}:rate=${fps},hue=s=0.35,eq=brightness=-0.18`, { frames: fps * 2, keyEvery: fps / 2, bitrate: '2500k' });
  return { accessUnits, fps, widthPx, heightPx };
}

/** Access units of 640x360 at 30 a second, one key frame at the start. */
export function createAccessUnits(frames = 60): readonly Buffer[] {
  return encode('testsrc2=size=640x360:rate=30', { frames, keyEvery: 1000, bitrate: '2000k' });
}

/** Annex B by FFmpeg and x264: Constrained Baseline, parameter sets before each key frame, without delimiters. */
function encode(source: string, options: { readonly frames: number; readonly keyEvery: number; readonly bitrate: string }): readonly Buffer[] {
  const stream = execFileSync('ffmpeg', [
    '-v', 'error', '-f', 'lavfi', '-i', source, '-frames:v', String(options.frames), '-pix_fmt', 'yuv420p',
    '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'baseline', '-b:v', options.bitrate,
    '-x264-params', `keyint=${options.keyEvery}:scenecut=0:aud=1:slices=1:repeat-headers=1`, '-f', 'h264', 'pipe:1',
  ], { maxBuffer: 64 * 1024 * 1024 });
  // Each unit begins with a delimiter: where to cut.
  const starts: number[] = [];
  for (let at = stream.indexOf(DELIMITER); at >= 0; at = stream.indexOf(DELIMITER, at + 1)) starts.push(at);
  return starts.map((start, index) => stream.subarray(start + DELIMITER_BYTES, starts[index + 1] ?? stream.length));
}
