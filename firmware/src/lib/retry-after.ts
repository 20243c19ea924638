const DEFAULT_RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;

/** Retry-After in seconds or as a date; at most 30 s, 1 s when absent or unreadable. Source: RFC 9110, section 10.2.3. */
export function readRetryAfterMs(value: string | undefined, nowMs: number): number {
  if (value === undefined || value.trim() === '') return DEFAULT_RETRY_MS;
  const waitMs = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isNaN(waitMs) ? DEFAULT_RETRY_MS : Math.min(Math.max(waitMs, 0), MAX_RETRY_MS);
}
