/** What a teller needs of process.stderr. */
interface Out {
  readonly writableLength: number;
  write(text: string, done?: () => void): boolean;
}
/** Node opens a terminal so that writing waits for it; the handle is where that is undone. */
interface Handle { readonly _handle?: { setBlocking?(blocking: boolean): void } }

const MOST_WAITING_BYTES = 256 * 1024;
const FLUSH_MS = 300;

/**
 * Lines for people that never wait for a reader: a terminal on Ctrl-S, a pager that nobody turns, must not stop the
 * launcher, whose pipes the processes of box and hub write into. What finds no room is dropped and counted.
 */
export class Teller {
  private readonly out: Out;
  private dropped = 0;

  constructor(out: Out) {
    this.out = out;
    (out as Handle)._handle?.setBlocking?.(false);
  }

  tell(text: string): void {
    if (this.out.writableLength > MOST_WAITING_BYTES) {
      this.dropped += 1;
      return;
    }
    if (this.dropped > 0) this.out.write(`(${this.dropped} lines were not shown. 有 ${this.dropped} 行未显示。)\n`);
    this.dropped = 0;
    this.out.write(`${text}\n`);
  }

  /** Resolves when all is said, or nobody listens. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, FLUSH_MS);
      this.out.write('', () => resolve());
    });
  }
}
