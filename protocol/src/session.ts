import { Type, type Static } from 'typebox';
import { SESSION_STATES } from './states.ts';

export const SessionStateSchema = Type.Enum(SESSION_STATES);

/** So long after the last decision of somebody at the box, or the last frame delivered, a session goes on by itself. Milliseconds. */
export const RESUME_WINDOW_MS = 120_000;

/** The 4-character code that box and page show so that two people on the telephone can check. No 0/O, 1/I/L. */
export const SESSION_CODE_ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
export const SessionCodeSchema = Type.String({ pattern: '^[A-HJKMNP-Z2-9]{4}$' });
/** UUID, lower case. */
export const SessionIdSchema = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' });

export const GAP_REASONS = ['media-died', 'network-lost', 'relay-restarted', 'hub-unreachable', 'firmware-died', 'suspended'] as const;
/** A stretch of a session in which nothing was sent. Times: Unix milliseconds, box clock; endMs null while it lasts. */
export const GapSchema = Type.Object({
  startMs: Type.Number(),
  endMs: Type.Union([Type.Number(), Type.Null()]),
  reason: Type.Enum(GAP_REASONS),
}, { additionalProperties: false });
export type Gap = Static<typeof GapSchema>;
export type GapReason = (typeof GAP_REASONS)[number];

/** The session as status and hub see it. */
export const SessionViewSchema = Type.Object({
  sessionId: SessionIdSchema,
  examId: Type.String(),
  code: SessionCodeSchema,
  input: Type.String(),
  state: SessionStateSchema,
  sinceMs: Type.Number(),
  startedMs: Type.Number(),
  lastFrameMs: Type.Union([Type.Number(), Type.Null()]),
  gaps: Type.Array(GapSchema, { description: 'The newest 20, in order' }),
  gapCount: Type.Integer({ description: 'All gaps of the session' }),
  gapMs: Type.Number({ description: 'Length of all closed gaps together' }),
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String(), messageZh: Type.String() })),
}, { additionalProperties: false });
export type SessionView = Static<typeof SessionViewSchema>;
