import { Type, type Static } from 'typebox';
import { PICTURE_ACTIVITIES, SIGNAL_STATES } from './states.ts';

export const SignalStateSchema = Type.Enum(SIGNAL_STATES);
export const PictureActivitySchema = Type.Enum(PICTURE_ACTIVITIES);

/** One input as every reader sees it: status, hub, viewer page. Times are Unix milliseconds of the box's wall clock. */
export const InputStateSchema = Type.Object({
  name: Type.String({ description: 'Name in the configuration, e.g. main' }),
  device: Type.String({ description: 'Device as the driver names it; no path of the hospital' }),
  driver: Type.String(),
  simulated: Type.Boolean(),
  signal: SignalStateSchema,
  signalSinceMs: Type.Number(),
  signalDetail: Type.Optional(Type.String({ description: 'why it is unsupported' })),
  timing: Type.Union([Type.String(), Type.Null()], { description: 'e.g. 1280x720p30; null without lock' }),
  pixelFormat: Type.Union([Type.String(), Type.Null()]),
  colourApproximate: Type.Optional(Type.Boolean({ description: 'HDR, or colours wider than BT.709: shown as they are, not converted. Absent: no' })),
  deinterlaced: Type.Optional(Type.Boolean({ description: 'The signal is interlaced, the pictures are made of its fields. Absent: no' })),
  activity: PictureActivitySchema,
  activitySinceMs: Type.Number({ description: 'For unchanged: when the picture last changed' }),
  black: Type.Boolean(),
  capturedFps: Type.Number(),
  framesCaptured: Type.Number(),
  framesDropped: Type.Record(Type.String(), Type.Number(), { description: 'count by reason' }),
}, { additionalProperties: false });
export type InputState = Static<typeof InputStateSchema>;
