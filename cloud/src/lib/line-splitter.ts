/** Cuts a byte stream into lines (LF, without it). */
export class LineSplitter {
  private rest = Buffer.alloc(0);
  private readonly maxLineBytes: number;

  constructor(maxLineBytes: number) {
    this.maxLineBytes = maxLineBytes;
  }

  /** The lines that this chunk completes; empty ones are left out. Over-long lines are dropped with what they held. */
  push(chunk: Buffer): readonly string[] {
    const lines: string[] = [];
    let data = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10)) {
      if (end > 0 && end <= this.maxLineBytes) lines.push(data.subarray(0, end).toString('utf8'));
      data = data.subarray(end + 1);
    }
    this.rest = data.length > this.maxLineBytes ? Buffer.alloc(0) : Buffer.from(data);
    return lines;
  }
}
