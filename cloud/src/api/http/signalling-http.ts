import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '@scanlink/protocol';

const SIGNALLING = /^\/(?:whip|whep)(?:[/?]|$)/;
/** Bearer only and no cookies: any page may call it, and is told what went wrong, too. */
const CORS_HEADERS = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'Location, ETag, Link, Allow, Retry-After, WWW-Authenticate' } as const;

/** Headers that every answer at this address has, refusals that no route gives (404, 405, 400, 417) as well. */
export function corsHeadersFor(url: string): Readonly<Record<string, string>> {
  return SIGNALLING.test(url) ? CORS_HEADERS : {};
}

/** Players write addresses with a slash at the end: the same address. Pages keep theirs, their parts are found beside them. */
export function withoutLastSlash(url: string): string {
  if (!SIGNALLING.test(url)) return url;
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  return path.endsWith('/') && path.length > 6 ? path.slice(0, -1) + (query < 0 ? '' : url.slice(query)) : url;
}

/** For the server's `checkExpectation`: an Expect that is not 100-continue, which node would answer without headers or words. */
export function refuseExpectation(request: IncomingMessage, response: ServerResponse): void {
  const error = new AppError('HUB_BAD_REQUEST', { detail: 'the Expect header is not supported' });
  response.writeHead(417, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', connection: 'close', ...corsHeadersFor(request.url ?? '') });
  response.end(JSON.stringify(error.toBody()));
}
