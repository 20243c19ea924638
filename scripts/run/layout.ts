import { createHash, randomBytes } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { RunArguments } from './arguments.ts';
import { makeFolder, makePrivateFolder } from './folders.ts';

/** Where everything of one `./run` lies. */
export interface Layout {
  readonly boxDir: string;
  readonly hubDir: string;
  readonly logDir: string;
  readonly runDir: string;
  readonly configFile: string;
  readonly tokenFile: string;
  readonly controlSocket: string;
  readonly mediaSocket: string;
  readonly compileCacheDir: string;
}

/** A unix socket's path holds 107 bytes; a longer data folder gets its sockets elsewhere. */
const LONGEST_RUN_DIR_BYTES = 107 - '/control.sock'.length;

/**
 * Makes the folders (0700) and the box's token (0600, 32 random bytes, kept between runs).
 * @throws CFG_DATA_FOLDER.
 */
export function prepareLayout(dataDir: string): Layout {
  const boxDir = join(dataDir, 'box');
  const hubDir = join(dataDir, 'hub');
  const logDir = join(dataDir, 'logs');
  let runDir = join(dataDir, 'run');
  if (Buffer.byteLength(runDir) > LONGEST_RUN_DIR_BYTES) {
    runDir = join(tmpdir(), `scanlink-${userInfo().uid}-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`);
  }
  for (const folder of [dataDir, boxDir, hubDir, logDir]) makeFolder(folder);
  runDir = makePrivateFolder(runDir);
  const tokenFile = join(boxDir, 'hub.token');
  if (!existsSync(tokenFile)) writeFileSync(tokenFile, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  return {
    boxDir, hubDir, logDir, runDir, tokenFile,
    configFile: join(boxDir, 'config.json'),
    controlSocket: join(runDir, 'control.sock'),
    mediaSocket: join(runDir, 'media.sock'),
    compileCacheDir: join(dataDir, 'compile-cache'),
  };
}

/** The box's configuration as `./run` means it. Written whole: to a temporary file, then renamed. */
export function writeBoxConfig(layout: Layout, args: RunArguments): void {
  const fixed = args.bitrateKbps ?? (args.check ? CHECK_BITRATE_KBPS : null);
  const config = {
    boxId: 'box-1',
    room: 'Demo room',
    hubUrl: `http://127.0.0.1:${args.port}`,
    tokenFile: layout.tokenFile,
    dataDir: layout.boxDir,
    runDir: layout.runDir,
    inputs: [args.device ? { name: 'main', driver: 'v4l2', ...(Object.keys(args.device).length === 0 ? {} : { match: args.device }) } : { name: 'main', driver: 'sim', source: args.source, timing: args.timing, pixelFormat: 'YUYV', timeCode: args.check }],
    ...(fixed === null ? {} : { bitrateKbps: { start: fixed, min: fixed, max: fixed } }),
  };
  const temporary = `${layout.configFile}.new`;
  writeFileSync(temporary, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, layout.configFile);
}

/** `--check` measures the picture's quality at a fixed bitrate. */
const CHECK_BITRATE_KBPS = 8000;
