import { AppError, MAX_LINE_BYTES } from '../index.ts';

/**
 * Cuts a byte stream into lines (LF, UTF-8), holding at most maxBytes of an unfinished one.
 * Bytes that are no UTF-8 are refused: a replacement character would change what was said.
 */
export class LineReader {
  private parts: Buffer[] = [];
  private heldBytes = 0;
  private readonly maxBytes: number;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });

  constructor(maxBytes: number = MAX_LINE_BYTES) {
    this.maxBytes = maxBytes;
  }

  /**
   * @returns the lines that this chunk completes, without their line end.
   * @throws STR_MESSAGE_INVALID for a line that is too long or no UTF-8; the stream can't be used after that.
   */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.hold(chunk.subarray(start, end));
      lines.push(this.take());
      start = end + 1;
    }
    if (start < chunk.length) this.hold(chunk.subarray(start));
    return lines;
  }

  private hold(bytes: Buffer): void {
    this.heldBytes += bytes.length;
    if (this.heldBytes > this.maxBytes) throw new AppError('STR_MESSAGE_INVALID', { detail: `line longer than ${this.maxBytes} bytes` });
    this.parts.push(bytes);
  }

  private take(): string {
    const whole = this.parts.length === 1 ? this.parts[0]! : Buffer.concat(this.parts);
    this.parts = [];
    this.heldBytes = 0;
    try {
      return this.decoder.decode(whole);
    } catch (cause) {
      throw new AppError('STR_MESSAGE_INVALID', { detail: 'not UTF-8' }, { cause });
    }
  }
}
