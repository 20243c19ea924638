import type { ErrorCode, PublisherReport, SessionState, SessionView } from '@scanlink/protocol';
import type { Seen } from './deadline.ts';
import type { Gaps } from './gaps.ts';

/** An error as status shows it, in both languages. */
export interface ErrorView { readonly code: string; readonly message: string; readonly messageZh: string }

/** What the hub's answer to PUT session settled: where the stream goes, and whether it takes the clock channel. */
export interface Announced { readonly whipUrl: string; readonly clockChannel: boolean }

/** How far sending has come in `starting`, `live` and `reconnecting`. */
export type Attempt =
  /** Nothing is under way: suspended, stopping. */
  | { readonly step: 'none' }
  /** The hub is being told of the session. */
  | { readonly step: 'announcing' }
  /** media is told to send. */
  | { readonly step: 'published' }
  /** Refused; tried again then. */
  | { readonly step: 'waiting'; readonly retryAtMonoMs: number }
  /** Refused for good: only somebody at the box can make it go on. */
  | { readonly step: 'refused' };

/**
 * A session as the state machine holds it. `...BootMs` are CLOCK_BOOTTIME and stored with the boot's id; `...MonoMs` are
 * this process's monotonic clock and not stored.
 */
export interface Session {
  readonly sessionId: string;
  readonly examId: string;
  readonly examOpenedMs: number;
  readonly code: string;
  readonly input: string;
  readonly simulated: boolean;
  readonly startedMs: number;
  readonly sinceMs: number;
  readonly lastFrameMs: number | null;
  /** The moment after which nothing is sent until somebody decides (deadline.ts); -Infinity when none is known. */
  readonly mayGoOnUntilBootMs: number;
  readonly gaps: Gaps;
  /** When pictures stopped coming since the last decision of a person, CLOCK_BOOTTIME; the newest (flapping.ts). */
  readonly losses: readonly number[];
  /** It was suspended since the hub last took it: links of before are to be taken back before anything is sent. */
  readonly dropsLinks: boolean;
  readonly announced: Announced | null;
  /** WHIP resource that media last reported. */
  readonly location: string | null;
  readonly error: ErrorView | null;
  readonly attempt: Attempt;
  /** Of media's newest report of a frame: when it came, and how old the frame was then. */
  readonly frameReport?: { readonly monoMs: number; readonly lagMs: number };
  /** When `stopping` began. */
  readonly sinceMonoMs: number;
}

export type Machine =
  | { readonly state: 'idle' }
  | { readonly state: Exclude<SessionState, 'idle'>; readonly session: Session };
export const IDLE: Machine = { state: 'idle' };

/** A session as the store gives it back. written: the clocks when it was; null in a store of an older firmware. */
export interface StoredSession { readonly state: SessionState; readonly bootId: string; readonly session: Session; readonly written: Seen | null }

/**
 * A moment: Unix, monotonic and CLOCK_BOOTTIME milliseconds. aheadMs: time since the last look that only the wall clock
 * saw; backMs: by how much it was set back lately. Both 0 as a rule (ClockWatch).
 */
export interface Instant { readonly nowMs: number; readonly monoMs: number; readonly bootMs: number; readonly aheadMs: number; readonly backMs: number }

export type SessionEvent = { readonly at: Instant } & (
  | { readonly type: 'start'; readonly sessionId: string; readonly examId: string; readonly code: string; readonly input: string; readonly simulated: boolean }
  | { readonly type: 'stop' }
  | { readonly type: 'resume' }
  | { readonly type: 'announced'; readonly sessionId: string; readonly announced: Announced }
  | { readonly type: 'announce-failed'; readonly sessionId: string; readonly error: ErrorView }
  | { readonly type: 'publisher'; readonly report: PublisherReport | null }
  | { readonly type: 'media-gone' }
  | { readonly type: 'tick' }
);

/** What is to be done after a transition was stored, in this order. */
export type Effect =
  /** PUT the session at the hub until it is taken; answers come as `announced`, `announce-failed`. */
  | { readonly type: 'announce'; readonly sessionId: string }
  /** media shall send. */
  | { readonly type: 'publish'; readonly sessionId: string }
  /** media shall not send. */
  | { readonly type: 'unpublish'; readonly sessionId: string }
  /** Tell the hub that the session is over, until it knows. */
  | { readonly type: 'end-at-hub'; readonly sessionId: string };

export interface Outcome { readonly machine: Machine; readonly effects: readonly Effect[] }

/** Longest wait for media to end its WHIP resource. */
export const STOP_TIMEOUT_MS = 2000;

/**
 * When to try again after a refusal, in milliseconds; null: only when somebody at the box says so.
 * An unknown session is announced anew at once; another publisher may go; a token may be put right at the hub.
 */
export function refusalRetryMs(code: string): number | null {
  const delays: Partial<Record<ErrorCode, number | null>> = { HUB_UNKNOWN_SESSION: 500, HUB_SECOND_PUBLISHER: 5000, HUB_WRONG_TOKEN: 10_000, HUB_NO_TOKEN: 10_000, HUB_SESSION_ENDED: null };
  const delay = delays[code as ErrorCode];
  return delay === undefined ? 15_000 : delay;
}

/** The session as status and hub see it; null when there is none. */
export function toSessionView(machine: Machine): SessionView | null {
  if (machine.state === 'idle') return null;
  const { sessionId, examId, code, input, sinceMs, startedMs, lastFrameMs, gaps, error } = machine.session;
  return { sessionId, examId, code, input, state: machine.state, sinceMs, startedMs, lastFrameMs, gaps: [...gaps.newest], gapCount: gaps.count, gapMs: gaps.closedMs, ...(error ? { error } : {}) };
}

/** What media shall send, or null: the session with the hub's answer. */
export function toPublished(machine: Machine): { readonly session: Session; readonly announced: Announced } | null {
  if (machine.state === 'idle' || machine.session.attempt.step !== 'published' || !machine.session.announced) return null;
  return { session: machine.session, announced: machine.session.announced };
}
