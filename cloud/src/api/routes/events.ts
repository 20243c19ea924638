import type { OutgoingHttpHeaders } from 'node:http';
import { AppError } from '@scanlink/protocol';
import { Type } from 'typebox';
import type { SessionRecord } from '../../store/schema.ts';
import { admitSessionViewer, requireSession, requireViewer } from '../auth/admit.ts';
import type { HubApp } from '../http/app.ts';
import type { HubParts } from '../parts.ts';
import { refusals, SessionParamsSchema } from './schemas.ts';

/**
 * GET .../events: the whole SessionInfo at once and on every change, `: pulse` each 500 ms. The stream ends when the
 * session has ended (its last event says so), when the link runs out, or when the hub stops.
 */
export function addEventRoutes(app: HubApp, parts: HubParts): void {
  app.get('/api/v1/sessions/:sessionId/events', {
    exposeHeadRoute: false,
    onRequest: async (request) => {
      await admitSessionViewer(request, parts);
      parts.streams.requireRoom(requireViewer(request).linkHash);
    },
    schema: {
      summary: 'Follow a session: events `session` with the whole SessionInfo', security: [{ viewer: [] }], params: SessionParamsSchema,
      response: { 200: { description: 'text/event-stream', content: { 'text/event-stream': { schema: Type.String() } } }, ...refusals(401, 403, 404, 429, 503) },
    },
  }, async (request, reply) => {
    const viewer = requireViewer(request);
    const { sessionId, boxId } = requireSession(request);
    let session: SessionRecord | null = null;
    let changed: SessionRecord | null = null;
    let show: (() => void) | null = null;
    // Subscribed first and read afterwards: a change in between is not missed.
    const unsubscribe = parts.feed.subscribe(sessionId, boxId, (record) => {
      changed = record ?? changed;
      show?.();
    });
    const current = await parts.store.findSession({ sessionId }).catch((error: unknown) => {
      unsubscribe();
      throw error;
    });
    session = changed ?? current;
    if (!session) {
      unsubscribe();
      throw new AppError('HUB_UNKNOWN_SESSION');
    }

    reply.hijack();
    reply.raw.writeHead(200, { ...(reply.getHeaders() as OutgoingHttpHeaders), 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
    const stream = parts.streams.open(reply.raw, { linkHash: viewer.linkHash, expiresInMs: viewer.expiresMs - parts.authNow(), onClose: unsubscribe });
    show = () => {
      session = changed ?? session;
      if (!session) return;
      stream.send('session', parts.texts.write(session, viewer.expiresMs, parts.wallNow()));
      if (session.endedMs !== null) stream.end();
    };
    show();
  });
}
