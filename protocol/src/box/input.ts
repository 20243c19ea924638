import { Type, type Static } from 'typebox';

/** Capture drivers by name. Nobody else judges by the name whether a picture is a patient's. */
export const CAPTURE_DRIVERS = { sim: { simulated: true }, v4l2: { simulated: false } } as const;
export type CaptureDriverName = keyof typeof CAPTURE_DRIVERS;

const closed = { additionalProperties: false } as const;
const name = Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' });
const word = Type.String({ minLength: 1, maxLength: 64 });

/** Of the outputs, not of the device: a change of these never opens it anew. */
const framing = {
  drawnFor: Type.Optional(Type.Array(Type.String({ pattern: '^[1-9][0-9]{1,3}x[1-9][0-9]{1,3}[pi]$' }), { minItems: 1, maxItems: 8, description: 'formats that crop and masks were drawn for; must be there with either' })),
  crop: Type.Optional(Type.Object({ x: Type.Integer({ minimum: 0 }), y: Type.Integer({ minimum: 0 }), widthPx: Type.Integer({ minimum: 16 }), heightPx: Type.Integer({ minimum: 16 }) }, closed)),
  masks: Type.Optional(Type.Array(Type.Object({ x: Type.Integer({ minimum: 0 }), y: Type.Integer({ minimum: 0 }), widthPx: Type.Integer({ minimum: 1 }), heightPx: Type.Integer({ minimum: 1 }) }, closed), { maxItems: 16 })),
};

/** The simulated console (hal/src/capture/capture.sim.ts). */
export const SimInputSchema = Type.Object({
  name, driver: Type.Literal('sim'),
  source: Type.Optional(Type.String({ description: 'phantom, none, or an absolute path' })),
  timing: Type.Optional(Type.String({ description: 'the timing that the console puts out' })),
  pixelFormat: Type.Optional(Type.Union([Type.Literal('YUYV'), Type.Literal('UYVY'), Type.Literal('NV12'), Type.Literal('RGB24'), Type.Literal('BGR24')])),
  timeCode: Type.Optional(Type.Boolean({ description: 'time code in the picture, for measuring' })),
  ...framing,
}, closed);

/** By what a V4L2 device is found: what the kernel says of it: driver and serial as a whole, bus and card where they hold the text. All that is written must agree. Never a path. */
export const DeviceMatchSchema = Type.Object({ driver: Type.Optional(word), bus: Type.Optional(word), card: Type.Optional(word), serial: Type.Optional(word) }, { ...closed, minProperties: 1 });
export type DeviceMatch = Static<typeof DeviceMatchSchema>;

/** A capture device of the kernel (hal/src/capture/capture.v4l2.ts). */
export const V4l2InputSchema = Type.Object({
  name, driver: Type.Literal('v4l2'),
  match: Type.Optional(DeviceMatchSchema),
  input: Type.Optional(Type.Union([Type.Integer({ minimum: 0, maximum: 31 }), word], { description: 'physical input by number or name (VIDIOC_ENUMINPUT); without it the one in force' })),
  edid: Type.Optional(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,31}$', description: 'EDID preset of the board; firmware writes it, media never does' })),
  colour: Type.Optional(Type.Object({
    matrix: Type.Optional(Type.Enum(['bt601', 'bt709', 'bt2020', 'smpte240m'])), range: Type.Optional(Type.Enum(['limited', 'full'])),
  }, { ...closed, minProperties: 1, description: 'where the device says something else than it sends' })),
  profile: Type.Optional(Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,47}$', description: 'console profile; firmware reads it, and media is told colour and noSignal' })),
  noSignal: Type.Optional(Type.Array(Type.Object({
    grid: Type.String({ pattern: '^[0-9a-f]{128}$', description: 'mean luma of 8 by 8 parts, two hexadecimal digits each, row by row' }), tolerance: Type.Integer({ minimum: 1, maximum: 64 }),
  }, closed), { maxItems: 8, description: 'pictures that the grabber makes itself when nothing is plugged in' })),
  ...framing,
}, closed);

/** One input of the configuration: a union by driver. */
export const InputConfigSchema = Type.Union([SimInputSchema, V4l2InputSchema]);
export type InputConfig = Static<typeof InputConfigSchema>;
export type SimInput = Static<typeof SimInputSchema>;
export type V4l2Input = Static<typeof V4l2InputSchema>;

/** What the simulated console is told on opening. */
export type SimDevice = Pick<SimInput, 'source' | 'timing' | 'pixelFormat' | 'timeCode'>;

/** What the V4L2 driver is told on opening. edid and profile are firmware's business. */
export type V4l2Device = Pick<V4l2Input, 'match' | 'input' | 'colour' | 'noSignal'>;

/** What a device is; `test`: a test device of the kernel. */
export const DEVICE_KINDS = ['hdmi-bridge', 'uvc', 'card', 'test', 'simulated', 'other'] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** A device that a driver found: `./scanlink devices`. */
export const CaptureDeviceSchema = Type.Object({
  driver: Type.String({ description: 'Capture driver, as in an input\'s configuration' }),
  device: Type.String({ description: 'Name for people; no path of the machine' }),
  kind: Type.Enum(DEVICE_KINDS),
  simulated: Type.Boolean(),
  match: Type.Object({ driver: Type.Optional(Type.String()), bus: Type.Optional(Type.String()), card: Type.Optional(Type.String()), serial: Type.Optional(Type.String()) }, { ...closed, description: 'What an input\'s `match` may say to mean this one; {} of a simulated console' }),
  inputs: Type.Array(Type.String(), { description: 'Physical inputs by name' }),
  formats: Type.Array(Type.String(), { description: 'fourccs; empty: not asked, e.g. because somebody streams from it' }),
  signalKnown: Type.Boolean({ description: 'false: it lists formats and says nothing of the signal, as UVC does' }),
}, closed);
export type CaptureDeviceView = Static<typeof CaptureDeviceSchema>;
export const DevicesResultSchema = Type.Array(CaptureDeviceSchema);
