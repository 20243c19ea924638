import { toAppError, type PublisherReport } from '@scanlink/protocol';
import type { OutputStats } from '@scanlink/hal/native/native';
import type { PublisherMachine } from './publisher-machine.ts';

export interface PublisherFacts {
  readonly sessionId: string;
  readonly machine: PublisherMachine;
  readonly location: string | null;
  readonly stats: OutputStats | null;
  readonly lastFrameMs: number | null;
  readonly rates: { readonly framesPerSecond: number; readonly kbps: number };
  readonly targetKbps: number;
  readonly lossFraction: number;
  readonly rttMs: number | null;
  readonly counts: { readonly keyFrames: number; readonly framesSent: number; readonly noPath: number };
  readonly profileLevelId: string | null;
  readonly sourceFailure: Error | null;
}

/** The publisher in the words of protocol box/media.ts. */
export function buildPublisherReport(facts: PublisherFacts): PublisherReport {
  const { machine, stats, rates } = facts;
  const thrown = ('error' in machine ? machine.error : null) ?? facts.sourceFailure ?? stats?.encoderFault ?? null;
  const error = thrown === null ? null : toAppError(thrown).toBody();
  const lostReason = 'lostReason' in machine ? machine.lostReason : null;
  return {
    sessionId: facts.sessionId, state: toReportState(machine), location: facts.location,
    ...(error ? { error: { code: error.code, message: error.message, messageZh: error.messageZh } } : {}),
    ...(lostReason ? { lostReason } : {}),
    lastFrameMs: facts.lastFrameMs,
    widthPx: stats?.widthPx ?? 0, heightPx: stats?.heightPx ?? 0, sentFps: rates.framesPerSecond,
    bitrateKbps: Math.round(rates.kbps), targetKbps: Math.round(facts.targetKbps),
    lossFraction: facts.lossFraction, rttMs: facts.rttMs === null ? null : Math.round(facts.rttMs * 10) / 10,
    keyFrames: facts.counts.keyFrames, framesSent: facts.counts.framesSent,
    framesDropped: { ...stats?.dropped, ...(facts.counts.noPath > 0 ? { 'no-path': facts.counts.noPath } : {}) },
    encodeMsP50: stats?.encodeUsP50 == null ? null : stats.encodeUsP50 / 1000,
    ...(stats?.encoder ? { encoder: stats.encoderDevice === '' ? stats.encoder : `${stats.encoder} (${stats.encoderDevice})`, framesImported: stats.framesImported } : {}),
    ...(stats?.copyReason ? { copyReason: stats.copyReason } : {}),
    profileLevelId: facts.profileLevelId,
  };
}

/** A first attempt is `connecting`; one after a loss, or after one that failed, is `retrying`. */
function toReportState(machine: PublisherMachine): PublisherReport['state'] {
  switch (machine.state) {
    case 'live': return 'live';
    case 'refused': return 'refused';
    case 'waiting': return 'retrying';
    case 'stopped': return 'connecting';
    default: return machine.lostReason === null && machine.attempt === 0 ? 'connecting' : 'retrying';
  }
}
