/** Waits between attempts: the longest doubles from firstMs up to maxMs, milliseconds. */
export interface BackOffRule { readonly firstMs: number; readonly maxMs: number }

/**
 * Wait before the next attempt, milliseconds. Half of it is drawn, so that a hospital's boxes, or a room's viewers, do not
 * knock in step. @param attempt failed attempts before, from 0. @param random in 0..1; 1 gives the whole wait.
 */
export function backOffMs(rule: BackOffRule, attempt: number, random: number): number {
  return Math.round(Math.min(rule.maxMs, rule.firstMs * 2 ** Math.min(Math.max(attempt, 0), 30)) * (0.5 + random / 2));
}
