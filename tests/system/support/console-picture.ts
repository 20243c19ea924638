import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Real console screens, where the machine has them; they are no part of the project. */
const CONSOLES = process.env['SCANLINK_CONSOLES'] ?? join(import.meta.dirname, '../../../../shared/data/consoles');
const SCREEN = join(CONSOLES, 'us-ge-logiq700-screen.dcm');
const GENERATED = 'testsrc2=size=640x480:rate=1';

export interface ConsolePicture {
  /** What it is, for the report. */
  readonly name: string;
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
  return { name: isReal ? 'us-ge-logiq700-screen.dcm' : 'generated', yuyv, rgb, widthPx, heightPx };
}

function ffmpeg(args: readonly string[], input?: Buffer): Buffer {
  return execFileSync('ffmpeg', ['-v', 'error', ...args], { maxBuffer: 64 * 1024 * 1024, ...(input === undefined ? {} : { input }) });
}
