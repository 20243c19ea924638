import type { ServerResponse } from 'node:http';
import { AppError } from '@scanlink/protocol';
import type { Limits } from '../limits.ts';

const PULSE_MS = 500;
/** A reader that takes nothing for so long is dropped: it will come back and get the whole state. */
const STALL_MS = 5000;
/** Longest delay that setTimeout takes. */
const MAX_TIMER_MS = 2_147_483_647;

/** One open `text/event-stream`. Newest state only: while the socket is full, older unsent states are replaced. */
export class EventStream {
  private readonly response: ServerResponse;
  private readonly onClose: () => void;
  private readonly now: () => number;
  private pending: string | null = null;
  private stalledSinceMs: number | null = null;
  private expiry: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(response: ServerResponse, options: { readonly now: () => number; readonly expiresInMs: number; readonly onClose: () => void }) {
    this.response = response;
    this.now = options.now;
    this.onClose = options.onClose;
    response.on('drain', () => this.drained());
    response.on('close', () => this.finish());
    response.on('error', () => this.finish());
    this.expiry = setTimeout(() => this.end(), Math.min(Math.max(0, options.expiresInMs), MAX_TIMER_MS));
  }

  /** Sends the whole state. @param json holds no line breaks, so one data line is enough. */
  send(name: string, json: string): void {
    const text = `event: ${name}\ndata: ${json}\n\n`;
    if (this.closed) return;
    if (this.stalledSinceMs === null) this.write(text);
    else this.pending = text;
  }

  pulse(): void {
    if (this.closed) return;
    if (this.stalledSinceMs === null) this.write(': pulse\n\n');
    else if (this.now() - this.stalledSinceMs > STALL_MS) this.destroy();
  }

  /** Ends the stream after what was written. Idempotent. */
  end(): void {
    if (this.closed) return;
    if (this.pending !== null) this.response.write(this.pending);
    this.response.end();
    this.finish();
  }

  destroy(): void {
    this.response.destroy();
    this.finish();
  }

  private write(text: string): void {
    if (!this.response.write(text)) this.stalledSinceMs = this.now();
  }

  private drained(): void {
    this.stalledSinceMs = null;
    const text = this.pending;
    this.pending = null;
    if (text !== null && !this.closed) this.write(text);
  }

  private finish(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.expiry) clearTimeout(this.expiry);
    this.onClose();
  }
}

/** All open streams; one timer gives them their pulse. */
export class EventStreams {
  /** In the order in which they were opened. */
  private readonly streams = new Map<EventStream, { readonly linkHash: string }>();
  private readonly now: () => number;
  private readonly limits: Pick<Limits, 'streams' | 'streamsOfLink'>;
  private timer: NodeJS.Timeout | null = null;

  /** @param now milliseconds, monotonic. */
  constructor(now: () => number, limits: Pick<Limits, 'streams' | 'streamsOfLink'>) {
    this.now = now;
    this.limits = limits;
  }

  get count(): number {
    return this.streams.size;
  }

  start(): void {
    this.timer ??= setInterval(() => {
      for (const stream of this.streams.keys()) stream.pulse();
    }, PULSE_MS);
  }

  /** Asked before anything is answered. @throws HUB_BUSY */
  requireRoom(linkHash: string): void {
    if (this.streams.size >= this.limits.streams && this.ofLink(linkHash).length === 0) throw new AppError('HUB_BUSY', { retryAfterSeconds: 5 });
  }

  /** A link that has as many streams as it may loses the oldest: a page that was left open somewhere is no reason to refuse one that is looked at. */
  open(response: ServerResponse, options: { readonly linkHash: string; readonly expiresInMs: number; readonly onClose: () => void }): EventStream {
    const older = this.ofLink(options.linkHash);
    for (const each of older.slice(0, Math.max(0, older.length + 1 - this.limits.streamsOfLink))) each.end();
    const stream: EventStream = new EventStream(response, {
      now: this.now, expiresInMs: options.expiresInMs,
      onClose: () => {
        this.streams.delete(stream);
        options.onClose();
      },
    });
    this.streams.set(stream, { linkHash: options.linkHash });
    return stream;
  }

  /** The link is no longer good. */
  endOf(linkHash: string): void {
    for (const each of this.ofLink(linkHash)) each.end();
  }

  /** Ends all streams. Idempotent. */
  close(): void {
    if (this.timer) clearInterval(this.timer);
    for (const stream of this.streams.keys()) stream.end();
  }

  private ofLink(linkHash: string): EventStream[] {
    return [...this.streams].filter(([, key]) => key.linkHash === linkHash).map(([stream]) => stream);
  }
}
