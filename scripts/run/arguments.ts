import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError, describeArgumentFault, parseTiming, type DeviceMatch } from '@scanlink/protocol';

export interface RunArguments {
  readonly source: string;
  /** A capture device of this machine in place of the simulated console: by what it is found, {} for the first. */
  readonly device?: DeviceMatch | null;
  readonly timing: string;
  readonly bitrateKbps: number | null;
  readonly port: number;
  readonly dataDir: string;
  readonly seconds: number | null;
  readonly check: boolean;
  readonly json: boolean;
}

/**
 * Arguments of ./run. @param argv without node and script. @param cwd folder that relative paths are meant from.
 * @throws CFG_USAGE, CFG_UNKNOWN_TIMING, DEV_SOURCE_UNREADABLE.
 */
export function parseRunArguments(argv: readonly string[], cwd: string): RunArguments {
  const values = parse(argv);
  const source = values.source ?? 'phantom';
  if (values.json && !values.check) throw new AppError('CFG_USAGE', { detail: '--json goes with --check only' });
  const device = readDevice(source);
  const isWord = source === 'phantom' || source === 'none' || device !== null;
  const path = isWord ? source : resolve(cwd, source);
  if (!isWord && !existsSync(path)) throw new AppError('DEV_SOURCE_UNREADABLE', { detail: 'no such file or folder' });
  return {
    source: path,
    device,
    timing: parseTiming(values.timing ?? '1280x720p30').name,
    bitrateKbps: values.bitrate === undefined ? null : wholeNumber('--bitrate', values.bitrate, 100, 50_000),
    port: wholeNumber('--port', values.port ?? '8080', 1, 65_535),
    dataDir: resolve(cwd, values.data ?? '.data'),
    seconds: values.seconds === undefined ? null : wholeNumber('--seconds', values.seconds, 1, 86_400),
    check: values.check ?? false,
    json: values.json ?? false,
  };
}

/** `v4l2`, `v4l2:TEXT` (a part of the card's name) or `v4l2:driver=uvcvideo,serial=A1`; null for any other source. @throws CFG_USAGE. */
function readDevice(source: string): DeviceMatch | null {
  const [, words] = /^v4l2(?::(.*))?$/s.exec(source) ?? [];
  if (source === 'v4l2' || words === '') return {};
  if (words === undefined) return null;
  if (!words.includes('=')) return { card: words };
  return Object.fromEntries(words.split(',').map((word) => {
    const [key = '', value = ''] = word.split('=', 2);
    if (!['driver', 'bus', 'card', 'serial'].includes(key) || value === '') throw new AppError('CFG_USAGE', { detail: '--source v4l2: takes one of: driver=, bus=, card=, serial=' });
    return [key, value];
  }));
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
    throw new AppError('CFG_USAGE', { detail: describeArgumentFault(error) });
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw new AppError('CFG_USAGE', { detail: `${name} takes a whole number from ${least} to ${most}` });
  return value;
}
