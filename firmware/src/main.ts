import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CONSOLES_FOLDER, findConsole, locateInstalled, readBoard, toEncoderSpec, toInputConfigs } from '@scanlink/board';
import { loadSystem, openSystemdNotifier } from '@scanlink/hal/native/system';
import { AppError, describeArgumentFault, describeTokenFault, toAppError } from '@scanlink/protocol';
import { Box } from './compose.ts';
import { readSecretFile, readTokenFile } from '@scanlink/protocol/lib/read-secret-file';
import { checkPresets } from './config/check-presets.ts';
import { describeNewer, isInsecure, readBootId, readConfig } from './config/config.ts';
import { startHeartbeat } from '@scanlink/protocol/lib/heartbeat';
import { systemBoxClock } from './lib/box-clock.ts';
import { findPlaces } from '@scanlink/protocol/lib/places';
import { createLogger } from '@scanlink/protocol/lib/logger';
import { createGate, readGroup, type SocketGroups } from './sockets/socket-access.ts';
import { lockDataFolder } from './store/lock-data-folder.ts';
import { openRecords } from './store/open-records.ts';

/** Without a board file: x264 runs on every machine. */
const ANY_MACHINE = { encoder: { kind: 'x264' } } as const;

// The `firmware` process: node firmware/src/main.ts --config FILE [--board FILE] [--consoles FOLDER] [--media-group NAME] [--ui-group NAME]. Exit codes: 0 asked to stop, 1 failed, 2 wrong command or configuration.
async function main(): Promise<void> {
  const systemd = openSystemdNotifier();
  const paths = readPaths();
  const board = paths.board === undefined ? null : readBoard(paths.board);
  const config = readConfig(paths.config, (name) => findConsole(name, paths.consoles), board ? toInputConfigs(board) : []);
  checkPresets(config.inputs, board);
  const logger = createLogger({ name: 'firmware', level: config.logLevel });
  const token = config.whip ? readForeignToken(config.whip.tokenFile) : readTokenFile(config.tokenFile);
  const newer = describeNewer(config);
  if (newer) logger.warn({ code: newer.code, version: config.newer?.version, ignored: config.newer?.ignoredKeys }, 'the configuration was written by a newer firmware; keys of it are left out');
  if (isInsecure(config.whip?.url ?? config.hubUrl)) logger.warn('allowInsecureHub: token, links and keys travel in clear');
  if (config.whip && token !== '' && describeTokenFault(token) !== null) logger.warn('the token of the WHIP server is weak: whoever guesses it can send in our place');
  const system = loadSystem();
  const bootId = readBootId(config.bootIdFile);
  const { version } = findPlaces();
  // Never given back by hand: it goes with the process, after the last write.
  lockDataFolder(config.dataDir);
  openDataFolders(config.dataDir, paths.groups);
  const records = openRecords(join(config.dataDir, 'box.db'), systemBoxClock.nowMs());
  if (records.trouble) logger.error({ code: records.trouble.code, keeps: records.keeps }, 'store is not as it should be');
  const box = new Box({ config, token, bootId, version, encoder: toEncoderSpec(board ?? ANY_MACHINE), clock: systemBoxClock, logger, onStoreBack: () => stop('store'), groups: paths.groups, gate: (group) => createGate(system, group) }, records);

  const stop = (signal: NodeJS.Signals | 'store'): void => {
    logger.info({ signal }, 'stopping');
    systemd.stopping();
    // Whatever hangs must not keep the process: the supervisor kills after 2 s, and the record is on the disk.
    setTimeout(() => process.exit(0), 1900).unref();
    void box.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  await box.start();
  // The store is written from this event loop: one that turns is one whose store answers.
  systemd.ready();
  startHeartbeat(() => true, systemBoxClock, process.env, systemd.asked ? () => systemd.beat() : null);
  logger.info({ boxId: config.boxId, version, board: board?.name ?? null }, 'ready');
}

/** Also folders that were there before, under whatever mask. media writes stills; it passes through the folder above, and reads nothing there. */
function openDataFolders(dataDir: string, { media }: SocketGroups): void {
  const stills = join(dataDir, 'stills');
  mkdirSync(stills, { recursive: true, mode: 0o700 });
  for (const [folder, mode] of [[dataDir, 0o710], [stills, 0o2770]] as const) {
    const wanted = media === null ? 0o700 : mode;
    const found = statSync(folder);
    if (media !== null && found.gid !== media) chownSync(folder, -1, media);
    // On a box systemd has made them, and its sandbox lets nobody set a set-group-id bit.
    if ((found.mode & 0o7777) !== wanted) chmodSync(folder, wanted);
  }
}

/** The token of a WHIP server that is not ours, as its giver made it; empty: it wants none. */
function readForeignToken(path: string | undefined): string {
  return path === undefined ? '' : readSecretFile(path);
}

/** Console profiles lie beside the board's file on a box, in board/consoles of a checkout. */
function readPaths(): { readonly config: string; readonly board: string | undefined; readonly consoles: string; readonly groups: SocketGroups } {
  try {
    const { values } = parseArgs({ options: { config: { type: 'string' }, board: { type: 'string' }, consoles: { type: 'string' }, 'media-group': { type: 'string' }, 'ui-group': { type: 'string' } }, strict: true });
    const { config, board, consoles, 'media-group': media, 'ui-group': ui } = values;
    const groups = { media: media === undefined ? null : readGroup('--media-group', media), ui: ui === undefined ? null : readGroup('--ui-group', ui) };
    if (config) return { config, board, consoles: consoles ?? (board === undefined ? CONSOLES_FOLDER : locateInstalled(board).consolesFolder), groups };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('CFG_USAGE', { detail: describeArgumentFault(cause) });
  }
  throw new AppError('CFG_USAGE', { detail: 'usage: firmware --config FILE [--board FILE] [--consoles FOLDER] [--media-group NAME] [--ui-group NAME]' });
}

try {
  await main();
} catch (thrown) {
  const error = toAppError(thrown);
  const body = error.toBody();
  process.stderr.write(`${body.code}: ${body.message}\n${body.code}: ${body.messageZh}\n`);
  if (error.code === 'BUG_UNEXPECTED' && thrown instanceof Error) process.stderr.write(`${thrown.stack}\n`);
  process.exit(error.code.startsWith('CFG_') ? 2 : 1);
}
