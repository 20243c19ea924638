import { AppError } from '@scanlink/protocol';
import type { ErrorView, Session } from './session.ts';

/**
 * More losses than this within an hour, and the session waits for a person. One a minute, the whole hour long: a cart on its
 * way between access points comes to some twenty, and nobody can consult on a picture that breaks off each minute. What
 * flaps faster is two boxes of one identity, a process that dies at each start or a broken uplink: it gets there within
 * minutes, each of its short returns moves the deadline on, and only somebody at the box can tell whether it shall go on.
 */
export const MAX_LOSSES = 60;
export const LOSS_WINDOW_MS = 3_600_000;

/** Pictures stopped coming. Each return after it counts, also where two gaps became one. */
export function noteLoss(session: Session, bootMs: number): Session {
  const recent = session.losses.filter((each) => bootMs - each < LOSS_WINDOW_MS);
  return { ...session, losses: [...recent, bootMs].slice(-MAX_LOSSES - 1) };
}

/** Takes the newest loss back: it turned out that pictures went on. */
export function dropLoss(session: Session): Session {
  return { ...session, losses: session.losses.slice(0, -1) };
}

export function isFlapping(session: Session, bootMs: number): boolean {
  return session.losses.filter((each) => bootMs - each < LOSS_WINDOW_MS).length > MAX_LOSSES;
}

/** Why it waits, for status. */
export function flappingError(): ErrorView {
  const { code, message, messageZh } = new AppError('STR_FLAPPING', { count: MAX_LOSSES }).toBody();
  return { code, message, messageZh };
}
