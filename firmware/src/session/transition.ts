import { AppError } from '@scanlink/protocol';
import { countUnseenTime, goOnFrom, isPastDeadline } from './deadline.ts';
import { flappingError, isFlapping, noteLoss } from './flapping.ts';
import { closeGap, NO_GAPS, openGap } from './gaps.ts';
import { onPublisher } from './on-publisher.ts';
import { IDLE, STOP_TIMEOUT_MS, type ErrorView, type Instant, type Machine, type Outcome, type Session, type SessionEvent } from './session.ts';

/** A frame this young when it was reported means: media is sending. */
const FRESH_LAG_MS = 300;
/** A report each second, and some time for a busy machine. */
const REPORT_DUE_MS = 1500;

type Running = Exclude<Machine, { state: 'idle' }>;

const SENDING: readonly Machine['state'][] = ['starting', 'live', 'reconnecting'];

/**
 * The session's state machine: pure. The same outcome object's `machine` is the one given when nothing changed.
 * INVARIANT: media is told to send in starting, live and reconnecting only, and never past the session's deadline: what
 * time did is judged before what the event says, so that no word of hub or media can come too late. A session that flaps
 * is suspended with the loss that is one too many.
 * @throws STR_NO_SESSION, STR_SESSION_RUNNING, STR_SUSPENDED, STR_NOT_SUSPENDED for a person's wish that does not fit.
 */
export function transition(machine: Machine, event: SessionEvent): Outcome {
  const { at } = event;
  const aged = machine.state === 'idle' || at.aheadMs <= 0 ? machine : { ...machine, session: countUnseenTime(machine.session, at) };
  if (aged.state === 'idle' || event.type === 'stop' || !SENDING.includes(aged.state) || !isPastDeadline(aged.session, at)) return holdFlapping(take(aged, event), at);
  const suspended = suspend(aged.session, at);
  const next = take(suspended.machine, event);
  return { machine: next.machine, effects: [...suspended.effects, ...next.effects] };
}

function holdFlapping(outcome: Outcome, at: Instant): Outcome {
  const { machine, effects } = outcome;
  if (machine.state !== 'reconnecting' || !isFlapping(machine.session, at.bootMs)) return outcome;
  const suspended = suspend(machine.session, at, flappingError());
  return { machine: suspended.machine, effects: [...effects, ...suspended.effects] };
}

function take(machine: Machine, event: SessionEvent): Outcome {
  switch (event.type) {
    case 'start': return start(machine, event);
    case 'stop': return stop(machine, event.at);
    case 'resume': return resume(machine, event.at);
    case 'announced': return isOf(machine, event.sessionId) ? announced(machine, event.announced) : same(machine);
    case 'announce-failed': return isOf(machine, event.sessionId) ? withError(machine, event.error) : same(machine);
    case 'publisher': return machine.state === 'idle' ? same(machine) : onPublisher(machine, event.report, event.at);
    case 'media-gone': return mediaGone(machine, event.at);
    default: return tick(machine, event.at);
  }
}

function start(machine: Machine, event: Extract<SessionEvent, { type: 'start' }>): Outcome {
  if (machine.state === 'suspended') throw new AppError('STR_SUSPENDED');
  if (machine.state !== 'idle') throw new AppError('STR_SESSION_RUNNING');
  const { sessionId, examId, code, input, simulated, at } = event;
  const session: Session = {
    sessionId, examId, code, input, simulated, examOpenedMs: at.nowMs, startedMs: at.nowMs, sinceMs: at.nowMs, sinceMonoMs: at.monoMs,
    lastFrameMs: null, mayGoOnUntilBootMs: -Infinity, gaps: NO_GAPS, losses: [], dropsLinks: false, announced: null, location: null, error: null, attempt: { step: 'announcing' },
  };
  return { machine: { state: 'starting', session: goOnFrom(session, at.bootMs) }, effects: [{ type: 'announce', sessionId }] };
}

function stop(machine: Machine, at: Instant): Outcome {
  if (machine.state === 'idle') throw new AppError('STR_NO_SESSION');
  if (machine.state === 'stopping') return same(machine);
  const { session } = machine;
  if (session.attempt.step !== 'published') return finish(session);
  return {
    machine: { state: 'stopping', session: { ...session, attempt: { step: 'none' }, sinceMs: at.nowMs, sinceMonoMs: at.monoMs, gaps: closeGap(session.gaps, at.nowMs), error: null } },
    effects: [{ type: 'unpublish', sessionId: session.sessionId }],
  };
}

