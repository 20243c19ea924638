import type { ErrorCode, Gap, PublisherReport, SessionState, SessionView } from '@scanlink/protocol';

/** An error as status shows it, in both languages. */
export interface ErrorView { readonly code: string; readonly message: string; readonly messageZh: string }

/** What the hub's answer to PUT session settled: where the stream goes, and whether it takes the clock channel. */
export interface Announced { readonly whipUrl: string; readonly clockChannel: boolean }

/** A session as the state machine holds it. `...MonoMs` are this process's monotonic clock and are not stored. */
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
  readonly lastFrameMonoMs: number | null;
  readonly gaps: readonly Gap[];
  readonly announced: Announced | null;
  /** WHIP resource that media last reported. */
  readonly location: string | null;
  readonly error: ErrorView | null;
  /** What `media` is told now; true between the effects `publish` and `unpublish`. */
  readonly published?: boolean;
  /** After a refusal: when to try again. null: not by itself. */
  readonly retryAtMonoMs?: number | null;
  /** Of media's newest report of a frame: when it came, and how old the frame was then. */
  readonly frameReport?: { readonly monoMs: number; readonly lagMs: number };
  /** When `stopping` or `reconnecting` began. */
  readonly sinceMonoMs?: number;
}

export type Machine =
  | { readonly state: 'idle' }
  | { readonly state: Exclude<SessionState, 'idle'>; readonly session: Session };
export const IDLE: Machine = { state: 'idle' };

/** A session as the store gives it back. */
export interface StoredSession { readonly state: SessionState; readonly bootId: string; readonly session: Session }

/** A moment on both clocks. */
export interface Instant { readonly nowMs: number; readonly monoMs: number }

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
  return { sessionId, examId, code, input, state: machine.state, sinceMs, startedMs, lastFrameMs, gaps: [...gaps], ...(error ? { error } : {}) };
}

/** Whether the box may send pictures now. */
export function isPublishing(machine: Machine): boolean {
  return machine.state !== 'idle' && machine.session.published === true;
}
