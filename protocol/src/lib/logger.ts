import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import type { LogLevel } from './log-levels.ts';

/** What the parts of a process get. Never pass patient data, tokens, link claims, SDP or network addresses to it. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'isLevelEnabled'> & { child(bindings: Record<string, unknown>): Logger };

/** Lines that wait for a reader, at most; beyond it the newest are dropped. */
const MAX_BUFFERED_CHARS = 1_048_576;

/** Keys whose values never reach a log, at up to four levels of depth: a belt for the rule above. */
const SECRET_KEYS = ['token', 'tokenHash', 'linkToken', 'authorization', 'Authorization', 'cookie', 'password', 'secret', 'sdp', 'remoteAddress', 'remotePort', 'ip'];

/**
 * JSON lines of a process of box or hub, on stdout (or `destination`), written asynchronously behind a bounded buffer: a
 * reader that stops reading costs lines, not pictures. pino writes what is left when the process ends, and at once what is
 * fatal.
 * @param options.name the process: firmware, media, hub-api, hub-relay.
 */
export function createLogger(options: { readonly name: string; readonly level?: LogLevel; readonly destination?: DestinationStream }): Logger {
  const paths = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`, `*.*.*.${key}`]);
  const settings = { level: options.level ?? 'info', redact: { paths, censor: '[redacted]' }, base: { name: options.name, pid: process.pid } };
  return pino(settings, options.destination ?? pino.destination({ dest: 1, sync: false, minLength: 0, maxLength: MAX_BUFFERED_CHARS }));
}