function resume(machine: Machine, at: Instant): Outcome {
  if (machine.state === 'idle') throw new AppError('STR_NO_SESSION');
  if (machine.state !== 'suspended') throw new AppError('STR_NOT_SUSPENDED');
  const { session } = machine;
  // Announced anew: the hub may have forgotten it, or ended it, since.
  const next: Session = { ...session, announced: null, attempt: { step: 'announcing' }, losses: [], sinceMs: at.nowMs, error: null };
  return { machine: { state: 'starting', session: goOnFrom(next, at.bootMs) }, effects: [{ type: 'announce', sessionId: session.sessionId }] };
}

function announced(machine: Running, value: NonNullable<Session['announced']>): Outcome {
  const session: Session = { ...machine.session, announced: value, dropsLinks: false, attempt: { step: 'published' }, error: null };
  return { machine: { ...machine, session }, effects: [{ type: 'publish', sessionId: session.sessionId }] };
}

function mediaGone(machine: Machine, at: Instant): Outcome {
  if (machine.state === 'idle' || machine.state === 'suspended') return same(machine);
  if (machine.state === 'stopping') return finish(machine.session);
  const error = toView(new AppError('STR_MEDIA_DOWN'));
  if (machine.state !== 'live') return withError(machine, error);
  const session = noteLoss(withFramesUntil(machine.session, at), at.bootMs);
  const gaps = openGap(session.gaps, session.lastFrameMs ?? at.nowMs, 'media-died');
  return { machine: { state: 'reconnecting', session: { ...session, gaps, error, sinceMs: at.nowMs } }, effects: [] };
}

/**
 * media reports once a second. One that was sending at its last report, and whose connection ended before the next was
 * due, sent until it ended: its last frame is as much older than now as it was than that report. So the gap is told; the
 * deadline follows frames alone that media reported.
 */
function withFramesUntil(session: Session, at: Instant): Session {
  const { frameReport, lastFrameMs } = session;
  const wasSending = frameReport && frameReport.lagMs <= FRESH_LAG_MS && at.monoMs - frameReport.monoMs <= REPORT_DUE_MS;
  if (!wasSending || lastFrameMs === null) return session;
  return { ...session, lastFrameMs: Math.max(lastFrameMs, at.nowMs - frameReport.lagMs) };
}

function tick(machine: Machine, at: Instant): Outcome {
  if (machine.state === 'idle') return same(machine);
  const { session } = machine;
  if (machine.state === 'stopping') return at.monoMs - session.sinceMonoMs >= STOP_TIMEOUT_MS ? finish(session) : same(machine);
  if (session.attempt.step !== 'waiting' || at.monoMs < session.attempt.retryAtMonoMs) return same(machine);
  const { sessionId } = session;
  // The error stays visible until something better is known.
  if (!session.announced) return { machine: { ...machine, session: { ...session, attempt: { step: 'announcing' } } }, effects: [{ type: 'announce', sessionId }] };
  return { machine: { ...machine, session: { ...session, attempt: { step: 'published' } } }, effects: [{ type: 'publish', sessionId }] };
}

/** media is told in every case, and an announcement that is under way given up. */
function suspend(session: Session, at: Instant, error: ErrorView | null = session.error): Outcome {
  const gaps = openGap(closeGap(session.gaps, at.nowMs), at.nowMs, 'suspended');
  return { machine: { state: 'suspended', session: { ...session, gaps, error, dropsLinks: true, attempt: { step: 'none' }, sinceMs: at.nowMs } }, effects: [{ type: 'unpublish', sessionId: session.sessionId }] };
}

function finish(session: Session): Outcome {
  return { machine: IDLE, effects: [{ type: 'end-at-hub', sessionId: session.sessionId }] };
}

/** Whether the hub's answer is to what is being asked now. */
function isOf(machine: Machine, sessionId: string): machine is Running {
  return (machine.state === 'starting' || machine.state === 'reconnecting') && machine.session.sessionId === sessionId && machine.session.attempt.step === 'announcing';
}

function withError(machine: Running, error: NonNullable<Session['error']>): Outcome {
  const before = machine.session.error;
  if (before?.code === error.code && before.message === error.message) return same(machine);
  return { machine: { ...machine, session: { ...machine.session, error } }, effects: [] };
}

function toView(error: AppError): NonNullable<Session['error']> {
  const { code, message, messageZh } = error.toBody();
  return { code, message, messageZh };
}

function same(machine: Machine): Outcome {
  return { machine, effects: [] };
}
