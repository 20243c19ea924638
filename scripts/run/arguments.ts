import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError, parseTiming } from '@scanlink/protocol';

export interface RunArguments {
  readonly source: string;
  readonly timing: string;
  readonly bitrateKbps: number | null;
  readonly port: number;
  readonly dataDir: string;
  readonly seconds: number | null;
  readonly check: boolean;
  readonly json: boolean;
}

export const HELP = `./run: hub and box on this machine, a console's picture live in a browser.
       在本机启动会诊中心和采集盒，用浏览器观看控制台图像。

  --source phantom|none|PATH   what the simulated console shows (default phantom); PATH: DICOM, PNG, JPEG, video, folder
  --timing 1280x720p30         the timing that it puts out
  --bitrate KBPS               fixed bitrate of the stream (default: 4000, adapting between 300 and 8000)
  --port 8080                  the hub's TCP port, and UDP port for media
  --data DIR                   where box and hub keep their data (default .data)
  --seconds N                  stop by itself after N seconds
  --no-install                 install nothing, build neither native code nor page
  --check [--json]             one measured run with headless Chromium, then stop
`;

/**
 * Arguments of ./run. @param argv without node and script. @param cwd folder that relative paths are meant from.
 * @throws CFG_USAGE, CFG_UNKNOWN_TIMING, DEV_SOURCE_UNREADABLE.
 */
export function parseRunArguments(argv: readonly string[], cwd: string): RunArguments {
  const values = parse(argv);
  const source = values.source ?? 'phantom';
  const isWord = source === 'phantom' || source === 'none';
  const path = isWord ? source : resolve(cwd, source);
  if (!isWord && !existsSync(path)) throw new AppError('DEV_SOURCE_UNREADABLE', { detail: 'no such file or folder' });
  return {
    source: path,
    timing: parseTiming(values.timing ?? '1280x720p30').name,
    bitrateKbps: values.bitrate === undefined ? null : wholeNumber('--bitrate', values.bitrate, 100, 50_000),
    port: wholeNumber('--port', values.port ?? '8080', 1, 65_535),
    dataDir: resolve(cwd, values.data ?? '.data'),
    seconds: values.seconds === undefined ? null : wholeNumber('--seconds', values.seconds, 1, 86_400),
    check: values.check ?? false,
    json: values.json ?? false,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv], strict: true, allowPositionals: false,
      options: {
        source: { type: 'string' }, timing: { type: 'string' }, bitrate: { type: 'string' }, port: { type: 'string' },
        data: { type: 'string' }, seconds: { type: 'string' }, check: { type: 'boolean' }, json: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new AppError('CFG_USAGE', { detail: error instanceof Error ? error.message : String(error) });
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw new AppError('CFG_USAGE', { detail: `${name} takes a whole number from ${least} to ${most}` });
  return value;
}
