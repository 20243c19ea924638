import { AppError } from '@scanlink/protocol';
import { systemClock } from '@scanlink/protocol/lib/clock';
import { startHeartbeat } from '@scanlink/protocol/lib/heartbeat';
import { EXIT, explain } from '../lib/exit-codes.ts';
import { readFlags, readLogLevel, readPort } from '../lib/flags.ts';
import { createLogger } from '@scanlink/protocol/lib/logger';
import { readHubVersion } from '../lib/version.ts';
import { startHub, type Hub } from './compose.ts';

/** The supervisor waits 2 s; what has not ended by then is cut. */
const STOP_WITHIN_MS = 1400;

// The hub's API process: node cloud/src/api/main.ts --data DIR --run-dir DIR [--host H] [--port N] [--public-url URL] [--ops-port N] [--web-dir DIR] [--log-level L]
// exit() and not exitCode: whatever is still open after a failed start must not keep the process.
process.exit(await main(process.argv.slice(2)).catch(explain));

async function main(args: readonly string[]): Promise<number> {
  const { flags } = readFlags(args, {
    port: { default: '8080' }, host: { default: '127.0.0.1' }, data: { required: true }, 'run-dir': { required: true },
    'public-url': {}, 'ops-port': {}, 'web-dir': {}, 'log-level': { default: 'info' },
  });
  const version = readHubVersion();
  const logger = createLogger({ name: 'hub-api', level: readLogLevel('log-level', flags['log-level']) });
  const hub = await startHub({
    host: flags.host, port: readPort('port', flags.port), dataDir: flags.data, runDir: flags['run-dir'],
    opsPort: flags['ops-port'] === undefined ? null : readPort('ops-port', flags['ops-port']),
    publicUrl: readPublicUrl(flags['public-url']), webDir: flags['web-dir'] ?? null, version, logger,
    onFatal: (error) => {
      logger.fatal({ err: error }, 'the store died or stays ill');
      process.exit(EXIT.failure);
    },
  });
  logger.info({ port: hub.port, opsPort: hub.opsPort, version }, 'hub is ready');
  startHeartbeat(() => hub.isHealthy(), systemClock);
  await stopSignal();
  await stop(hub);
  logger.info({}, 'hub has stopped');
  return EXIT.ok;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}

async function stop(hub: Hub): Promise<void> {
  const timer = setTimeout(() => process.exit(EXIT.ok), STOP_WITHIN_MS);
  await hub.close();
  clearTimeout(timer);
}

function readPublicUrl(text: string | undefined): string | null {
  if (text === undefined) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash) throw new AppError('CFG_INVALID', { key: 'public-url', detail: 'an http or https address without query is needed' });
  return url.href.replace(/\/+$/, '');
}
