/** Links that were taken back are remembered so far: more than any hub takes back between two restarts of its relay. */
const MAX_LINKS = 10_000;
/** A call that was let in before the box was disabled has reached the relay by then. */
const BOX_MEMORY_MS = 10_000;

/**
 * What the API has told of links and boxes, for calls that were already under way when it did: without it a viewer
 * whose link was just taken back could still get in. Forgotten with the process.
 */
export class StandingOrders {
  private readonly links = new Set<string>();
  private readonly boxes = new Map<string, number>();

  endLink(linkId: string): void {
    this.links.delete(linkId);
    this.links.add(linkId);
    if (this.links.size > MAX_LINKS) this.links.delete(this.links.values().next().value!);
  }

  isEnded(linkId: string): boolean {
    return this.links.has(linkId);
  }

  endBox(boxId: string, nowMs: number): void {
    for (const [known, untilMs] of this.boxes) if (nowMs >= untilMs) this.boxes.delete(known);
    this.boxes.set(boxId, nowMs + BOX_MEMORY_MS);
  }

  isBoxEnded(boxId: string, nowMs: number): boolean {
    return nowMs < (this.boxes.get(boxId) ?? 0);
  }
}
