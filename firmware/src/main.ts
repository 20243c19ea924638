import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CONSOLES_FOLDER, findConsole, locateInstalled, readBoard, toEncoderSpec, toInputConfigs } from '@scanlink/board';
import { AppError, describeArgumentFault, describeTokenFault, toAppError } from '@scanlink/protocol';
import { Box } from './compose.ts';
import { readSecretFile, readTokenFile } from '@scanlink/protocol/lib/read-secret-file';
import { checkPresets } from './config/check-presets.ts';
import { describeNewer, isInsecure, readBootId, readConfig } from './config/config.ts';
import { startHeartbeat } from '@scanlink/protocol/lib/heartbeat';
import { systemBoxClock } from './lib/box-clock.ts';
import { createLogger } from '@scanlink/protocol/lib/logger';
import { lockDataFolder } from './store/lock-data-folder.ts';
import { openRecords } from './store/open-records.ts';

/** Without a board file: x264 runs on every machine. */
const ANY_MACHINE = { encoder: { kind: 'x264' } } as const;

// The `firmware` process: node firmware/src/main.ts --config FILE [--board FILE] [--consoles FOLDER]. Exit codes: 0 asked to stop, 1 failed, 2 wrong command or configuration.
async function main(): Promise<void> {
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
  const bootId = readBootId(config.bootIdFile);
  const version = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;
  // Never given back by hand: it goes with the process, after the last write.
  lockDataFolder(config.dataDir);
  // Also a folder that was there before, under whatever mask.
  for (const folder of [config.dataDir, join(config.dataDir, 'stills')]) if (existsSync(folder)) chmodSync(folder, 0o700);
  const records = openRecords(join(config.dataDir, 'box.db'), systemBoxClock.nowMs());
  if (records.trouble) logger.error({ code: records.trouble.code, keeps: records.keeps }, 'store is not as it should be');
  const box = new Box({ config, token, bootId, version, encoder: toEncoderSpec(board ?? ANY_MACHINE), clock: systemBoxClock, logger, onStoreBack: () => stop('store') }, records);

  const stop = (signal: NodeJS.Signals | 'store'): void => {
    logger.info({ signal }, 'stopping');
    // Whatever hangs must not keep the process: the supervisor kills after 2 s, and the record is on the disk.
    setTimeout(() => process.exit(0), 1900).unref();
    void box.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  await box.start();
  // The store is written from this event loop: one that turns is one whose store answers.
  startHeartbeat(() => true, systemBoxClock);
  logger.info({ boxId: config.boxId, version, board: board?.name ?? null }, 'ready');
}

/** The token of a WHIP server that is not ours, as its giver made it; empty: it wants none. */
function readForeignToken(path: string | undefined): string {
  return path === undefined ? '' : readSecretFile(path);
}

/** Console profiles lie beside the board's file on a box, in board/consoles of a checkout. */
function readPaths(): { readonly config: string; readonly board: string | undefined; readonly consoles: string } {
  try {
    const { values } = parseArgs({ options: { config: { type: 'string' }, board: { type: 'string' }, consoles: { type: 'string' } }, strict: true });
    const { config, board, consoles } = values;
    if (config) return { config, board, consoles: consoles ?? (board === undefined ? CONSOLES_FOLDER : locateInstalled(board).consolesFolder) };
  } catch (cause) {
    throw new AppError('CFG_USAGE', { detail: describeArgumentFault(cause) });
  }
  throw new AppError('CFG_USAGE', { detail: 'usage: firmware --config FILE [--board FILE] [--consoles FOLDER]' });
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
