import type { PublisherReport } from '@scanlink/protocol';
import { closeGap, correctGap, dropOpenGap, openGap } from './gaps.ts';
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
  if (machine.state === 'suspended' || !machine.session.published) return same(machine);
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
  const went = before.gaps.at(-1);
  const uninterrupted = went?.endMs === null && went.reason === 'firmware-died' && before.location !== null && before.location === report.location;
  const gaps = uninterrupted ? dropOpenGap(before.gaps) : closeGap(correctGap(before.gaps, report.lostReason), report.lastFrameMs ?? at.nowMs);
  return { machine: { state: 'live', session: { ...session, gaps, error: null, retryAtMonoMs: null, sinceMs: at.nowMs, sinceMonoMs: at.monoMs } }, effects: [] };
}

function lose(machine: Running, session: Session, report: PublisherReport | null, at: Instant): Outcome {
  const reason = report ? report.lostReason ?? 'network-lost' : 'media-died';
  const gaps = openGap(session.gaps, session.lastFrameMs ?? at.nowMs, reason);
  return { machine: { ...machine, state: 'reconnecting', session: { ...session, gaps, error: report?.error ?? null, sinceMs: at.nowMs, sinceMonoMs: at.monoMs } }, effects: [] };
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
  const session: Session = { ...base.session, error, announced, published: false, retryAtMonoMs: delayMs === null ? null : at.monoMs + delayMs };
  return { machine: { ...base, session }, effects };
}

/** The newest frame and WHIP resource that the report knows. */
function withFrame(session: Session, report: PublisherReport, at: Instant): Session {
  const newer = report.lastFrameMs !== null && report.lastFrameMs > (session.lastFrameMs ?? -Infinity) ? report.lastFrameMs : null;
  const location = report.location ?? session.location;
  if (newer === null) return location === session.location ? session : { ...session, location };
  const lagMs = Math.max(0, at.nowMs - newer);
  return { ...session, location, lastFrameMs: newer, lastFrameMonoMs: at.monoMs - lagMs, frameReport: { monoMs: at.monoMs, lagMs } };
}

function settle(machine: Running, session: Session): Outcome {
  const before = machine.session;
  const unchanged = session.lastFrameMs === before.lastFrameMs && session.location === before.location && session.gaps === before.gaps && session.error?.code === before.error?.code;
  return unchanged ? same(machine) : { machine: { ...machine, session }, effects: [] };
}

function same(machine: Machine): Outcome {
  return { machine, effects: [] };
}
