import { Type, type Static } from 'typebox';
import { PUBLISHER_STATES } from '../states.ts';
import { InputStateSchema } from '../signal.ts';
import { InputConfigSchema } from './input.ts';
import { GAP_REASONS, SessionIdSchema } from '../session.ts';

/** What makes H.264, as the board says; nothing takes its place. `quirks`: beside those that the driver's name brings. */
export const EncoderSpecSchema = Type.Union([
  Type.Object({ kind: Type.Literal('x264') }, { additionalProperties: false }),
  Type.Object({
    kind: Type.Literal('v4l2-m2m'),
    match: Type.Object({ driver: Type.Optional(Type.String()), card: Type.Optional(Type.String()) }, { additionalProperties: false, description: 'by which the device is found; driver as a whole, card where it holds the text' }),
    quirks: Type.Array(Type.String()),
  }, { additionalProperties: false }),
]);
export type EncoderSpec = Static<typeof EncoderSpecSchema>;

export const PublishTargetSchema = Type.Object({
  sessionId: SessionIdSchema,
  sessionCode: Type.String(),
  input: Type.String(),
  whipUrl: Type.String(),
  token: Type.String({ description: 'bearer; a secret: never logged' }),
  bitrateKbps: Type.Object({ start: Type.Number(), min: Type.Number(), max: Type.Number() }, { additionalProperties: false }),
  profile: Type.Union([Type.Literal('constrained-baseline'), Type.Literal('main')], { description: 'Wish; what the far end answers decides' }),
  playoutDelayZero: Type.Boolean(),
  stripHostCandidates: Type.Boolean(),
  clockChannel: Type.Boolean({ description: 'The hub offers the clock data channel (welcome.features)' }),
  allowedRedirectHosts: Type.Array(Type.String()),
  iceServers: Type.Array(Type.String()),
  useNamedIceServers: Type.Boolean({ description: 'also those that the WHIP server names' }),
  previousLocation: Type.Union([Type.String(), Type.Null()], { description: 'WHIP resource that was last reported: a predecessor\'s is to be ended. A difference in this field alone changes nothing' }),
}, { additionalProperties: false });
export type PublishTarget = Static<typeof PublishTargetSchema>;

/**
 * media.sock: `firmware` listens, `media` is the client. Declarative: the snapshot, and every `desired` event after it,
 * holds the whole MediaDesired; `media` makes the world match it. So a `media` that was killed needs no other memory.
 */
export const MediaDesiredSchema = Type.Object({
  inputs: Type.Array(InputConfigSchema, { minItems: 1 }),
  encoder: EncoderSpecSchema,
  publish: Type.Union([PublishTargetSchema, Type.Null()]),
  previewDir: Type.Union([Type.String(), Type.Null()], { description: 'Folder for <input>.preview files' }),
  stillDir: Type.String(),
}, { additionalProperties: false });
export type MediaDesired = Static<typeof MediaDesiredSchema>;

export const PublisherReportSchema = Type.Object({
  sessionId: SessionIdSchema,
  state: Type.Enum(PUBLISHER_STATES),
  location: Type.Union([Type.String(), Type.Null()]),
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String(), messageZh: Type.String() })),
  lostReason: Type.Optional(Type.Enum(GAP_REASONS, { description: 'why it is retrying; when live, why it was before' })),
  lastFrameMs: Type.Union([Type.Number(), Type.Null()], { description: 'Unix ms when an access unit last went out on a live path' }),
  widthPx: Type.Number(), heightPx: Type.Number(), sentFps: Type.Number(),
  bitrateKbps: Type.Number({ description: 'measured' }), targetKbps: Type.Number(),
  lossFraction: Type.Number(), rttMs: Type.Union([Type.Number(), Type.Null()]),
  keyFrames: Type.Number(), framesSent: Type.Number(), framesDropped: Type.Record(Type.String(), Type.Number()),
  encodeMsP50: Type.Union([Type.Number(), Type.Null()]),
  encoder: Type.Optional(Type.String({ description: 'which one is in use: x264, or v4l2-m2m with its device; absent before the first picture' })),
  framesImported: Type.Optional(Type.Number({ description: 'frames that the encoder read where they were captured: no pixel was copied' })),
  copyReason: Type.Optional(Type.String({ description: 'why the newest picture was copied; absent where it was not' })),
  profileLevelId: Type.Union([Type.String(), Type.Null()]),
}, { additionalProperties: false });
export type PublisherReport = Static<typeof PublisherReportSchema>;

/** Request `report` (media -> firmware), once a second and at once on every change of signal, activity or publisher state. */
export const MediaReportSchema = Type.Object({
  pid: Type.Integer(),
  inputs: Type.Array(InputStateSchema),
  publisher: Type.Union([PublisherReportSchema, Type.Null()]),
}, { additionalProperties: false });
export type MediaReport = Static<typeof MediaReportSchema>;

/** Request `sim` (firmware -> media): result {}. Fails with DEV_NOT_SIMULATED, CFG_UNKNOWN_TIMING. */
export const SIM_COMMANDS = ['unplug', 'plug', 'no-lock', 'out-of-range', 'protected', 'timing', 'hold', 'unhold', 'stall', 'unstall'] as const;
export const SimRequestSchema = Type.Object({
  input: Type.Optional(Type.String()),
  command: Type.Enum(SIM_COMMANDS),
  timing: Type.Optional(Type.String()),
}, { additionalProperties: false });
export type SimRequest = Static<typeof SimRequestSchema>;

/** Request `still` (firmware -> media): takes a still of the newest frame. Result StillResult. Fails with NAT_NO_FRAME. */
export const StillRequestSchema = Type.Object({ input: Type.Optional(Type.String()) }, { additionalProperties: false });
export type StillRequest = Static<typeof StillRequestSchema>;
export const StillResultSchema = Type.Object({
  path: Type.String(), widthPx: Type.Integer(), heightPx: Type.Integer(),
  timestampUs: Type.Number({ description: 'CLOCK_MONOTONIC of the frame, microseconds' }),
  sequence: Type.Integer(), exact: Type.Boolean({ description: 'true: RGB source, pixels as captured' }), conversion: Type.String(),
}, { additionalProperties: false });
export type StillResult = Static<typeof StillResultSchema>;
/** Request `devices` (firmware -> media): params {}; what every driver of this build finds now (input.ts). */
/** Request `input.restart` (firmware -> media): opens an input anew under whatever it carries; result {} when that is done. Fails with DEV_UNKNOWN_INPUT and what keeps it from opening. */
export const InputRestartSchema = Type.Object({ input: Type.Optional(Type.String()) }, { additionalProperties: false });
export type InputRestart = Static<typeof InputRestartSchema>;
/** Request `exit` (firmware -> media): params {}; the process ends its session resources and exits 0. */
