import { Type, type Static } from 'typebox';
import { InputStateSchema } from '../signal.ts';
import { SessionIdSchema, SessionStateSchema } from '../session.ts';
import { PublisherReportSchema } from '../box/media.ts';

/**
 * The control channel: one outgoing WebSocket from `firmware` to `wss://HUB/api/v1/box/control`, bearer in the
 * Authorization header. Text frames, one JSON object each. Box first sends `hello` with the versions that it speaks and
 * the channels that it asks for; hub answers `welcome` with the version that holds and the channels that it grants (or
 * `refused`, and closes). Each channel is a right: what comes on one that was not granted is ignored and counted.
 * These schemas are strict and say what is written. Whoever reads uses createMessageReader (check.ts): unknown fields and
 * messages of a later release are ignored and counted. Close codes: CONTROL_CLOSE.
 */
export const HUB_FEATURES = ['clock-datachannel'] as const;

/** Channels that a box may be granted, each with what the right allows. */
export const CONTROL_CHANNELS = {
  state: 'box to hub: says what it does; the hub shows it to viewers',
  clock: 'both ways: pings, and the hub\'s wall clock',
  viewers: 'hub to box: how many are watching its sessions',
} as const;
export type ControlChannel = keyof typeof CONTROL_CHANNELS;

/** Why the hub closed. replaced: another connection came with the same token; the box pauses for half a minute and more, and says so. */
export const CONTROL_CLOSE = { goingAway: 1001, badMessage: 4400, noToken: 4401, wrongToken: 4403, replaced: 4409, version: 4426 } as const;

export const BoxHelloSchema = Type.Object({
  ch: Type.Literal('hello'), v: Type.Integer({ description: 'newest version that the box speaks' }),
  oldestV: Type.Optional(Type.Integer({ description: 'oldest one; absent: v' })),
  firmwareVersion: Type.String({ maxLength: 64 }), channels: Type.Array(Type.String({ maxLength: 32 }), { maxItems: 16 }),
}, { additionalProperties: false });

/** What a viewer may know of a running session. No addresses, no patient data. */
export const LiveStateSchema = Type.Object({
  sessionId: SessionIdSchema,
  sessionState: SessionStateSchema,
  input: Type.Union([InputStateSchema, Type.Null()], { description: 'null while media is away' }),
  publisher: Type.Union([PublisherReportSchema, Type.Null()]),
}, { additionalProperties: false });
export type LiveState = Static<typeof LiveStateSchema>;

/** What is wrong with a box's store (STO_...), in the box's own words. */
export const BoxTroubleSchema = Type.Object({ code: Type.String({ maxLength: 64, pattern: '^[A-Z0-9_]+$' }), message: Type.String({ maxLength: 500 }), messageZh: Type.String({ maxLength: 500 }) }, { additionalProperties: false });
export type BoxTrouble = Static<typeof BoxTroubleSchema>;

/** Channel `state`: whole state, on every change and at least every 5 s; seq grows by 1 within a connection. */
export const BoxStateMessageSchema = Type.Object({ ch: Type.Literal('state'), seq: Type.Integer(), sessions: Type.Array(LiveStateSchema, { maxItems: 8 }),
  clockOffsetMs: Type.Optional(Type.Union([Type.Number(), Type.Null()], { description: 'hub wall clock minus box wall clock by the pongs (best round trip), null while unknown; becomes SessionInfo.boxClockOffsetMs' })),
  storeError: Type.Optional(BoxTroubleSchema),
}, { additionalProperties: false });
/** Channel `clock`: wall clock, and the pulse by which either side judges the path. Box pings every 300 ms; atMs is the sender's monotonic clock. */
export const BoxPingSchema = Type.Object({ ch: Type.Literal('clock'), op: Type.Literal('ping'), id: Type.Integer(), atMs: Type.Number() }, { additionalProperties: false });
export const BoxToHubSchema = Type.Union([BoxHelloSchema, BoxStateMessageSchema, BoxPingSchema]);
export type BoxToHub = Static<typeof BoxToHubSchema>;

export const WelcomeSchema = Type.Object({
  ch: Type.Literal('welcome'), v: Type.Integer({ description: 'version that holds on this connection: the newest that both speak' }),
  hubVersion: Type.String(), features: Type.Array(Type.String()), relayEpoch: Type.Union([Type.String(), Type.Null()]),
  channels: Type.Optional(Type.Array(Type.String({ maxLength: 32 }), { maxItems: 16, description: 'granted; absent: all that were asked for' })),
}, { additionalProperties: false });
/** The words are the hub's own and are shown as they are, also for a code that the box does not know. */
export const RefusedSchema = Type.Object({ ch: Type.Literal('refused'), code: Type.String(), message: Type.String(), messageZh: Type.String(), retryable: Type.Optional(Type.Boolean()) }, { additionalProperties: false });
export const PongSchema = Type.Object({ ch: Type.Literal('clock'), op: Type.Literal('pong'), id: Type.Integer(), atMs: Type.Number(), hubUnixMs: Type.Number() }, { additionalProperties: false });
/** The relay process was started anew: every WHIP resource of the old epoch is gone. null: it is down. */
export const RelayMessageSchema = Type.Object({ ch: Type.Literal('relay'), epoch: Type.Union([Type.String(), Type.Null()]) }, { additionalProperties: false });
/** Channel `viewers`: on every change, for all running sessions of the box; connected viewers only. */
export const ViewersMessageSchema = Type.Object({ ch: Type.Literal('viewers'), sessions: Type.Array(Type.Object({ sessionId: SessionIdSchema, viewers: Type.Integer({ minimum: 0 }) }, { additionalProperties: false }), { maxItems: 8 }) }, { additionalProperties: false });
export const HubToBoxSchema = Type.Union([WelcomeSchema, RefusedSchema, PongSchema, RelayMessageSchema, ViewersMessageSchema]);
export type HubToBox = Static<typeof HubToBoxSchema>;

/** Channels of those asked for that a hub of this release knows, in order, each once. */
export function grantChannels(asked: readonly string[]): ControlChannel[] {
  return [...new Set(asked)].filter((each): each is ControlChannel => Object.hasOwn(CONTROL_CHANNELS, each));
}
