import { isFields, isNumber, isText, parseFields } from '../lib/json-fields.ts';
import type { SessionInfo } from '@scanlink/protocol/hub/api';
import type { InputState } from '@scanlink/protocol/signal';
import { PICTURE_ACTIVITIES, PUBLISHER_STATES, SESSION_STATES, SIGNAL_STATES } from '@scanlink/protocol/states';

/**
 * What the page reads of a SessionInfo. Fields that it doesn't need are not demanded, unknown ones are ignored: an
 * open page outlives an update of the hub.
 */
export interface ViewedSession extends Pick<SessionInfo, 'sessionId' | 'code' | 'room' | 'box' | 'input' | 'simulated' | 'ended' | 'boxConnected' | 'hubNowMs' | 'boxClockOffsetMs'> {
  readonly live: ViewedLive | null;
  /** false: who publishes has never had a control channel. Absent at an older hub: then told by what is missing. */
  readonly boxHasChannel?: boolean;
}
export interface ViewedLive {
  readonly sessionState: NonNullable<SessionInfo['live']>['sessionState'];
  readonly input: ViewedInput | null;
  readonly publisherState: NonNullable<NonNullable<SessionInfo['live']>['publisher']>['state'] | null;
}
export type ViewedInput = Pick<InputState, 'signal' | 'signalSinceMs' | 'signalDetail' | 'timing' | 'activity' | 'activitySinceMs' | 'simulated' | 'black' | 'colourApproximate'>;

/** @returns null for a text that is no SessionInfo. */
export function parseSessionInfo(text: string): ViewedSession | null {
  const value = parseFields(text);
  if (value === null) return null;
  const { sessionId, code, room, box, input, simulated, ended, boxConnected, hubNowMs, boxClockOffsetMs } = value;
  if (!isText(sessionId) || !isText(code) || !isText(room) || !isText(box) || !isText(input)) return null;
  if (typeof simulated !== 'boolean' || typeof ended !== 'boolean' || typeof boxConnected !== 'boolean') return null;
  if (!isNumber(hubNowMs) || !isNumber(boxClockOffsetMs)) return null;
  const live = value['live'] === null ? null : readLive(value['live']);
  if (live === undefined) return null;
  return { sessionId, code, room, box, input, simulated, ended, boxConnected, hubNowMs, boxClockOffsetMs, live, ...(typeof value['boxHasChannel'] === 'boolean' ? { boxHasChannel: value['boxHasChannel'] } : {}) };
}

function readLive(value: unknown): ViewedLive | undefined {
  if (!isFields(value)) return undefined;
  const sessionState = SESSION_STATES.find((each) => each === value['sessionState']);
  const input = value['input'] === null ? null : readInput(value['input']);
  const publisher = value['publisher'];
  if (sessionState === undefined || input === undefined) return undefined;
  if (publisher !== null && !isFields(publisher)) return undefined;
  return { sessionState, input, publisherState: PUBLISHER_STATES.find((each) => each === publisher?.['state']) ?? null };
}

function readInput(value: unknown): ViewedInput | undefined {
  if (!isFields(value)) return undefined;
  const signal = SIGNAL_STATES.find((each) => each === value['signal']);
  const activity = PICTURE_ACTIVITIES.find((each) => each === value['activity']);
  const { signalSinceMs, activitySinceMs, timing, simulated, black, signalDetail, colourApproximate } = value;
  if (signal === undefined || activity === undefined || !isNumber(signalSinceMs) || !isNumber(activitySinceMs)) return undefined;
  if (timing !== null && !isText(timing)) return undefined;
  return {
    signal, activity, signalSinceMs, activitySinceMs, timing, simulated: simulated === true, black: black === true,
    ...(isText(signalDetail) ? { signalDetail } : {}), ...(colourApproximate === true ? { colourApproximate } : {}),
  };
}
