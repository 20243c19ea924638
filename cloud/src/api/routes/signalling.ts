import { randomInt } from 'node:crypto';
import { AppError, toAppError, type PeerResult, type AppError as AppErrorType } from '@scanlink/protocol';
import type { FastifyRequest } from 'fastify';
import type { SessionRecord } from '../../store/schema.ts';
import { admitBox, admitSessionViewer, requireBox, requireSession, requireViewer, sessionIdOf } from '../auth/admit.ts';
import { requireOpen } from '../auth/gate.ts';
import type { HubApp } from '../http/app.ts';
import type { HubParts } from '../parts.ts';
import { writeAnswer } from '../sdp/answer.ts';
import { planPublisher, planViewer, type Negotiation } from '../sdp/plan.ts';
import { addSignallingRoutes, type Created } from './whip-whep.ts';

const STATS_TIMEOUT_MS = 500;

/** WHIP for the session's own box. */
export function addWhipRoutes(app: HubApp, parts: HubParts): void {
  const { relay } = parts;
  addSignallingRoutes(app, {
    prefix: '/whip', kind: 'publish', security: 'box',
    admit: async (request) => {
      await admitBox(request, parts);
      const session = await parts.gate.requireSession(sessionIdOf(request));
      if (session.boxId !== requireBox(request).boxId) throw await refuseForeignBox(request, session, parts);
      request.session = session;
      requireOpen(session);
    },
    create: async (request, sdp) => {
      const { boxId, tokenHash } = requireBox(request);
      parts.admission.takePost(tokenHash, request.socket.remoteAddress ?? '');
      const negotiation = planPublisher(sdp);
      return answer(negotiation, await relay.publish(sessionIdOf(request), { boxId, plan: negotiation.plan }));
    },
    patch: (request, resourceId, call) => relay.patch('publish', sessionIdOf(request), resourceId, { ...call, linkId: null }),
    remove: (request, resourceId) => relay.removePublisher(sessionIdOf(request), resourceId),
  });
}

/** WHEP for whoever holds a link to the session. */
export function addWhepRoutes(app: HubApp, parts: HubParts): void {
  const { relay, viewings } = parts;
  addSignallingRoutes(app, {
    prefix: '/whep', kind: 'view', security: 'viewer',
    admit: async (request) => {
      await admitSessionViewer(request, parts);
      requireOpen(requireSession(request));
    },
    create: async (request, sdp) => {
      const viewer = requireViewer(request);
      parts.admission.takePost(viewer.linkHash, request.socket.remoteAddress ?? '');
      const negotiation = planViewer(sdp);
      const expiresInMs = Math.max(0, viewer.expiresMs - parts.authNow());
      return answer(negotiation, await viewings.open(viewer, () => relay.view(viewer.sessionId, { linkId: viewer.linkHash, expiresInMs, plan: negotiation.plan })));
    },
    patch: (request, resourceId, call) => relay.patch('view', sessionIdOf(request), resourceId, { ...call, linkId: requireViewer(request).linkHash }),
    remove: async (request, resourceId) => {
      await relay.removeViewer(sessionIdOf(request), resourceId, requireViewer(request).linkHash);
      await viewings.remove(resourceId, 'left');
    },
  });
}

function answer(negotiation: Negotiation, result: PeerResult): Created {
  return { resourceId: result.resourceId, etag: result.etag, sdp: writeAnswer(negotiation, result, randomInt(1, 2 ** 47)) };
}

/** A box that is not the session's: 409 while the session's own box sends (a second publisher), 403 otherwise. */
async function refuseForeignBox(request: FastifyRequest, session: SessionRecord, parts: HubParts): Promise<AppErrorType> {
  if (request.method !== 'POST' || session.endedMs !== null) return new AppError('HUB_WRONG_TOKEN');
  try {
    const stats = await parts.relay.stats(STATS_TIMEOUT_MS);
    const taken = stats.sessions.some((each) => each.sessionId === session.sessionId && each.publisher);
    return new AppError(taken ? 'HUB_SECOND_PUBLISHER' : 'HUB_WRONG_TOKEN');
  } catch (error) {
    request.log.debug({ code: toAppError(error).code }, 'relay could not be asked for the publisher');
    return new AppError('HUB_WRONG_TOKEN');
  }
}
