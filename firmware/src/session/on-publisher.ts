import type { PublisherReport } from '@scanlink/protocol';
import { goOnFrom, toBootMs } from './deadline.ts';
import { dropLoss, noteLoss } from './flapping.ts';
import { closeGap, correctGap, dropOpenGap, openGap, openGapOf } from './gaps.ts';
import { IDLE, refusalRetryMs, type Effect, type ErrorView, type Instant, type Machine, type Outcome, type Session } from './session.ts';

type Running = Exclude<Machine, { state: 'idle' }>;

/**
 * What media says of its publisher, as a transition. A report on another session, or in a state in which nothing
 * should be sent, is old news and changes nothing.
 */
export function onPublisher(machine: Running, report: PublisherReport | null, at: Instant): Outcome {
  if (machine.state === 'stopping') {
    const done = report?.sessionId !== machine.session.sessionId;
    return done ? { machine: IDLE, effects: [{ type: 'end-at-hub', sessionId: machine.session.sessionId }] } : same(machine);
  }
  if (machine.state === 'suspended' || machine.session.attempt.step !== 'published') return same(machine);
  if (report?.sessionId !== machine.session.sessionId) {
    // A media that has not taken up the session yet. Its predecessor's end was told by `media-gone`.
    return machine.state === 'live' ? lose(machine, machine.session, null, at) : same(machine);
  }
  switch (report.state) {
    case 'live': return live(machine, report, at);
    case 'refused': return refused(machine, report, at);
    default: return machine.state === 'live' ? lose(machine, withFrame(machine.session, report, at), report, at) : waiting(machine, report, at);
  }
}

function live(machine: Running, report: PublisherReport, at: Instant): Outcome {
  const before = machine.session;
  const session = withFrame(before, report, at);
  if (machine.state === 'live') return settle(machine, { ...session, error: null });
  // firmware was away but media kept this very WHIP resource: pictures went on, so there was no gap.
  const uninterrupted = openGapOf(before.gaps)?.reason === 'firmware-died' && before.location !== null && before.location === report.location;
  const gaps = uninterrupted ? dropOpenGap(before.gaps) : closeGap(correctGap(before.gaps, report.lostReason), report.lastFrameMs ?? at.nowMs);
  return { machine: { state: 'live', session: { ...(uninterrupted ? dropLoss(session) : session), gaps, error: null, sinceMs: at.nowMs } }, effects: [] };
}

function lose(machine: Running, session: Session, report: PublisherReport | null, at: Instant): Outcome {
  const reason = report ? report.lostReason ?? 'network-lost' : 'media-died';
  const gaps = openGap(session.gaps, session.lastFrameMs ?? at.nowMs, reason);
  return { machine: { ...machine, state: 'reconnecting', session: { ...noteLoss(session, at.bootMs), gaps, error: report?.error ?? null, sinceMs: at.nowMs } }, effects: [] };
}

function waiting(machine: Running, report: PublisherReport, at: Instant): Outcome {
  // A frame can have gone out after the loss was noted, never before the one that we know.
  const framed = withFrame(machine.session, report, at);
  const session = { ...framed, gaps: correctGap(framed.gaps, report.lostReason) };
  return settle(machine, report.error ? { ...session, error: report.error } : session);
}

function refused(machine: Running, report: PublisherReport, at: Instant): Outcome {
  const error: ErrorView = report.error ?? { code: 'STR_WHIP_REFUSED', message: 'Hub refused the stream', messageZh: '会诊中心拒绝了视频流' };
  const base = machine.state === 'live' ? lose(machine, withFrame(machine.session, report, at), report, at).machine : machine;
  if (base.state === 'idle') return same(base);
  const delayMs = refusalRetryMs(error.code);
  const announced = error.code === 'HUB_UNKNOWN_SESSION' ? null : base.session.announced;
  // Not published while it waits: that also takes the refused wish away from media, so that the next one counts as new.
  const effects: Effect[] = [{ type: 'unpublish', sessionId: base.session.sessionId }];
  const session: Session = { ...base.session, error, announced, attempt: delayMs === null ? { step: 'refused' } : { step: 'waiting', retryAtMonoMs: at.monoMs + delayMs } };
  return { machine: { ...base, session }, effects };
}

/** The newest frame and WHIP resource that the report knows; a new frame moves the deadline on. */
function withFrame(session: Session, report: PublisherReport, at: Instant): Session {
  const known = session.lastFrameMs;
  // One that lies in the future is of before the wall clock was set back: any other is newer.
  const isNew = report.lastFrameMs !== null && report.lastFrameMs !== known && (known === null || report.lastFrameMs > known || known > at.nowMs);
  const location = report.location ?? session.location;
  if (!isNew || report.lastFrameMs === null) return location === session.location ? session : { ...session, location };
  const lagMs = Math.max(0, at.nowMs - report.lastFrameMs);
  return goOnFrom({ ...session, location, lastFrameMs: report.lastFrameMs, frameReport: { monoMs: at.monoMs, lagMs } }, toBootMs(report.lastFrameMs, at));
}

function settle(machine: Running, session: Session): Outcome {
  const before = machine.session;
  const unchanged = session.lastFrameMs === before.lastFrameMs && session.location === before.location && session.gaps === before.gaps && session.error?.code === before.error?.code;
  return unchanged ? same(machine) : { machine: { ...machine, session }, effects: [] };
}

function same(machine: Machine): Outcome {
  return { machine, effects: [] };
}
