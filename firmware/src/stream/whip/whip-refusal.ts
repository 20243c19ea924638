import type { IncomingHttpHeaders } from 'node:http';
import { AppError, readErrorBody } from '@scanlink/protocol';
import { readRetryAfterMs } from '../../lib/retry-after.ts';

/**
 * A WHIP server's refusal as an error of ours. 503 and 429 may be asked again (STR_WHIP_BUSY, or the hub's own code), other 5xx too (STR_HUB_UNREACHABLE); the rest is a refusal in the hub's words where it has some.
 */
export function readRefusal(status: number, headers: IncomingHttpHeaders, body: string): AppError {
  const known = readErrorBody(body);
  if (status === 503 || status === 429) {
    const retryAfterMs = readRetryAfterMs(headers['retry-after'], Date.now());
    if (known) return AppError.fromBody({ ...known.toBody(), retryable: true, context: { ...known.context, retryAfterMs } });
    return new AppError('STR_WHIP_BUSY', { retryAfterMs });
  }
  if (status >= 500 || status === 408 || status === 425) return new AppError('STR_HUB_UNREACHABLE', { detail: `HTTP ${status}` });
  if (known) return known;
  return new AppError('STR_WHIP_REFUSED', { status, detail: describeBody(body) });
}

/** A foreign server's words: the first line, short, and no addresses. */
function describeBody(body: string): string {
  const line = body.split(/[\r\n]/, 1)[0]!.trim().slice(0, 120);
  return line === '' || line.startsWith('<') ? 'no words' : line.replace(/\b\d{1,3}(\.\d{1,3}){3}\b/g, '(address)');
}
