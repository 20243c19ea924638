import type { LogLevel } from './log-levels.ts';
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';

/** What services get: a child with their own `ns`. Never pass patient data, tokens or addresses to it. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'isLevelEnabled'> & { child(bindings: Record<string, unknown>): Logger };


/** Lines that wait for a reader, at most; beyond it the newest are dropped. */
const MAX_BUFFERED_CHARS = 1_048_576;

/** Keys whose values never reach a log, at up to four levels of depth: a belt for the rule above. */
const SECRET_KEYS = ['token', 'authorization', 'Authorization', 'cookie', 'password', 'secret', 'linkToken', 'sdp'];

/**
 * JSON lines. Where: stdout by default; asynchronous behind a bounded buffer: a reader that stops reading costs lines, not
 * pictures. pino writes what is left when the process ends, and at once what is fatal.
 * @param name the process: firmware, media, hub, relay.
 */
export function createLogger(options: { name: string; level?: LogLevel; destination?: DestinationStream }): Logger {
  const paths = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`, `*.*.*.${key}`]);
  const settings = { name: options.name, level: options.level ?? 'info', redact: { paths, censor: '[redacted]' }, base: { name: options.name, pid: process.pid } };
  return options.destination ? pino(settings, options.destination) : pino(settings, pino.destination({ dest: 1, sync: false, minLength: 0, maxLength: MAX_BUFFERED_CHARS }));
}

/**
 * Passes on only what changed: the same value under the same key is said once. Example: a hub that stays away.
 */
export class ChangeLog {
  private readonly said = new Map<string, string>();
  private readonly logger: Logger;

  constructor(logger: Logger) {
    this.logger = logger;
  }

  say(level: 'debug' | 'info' | 'warn' | 'error', key: string, value: string, fields: Record<string, unknown>, message: string): void {
    if (this.said.get(key) === value) return;
    this.said.set(key, value);
    this.logger[level](fields, message);
  }
}
