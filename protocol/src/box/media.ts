import { Type, type Static } from 'typebox';
import { PUBLISHER_STATES } from '../states.ts';
import { InputStateSchema } from '../signal.ts';
import { GAP_REASONS, SessionIdSchema } from '../session.ts';

/** Capture drivers by name. Nobody else judges by the name whether a picture is a patient's. */
export const CAPTURE_DRIVERS = { sim: { simulated: true }, v4l2: { simulated: false } } as const;

/**
 * media.sock: `firmware` listens, `media` is the client. Declarative: the snapshot, and every `desired` event after it,
 * holds the whole MediaDesired; `media` makes the world match it. So a `media` that was killed needs no other memory.
 */
export const InputConfigSchema = Type.Object({
  name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' }),
  driver: Type.Union([Type.Literal('sim'), Type.Literal('v4l2')]),
  source: Type.Optional(Type.String({ description: 'sim only: phantom, none, or an absolute path' })),
  timing: Type.Optional(Type.String({ description: 'sim only: the timing that the console puts out' })),
  pixelFormat: Type.Optional(Type.Union([Type.Literal('YUYV'), Type.Literal('UYVY'), Type.Literal('NV12'), Type.Literal('RGB24'), Type.Literal('BGR24')])),
  timeCode: Type.Optional(Type.Boolean({ description: 'sim only: time code in the picture, for measuring' })),
  match: Type.Optional(Type.Object({
    driver: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })), bus: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    card: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })), serial: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  }, { additionalProperties: false, minProperties: 1, description: 'v4l2 only: by what the device is found; driver and serial as a whole, bus and card where they hold the text' })),
  input: Type.Optional(Type.Integer({ minimum: 0, maximum: 15, description: 'v4l2 only: number of the socket at the device' })),
  colour: Type.Optional(Type.Object({
    matrix: Type.Optional(Type.Union([Type.Literal('bt601'), Type.Literal('bt709')])), range: Type.Optional(Type.Union([Type.Literal('limited'), Type.Literal('full')])),
  }, { additionalProperties: false, description: 'v4l2 only: where the console sends something else than it says' })),
  noSignal: Type.Optional(Type.Array(Type.Object({
    grid: Type.String({ pattern: '^[0-9a-f]{128}$' }), tolerance: Type.Integer({ minimum: 1, maximum: 64 }),
  }, { additionalProperties: false }), { maxItems: 8, description: 'v4l2 only: pictures that a USB grabber makes itself while nothing is plugged in, as a console profile keeps them' })),
  drawnFor: Type.Optional(Type.Array(Type.String({ pattern: '^[1-9][0-9]{1,3}x[1-9][0-9]{1,3}[pi]$' }), { minItems: 1, maxItems: 8, description: 'formats that crop and masks were drawn for; must be there with either' })),
  crop: Type.Optional(Type.Object({ x: Type.Integer({ minimum: 0 }), y: Type.Integer({ minimum: 0 }), widthPx: Type.Integer({ minimum: 16 }), heightPx: Type.Integer({ minimum: 16 }) }, { additionalProperties: false })),
  masks: Type.Optional(Type.Array(Type.Object({ x: Type.Integer({ minimum: 0 }), y: Type.Integer({ minimum: 0 }), widthPx: Type.Integer({ minimum: 1 }), heightPx: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }), { maxItems: 16 })),
}, { additionalProperties: false });
export type InputConfig = Static<typeof InputConfigSchema>;

/** Keys that one driver alone understands. */
export const INPUT_KEYS_OF_DRIVER = { sim: ['source', 'timing', 'pixelFormat', 'timeCode'], v4l2: ['match', 'input', 'colour', 'noSignal'] } as const satisfies Record<InputConfig['driver'], readonly (keyof InputConfig)[]>;

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
/** Request `devices` (firmware -> media): params {}; what every driver of this build finds now. */
export const CaptureDeviceSchema = Type.Object({
  driver: Type.String(), device: Type.String(), inputs: Type.Array(Type.String()), simulated: Type.Boolean(),
  match: Type.Optional(Type.Object({ driver: Type.Optional(Type.String()), bus: Type.Optional(Type.String()), card: Type.Optional(Type.String()), serial: Type.Optional(Type.String()) }, { additionalProperties: false })),
}, { additionalProperties: false });
export const DevicesResultSchema = Type.Array(CaptureDeviceSchema);
export type CaptureDeviceView = Static<typeof CaptureDeviceSchema>;
/** Request `exit` (firmware -> media): params {}; the process ends its session resources and exits 0. */
