import { join } from 'node:path';
import type { Framing, Pipeline } from '@scanlink/hal/native/native';
import { toAppError } from '@scanlink/protocol';
import type { Clock } from '@scanlink/protocol/lib/clock';
import type { Logger } from '@scanlink/protocol/lib/logger';
import { Retry } from './retry.ts';

interface Wish { readonly pipeline: Pipeline; readonly dir: string | null; readonly name: string; readonly framing: Framing }

/** The preview file of one input. A preview that cannot be made is tried again and counted; capture never waits for it. */
export class PreviewTap {
  /** Tries that failed since the start; `preview` of the input's dropped counts. */
  failures = 0;
  private readonly logger: Logger;
  private readonly retry: Retry;
  private wish: Wish | null = null;
  private said = '';

  constructor(deps: { readonly clock: Clock; readonly logger: Logger }) {
    this.logger = deps.logger;
    this.retry = new Retry(deps.clock, () => this.open());
  }

  start(wish: Wish): void {
    this.retry.reset();
    this.wish = wish;
    this.open();
  }

  /** The pipeline is about to be closed, and the file with it. Idempotent. */
  detach(): void {
    this.retry.reset();
    this.wish = null;
  }

  private open(): void {
    if (!this.wish) return;
    const { pipeline, dir, name, framing } = this.wish;
    try {
      pipeline.preview(dir === null ? null : join(dir, `${name}.preview`), framing);
      this.retry.reset();
      this.said = '';
    } catch (thrown) {
      const error = toAppError(thrown);
      this.failures += 1;
      if (this.said !== error.message) this.logger.warn({ input: name, code: error.code, detail: error.message }, 'no preview; capture goes on');
      this.said = error.message;
      this.retry.schedule({ retryable: false });
    }
  }
}
