import { request, type ClientRequest } from 'node:http';
import { PATH_SILENCE_MS, RelayEventSchema, type RelayEvent } from '@scanlink/protocol';
import { Compile } from 'typebox/compile';
import { LineReader } from '@scanlink/protocol/rpc/line-reader';
import type { Logger } from '@scanlink/protocol/lib/logger';

const relayEvent = Compile(RelayEventSchema);
const RECONNECT_MS = 100;
const MAX_LINE_BYTES = 4096;

/**
 * Follows the relay's /events: knows its epoch, and notices within PATH_SILENCE_MS that it is away.
 * onGone: viewings that the relay has ended. The epoch is null while the relay is down or silent. Tries for ever, ten times a second: it is a local socket.
 */
export class RelayFollower {
  private readonly socketPath: string;
  private readonly logger: Logger;
  private readonly onChange: (epoch: string | null) => void;
  private readonly onGone: (resourceIds: readonly string[]) => void;
  private epochNow: string | null = null;
  private call: ClientRequest | null = null;
  private retryTimer: NodeJS.Timeout | null = null;
  private silenceTimer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(options: { readonly socketPath: string; readonly logger: Logger; readonly onChange: (epoch: string | null) => void; readonly onGone?: (resourceIds: readonly string[]) => void }) {
    this.socketPath = options.socketPath;
    this.logger = options.logger;
    this.onChange = options.onChange;
    this.onGone = options.onGone ?? (() => undefined);
  }

  get epoch(): string | null {
    return this.epochNow;
  }

  start(): void {
    this.connect();
  }

  close(): void {
    this.closed = true;
    if (this.retryTimer) clearTimeout(this.retryTimer);
    if (this.silenceTimer) clearTimeout(this.silenceTimer);
    this.call?.destroy();
  }

  private connect(): void {
    if (this.closed) return;
    const call = request({ socketPath: this.socketPath, path: '/events', agent: false });
    this.call = call;
    // Armed before there is an answer: a relay that accepts and says nothing is away too.
    this.heard(call);
    call.on('response', (incoming) => {
      const lines = new LineReader(MAX_LINE_BYTES);
      incoming.on('data', (chunk: Buffer) => {
        this.heard(call);
        try {
          for (const line of lines.push(chunk)) this.read(line);
        } catch {
          // An endless line, or no text: it is asked anew.
          call.destroy();
        }
      });
      incoming.on('error', () => call.destroy());
      incoming.on('end', () => call.destroy());
    });
    call.on('error', () => undefined);
    call.on('close', () => this.lost(call));
    call.end();
  }

  private read(line: string): void {
    const event = readEvent(line);
    if (event && 'epoch' in event) this.change(event.epoch);
    else if (event && 'gone' in event) this.onGone(event.gone);
  }

  private heard(call: ClientRequest): void {
    if (this.silenceTimer) clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => call.destroy(), PATH_SILENCE_MS);
  }

  private lost(call: ClientRequest): void {
    if (this.closed || this.call !== call) return;
    if (this.silenceTimer) clearTimeout(this.silenceTimer);
    this.call = null;
    this.change(null);
    this.retryTimer = setTimeout(() => this.connect(), RECONNECT_MS);
  }

  private change(epoch: string | null): void {
    if (epoch === this.epochNow) return;
    this.epochNow = epoch;
    this.logger.info({ relayEpoch: epoch }, epoch === null ? 'relay is away' : 'relay is there');
    this.onChange(epoch);
  }
}

function readEvent(line: string): RelayEvent | null {
  try {
    const value: unknown = JSON.parse(line);
    return relayEvent.Check(value) ? value : null;
  } catch {
    return null;
  }
}
