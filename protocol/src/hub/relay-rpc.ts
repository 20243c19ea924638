import { Type, type Static } from 'typebox';

/**
 * Between the hub's API process and its relay process: HTTP on a unix socket (relay.sock, 0600) in the hub's run folder.
 * The API has authenticated, checked content types, read the SDP and planned the answer before it calls: the relay's
 * thread forwards media, and parses no text from outside. Errors: ErrorBody with the status to pass on.
 *   POST   /publish/:sessionId       PublishCall  -> 201 PeerResult | 403 409 503
 *   POST   /view/:sessionId          ViewCall     -> 201 PeerResult | 403 429 503
 *   PATCH  /:kind(publish|view)/:sessionId/:resourceId            PatchCall -> 204 | 403 404 412 422
 *   DELETE /publish/:sessionId/:resourceId                        -> 204 | 404
 *   DELETE /view/:sessionId/:resourceId/:linkId                   -> 204 | 403 404 (a link ends what it opened itself)
 *   DELETE /session/:sessionId                                    -> 204 (ends publisher and viewers)
 *   DELETE /link/:linkId  -> 204: ends all viewers of the link, and none of it is taken any more. Idempotent.
 *   DELETE /box/:boxId    -> 204: ends what the box publishes. Idempotent.
 *   GET    /stats -> RelayStats        GET /events -> a stream of JSON lines (RelayEvent)
 *
 * Expiry is the relay's: a viewer ends `expiresInMs` after its call, by the relay's monotonic clock. What was told of
 * links and boxes is forgotten with the relay's epoch: the API tells it again to each new one, until it is confirmed.
 */
const MidSchema = Type.String({ pattern: "^[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,64}$" });
const PeerTransportSchema = Type.Object({
  iceUfrag: Type.String({ pattern: '^[A-Za-z0-9+/]{4,256}$' }), icePwd: Type.String({ pattern: '^[A-Za-z0-9+/]{22,256}$' }),
  fingerprint: Type.String({ pattern: '^sha-[0-9]{1,3} [0-9A-F]{2}(:[0-9A-F]{2}){15,63}$' }),
  setup: Type.Union([Type.Literal('actpass'), Type.Literal('active'), Type.Literal('passive')]),
}, { additionalProperties: false });
export type PeerTransport = Static<typeof PeerTransportSchema>;
/** What was agreed about one offer, as far as the relay has to know it: checked words and numbers, no SDP. */
export const MediaPlanSchema = Type.Object({
  mid: MidSchema,
  payloadType: Type.Integer({ minimum: 0, maximum: 127 }),
  profileLevelId: Type.String({ pattern: '^[0-9a-f]{6}$' }),
  playoutExtensionId: Type.Integer({ minimum: 0, maximum: 14, description: '0: not negotiated' }),
  dataChannel: Type.Union([Type.Object({ mid: MidSchema, sctpPort: Type.Integer({ minimum: 1, maximum: 65_535 }) }, { additionalProperties: false }), Type.Null()]),
  transport: PeerTransportSchema,
}, { additionalProperties: false });
export type MediaPlan = Static<typeof MediaPlanSchema>;

export const PublishCallSchema = Type.Object({ boxId: Type.String(), plan: MediaPlanSchema }, { additionalProperties: false });
export type PublishCall = Static<typeof PublishCallSchema>;
/** linkId: the link's hash. The viewer is ended when expiresInMs have passed. */
export const ViewCallSchema = Type.Object({ linkId: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }), expiresInMs: Type.Number({ minimum: 0 }), plan: MediaPlanSchema }, { additionalProperties: false });
export type ViewCall = Static<typeof ViewCallSchema>;
/** ifMatch: entity tags, one of which must fit; null: any. iceUfrag: of the fragment; another one than the offer's asks for an ICE restart. linkId: of who asks, for a viewing. */
export const PatchCallSchema = Type.Object({
  ifMatch: Type.Union([Type.Array(Type.String(), { maxItems: 64 }), Type.Null()]), iceUfrag: Type.Union([Type.String(), Type.Null()]), linkId: Type.Union([Type.String(), Type.Null()]),
}, { additionalProperties: false });
export type PatchCall = Static<typeof PatchCallSchema>;

/** The relay's side of the path, for the answer. */
export const LocalTransportSchema = Type.Object({
  iceUfrag: Type.String(), icePwd: Type.String(), fingerprint: Type.String(), setup: Type.String(), candidates: Type.Array(Type.String()),
}, { additionalProperties: false });
export type LocalTransport = Static<typeof LocalTransportSchema>;
/** etag: bare; the API puts it in quotes for HTTP. stream: what a viewer gets; null for a publisher. */
export const PeerResultSchema = Type.Object({
  resourceId: Type.String(), etag: Type.String(), transport: LocalTransportSchema,
  stream: Type.Union([Type.Object({ ssrc: Type.Integer(), cname: Type.String() }, { additionalProperties: false }), Type.Null()]),
}, { additionalProperties: false });
export type PeerResult = Static<typeof PeerResultSchema>;

/** Lines of /events: first epoch, then a pulse each 250 ms, and the viewings that are gone, whatever ended them. */
export const RelayEventSchema = Type.Union([
  Type.Object({ epoch: Type.String({ maxLength: 64 }) }, { additionalProperties: false }),
  Type.Object({ pulse: Type.Number() }, { additionalProperties: false }),
  Type.Object({ gone: Type.Array(Type.String(), { maxItems: 64, description: 'resourceIds' }) }, { additionalProperties: false }),
]);
export type RelayEvent = Static<typeof RelayEventSchema>;

export const RelayStatsSchema = Type.Object({
  epoch: Type.String(),
  sessions: Type.Array(Type.Object({
    sessionId: Type.String(), publisher: Type.Boolean(), flowing: Type.Boolean(), viewers: Type.Integer(),
    packetsIn: Type.Number(), bytesIn: Type.Number(), packetsLost: Type.Number(), packetsRecovered: Type.Number(), nacksSent: Type.Number(), plisSent: Type.Number(),
    packetsOut: Type.Number(), bytesOut: Type.Number(), retransmitted: Type.Number(), keyFrames: Type.Number(),
    overBudget: Type.Number({ description: 'requests of peers (repeats, key frames, messages, RTCP) that were left undone: more than one peer may cause' }),
    ingestRefused: Type.Number({ description: 'packets of the publisher above the highest rate that is taken' }),
  }, { additionalProperties: false })),
}, { additionalProperties: false });
export type RelayStats = Static<typeof RelayStatsSchema>;
