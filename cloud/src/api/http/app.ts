import { randomUUID } from 'node:crypto';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { AppError, MAX_SDP_BYTES } from '@scanlink/protocol';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@scanlink/protocol/lib/logger';
import type { SessionRecord } from '../../store/schema.ts';
import type { Viewer } from '../auth/gate.ts';
import type { BoxRecord } from '../../store/schema.ts';
import { replyNotFound, replyWithError } from './error-replies.ts';
import { hasTokenInQuery } from './query-guard.ts';
import type { RefusalLog } from './refusal-log.ts';
import { RouteTable } from './route-table.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { corsHeadersFor, refuseExpectation, withoutLastSlash } from './signalling-http.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Code of the error that was answered; for log and metrics. */
    errorCode: string | null;
    box: BoxRecord | null;
    viewer: Viewer | null;
    session: SessionRecord | null;
  }
}

/**
 * How long a client may take, and how many there may be. Event streams and control channels are alive in their own way:
 * the first pulse twice a second, the second leave HTTP behind.
 */
export interface SocketLimits {
  /** The whole request, head and body. */
  readonly requestMs: number;
  /** Nothing in either direction. */
  readonly idleMs: number;
  /** How often overdue requests are looked for. */
  readonly checkMs: number;
  readonly connections: number;
}
export const SOCKET_LIMITS: SocketLimits = { requestMs: 10_000, idleMs: 30_000, checkMs: 1000, connections: 8192 };

export type HubApp = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, TypeBoxTypeProvider>;

/**
 * The HTTP server without routes: schemas are taken at their word (nothing coerced, nothing dropped), every error is an
 * ErrorBody, no line of log holds an address, a header or a query.
 */
export async function createApp(options: { readonly logger: Logger; readonly version: string; readonly limits?: SocketLimits; readonly refusals?: RefusalLog }): Promise<{ readonly app: HubApp; readonly routes: RouteTable }> {
  const limits = options.limits ?? SOCKET_LIMITS;
  const app = Fastify({
    requestTimeout: limits.requestMs,
    connectionTimeout: limits.idleMs,
    keepAliveTimeout: limits.idleMs,
    http: { headersTimeout: limits.requestMs, connectionsCheckingInterval: limits.checkMs },
    loggerInstance: options.logger as unknown as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_SDP_BYTES,
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 128 },
    rewriteUrl: (request) => withoutLastSlash(request.url ?? '/'),
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true, allErrors: false } },
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => void replyWithError(error, request, reply.headers(corsHeadersFor(request.url))),
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.server.maxConnections = limits.connections;
  app.server.on('checkExpectation', refuseExpectation);
  const routes = new RouteTable();
  routes.watch(app);
  app.decorateRequest('errorCode', null);
  app.decorateRequest('box', null);
  app.decorateRequest('viewer', null);
  app.decorateRequest('session', null);
  app.removeContentTypeParser('text/plain');
  addSecurityHeaders(app);
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(corsHeadersFor(request.url));
    if (hasTokenInQuery(request.url)) throw new AppError('HUB_TOKEN_IN_QUERY');
  });
  app.addHook('onResponse', async (request, reply) => {
    const known = request.box !== null || request.viewer !== null;
    if (!known && reply.statusCode >= 400) options.refusals?.count(request.errorCode ?? String(reply.statusCode));
    // Whoever has no token must not be able to fill the log: pages and refusals are at debug.
    request.log[known ? 'info' : 'debug']({
      method: request.method, route: request.routeOptions.url ?? 'unknown', status: reply.statusCode, durationMs: Math.round(reply.elapsedTime * 10) / 10,
      ...(request.session ? { sessionId: request.session.sessionId } : {}), ...(request.box ? { boxId: request.box.boxId } : {}), ...(request.errorCode ? { code: request.errorCode } : {}),
    }, 'request');
  });
  app.setErrorHandler((error, request, reply) => replyWithError(error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const allowed = routes.methodsOf(request.url.split('?')[0] ?? '/');
    const known = allowed.length > 0 && !allowed.includes(request.method);
    return known ? replyWithError(new AppError('HUB_WRONG_METHOD', { allowed: allowed.join(', ') }), request, reply) : replyNotFound(request, reply);
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'ScanLink hub', version: options.version },
      components: { securitySchemes: { box: { type: 'http', scheme: 'bearer', description: "the box's token" }, viewer: { type: 'http', scheme: 'bearer', description: "a viewing link's token" } } },
    },
  });
  return { app, routes };
}
