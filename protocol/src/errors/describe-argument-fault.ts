/**
 * What parseArgs of node:util found wrong, as the `detail` of CFG_USAGE: its first sentence, without the advice that follows.
 */
export function describeArgumentFault(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split(/\.?\n|\. /, 1)[0] ?? '';
}
