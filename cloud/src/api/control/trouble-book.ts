import type { BoxTrouble } from '@scanlink/protocol';
import type { Logger } from '@scanlink/protocol/lib/logger';

/** What boxes say is wrong with their stores, in memory: each box says it again with every state. Each change is logged once. */
export class TroubleBook {
  private readonly codes = new Map<string, string>();
  private readonly logger: Logger;

  constructor(logger: Logger) {
    this.logger = logger;
  }

  /** Boxes whose store is not as it should be, as far as they have said so. */
  get count(): number {
    return this.codes.size;
  }

  /** @param trouble null: nothing is wrong, or a box of a release that does not say. */
  note(boxId: string, trouble: BoxTrouble | null): void {
    const before = this.codes.get(boxId) ?? null;
    const code = trouble?.code ?? null;
    if (code === before) return;
    if (code === null) {
      this.codes.delete(boxId);
      this.logger.info({ boxId, code: before }, "the box's store is as it should be again");
    } else {
      this.codes.set(boxId, code);
      this.logger.warn({ boxId, code }, "something is wrong with the box's store");
    }
  }
}
