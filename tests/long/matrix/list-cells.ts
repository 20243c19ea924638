import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { TIMINGS } from '@scanlink/protocol';

/** One check to run: a source at a timing. */
export interface Cell {
  readonly key: string;
  /** `phantom`, or folder and file name: the table holds no path of the machine. */
  readonly source: string;
  /** What --source takes. */
  readonly path: string;
  readonly timing: string;
}
export interface Source { readonly name: string; readonly path: string }

/** Real console pictures, beside the checkout where somebody has them. */
export const CONSOLES = '../shared/data/consoles';

/** Phantom, every fixture that must play, and real console pictures where they lie beside the checkout. */
export function listSources(rootDir: string): Source[] {
  const files = (name: string, folder: string): Source[] => globSync('*.{dcm,png,jpg,jpeg,mp4,mkv}', { cwd: join(rootDir, folder) })
    .toSorted().map((file) => ({ name: `${name}/${basename(file)}`, path: join(rootDir, folder, file) }));
  return [
    { name: 'phantom', path: 'phantom' },
    ...(existsSync(join(rootDir, CONSOLES)) ? files('consoles', CONSOLES) : []),
    ...files('fixtures', 'tests/fixtures/dicom'),
  ];
}

/** What is drawn for the kinds of file that no fixture holds; two seconds of a moving test picture for the video. */
const DRAWN: readonly (readonly [file: string, arguments_: readonly string[]])[] = [
  ['picture.png', ['-frames:v', '1']],
  ['picture.jpg', ['-frames:v', '1', '-q:v', '2']],
  ['moving.mp4', ['-t', '2', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-threads', '1', '-bitexact']],
];

/** PNG, JPEG and MP4 of FFmpeg's test picture, drawn into `folder`; null where there is no FFmpeg. @throws Error when it fails. */
export function drawSources(folder: string): Source[] | null {
  if (spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status !== 0) return null;
  mkdirSync(folder, { recursive: true });
  return DRAWN.map(([file, rest]) => {
    execFileSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=size=640x480:rate=30', ...rest, join(folder, file)]);
    return { name: `drawn/${file}`, path: join(folder, file) };
  });
}

/** Every source at every progressive timing, in a fixed order. */
export function listCells(sources: readonly Source[]): Cell[] {
  return sources.flatMap((source) => TIMINGS.filter((timing) => !timing.interlaced)
    .map((timing) => ({ key: `${source.name} @ ${timing.name}`, source: source.name, path: source.path, timing: timing.name })));
}
