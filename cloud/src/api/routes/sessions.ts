// oxlint-disable oxc/no-async-endpoint-handlers -- the rule is for Express; Fastify awaits its handlers
import { AppError, EmptySchema, LenientSessionPutSchema, LinkListSchema, LinkRequestSchema, LinkResultSchema, SessionIdSchema, SessionInfoSchema, SessionPutResultSchema, SessionPutSchema } from '@scanlink/protocol';
import type { FastifyRequest } from 'fastify';
import { createCheck, createReader } from '@scanlink/protocol/check';
import type { SessionRecord } from '../../store/schema.ts';
import { admitBox, admitSessionOwner, admitSessionViewer, requireBox, requireSession, requireViewer } from '../auth/admit.ts';
import { requireOpen } from '../auth/gate.ts';
import type { HubApp } from '../http/app.ts';
import { describeSession } from '../events/session-feed.ts';
import type { HubParts } from '../parts.ts';
import { LinkParamsSchema, NothingSchema, refusals, SessionParamsSchema } from './schemas.ts';

/** Unknown fields pass (a box of a later release writes them), what is known must be as described. */
const readPut = createReader(SessionPutSchema, 'HUB_BAD_REQUEST');
const checkSessionId = createCheck(SessionIdSchema, 'HUB_BAD_REQUEST');

/** Sessions: the box announces, ends and shares them; a viewer reads the one that his link is for. */
export function addSessionRoutes(app: HubApp, parts: HubParts): void {
  const { gate, store, feed, presence } = parts;

  app.put('/api/v1/sessions/:sessionId', {
    onRequest: (request) => admitBox(request, parts),
    schema: { summary: 'Announce a session (idempotent)', security: [{ box: [] }], params: SessionParamsSchema, body: LenientSessionPutSchema, response: { 200: SessionPutResultSchema, ...refusals(400, 401, 403, 410, 413, 415, 429) } },
  }, async (request) => {
    const { sessionId } = request.params;
    checkSessionId(sessionId);
    const { boxId } = requireBox(request);
    parts.admission.takeSession(boxId);
    const { value: put, ignoredFields } = readPut(request.body);
    if (ignoredFields > 0) parts.metrics.countIgnored(ignoredFields);
    const answer = await store.putSession({ sessionId, boxId, ...put, nowMs: parts.wallNow() });
    if (answer.outcome !== 'stored') throw new AppError(answer.outcome === 'foreign' ? 'HUB_WRONG_TOKEN' : 'HUB_SESSION_ENDED');
    request.session = answer.session;
    for (const each of answer.replaced) await announceEnd(each, parts);
    // Somebody decided to go on, perhaps at another patient's bed: who watched before is let in anew, or not. Before any picture.
    await parts.links.endAll(answer.revoked);
    feed.announceSession(answer.session);
    return { sessionId, whipPath: `/whip/${sessionId}` };
  });

  app.post('/api/v1/sessions/:sessionId/end', {
    onRequest: (request) => admitSessionOwner(request, parts),
    preValidation: allowNoBody,
    schema: { summary: 'End a session (idempotent)', security: [{ box: [] }], params: SessionParamsSchema, body: EmptySchema, response: { 204: NothingSchema, ...refusals(400, 401, 403, 404, 413, 415, 429) } },
  }, async (request, reply) => {
    const { sessionId } = request.params;
    try {
      const session = await store.endSession({ sessionId, nowMs: parts.wallNow() });
      if (!session) throw new AppError('HUB_UNKNOWN_SESSION');
      await announceEnd(session, parts);
    } catch (error) {
      // A full disk keeps nobody from stopping: the picture ends, and the box goes on telling until it is stored.
      await endAtRelay(sessionId, parts);
      throw error;
    }
    return reply.code(204).send(null);
  });

  app.post('/api/v1/sessions/:sessionId/links', {
    onRequest: (request) => admitSessionOwner(request, parts),
    preValidation: allowNoBody,
    schema: { summary: 'Make a viewing link', security: [{ box: [] }], params: SessionParamsSchema, body: LinkRequestSchema, response: { 201: LinkResultSchema, ...refusals(400, 401, 403, 404, 410, 413, 415, 429) } },
  }, async (request, reply) => {
    requireOpen(requireSession(request));
    parts.admission.takeLink(requireBox(request).boxId);
    const { token, linkId, expiresMs } = await gate.issueLink(request.params.sessionId, request.body.ttlSeconds);
    const hub = parts.publicUrl();
    return reply.code(201).send({ url: `${hub}/watch#${token}`, expiresMs, linkId, whepUrl: `${hub}/whep/${request.params.sessionId}` });
  });

  app.get('/api/v1/sessions/:sessionId/links', {
    onRequest: (request) => admitSessionOwner(request, parts),
    schema: { summary: 'Viewing links of a session, the newest first', security: [{ box: [] }], params: SessionParamsSchema, response: { 200: LinkListSchema, ...refusals(401, 403, 404, 429) } },
  }, (request) => parts.links.list(request.params.sessionId));

  app.delete('/api/v1/sessions/:sessionId/links', {
    onRequest: (request) => admitSessionOwner(request, parts),
    schema: { summary: 'Take all viewing links back; who watches is ended (idempotent)', security: [{ box: [] }], params: SessionParamsSchema, response: { 204: NothingSchema, ...refusals(401, 403, 404, 429) } },
  }, async (request, reply) => {
    await parts.links.revoke(request.params.sessionId, null);
    return reply.code(204).send(null);
  });

  app.delete('/api/v1/sessions/:sessionId/links/:linkId', {
    onRequest: (request) => admitSessionOwner(request, parts),
    schema: { summary: 'Take a viewing link back; who watches by it is ended (idempotent)', security: [{ box: [] }], params: LinkParamsSchema, response: { 204: NothingSchema, ...refusals(401, 403, 404, 429) } },
  }, async (request, reply) => {
    await parts.links.revoke(request.params.sessionId, request.params.linkId);
    return reply.code(204).send(null);
  });

  app.get('/api/v1/sessions/:sessionId', {
    onRequest: (request) => admitSessionViewer(request, parts),
    schema: { summary: 'The session that a link is for; also after its end', security: [{ viewer: [] }], params: SessionParamsSchema, response: { 200: SessionInfoSchema, ...refusals(401, 403, 404, 429) } },
  }, async (request) => describeSession(requireSession(request), presence, requireViewer(request).expiresMs, parts.wallNow()));
}

/** The session is over whether or not the relay can be told at once: it is told until it has confirmed. */
async function announceEnd(session: SessionRecord, parts: HubParts): Promise<void> {
  parts.viewings.forgetSession(session.sessionId);
  parts.feed.announceSession(session);
  await endAtRelay(session.sessionId, parts);
}

async function endAtRelay(sessionId: string, parts: HubParts): Promise<void> {
  await parts.orders.give(`session ${sessionId}`, () => parts.relay.endSession(sessionId));
}

async function allowNoBody(request: FastifyRequest): Promise<void> {
  request.body ??= {};
}
