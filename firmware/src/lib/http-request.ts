import { request as requestHttp, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { AppError } from '@scanlink/protocol';
import { limitOf } from '@scanlink/protocol/hub/path-limits';

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Longest wait for TCP, and after it for TLS: a network that is away swallows packets and says nothing. */
  readonly connectTimeoutMs: number;
  /** Longest wait for the whole answer; on a far path eight of its round trips, where that is longer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}
/** rttMs: of TCP's first packet and its answer (a name's look-up is in it). */
export interface HttpAnswer { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string; readonly rttMs: number }

const ROUND_TRIPS = 8;
const CEILING_MS = 15_000;
/** More than this is no answer of ours: reading stops there. */
const MAX_ANSWER_BYTES = 262_144;

/**
 * One request on a connection of its own (a kept one may be dead after a network loss), redirects not followed.
 * @throws STR_HUB_UNREACHABLE, with the reason's code (ECONNREFUSED, ETIMEDOUT, ABORTED...) as `detail` and no address.
 */
export function sendHttp(call: HttpCall): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    let rttMs = 0;
    const fail = (detail: string): void => {
      clearTimeout(connecting);
      clearTimeout(whole);
      request.destroy();
      reject(new AppError('STR_HUB_UNREACHABLE', { detail }));
    };
    const options: RequestOptions = { method: call.method, headers: { ...call.headers, ...(call.body === undefined ? {} : { 'content-length': Buffer.byteLength(call.body) }) }, agent: false };
    if (call.signal) options.signal = call.signal;
    const secure = call.url.protocol === 'https:';
    const request = (secure ? requestHttps : requestHttp)(call.url, options);
    let connecting = setTimeout(() => fail('ETIMEDOUT'), call.connectTimeoutMs);
    let whole = setTimeout(() => fail('no answer'), call.timeoutMs);
    const reached = (): void => {
      rttMs = performance.now() - startedMs;
      clearTimeout(connecting);
      clearTimeout(whole);
      const follow = (floorMs: number): number => limitOf({ floorMs, roundTrips: ROUND_TRIPS, ceilingMs: Math.max(floorMs, CEILING_MS) }, rttMs);
      if (secure) connecting = setTimeout(() => fail('ETIMEDOUT'), follow(call.connectTimeoutMs));
      whole = setTimeout(() => fail('no answer'), follow(call.timeoutMs));
    };
    request.on('socket', (socket) => {
      socket.once('connect', reached);
      if (secure) socket.once('secureConnect', () => clearTimeout(connecting));
    });
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
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString('utf8'), rttMs });
      });
    });
    request.end(call.body);
  });
}
