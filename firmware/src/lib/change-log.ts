import type { Logger } from '@scanlink/protocol/lib/logger';

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
