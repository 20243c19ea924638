import { RESUME_WINDOW_MS } from '@scanlink/protocol';
import { closeGap, openGap } from './gaps.ts';
import { IDLE, type Effect, type Instant, type Outcome, type Session, type StoredSession } from './session.ts';

/** A clock that went back further than this since the last frame tells nothing about how long ago it was. */
const CLOCK_BACK_MS = 5000;

/**
 * What a starting firmware makes of the session that its predecessor left: pure. It goes on by itself in the same boot
 * and within RESUME_WINDOW_MS of the last frame (of its start, where none was sent yet); otherwise it is suspended, and
 * somebody at the box decides: the cart may stand at another patient's bed by now.
 */
export function recover(stored: StoredSession | null, bootId: string, at: Instant): Outcome {
  if (!stored || stored.state === 'idle') return { machine: IDLE, effects: [] };
  const { sessionId } = stored.session;
  if (stored.state === 'stopping') return { machine: IDLE, effects: [{ type: 'end-at-hub', sessionId }] };
  const session: Session = { ...stored.session, published: false, retryAtMonoMs: null, sinceMonoMs: at.monoMs };
  if (stored.state === 'suspended') return { machine: { state: 'suspended', session }, effects: [] };

  const fromMs = stored.state === 'starting' ? session.sinceMs : session.lastFrameMs ?? session.sinceMs;
  const ageMs = at.nowMs - fromMs;
  const goesOn = stored.bootId === bootId && ageMs <= RESUME_WINDOW_MS && ageMs >= -CLOCK_BACK_MS;
  if (!goesOn) {
    const open = session.gaps.at(-1)?.endMs === null;
    const gaps = openGap(closeGap(session.gaps, at.nowMs), open ? at.nowMs : fromMs, 'suspended');
    return { machine: { state: 'suspended', session: { ...session, gaps, sinceMs: at.nowMs } }, effects: [] };
  }

  const effect: Effect = session.announced ? { type: 'publish', sessionId } : { type: 'announce', sessionId };
  const published = session.announced !== null;
  if (stored.state === 'starting') return { machine: { state: 'starting', session: { ...session, published } }, effects: [effect] };
  const lastFrameMonoMs = at.monoMs - Math.max(0, ageMs);
  const gaps = openGap(session.gaps, fromMs, 'firmware-died');
  return { machine: { state: 'reconnecting', session: { ...session, published, gaps, lastFrameMonoMs, sinceMs: at.nowMs } }, effects: [effect] };
}
