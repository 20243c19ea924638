import { parseArgs } from 'node:util';
import { openSystemdNotifier } from '@scanlink/hal/native/system';
import { toAppError } from '@scanlink/protocol';
import { systemClock } from '@scanlink/protocol/lib/clock';
import { startHeartbeat } from '@scanlink/protocol/lib/heartbeat';
import { LOG_LEVELS, type LogLevel } from '@scanlink/protocol/lib/log-levels';
import { createLogger } from '@scanlink/protocol/lib/logger';
import { composeMedia } from './compose.ts';
import { createDrivers, type DriverEntry } from './drivers.ts';

/** After this a stop is carried out whatever still waits (a hub that does not answer the DELETE). */
const STOP_DEADLINE_MS = 1450;

/**
 * The media process, with the capture drivers of its build: capture, encoding, sending. `--socket PATH` of firmware's media.sock, `--log-level LEVEL`.
 * Exit codes: 0 asked to end, 1 could not start, 2 wrong arguments.
 */
export function runMedia(entries: readonly DriverEntry[]): void {
  try {
    start(entries);
  } catch (error) {
    const { code, message } = toAppError(error);
    process.stderr.write(`${code}: ${message}\n`);
    process.exit(1);
  }
}

function start(entries: readonly DriverEntry[]): void {
  const { values } = parseArgs({ options: { socket: { type: 'string' }, 'log-level': { type: 'string', default: 'info' } } });
  const level = LOG_LEVELS.find((each) => each === values['log-level']);
  if (values.socket === undefined || level === undefined) {
    process.stderr.write(`usage: main.ts --socket PATH [--log-level ${LOG_LEVELS.join('|')}]\n`);
    process.exit(2);
  }
  run(values.socket, level, entries);
}

function run(socket: string, level: LogLevel, entries: readonly DriverEntry[]): void {
  const logger = createLogger({ name: 'media', level });
  const systemd = openSystemdNotifier();
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    systemd.stopping();
    setTimeout(() => process.exit(0), STOP_DEADLINE_MS);
    // Not a natural end: threads of native libraries keep a process alive.
    media.close().catch((error: unknown) => logger.error({ err: error }, 'stop failed')).finally(() => process.exit(0));
  };
  const media = composeMedia({ socket, logger, drivers: createDrivers(entries), onExit: stop });
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  media.start();
  systemd.ready();
  startHeartbeat(() => media.isHealthy(), systemClock, process.env, systemd.asked ? () => systemd.beat() : null);
}
