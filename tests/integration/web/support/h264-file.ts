import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Access units of a real H.264 stream, Annex B, each beginning with its access unit delimiter. */
export interface H264Clip { readonly accessUnits: readonly Buffer[]; readonly fps: number; readonly widthPx: number; readonly heightPx: number }

/**
 * Encodes two seconds of a moving picture with ffmpeg and x264: Constrained Baseline without B frames, a key frame each
 * half second, as the clip is sent round and round and viewers join anywhere.
 */
export async function encodeClip(widthPx: number, heightPx: number, fps: number): Promise<H264Clip> {
  const { stdout } = await promisify(execFile)('ffmpeg', [
    '-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', `testsrc2=size=${widthPx}x${heightPx}:rate=${fps}:duration=2`,
    '-vf', 'hue=s=0.35,eq=brightness=-0.18', '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-profile:v', 'baseline', '-preset', 'ultrafast', '-tune', 'zerolatency', '-b:v', '2500k',
    '-x264-params', `keyint=${fps / 2}:scenecut=0:aud=1:repeat-headers=1`, '-f', 'h264', 'pipe:1',
  ], { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 });
  return { accessUnits: splitAccessUnits(stdout), fps, widthPx, heightPx };
}

function splitAccessUnits(stream: Buffer): Buffer[] {
  const delimiter = Buffer.from([0, 0, 0, 1, 9]);
  const starts: number[] = [];
  for (let at = stream.indexOf(delimiter); at >= 0; at = stream.indexOf(delimiter, at + 4)) starts.push(at);
  return starts.map((start, index) => stream.subarray(start, starts[index + 1] ?? stream.length));
}
