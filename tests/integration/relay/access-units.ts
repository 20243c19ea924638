import { execFileSync } from 'node:child_process';

/** Access units of Annex B, 640x360 at 30 a second, one key frame at the start; made by FFmpeg on this machine. */
export function createAccessUnits(frames = 60): readonly Buffer[] {
  const stream = execFileSync('ffmpeg', [
    '-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=30', '-frames:v', String(frames), '-pix_fmt', 'yuv420p',
    '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'baseline', '-b:v', '2000k',
    '-x264-params', 'keyint=1000:scenecut=0:aud=1:slices=1:repeat-headers=1', '-f', 'h264', 'pipe:1',
  ], { maxBuffer: 64 * 1024 * 1024 });
  return splitAtDelimiters(stream);
}

/** Each unit begins with an access unit delimiter (type 9); it is left out of what is returned. */
function splitAtDelimiters(stream: Buffer): readonly Buffer[] {
  const starts: number[] = [];
  const mark = Buffer.from([0, 0, 0, 1, 9]);
  for (let at = stream.indexOf(mark); at >= 0; at = stream.indexOf(mark, at + 1)) starts.push(at);
  return starts.map((start, index) => stream.subarray(start + 6, starts[index + 1] ?? stream.length));
}
