import { randomUUID } from 'node:crypto';
import { toAppError, type AppError } from '@scanlink/protocol';
import type { Logger } from '@scanlink/protocol/lib/logger';
import { ChangeLog } from '../lib/change-log.ts';
import type { BoxClock } from '../lib/box-clock.ts';
import type { SessionStore } from '../store/session-store.ts';
import { ClockWatch } from './deadline.ts';
import { closeGap } from './gaps.ts';
import { recover } from './recover.ts';
import { createSessionCode } from './session-code.ts';
import { IDLE, type Effect, type Machine, type Outcome, type Session, type SessionEvent } from './session.ts';
import { transition } from './transition.ts';

/** A session event without its moment, which the service adds. */
export type Wish = SessionEvent extends infer E ? (E extends SessionEvent ? Omit<E, 'at'> : never) : never;

/** What the service needs of the store. */
export type SessionRecords = Pick<SessionStore, 'readOpen' | 'save' | 'touch' | 'end'>;

export interface SessionServiceOptions {
  readonly store: SessionRecords;
  readonly clock: BoxClock;
  readonly logger: Logger;
  readonly bootId: string;
  /** Does what a transition asks for; called after it was stored. */
  readonly perform: (effect: Effect) => void;
  readonly onChange: () => void;
}

const TOUCH_INTERVAL_MS = 1000;

/**
 * Holds the session: runs the state machine, stores each transition before its effects, and keeps trying when the disk
 * has no room. A person's wish to start or resume that can't be stored is refused; a stop is always obeyed.
 */
export class SessionService {
  private current: Machine = IDLE;
  private readonly options: SessionServiceOptions;
  private readonly log: ChangeLog;
  private readonly watch: ClockWatch;
  /** Writes that found no room, the newest of each session, in order. */
  private readonly unsaved = new Map<string, () => void>();
  private touchedMonoMs = -Infinity;
  private failure: AppError | null = null;

  constructor(options: SessionServiceOptions) {
    this.options = options;
    this.log = new ChangeLog(options.logger);
    this.watch = new ClockWatch(options.clock);
  }

  get machine(): Machine {
    return this.current;
  }

  /** Why the store takes no records now; null while it does. */
  get storeError(): AppError | null {
    return this.failure;
  }

  /** Takes up what the last process left. */
  start(): void {
    const stored = this.options.store.readOpen();
    if (stored?.bootId === this.options.bootId) this.watch.continueFrom(stored.written);
    const outcome = recover(stored, this.options.bootId, this.watch.look());
    if (stored) this.options.logger.info({ sessionId: stored.session.sessionId, from: stored.state, to: outcome.machine.state }, 'session found in the store');
    if (stored) this.take({ state: 'stopping', session: stored.session }, outcome, false);
  }

  /** @throws STR_SESSION_RUNNING, STR_SUSPENDED, STO_FULL, STO_OPEN. */
  startSession(input: string, simulated: boolean): void {
    this.flush(true);
    this.apply({ type: 'start', sessionId: randomUUID(), examId: randomUUID(), code: createSessionCode(), input, simulated }, true);
  }

  /** @throws STR_NO_SESSION, STR_NOT_SUSPENDED, STO_FULL, STO_OPEN. */
  resume(): void {
    this.apply({ type: 'resume' }, true);
  }

  /** @throws STR_NO_SESSION. */
  stop(): void {
    this.apply({ type: 'stop' }, false);
  }

  /** What the world told us; never throws for a full disk. */
  tell(wish: Exclude<Wish, { type: 'start' | 'stop' | 'resume' }>): void {
    this.apply(wish, false);
  }

  /** Time passes: deadlines, and writes that are due again. */
  tick(): void {
    this.flush(false);
    this.apply({ type: 'tick' }, false);
  }

  /** Last writes before the store closes. */
  close(): void {
    this.flush(false);
    if (this.current.state !== 'idle') this.persist(this.current.session.sessionId, this.current, this.current);
  }

  private apply(wish: Wish, mustStore: boolean): void {
    // What time did stands, also where a person's wish that comes now is refused.
    if (mustStore) this.apply({ type: 'tick' }, false);
    const before = this.current;
    const outcome = transition(before, { ...wish, at: this.watch.look() });
    if (outcome.machine !== before || outcome.effects.length > 0) this.take(before, outcome, mustStore);
  }

  private take(before: Machine, outcome: Outcome, mustStore: boolean): void {
    const { machine } = outcome;
    const session = machine.state === 'idle' ? (before.state === 'idle' ? null : before.session) : machine.session;
    if (session && onlyFrameMoved(before, machine)) this.touch(session);
    else if (session) this.persist(session.sessionId, before, machine, mustStore);
    this.current = machine;
    if (before.state !== machine.state && session) {
      this.options.logger.info({ sessionId: session.sessionId, from: before.state, to: machine.state, ...(session.error ? { error: session.error.code } : {}) }, 'session state');
    }
    for (const effect of outcome.effects) this.options.perform(effect);
    this.options.onChange();
  }

  private persist(sessionId: string, before: Machine, machine: Machine, mustStore = false): void {
    const { store, bootId, clock } = this.options;
    const nowMs = clock.nowMs();
    const write = machine.state === 'idle'
      ? (): void => {
          if (before.state !== 'idle') store.end(endOf(before.session, nowMs), nowMs);
        }
      : (): void => store.save(machine.state, machine.session, bootId, { nowMs, bootMs: clock.bootMs() });
    try {
      write();
      this.unsaved.delete(sessionId);
      this.stored();
    } catch (error) {
      if (mustStore) throw error;
      this.unsaved.delete(sessionId);
      this.unsaved.set(sessionId, write);
      this.failed(error);
    }
    this.touchedMonoMs = clock.monotonicMs();
  }

  private flush(mustStore: boolean): void {
    for (const [sessionId, write] of this.unsaved) {
      try {
        write();
        this.unsaved.delete(sessionId);
        this.stored();
      } catch (error) {
        if (mustStore) throw error;
        return;
      }
    }
  }

  private touch(session: Session): void {
    const monoMs = this.options.clock.monotonicMs();
    if (session.lastFrameMs === null || monoMs - this.touchedMonoMs < TOUCH_INTERVAL_MS || this.unsaved.size > 0) return;
    this.touchedMonoMs = monoMs;
    try {
      this.options.store.touch(session, { nowMs: this.options.clock.nowMs(), bootMs: this.options.clock.bootMs() });
      this.stored();
    } catch (error) {
      this.failed(error);
    }
  }

  private stored(): void {
    this.log.say('info', 'store', 'ok', {}, 'store writes');
    if (this.failure === null || this.unsaved.size > 0) return;
    this.failure = null;
    this.options.onChange();
  }

  private failed(error: unknown): void {
    const before = this.failure;
    this.failure = toAppError(error);
    this.log.say('error', 'store', this.failure.code, { code: this.failure.code }, 'store cannot write; trying again');
    if (before?.code !== this.failure.code) this.options.onChange();
  }
}

function endOf(session: Session, nowMs: number): Session {
  return { ...session, gaps: closeGap(session.gaps, nowMs) };
}

function onlyFrameMoved(before: Machine, after: Machine): boolean {
  if (before.state === 'idle' || after.state === 'idle' || before.state !== after.state) return false;
  const { lastFrameMs: _a, mayGoOnUntilBootMs: _b, frameReport: _c, ...rest } = before.session;
  const kept = after.session as unknown as Record<string, unknown>;
  return Object.entries(rest).every(([key, value]) => kept[key] === value) && after.session.lastFrameMs !== before.session.lastFrameMs;
}
