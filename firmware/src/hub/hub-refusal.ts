import type { IncomingHttpHeaders } from 'node:http';
import { AppError, readErrorBody } from '@scanlink/protocol';
import { readRetryAfterMs } from '../lib/retry-after.ts';

/** An HTTP answer of the hub that is no success, as an error in the hub's words; a wait that it asks for is `retryAfterMs`. */
export function readHubRefusal(status: number, headers: IncomingHttpHeaders, body: string): AppError {
  const said = readErrorBody(body);
  const asked = headers['retry-after'];
  if (said) return asked === undefined ? said : AppError.fromBody({ ...said.toBody(), context: { ...said.context, retryAfterMs: readRetryAfterMs(asked, Date.now()) } });
  if (status === 401) return new AppError('HUB_NO_TOKEN');
  if (status === 403) return new AppError('HUB_WRONG_TOKEN');
  // A proxy's page, or a hub that is just starting.
  return new AppError('STR_HUB_UNREACHABLE', { detail: `HTTP ${status}`, ...(asked === undefined ? {} : { retryAfterMs: readRetryAfterMs(asked, Date.now()) }) });
}
