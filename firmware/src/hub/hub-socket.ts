import type { IncomingMessage } from 'node:http';
import { AppError, CONTROL_CLOSE } from '@scanlink/protocol';
import { limitOf, PATH_LIMITS } from '@scanlink/protocol/hub/path-limits';
import type { Clock, Timer } from '@scanlink/protocol/lib/clock';
import { WebSocket } from 'ws';
import { readHubRefusal } from './hub-refusal.ts';
import type { LossCause } from './reconnect-policy.ts';

export interface HubSocketEvents {
  onOpen(): void;
  /** null: a binary frame. */
  onText(text: string | null): void;
  /** TCP is there; its first round trip, milliseconds. */
  onRtt(rttMs: number): void;
  /** Once; never after close(). error is null where `cause` says all (replaced). */
  onLost(cause: LossCause, error: AppError | null): void;
}
export interface HubSocketOptions {
  readonly hubUrl: string;
  readonly token: string;
  readonly clock: Clock;
  /** Round trip of this path as known from before; null: unknown. */
  readonly rttMs: number | null;
  /** Attempts that TCP reached and no welcome came in time: behind a proxy TCP says nothing of the hub's distance. */
  readonly slowWelcomes: number;
}

/** Detail of a loss before the welcome. */
export const NO_WELCOME = 'no welcome';
const MAX_REFUSAL_BYTES = 16_384;
const MAX_MESSAGE_BYTES = 65_536;

/** One WebSocket to the hub's control channel, from its first packet to its end. Never reused. Limits follow the round trip. */
export class HubSocket {
  private readonly socket: WebSocket;
  private readonly options: HubSocketOptions;
  private readonly events: HubSocketEvents;
  private timer: Timer;
  private ended = false;

  constructor(options: HubSocketOptions, events: HubSocketEvents) {
    const { hubUrl, token, clock } = options;
    this.options = options;
    this.events = events;
    const startedMs = clock.monotonicMs();
    this.timer = this.limit(limitOf(PATH_LIMITS.tcp, options.rttMs), 'ETIMEDOUT');
    this.socket = new WebSocket(`${hubUrl.replace(/^http/, 'ws')}/api/v1/box/control`, {
      headers: { authorization: `Bearer ${token}` }, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES, followRedirects: false,
      finishRequest: (request) => {
        request.once('socket', (socket) => socket.once('connect', () => this.reached(clock.monotonicMs() - startedMs)));
        request.end();
      },
    });
    this.socket.on('open', () => events.onOpen());
    this.socket.on('message', (data, isBinary) => events.onText(isBinary ? null : (data as Buffer).toString('utf8')));
    this.socket.on('unexpected-response', (_request, response) => this.refused(response));
    // Only the error's code: its text holds addresses.
    this.socket.on('error', (error: NodeJS.ErrnoException) => this.lose('path', new AppError('STR_HUB_UNREACHABLE', { detail: error.code ?? 'connection failed' })));
    this.socket.on('close', (code) => this.hungUp(code));
  }

  /** The hub has welcomed us: from now on the caller judges the path. */
  settle(): void {
    this.timer.cancel();
  }

  send(message: object): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** Ends it, with a farewell when the process ends; no event comes after it. Idempotent. */
  close(farewell: boolean): void {
    this.ended = true;
    this.timer.cancel();
    this.socket.removeAllListeners();
    // An attempt that is given up still reports its end as an error.
    this.socket.on('error', () => {});
    if (farewell && this.socket.readyState === WebSocket.OPEN) this.socket.close(CONTROL_CLOSE.goingAway);
    else this.socket.terminate();
  }

  private reached(rttMs: number): void {
    if (this.ended) return;
    this.timer.cancel();
    this.timer = this.limit(this.welcomeLimitMs(rttMs), NO_WELCOME);
    this.events.onRtt(rttMs);
  }

  private welcomeLimitMs(rttMs: number): number {
    const limitMs = limitOf(PATH_LIMITS.welcome, Math.max(rttMs, this.options.rttMs ?? 0));
    return Math.min(PATH_LIMITS.welcome.ceilingMs, limitMs * 2 ** this.options.slowWelcomes);
  }

  private limit(timeoutMs: number, detail: string): Timer {
    return this.options.clock.after(timeoutMs, () => this.lose('path', new AppError('STR_HUB_UNREACHABLE', { detail })));
  }

  private refused(response: IncomingMessage): void {
    const parts: Buffer[] = [];
    let sizeBytes = 0;
    const tell = (): void => {
      const error = readHubRefusal(response.statusCode ?? 0, response.headers, sizeBytes > MAX_REFUSAL_BYTES ? '' : Buffer.concat(parts).toString('utf8'));
      this.lose(error.retryable ? 'path' : 'refused', error);
    };
    response.on('data', (part: Buffer) => {
      sizeBytes += part.length;
      if (sizeBytes > MAX_REFUSAL_BYTES) tell();
      else parts.push(part);
    });
    response.on('end', tell);
    response.on('error', tell);
  }

  private hungUp(code: number): void {
    if (code === CONTROL_CLOSE.replaced) this.lose('replaced', null);
    else if (code === CONTROL_CLOSE.noToken || code === CONTROL_CLOSE.wrongToken) this.lose('refused', readHubRefusal(code - 4000, {}, ''));
    else if (code === CONTROL_CLOSE.badMessage) this.lose('refused', new AppError('HUB_BAD_MESSAGE', { detail: `closed (${code})` }));
    else this.lose('path', new AppError('STR_HUB_UNREACHABLE', { detail: `closed (${code})` }));
  }

  private lose(cause: LossCause, error: AppError | null): void {
    if (this.ended) return;
    this.close(false);
    this.events.onLost(cause, error);
  }
}
