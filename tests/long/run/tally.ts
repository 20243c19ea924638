import { appendFileSync } from 'node:fs';

/** Counts and names what passed, failed and was skipped, as the other levels of ./test do. */
export class Tally {
  private readonly say: (text: string) => void;
  private readonly skippedTitles: string[] = [];
  private passed = 0;
  private failed = 0;

  constructor(say: (text: string) => void) {
    this.say = say;
  }

  /** @param reason null when it holds, else why not. */
  add(title: string, reason: string | null, detail = ''): void {
    if (reason === null) this.passed += 1;
    else this.failed += 1;
    this.say(`  ${reason === null ? 'ok  ' : 'FAIL'} ${title}${detail ? `  ${detail}` : ''}${reason === null ? '' : `\n       ${reason.replaceAll('\n', '\n       ')}`}`);
  }

  skip(title: string, reason: string): void {
    this.skippedTitles.push(`${title} [skipped: ${reason}]`);
    this.say(`  skip ${title}: ${reason}`);
  }

  /** One line for scripts/test/sum-counts.mjs. */
  toLine(): string {
    return `${JSON.stringify({ passed: this.passed, failed: this.failed, skipped: this.skippedTitles.length, titles: this.skippedTitles })}\n`;
  }

  /** @param path COUNT_FILE of ./test; undefined outside of it. */
  write(path: string | undefined): void {
    if (path) appendFileSync(path, this.toLine());
  }
}
