import { AppError, BoxToHubSchema, LiveStateSchema, type BoxToHub, type LiveState } from '@scanlink/protocol';
import { createMessageReader, createReader } from '@scanlink/protocol/check';

/** Well above eight sessions with everything in them; ws closes with 1009 beyond it. */
export const MAX_MESSAGE_BYTES = 65_536;
/** One session of a state message, as JSON: what is larger no box of any release would say of it. */
const MAX_LIVE_CHARS = 8192;

const readMessage = createMessageReader(BoxToHubSchema, 'ch', 'HUB_BAD_MESSAGE');
const readLive = createReader(LiveStateSchema, 'HUB_BAD_MESSAGE');

/** message null: of a later release, none of ours. */
export interface DecodedMessage { readonly message: BoxToHub | null; /** Fields, and values of fields, that this release does not know. */ readonly ignored: number }

/**
 * One text frame of a box of any release: unknown fields, messages and values (a signal state of tomorrow) are left out
 * and counted. @throws HUB_BAD_MESSAGE, which never repeats what was sent.
 */
export function decodeBoxMessage(text: string): DecodedMessage {
  const value = parse(text);
  const sessions = sessionsOf(value);
  const readable = sessions?.map((each) => readKnownParts(each));
  const unreadable = readable?.reduce((sum, each) => sum + each.ignored, 0) ?? 0;
  const known = readable ? { ...(value as object), sessions: readable.flatMap(({ live }) => live ?? []) } : value;
  const { message, ignoredFields } = readMessage(known);
  return { message, ignored: message === null ? 1 : ignoredFields + unreadable };
}

/** The sessions of what looks like a state message; null for everything else, which the schema judges. */
function sessionsOf(value: unknown): readonly unknown[] | null {
  const { ch, sessions } = (value ?? {}) as { ch?: unknown; sessions?: unknown };
  return ch === 'state' && Array.isArray(sessions) && sessions.length <= 8 ? sessions : null;
}

/** A session as far as it can be read: without its input or publisher where they say what this release does not know. */
function readKnownParts(value: unknown): { readonly live: LiveState | null; readonly ignored: number } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new AppError('HUB_BAD_MESSAGE', { detail: '/sessions must hold objects' });
  if (JSON.stringify(value).length > MAX_LIVE_CHARS) throw new AppError('HUB_BAD_MESSAGE', { detail: `/sessions: more than ${MAX_LIVE_CHARS} characters for one` });
  for (const [lost, without] of [[0, {}], [1, { input: null }], [1, { publisher: null }], [2, { input: null, publisher: null }]] as const) {
    const read = tryRead({ ...value, ...without });
    if (read) return { live: read.value, ignored: lost + read.ignoredFields };
  }
  return { live: null, ignored: 1 };
}

function tryRead(value: unknown): ReturnType<typeof readLive> | null {
  try {
    return readLive(value);
  } catch {
    return null;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('HUB_BAD_MESSAGE', { detail: 'not JSON' }, { cause: error });
  }
}
