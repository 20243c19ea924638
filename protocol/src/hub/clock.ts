import { Type, type Static } from 'typebox';

/**
 * The clock data channel, label CLOCK_CHANNEL_LABEL, unordered, no retransmission, text frames of JSON. It lies on the
 * same peer connection as the media, so pings take the media's path and are answered in the relay process:
 * publisher -> relay, and viewer -> relay. Why not on the WebSocket: docs/decisions/.
 *
 * "Relay clock": the relay's process clock, milliseconds, monotonic within an epoch.
 * The publisher pings 5 times a second, keeps the best round trip of the last 30 as offset (relay minus own clock),
 * and once a second (and at once after a key frame's first packet) sends an anchor in relay time. The relay passes the
 * anchor on with `rtp` moved into the viewers' time line. A viewer pings likewise;
 * capture = anchor.captureMs + ((rtpTimestamp - anchor.rtp) | 0) / 90, in relay time.
 * uncertaintyMs is half the best round trip; the viewer adds its own half.
 */

export const PingSchema = Type.Object({ t: Type.Literal('ping'), id: Type.Integer(), atMs: Type.Number() }, { additionalProperties: false });
export const ClockPongSchema = Type.Object({ t: Type.Literal('pong'), id: Type.Integer(), atMs: Type.Number(), relayMs: Type.Number(), epoch: Type.String() }, { additionalProperties: false });
export const AnchorSchema = Type.Object({
  t: Type.Literal('anchor'), captureMs: Type.Number({ description: 'relay clock' }), rtp: Type.Integer({ minimum: 0, maximum: 0xffffffff }),
  uncertaintyMs: Type.Number({ minimum: 0 }), source: Type.String({ maxLength: 32, description: "the driver's time-stamp source, e.g. monotonic-soe, simulated" }),
}, { additionalProperties: false });
/** Relay -> publisher: what the viewers' side saw of loss is NOT here; this is the uplink as the relay sees it, every 200 ms. */
export const UplinkSchema = Type.Object({
  t: Type.Literal('uplink'), lossFraction: Type.Number({ minimum: 0, maximum: 1, description: 'of the last 200 ms, before NACK' }),
  delayGrowthMs: Type.Number({ description: 'one-way delay now minus the least of the last 10 s' }), receivedKbps: Type.Number(),
}, { additionalProperties: false });
/** Relay -> viewer: whether a publisher is there and packets flow. */
export const FlowSchema = Type.Object({
  t: Type.Literal('flow'), publisher: Type.Boolean(), flowing: Type.Boolean(), sinceRelayMs: Type.Number(), epoch: Type.String(),
}, { additionalProperties: false });
/** Relay -> viewer: this viewer's link can't take the rate, and it now skips to key frames (true), or no longer (false). */
export const SkippingSchema = Type.Object({ t: Type.Literal('skipping'), on: Type.Boolean() }, { additionalProperties: false });

export const ClockToRelaySchema = Type.Union([PingSchema, AnchorSchema]);
export type ClockToRelay = Static<typeof ClockToRelaySchema>;
export const ClockFromRelaySchema = Type.Union([ClockPongSchema, AnchorSchema, UplinkSchema, FlowSchema, SkippingSchema]);
export type ClockFromRelay = Static<typeof ClockFromRelaySchema>;
export type Anchor = Static<typeof AnchorSchema>;
