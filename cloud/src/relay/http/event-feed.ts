import type { ServerResponse } from 'node:http';
import type { RelayEvent } from '@scanlink/protocol';

const PULSE_INTERVAL_MS = 250;
/** A reader that far behind is not reading. */
const MAX_UNREAD_BYTES = 65_536;

/** GET /events: JSON lines, first {epoch}, then {pulse} each 250 ms, by which the API process judges this one, and the viewings that are gone. */
export class EventFeed {
  private readonly readers = new Set<ServerResponse>();
  private readonly epoch: string;
  private readonly nowMs: () => number;
  private timer: NodeJS.Timeout | null = null;

  constructor(epoch: string, nowMs: () => number) {
    this.epoch = epoch;
    this.nowMs = nowMs;
  }

  attach(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    response.write(writeLine({ epoch: this.epoch }));
    this.readers.add(response);
    response.on('close', () => this.detach(response));
    response.on('error', () => this.detach(response));
    this.timer ??= setInterval(() => this.pulse(), PULSE_INTERVAL_MS);
  }

  /** Idempotent. */
  close(): void {
    for (const reader of this.readers) reader.destroy();
    this.readers.clear();
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  tellGone(resourceId: string): void {
    this.tell({ gone: [resourceId] });
  }

  private pulse(): void {
    this.tell({ pulse: Math.round(this.nowMs()) });
  }

  private tell(event: RelayEvent): void {
    const line = writeLine(event);
    for (const reader of this.readers) {
      if (reader.writableLength > MAX_UNREAD_BYTES) reader.destroy();
      else reader.write(line);
    }
  }

  private detach(response: ServerResponse): void {
    this.readers.delete(response);
    if (this.readers.size > 0 || !this.timer) return;
    clearInterval(this.timer);
    this.timer = null;
  }
}

function writeLine(event: RelayEvent): string {
  return `${JSON.stringify(event)}\n`;
}
