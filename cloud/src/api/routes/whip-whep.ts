import { AppError } from '@scanlink/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { HubApp } from '../http/app.ts';
import { isAbandoned, requireContentType } from '../http/request-guards.ts';
import type { RelayKind } from '../relay/relay-client.ts';
import { readFragment } from '../sdp/fragment.ts';
import { NothingSchema, refusals, ResourceParamsSchema, SessionParamsSchema } from './schemas.ts';

export const SDP = 'application/sdp';
export const SDP_FRAGMENT = 'application/trickle-ice-sdpfrag';

/** etag: bare. */
export interface Created { readonly resourceId: string; readonly etag: string; readonly sdp: string }

export interface SignallingRoutes {
  /** /whip or /whep */
  readonly prefix: string;
  readonly kind: RelayKind;
  readonly security: 'box' | 'viewer';
  /** 401, 403, 404, 410: before the body is looked at. */
  readonly admit: (request: FastifyRequest) => Promise<void>;
  readonly create: (request: FastifyRequest, sdp: string) => Promise<Created>;
  readonly patch: (request: FastifyRequest, resourceId: string, call: { ifMatch: string[] | null; iceUfrag: string | null }) => Promise<void>;
  readonly remove: (request: FastifyRequest, resourceId: string) => Promise<void>;
}

/**
 * What WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep) have in common over HTTP. Checks in this order: 401, 403, 404,
 * 410, 415, 413, then the relay's own 400, 406, 409, 412, 503.
 */
export function addSignallingRoutes(parent: HubApp, options: SignallingRoutes): void {
  // A scope of its own: its bodies are text.
  void parent.register(async (scope) => {
    const app = scope as unknown as HubApp;
    app.removeAllContentTypeParsers();
    // What a body must be is said where one is read (requireContentType); some clients send one, or a type, with DELETE.
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    const security = [{ [options.security]: [] }];

    app.options(`${options.prefix}/:sessionId`, { schema: { summary: 'What can be posted here', params: SessionParamsSchema, response: { 204: NothingSchema } } },
      async (_request, reply) => await preflight(reply, 'GET, HEAD, OPTIONS, POST').header('accept-post', SDP).send(null));
    app.options(`${options.prefix}/:sessionId/:resourceId`, { schema: { summary: 'What can be done here', params: ResourceParamsSchema, response: { 204: NothingSchema } } },
      async (_request, reply) => await preflight(reply, 'DELETE, GET, HEAD, OPTIONS, PATCH').header('accept-patch', SDP_FRAGMENT).send(null));

    // Answered alike for whatever stands there: nothing is told of what there is (RFC 9725 asks for 2xx without content).
    for (const path of [`${options.prefix}/:sessionId`, `${options.prefix}/:sessionId/:resourceId`]) {
      app.get(path, { schema: { hide: true } }, async (_request, reply) => await reply.code(204).send(null));
    }

    app.post(`${options.prefix}/:sessionId`, {
      onRequest: async (request) => {
        await options.admit(request);
        requireContentType(request, SDP);
      },
      schema: { summary: 'SDP offer, answered by an SDP answer', security, consumes: [SDP], params: SessionParamsSchema, response: { 201: { description: 'SDP answer', content: { [SDP]: { schema: Type.String() } } }, ...refusals(400, 401, 403, 404, 406, 409, 410, 413, 415, 429, 503) } },
    }, async (request, reply) => {
      const sdp = readText(request, 'HUB_BAD_SDP');
      // After a pause of this process the calls of those who gave up long ago come first: no streams for them.
      if (isAbandoned(request)) throw new AppError('HUB_REQUEST_ABANDONED');
      const result = await options.create(request, sdp);
      if (isAbandoned(request)) {
        await options.remove(request, result.resourceId);
        throw new AppError('HUB_REQUEST_ABANDONED');
      }
      return await reply.code(201)
        .headers({ 'content-type': SDP, location: `${options.prefix}/${request.params.sessionId}/${encodeURIComponent(result.resourceId)}`, etag: `"${result.etag}"` })
        .send(result.sdp);
    });

    app.patch(`${options.prefix}/:sessionId/:resourceId`, {
      onRequest: async (request) => {
        await options.admit(request);
        requireContentType(request, SDP_FRAGMENT);
      },
      schema: { summary: 'Trickle ICE candidates', security, consumes: [SDP_FRAGMENT], params: ResourceParamsSchema, response: { 204: NothingSchema, ...refusals(400, 401, 403, 404, 410, 412, 413, 415, 429, 503) } },
    }, async (request, reply) => {
      const { iceUfrag } = readFragment(readText(request, 'HUB_BAD_REQUEST'));
      await options.patch(request, request.params.resourceId, { iceUfrag, ifMatch: readEntityTags(request.headers['if-match']) });
      return await reply.code(204).send(null);
    });

    app.delete(`${options.prefix}/:sessionId/:resourceId`, {
      onRequest: (request) => options.admit(request),
      schema: { summary: 'End it', security, params: ResourceParamsSchema, response: { 200: { description: 'ended', content: { 'text/plain': { schema: Type.String() } } }, ...refusals(401, 403, 404, 410, 429, 503) } },
    }, async (request, reply) => {
      await options.remove(request, request.params.resourceId);
      return await reply.code(200).type('text/plain').send('');
    });
  });
}

function preflight(reply: FastifyReply, methods: string): FastifyReply {
  return reply.code(204).headers({
    allow: methods, 'access-control-allow-methods': methods,
    'access-control-allow-headers': 'Authorization, Content-Type, If-Match', 'access-control-max-age': '600',
  });
}

function readText(request: FastifyRequest, code: 'HUB_BAD_SDP' | 'HUB_BAD_REQUEST'): string {
  if (typeof request.body !== 'string' || request.body.trim() === '') throw new AppError(code, { detail: 'the body is empty' });
  return request.body;
}

/** The bare tags of an If-Match header (RFC 9110, section 13.1.1), of which one must fit; null when there is none, or `*`: whatever is there now. */
export function readEntityTags(header: string | undefined): string[] | null {
  if (header === undefined || header.trim() === '*') return null;
  const quoted = [...header.matchAll(/"([^"]{0,128})"/g)].slice(0, 64).map((match) => match[1]!);
  // Some clients take the quotes off.
  return quoted.length > 0 ? quoted : [header.trim().slice(0, 128)];
}
