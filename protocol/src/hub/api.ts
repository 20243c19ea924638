import { Type, type Static } from 'typebox';
import { ErrorBodySchema } from '../box/rpc.ts';
import { SessionCodeSchema, SessionIdSchema } from '../session.ts';
import { LiveStateSchema } from './control-channel.ts';

/**
 * HTTP of the hub. Every error body is ErrorBody. Box routes take the box's bearer token, viewer routes a viewing
 * link's token (the page reads it from the address's fragment; it never travels in a query string).
 *   PUT    /api/v1/sessions/:sessionId          box     SessionPut -> 200 SessionPutResult (idempotent)
 *   POST   /api/v1/sessions/:sessionId/end      box     {} -> 204
 *   POST   /api/v1/sessions/:sessionId/links    box     LinkRequest -> 201 LinkResult
 *   GET    /api/v1/sessions/:sessionId/links    box     -> LinkList
 *   DELETE /api/v1/sessions/:sessionId/links    box     -> 204 (revokes all; those of a session that is continued after `suspended` are revoked by the hub)
 *   DELETE /api/v1/sessions/:sessionId/links/:linkId   box   -> 204 (idempotent)
 *   GET    /api/v1/sessions/:sessionId          viewer  -> SessionInfo
 *   GET    /api/v1/sessions/:sessionId/events   viewer  -> text/event-stream: event `session` data SessionInfo (whole, on every change; `: pulse` each 500 ms)
 *   POST   /whip/:sessionId  PATCH, DELETE /whip/:sessionId/:resourceId          box     RFC 9725
 *   POST   /whep/:sessionId  PATCH, DELETE /whep/:sessionId/:resourceId          viewer  WHEP draft
 *   WS     /api/v1/box/control   GET /health   GET /watch (the viewer page; token in the fragment)
 * For the operator, on hub-ops.sock and --ops-port only: GET /metrics, GET /api/v1/openapi.json.
 * What a box puts or posts is read leniently (unknown fields are ignored and counted): it may be of a later release.
 */
export const SessionPutSchema = Type.Object({
  code: SessionCodeSchema, input: Type.String({ maxLength: 32 }), simulated: Type.Boolean(), startedMs: Type.Number(),
}, { additionalProperties: false });
/** As the hub reads it: what a later box says beyond it is left alone. */
export const LenientSessionPutSchema = Type.Object(SessionPutSchema.properties);
export type SessionPut = Static<typeof SessionPutSchema>;
export const SessionPutResultSchema = Type.Object({ sessionId: SessionIdSchema, whipPath: Type.String({ description: 'relative to the hub, e.g. /whip/ID' }) }, { additionalProperties: false });
export const EmptySchema = Type.Object({}, { additionalProperties: false });
export const LinkRequestSchema = Type.Object({ ttlSeconds: Type.Integer({ minimum: 60, maximum: 604_800, default: 43_200 }) }, { additionalProperties: false });
export const LinkResultSchema = Type.Object({
  url: Type.String({ description: 'page for a person' }), expiresMs: Type.Number(),
  linkId: Type.Optional(Type.String({ description: 'names the link in lists, and when it is revoked' })),
  whepUrl: Type.Optional(Type.String({ description: 'for WHEP players: POST the offer here with `Authorization: Bearer TOKEN`, TOKEN being what follows # in url' })),
}, { additionalProperties: false });
export type LinkResult = Static<typeof LinkResultSchema>;
/** Times: hub's wall clock, Unix milliseconds. viewers: who watches by this link now. */
export const LinkListSchema = Type.Object({ links: Type.Array(Type.Object({
  linkId: Type.String(), createdMs: Type.Number(), expiresMs: Type.Number(), revokedMs: Type.Union([Type.Number(), Type.Null()]), viewers: Type.Integer(),
}, { additionalProperties: false })) }, { additionalProperties: false });
export type LinkList = Static<typeof LinkListSchema>;
export const SessionInfoSchema = Type.Object({
  sessionId: SessionIdSchema, code: SessionCodeSchema, room: Type.String(), box: Type.String(), input: Type.String(),
  simulated: Type.Boolean(), startedMs: Type.Number(), ended: Type.Boolean(),
  boxConnected: Type.Boolean(), live: Type.Union([LiveStateSchema, Type.Null()]),
  hubNowMs: Type.Number({ description: "hub's wall clock when this was written" }),
  boxClockOffsetMs: Type.Number({ description: 'hub wall clock minus box wall clock, by the control channel; turns live.*SinceMs into hub time' }),
  linkExpiresMs: Type.Number(),
  boxHasChannel: Type.Optional(Type.Boolean({ description: 'false: whoever publishes here has never opened a control channel (a foreign WHIP client), so that signal and delay are unknown for good and nobody is reconnecting' })),
}, { additionalProperties: false });
export type SessionInfo = Static<typeof SessionInfoSchema>;
export { ErrorBodySchema };

/** A viewing link's token: `v1.` + base64url(JSON LinkClaims) + `.` + base64url(HMAC-SHA256). The page reads s from it. */
export const LinkClaimsSchema = Type.Object({ s: SessionIdSchema, e: Type.Integer({ description: 'expiry, Unix seconds' }), n: Type.String({ maxLength: 32 }) }, { additionalProperties: false });
export type LinkClaims = Static<typeof LinkClaimsSchema>;

export const HealthSchema = Type.Object({
  ok: Type.Boolean(), version: Type.String(), relay: Type.Object({ up: Type.Boolean() }, { additionalProperties: false }),
  store: Type.Object({ ok: Type.Boolean(), full: Type.Boolean() }, { additionalProperties: false }),
}, { additionalProperties: false });
export type Health = Static<typeof HealthSchema>;
export const MAX_SDP_BYTES = 65_536;
