import { backOffMs, type BackOffRule } from '@scanlink/protocol/lib/back-off';
import { createParser } from 'eventsource-parser';
import { linkAbort } from '../lib/linked-abort.ts';
import { readRefusal, type Refusal } from './refusal.ts';
import { parseSessionInfo, type ViewedSession } from './session-info.ts';
import type { ViewLink } from '../link/view-link.ts';

export interface FollowerEvents {
  /** The whole session, on every change. */
  session(session: ViewedSession): void;
  /** Bytes came: the hub's API lives. */
  alive(): void;
  refused(refusal: Refusal): void;
}

/** The stream pulses each 500 ms; a stream silent for this long is dead though TCP hasn't noticed. */
const SILENCE_LIMIT_MS = 3000;
/** More than this without the end of an event is none of ours. */
const MAX_EVENT_CHARS = 262_144;
/** Between attempts; also the media path's. */
export const RETRY: BackOffRule = { firstMs: 200, maxMs: 1500 };

/**
 * Follows the session at the hub by server-sent events, read with fetch because EventSource can't send the
 * Authorization header. Starts again by itself with jitter; stops after an answer that can't change.
 */
export class SessionFollower {
  readonly #link: ViewLink;
  readonly #events: FollowerEvents;
  readonly #stopped = new AbortController();

  constructor(link: ViewLink, events: FollowerEvents) {
    this.#link = link;
    this.#events = events;
  }

  start(): void {
    void this.#run();
  }

  /** Idempotent. No event comes after it. */
  close(): void {
    this.#stopped.abort();
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped.signal.aborted) {
      const outcome = await this.#followOnce().catch(() => 'lost' as const);
      if (this.#stopped.signal.aborted) return;
      if (typeof outcome === 'object') {
        this.#events.refused(outcome);
        if (!outcome.again) return;
        failures += 1;
        await pause(outcome.retryAfterMs ?? backOffMs(RETRY, failures - 1, Math.random()), this.#stopped.signal);
        continue;
      }
      failures = outcome === 'had-data' ? 1 : failures + 1;
      await pause(backOffMs(RETRY, failures - 1, Math.random()), this.#stopped.signal);
    }
  }

  async #followOnce(): Promise<Refusal | 'had-data' | 'lost'> {
    const attempt = linkAbort(this.#stopped.signal);
    const { signal } = attempt;
    let silence = window.setTimeout(() => attempt.abort(), SILENCE_LIMIT_MS);
    let hadData = false;
    try {
      const response = await fetch(`/api/v1/sessions/${this.#link.sessionId}/events`, {
        headers: { Authorization: `Bearer ${this.#link.token}`, Accept: 'text/event-stream' }, cache: 'no-store', signal,
      });
      if (!response.ok) return readRefusal(response.status, await response.text(), response.headers.get('Retry-After'));
      if (response.body === null) return 'lost';
      // An event of an endless line ends the stream: it is begun anew.
      const parser = createParser({ maxBufferSize: MAX_EVENT_CHARS, onEvent: (event) => this.#takeEvent(event.event, event.data), onError: (error) => { if (error.type === 'max-buffer-size-exceeded') attempt.abort(); } });
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || signal.aborted) break;
        hadData = true;
        window.clearTimeout(silence);
        silence = window.setTimeout(() => attempt.abort(), SILENCE_LIMIT_MS);
        this.#events.alive();
        parser.feed(decoder.decode(value, { stream: true }));
      }
    } catch {
      // A broken stream and a refused connection are the same to the viewer: start again.
    } finally {
      window.clearTimeout(silence);
      attempt.abort();
      attempt.release();
    }
    return hadData ? 'had-data' : 'lost';
  }

  #takeEvent(name: string | undefined, data: string): void {
    const session = name === 'session' ? parseSessionInfo(data) : null;
    if (session !== null && session.sessionId === this.#link.sessionId) this.#events.session(session);
  }
}

/** Waits; an abort ends the wait early. Never rejects. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => { window.clearTimeout(timer); signal.removeEventListener('abort', done); resolve(); };
    const timer = window.setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
