import { request as requestHttp, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { AppError } from '@scanlink/protocol';

export interface HttpCall {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Longest wait for the connection: a network that is away swallows packets and says nothing. */
  readonly connectTimeoutMs: number;
  /** Longest wait for the whole answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}
export interface HttpAnswer { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }

const MAX_ANSWER_BYTES = 262_144;

/**
 * One request on a connection of its own (a kept one may be dead after a network loss), redirects not followed.
 * @throws STR_HUB_UNREACHABLE, with the reason's code (ECONNREFUSED, ETIMEDOUT, ABORTED...) as `detail` and no address.
 */
export function sendHttp(call: HttpCall): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (detail: string): void => {
      clearTimeout(connecting);
      clearTimeout(whole);
      request.destroy();
      reject(new AppError('STR_HUB_UNREACHABLE', { detail }));
    };
    const options: RequestOptions = { method: call.method, headers: { ...call.headers, ...(call.body === undefined ? {} : { 'content-length': Buffer.byteLength(call.body) }) }, agent: false };
    if (call.signal) options.signal = call.signal;
    const request = (call.url.protocol === 'https:' ? requestHttps : requestHttp)(call.url, options);
    const connecting = setTimeout(() => fail('ETIMEDOUT'), call.connectTimeoutMs);
    const whole = setTimeout(() => fail('no answer'), call.timeoutMs);
    const secure = call.url.protocol === 'https:';
    request.on('socket', (socket) => socket.once(secure ? 'secureConnect' : 'connect', () => clearTimeout(connecting)));
    request.on('error', (error: NodeJS.ErrnoException) => fail(call.signal?.aborted ? 'ABORTED' : (error.code ?? 'failed')));
    request.on('response', (response) => {
      clearTimeout(connecting);
      const parts: Buffer[] = [];
      let sizeBytes = 0;
      response.on('data', (part: Buffer) => {
        sizeBytes += part.length;
        if (sizeBytes > MAX_ANSWER_BYTES) fail('answer too large');
        else parts.push(part);
      });
      response.on('error', () => fail('answer cut off'));
      response.on('end', () => {
        clearTimeout(whole);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString('utf8') });
      });
    });
    request.end(call.body);
  });
}
