/** One event of a text/event-stream. */
export interface ServerEvent { readonly event: string; readonly data: string }

/** More than this without a line end is no event of ours; the rest of such a line is dropped. */
const MAX_LINE_CHARS = 262_144;

/**
 * Incremental parser of text/event-stream, fed with decoded text in pieces of any size.
 * `id`, `retry` and comments (`: pulse`) yield nothing; they still prove that the path is alive, which the reader sees by the bytes.
 * Source: HTML Living Standard, 9.2.6.
 */
export class SseParser {
  #rest = '';
  #event = '';
  #data: string[] = [];
  #overlong = false;

  /** @returns the events completed by this piece, in order. */
  push(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    let from = 0;
    const all = this.#rest + text;
    for (;;) {
      const end = nextLineEnd(all, from);
      if (end === null) break;
      if (!this.#overlong) this.#takeLine(all.slice(from, end.at), events);
      this.#overlong = false;
      from = end.next;
    }
    this.#rest = all.slice(from);
    if (this.#rest.length > MAX_LINE_CHARS) {
      this.#rest = '';
      this.#overlong = true;
      this.#data = [];
    }
    return events;
  }

  #takeLine(line: string, events: ServerEvent[]): void {
    if (line === '') {
      if (this.#data.length > 0) events.push({ event: this.#event === '' ? 'message' : this.#event, data: this.#data.join('\n') });
      this.#event = '';
      this.#data = [];
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
  }
}

/** Line ends are LF, CR and CR LF. A CR at the very end waits for the next piece: an LF may follow. */
function nextLineEnd(text: string, from: number): { at: number; next: number } | null {
  for (let at = from; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === 10) return { at, next: at + 1 };
    if (char === 13) {
      if (at + 1 === text.length) return null;
      return { at, next: text.charCodeAt(at + 1) === 10 ? at + 2 : at + 1 };
    }
  }
  return null;
}
