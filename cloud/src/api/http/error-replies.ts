import { AppError, MAX_SDP_BYTES, toAppError } from '@scanlink/protocol';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { RelayRefusal } from '../relay/relay-client.ts';

/** Not our fault, or said once elsewhere: a line of log a request would only fill it. */
const TOLD_BY_COUNTERS: ReadonlySet<string> = new Set(['HUB_RELAY_DOWN', 'HUB_STOPPING', 'HUB_BUSY', 'HUB_TOO_MANY_VIEWERS', 'STO_FULL', 'STO_BUSY']);

/** Answers any thrown value with an ErrorBody, its status, and the headers that belong to it. */
export function replyWithError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (thrown instanceof RelayRefusal) {
    request.errorCode = thrown.body.code;
    if (thrown.status === 429 || thrown.status === 503) void reply.header('retry-after', '1');
    return reply.code(thrown.status).type('application/json').send(thrown.body);
  }
  const error = translate(thrown);
  request.errorCode = error.code;
  if (error.httpStatus >= 500 && !TOLD_BY_COUNTERS.has(error.code)) {
    request.log.error({ err: thrown, code: error.code }, 'request failed');
  }
  if (error.code === 'HUB_NO_TOKEN') void reply.header('www-authenticate', 'Bearer realm="scanlink"');
  if (error.httpStatus === 429 || error.httpStatus === 503) void reply.header('retry-after', String(error.context['retryAfterSeconds'] ?? 1));
  if (error.code === 'HUB_WRONG_METHOD') void reply.header('allow', String(error.context['allowed'] ?? ''));
  if (error.code === 'HUB_UPGRADE_NEEDED') void reply.header('upgrade', 'websocket');
  return reply.code(error.httpStatus).type('application/json').send(publicBody(error));
}

const NO_SUCH_PAGE = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>ScanLink</title>
<body style="font-family:system-ui,sans-serif;max-width:34em;margin:20vh auto;padding:0 1em"><h1>ScanLink</h1><p>此地址不存在。请重新点开检查室发来的完整观看链接。</p>
<p lang="en">There is nothing at this address. Open the whole viewing link that the examination room sent.</p></body></html>`;

/** Addresses that programs call. */
const FOR_PROGRAMS = /^\/(?:api|whip|whep)(?:[/?]|$)/;

/** An address that is none: a browser's window is shown words in both languages, a program gets an ErrorBody. */
export function replyNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const isWindow = request.method === 'GET' && !FOR_PROGRAMS.test(request.url) && /\btext\/html\b/.test(request.headers.accept ?? '');
  if (!isWindow) return replyWithError(new AppError('HUB_UNKNOWN_ROUTE'), request, reply);
  request.errorCode = 'HUB_UNKNOWN_ROUTE';
  return reply.code(404).type('text/html; charset=utf-8').send(NO_SUCH_PAGE);
}

/** Our own faults are told with their words in the log only: they may hold paths of this machine. */
function publicBody(error: AppError): unknown {
  return error.httpStatus === 500 ? new AppError('BUG_UNEXPECTED', { detail: 'see the log of the hub' }).toBody() : error.toBody();
}

function translate(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const error = thrown as Partial<FastifyError>;
  if (error.validation) return new AppError('HUB_BAD_REQUEST', { detail: describeValidation(error) }, { cause: thrown });
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new AppError('HUB_TOO_LARGE', { limitBytes: MAX_SDP_BYTES });
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new AppError('HUB_WRONG_TYPE', { expected: 'application/json' });
  // The parser's own words would repeat the body.
  if (error.statusCode === 400) return new AppError('HUB_BAD_REQUEST', { detail: error.code?.startsWith('FST_') ? error.message ?? error.code : 'the body is not JSON' }, { cause: thrown });
  // What @fastify/static will not show (paths that climb, dot files) is not there.
  if (error.statusCode === 403 || error.statusCode === 404) return new AppError('HUB_UNKNOWN_ROUTE', {}, { cause: thrown });
  return toAppError(thrown);
}

/** Names the field and the rule, never the value. */
function describeValidation(error: Partial<FastifyError>): string {
  const first = error.validation?.[0];
  if (!first) return 'not as described';
  const place = `${error.validationContext ?? 'request'}${first.instancePath}`;
  const extra = first.keyword === 'additionalProperties' ? `: "${String(first.params['additionalProperty']).slice(0, 64)}"` : '';
  return `${place} ${first.message ?? first.keyword}${extra}`;
}
