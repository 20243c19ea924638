import { countUnseenTime, isPastDeadline } from './deadline.ts';
import { flappingError, isFlapping, noteLoss } from './flapping.ts';
import { closeGap, openGap, openGapOf } from './gaps.ts';
import { IDLE, type Effect, type Instant, type Outcome, type Session, type StoredSession } from './session.ts';

/**
 * What a starting firmware makes of the session that its predecessor left: pure. It goes on by itself in the same boot
 * and until its deadline; otherwise it is suspended, and somebody at the box decides: the cart may stand at another
 * patient's bed by now. A deadline that is not there (an older firmware's store), or a clock that went back, is past.
 * One that a person had stopped is over.
 */
export function recover(stored: StoredSession | null, bootId: string, at: Instant): Outcome {
  if (!stored || stored.state === 'idle') return { machine: IDLE, effects: [] };
  const { sessionId } = stored.session;
  if (stored.state === 'stopping') return { machine: IDLE, effects: [{ type: 'end-at-hub', sessionId }] };
  const kept: Session = { ...countUnseenTime(stored.session, at), attempt: { step: 'none' }, sinceMonoMs: at.monoMs };
  const session = stored.state === 'live' && stored.bootId === bootId ? noteLoss(kept, at.bootMs) : kept;
  // An older firmware did not write down that it was suspended.
  if (stored.state === 'suspended') return { machine: { state: 'suspended', session: { ...session, dropsLinks: true } }, effects: [] };

  const fromMs = session.lastFrameMs ?? session.sinceMs;
  const goesOn = stored.bootId === bootId && stored.written !== null && at.bootMs >= stored.written.bootMs && !isPastDeadline(session, at);
  const flaps = isFlapping(session, at.bootMs);
  if (!goesOn || flaps) {
    const startMs = openGapOf(session.gaps) ? at.nowMs : fromMs;
    const gaps = openGap(closeGap(session.gaps, at.nowMs), startMs, 'suspended');
    return { machine: { state: 'suspended', session: { ...session, gaps, dropsLinks: true, sinceMs: at.nowMs, ...(flaps ? { error: flappingError() } : {}) } }, effects: [] };
  }

  const effect: Effect = session.announced ? { type: 'publish', sessionId } : { type: 'announce', sessionId };
  const next: Session = { ...session, attempt: { step: session.announced ? 'published' : 'announcing' } };
  if (stored.state === 'starting') return { machine: { state: 'starting', session: next }, effects: [effect] };
  const gaps = openGap(session.gaps, fromMs, 'firmware-died');
  return { machine: { state: 'reconnecting', session: { ...next, gaps, sinceMs: at.nowMs } }, effects: [effect] };
}
