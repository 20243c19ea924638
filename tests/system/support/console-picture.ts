import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Real console screens, where the machine has them; they are no part of the project. */
const CONSOLES = process.env['SCANLINK_CONSOLES'] ?? join(import.meta.dirname, '../../../../shared/data/consoles');
const SCREEN = join(CONSOLES, 'us-ge-logiq700-screen.dcm');
const GENERATED = 'testsrc2=size=640x480:rate=1';

/** V4L2's names in FFmpeg's. */
const FFMPEG_FORMATS: Readonly<Record<string, string>> = { YUYV: 'yuyv422', UYVY: 'uyvy422', NV12: 'nv12', NV16: 'nv16', NV24: 'nv24', YU12: 'yuv420p', RGB3: 'rgb24', BGR3: 'bgr24' };

export interface ConsolePicture {
  /** What it is, for the report. */
  readonly name: string;
  /** In another format of V4L2. @throws Error for one that is not known here. */
  pack(fourcc: string): Buffer;
  /** Packed YUYV, limited range, BT.709: what goes into the HDMI output. */
  readonly yuyv: Buffer;
  /** Packed RGB of those very bytes: what a viewer should see. */
  readonly rgb: Buffer;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** A console's screen, shown in the middle of the size; a generated one where there is none. FFmpeg renders it. */
export function renderConsolePicture(widthPx: number, heightPx: number): ConsolePicture {
  const isReal = existsSync(SCREEN);
  const input = isReal ? ['-i', SCREEN] : ['-f', 'lavfi', '-i', GENERATED];
  const fit = `scale=${widthPx}:${heightPx}:force_original_aspect_ratio=decrease:out_color_matrix=bt709:out_range=limited,pad=${widthPx}:${heightPx}:(ow-iw)/2:(oh-ih)/2`;
  const yuyv = ffmpeg([...input, '-frames:v', '1', '-vf', `format=rgb24,${fit},format=yuyv422`, '-f', 'rawvideo', 'pipe:1']);
  const rgb = ffmpeg(['-f', 'rawvideo', '-pix_fmt', 'yuyv422', '-s', `${widthPx}x${heightPx}`, '-i', 'pipe:0', '-vf', 'scale=in_color_matrix=bt709:in_range=limited,format=rgb24', '-f', 'rawvideo', 'pipe:1'], yuyv);
  const pack = (fourcc: string): Buffer => {
    const format = FFMPEG_FORMATS[fourcc];
    if (format === undefined) throw new Error(`no picture can be made in ${fourcc}`);
    return ffmpeg(['-f', 'rawvideo', '-pix_fmt', 'yuyv422', '-s', `${widthPx}x${heightPx}`, '-i', 'pipe:0', '-vf', `scale=in_color_matrix=bt709:in_range=limited:out_color_matrix=bt709:out_range=limited,format=${format}`, '-f', 'rawvideo', 'pipe:1'], yuyv);
  };
  return { pack, name: isReal ? 'us-ge-logiq700-screen.dcm' : 'generated', yuyv, rgb, widthPx, heightPx };
}

function ffmpeg(args: readonly string[], input?: Buffer): Buffer {
  return execFileSync('ffmpeg', ['-v', 'error', ...args], { maxBuffer: 64 * 1024 * 1024, ...(input === undefined ? {} : { input }) });
}
