import { Type, type Static } from 'typebox';
import { InputStateSchema } from '../signal.ts';
import { SessionIdSchema, SessionStateSchema } from '../session.ts';
import { PublisherReportSchema } from '../box/media.ts';

/**
 * The control channel: one outgoing WebSocket from `firmware` to `wss://HUB/api/v1/box/control`, bearer in the
 * Authorization header. Text frames, one JSON object each, named channels with a right each. Box first sends `hello`,
 * hub answers `welcome` (or `refused` and closes). Close codes: 4400 bad message, 4401 no token, 4403 wrong token,
 * 4409 replaced by a newer connection of the same box (try again after a pause), 4426 version; 1001 the hub stops.
 */
export const HUB_FEATURES = ['clock-datachannel'] as const;

export const BoxHelloSchema = Type.Object({ ch: Type.Literal('hello'), v: Type.Integer(), firmwareVersion: Type.String({ maxLength: 64 }), channels: Type.Array(Type.String({ maxLength: 32 }), { maxItems: 16 }) }, { additionalProperties: false });

/** What a viewer may know of a running session. No addresses, no patient data. */
export const LiveStateSchema = Type.Object({
  sessionId: SessionIdSchema,
  sessionState: SessionStateSchema,
  input: Type.Union([InputStateSchema, Type.Null()], { description: 'null while media is away' }),
  publisher: Type.Union([PublisherReportSchema, Type.Null()]),
}, { additionalProperties: false });
export type LiveState = Static<typeof LiveStateSchema>;

/** Channel `state`: whole state, on every change and at least every 5 s; seq grows by 1 within a connection. */
export const BoxStateMessageSchema = Type.Object({ ch: Type.Literal('state'), seq: Type.Integer(), sessions: Type.Array(LiveStateSchema, { maxItems: 8 }),
  clockOffsetMs: Type.Optional(Type.Union([Type.Number(), Type.Null()], { description: 'hub wall clock minus box wall clock by the pongs (best round trip), null while unknown; becomes SessionInfo.boxClockOffsetMs' })),
}, { additionalProperties: false });
/** Channel `clock`: wall clock, and the pulse by which either side judges the path. Box pings every 300 ms; atMs is the sender's monotonic clock. */
export const BoxPingSchema = Type.Object({ ch: Type.Literal('clock'), op: Type.Literal('ping'), id: Type.Integer(), atMs: Type.Number() }, { additionalProperties: false });
export const BoxToHubSchema = Type.Union([BoxHelloSchema, BoxStateMessageSchema, BoxPingSchema]);
export type BoxToHub = Static<typeof BoxToHubSchema>;

export const WelcomeSchema = Type.Object({ ch: Type.Literal('welcome'), v: Type.Integer(), hubVersion: Type.String(), features: Type.Array(Type.String()), relayEpoch: Type.Union([Type.String(), Type.Null()]) }, { additionalProperties: false });
export const RefusedSchema = Type.Object({ ch: Type.Literal('refused'), code: Type.String(), message: Type.String(), messageZh: Type.String() }, { additionalProperties: false });
export const PongSchema = Type.Object({ ch: Type.Literal('clock'), op: Type.Literal('pong'), id: Type.Integer(), atMs: Type.Number(), hubUnixMs: Type.Number() }, { additionalProperties: false });
/** The relay process was started anew: every WHIP resource of the old epoch is gone. null: it is down. */
export const RelayMessageSchema = Type.Object({ ch: Type.Literal('relay'), epoch: Type.Union([Type.String(), Type.Null()]) }, { additionalProperties: false });
export const HubToBoxSchema = Type.Union([WelcomeSchema, RefusedSchema, PongSchema, RelayMessageSchema]);
export type HubToBox = Static<typeof HubToBoxSchema>;
