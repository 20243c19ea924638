import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError, describeArgumentFault, parseTiming } from '@scanlink/protocol';

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

/**
 * Arguments of ./run. @param argv without node and script. @param cwd folder that relative paths are meant from.
 * @throws CFG_USAGE, CFG_UNKNOWN_TIMING, DEV_SOURCE_UNREADABLE.
 */
export function parseRunArguments(argv: readonly string[], cwd: string): RunArguments {
  const values = parse(argv);
  const source = values.source ?? 'phantom';
  if (values.json && !values.check) throw new AppError('CFG_USAGE', { detail: '--json goes with --check only' });
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
    throw new AppError('CFG_USAGE', { detail: describeArgumentFault(error) });
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw new AppError('CFG_USAGE', { detail: `${name} takes a whole number from ${least} to ${most}` });
  return value;
}
