import { Type, type Static } from 'typebox';

/**
 * Between the hub's API process and its relay process: HTTP on a unix socket (relay.sock, 0600) in the hub's run folder.
 * The API has authenticated and checked content types before it calls. Errors: ErrorBody with the status to pass on.
 *   POST   /publish/:sessionId       PublishCall  -> 201 SdpResult | 400 406 409
 *   POST   /view/:sessionId          ViewCall     -> 201 SdpResult | 400 406
 *   PATCH  /:kind(publish|view)/:sessionId/:resourceId   {fragment, ifMatch} -> 204 | 404 412
 *   DELETE /:kind/:sessionId/:resourceId                 -> 204 | 404
 *   DELETE /session/:sessionId                           -> 204 (ends publisher and viewers)
 *   GET    /stats -> RelayStats        GET /events -> a stream of JSON lines, first {epoch}, then {pulse} each 250 ms
 */
export const PublishCallSchema = Type.Object({ boxId: Type.String(), sdp: Type.String(), profile: Type.Union([Type.Literal('constrained-baseline'), Type.Literal('main')]) }, { additionalProperties: false });
export const ViewCallSchema = Type.Object({ sdp: Type.String() }, { additionalProperties: false });
export const PatchCallSchema = Type.Object({ fragment: Type.String(), ifMatch: Type.Union([Type.String(), Type.Null()]) }, { additionalProperties: false });
/** etag: bare; the API puts it in quotes for HTTP. */
export const SdpResultSchema = Type.Object({ resourceId: Type.String(), etag: Type.String(), sdp: Type.String() }, { additionalProperties: false });
export type SdpResult = Static<typeof SdpResultSchema>;
export const RelayStatsSchema = Type.Object({
  epoch: Type.String(),
  sessions: Type.Array(Type.Object({
    sessionId: Type.String(), publisher: Type.Boolean(), flowing: Type.Boolean(), viewers: Type.Integer(),
    packetsIn: Type.Number(), bytesIn: Type.Number(), packetsLost: Type.Number(), packetsRecovered: Type.Number(), nacksSent: Type.Number(), plisSent: Type.Number(),
    packetsOut: Type.Number(), bytesOut: Type.Number(), retransmitted: Type.Number(), keyFrames: Type.Number(),
  }, { additionalProperties: false })),
}, { additionalProperties: false });
export type RelayStats = Static<typeof RelayStatsSchema>;
