// oxlint-disable oxc/no-async-endpoint-handlers -- the rule is for Express; Fastify awaits its handlers
import { AppError, EmptySchema, LinkRequestSchema, LinkResultSchema, SessionIdSchema, SessionInfoSchema, LenientSessionPutSchema, SessionPutResultSchema, toAppError } from '@scanlink/protocol';
import type { FastifyRequest } from 'fastify';
import { createCheck } from '@scanlink/protocol/check';
import { admitBox, admitSessionOwner, admitSessionViewer, requireBox, requireSession, requireViewer } from '../auth/admit.ts';
import { requireOpen } from '../auth/gate.ts';
import type { HubApp } from '../http/app.ts';
import { describeSession } from '../events/session-feed.ts';
import type { HubParts } from '../parts.ts';
import { NothingSchema, refusals, SessionParamsSchema } from './schemas.ts';

const checkSessionId = createCheck(SessionIdSchema, 'HUB_BAD_REQUEST');

/** Sessions: the box announces, ends and shares them; a viewer reads the one that his link is for. */
export function addSessionRoutes(app: HubApp, parts: HubParts): void {
  const { gate, store, feed, presence, relay, viewings } = parts;

  app.put('/api/v1/sessions/:sessionId', {
    onRequest: (request) => admitBox(request, parts),
    schema: { summary: 'Announce a session (idempotent)', security: [{ box: [] }], params: SessionParamsSchema, body: LenientSessionPutSchema, response: { 200: SessionPutResultSchema, ...refusals(400, 401, 403, 410, 413, 415, 429) } },
  }, async (request) => {
    const { sessionId } = request.params;
    checkSessionId(sessionId);
    const { boxId } = requireBox(request);
    const answer = await store.putSession({ sessionId, boxId, ...request.body, nowMs: parts.wallNow() });
    if (answer.outcome !== 'stored') throw new AppError(answer.outcome === 'foreign' ? 'HUB_WRONG_TOKEN' : 'HUB_SESSION_ENDED');
    request.session = answer.session;
    feed.announceSession(answer.session);
    return { sessionId, whipPath: `/whip/${sessionId}` };
  });

  app.post('/api/v1/sessions/:sessionId/end', {
    onRequest: (request) => admitSessionOwner(request, parts),
    preValidation: allowNoBody,
    schema: { summary: 'End a session (idempotent)', security: [{ box: [] }], params: SessionParamsSchema, body: EmptySchema, response: { 204: NothingSchema, ...refusals(400, 401, 403, 404, 413, 415, 429) } },
  }, async (request, reply) => {
    const { sessionId } = request.params;
    const session = await store.endSession({ sessionId, nowMs: parts.wallNow() });
    if (!session) throw new AppError('HUB_UNKNOWN_SESSION');
    viewings.forgetSession(sessionId);
    feed.announceSession(session);
    // The session is over whether or not the relay can be told: a relay that is away holds nothing any more.
    await relay.endSession(sessionId).catch((error: unknown) => request.log.warn({ sessionId, code: toAppError(error).code }, 'relay was not told of the end'));
    return reply.code(204).send(null);
  });

  app.post('/api/v1/sessions/:sessionId/links', {
    onRequest: (request) => admitSessionOwner(request, parts),
    preValidation: allowNoBody,
    schema: { summary: 'Make a viewing link', security: [{ box: [] }], params: SessionParamsSchema, body: LinkRequestSchema, response: { 201: LinkResultSchema, ...refusals(400, 401, 403, 404, 410, 413, 415, 429) } },
  }, async (request, reply) => {
    requireOpen(requireSession(request));
    const { token, expiresMs } = await gate.issueLink(request.params.sessionId, request.body.ttlSeconds);
    return reply.code(201).send({ url: `${parts.publicUrl()}/watch#${token}`, expiresMs });
  });

  app.get('/api/v1/sessions/:sessionId', {
    onRequest: (request) => admitSessionViewer(request, parts),
    schema: { summary: 'The session that a link is for; also after its end', security: [{ viewer: [] }], params: SessionParamsSchema, response: { 200: SessionInfoSchema, ...refusals(401, 403, 404, 429) } },
  }, async (request) => describeSession(requireSession(request), presence, requireViewer(request).expiresMs, parts.wallNow()));
}

async function allowNoBody(request: FastifyRequest): Promise<void> {
  request.body ??= {};
}
