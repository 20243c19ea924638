import { ClockToRelaySchema, type Anchor, type ClockFromRelay, type ClockToRelay } from '@scanlink/protocol';
import { createMessageReader } from '@scanlink/protocol/check';

/** The clock data channel's texts. Pure; contract: protocol/src/hub/clock.ts. */
const read = createMessageReader(ClockToRelaySchema, 't');

/** null: not of the contract, or of a later one; fields of a later one are left out. */
export function readClockMessage(text: string): ClockToRelay | null {
  try {
    return read(JSON.parse(text)).message;
  } catch {
    return null;
  }
}

/** An anchor further from now than this is none: the publisher's clock is not set yet, or it is made up. */
const MAX_AGE_MS = 30_000;
const MAX_AHEAD_MS = 1000;

export function isPlausibleAnchor(anchor: Anchor, nowMs: number): boolean {
  const ageMs = nowMs - anchor.captureMs;
  return ageMs <= MAX_AGE_MS && ageMs >= -MAX_AHEAD_MS && anchor.uncertaintyMs <= MAX_AGE_MS;
}

export function writeClockMessage(message: ClockFromRelay): string {
  return JSON.stringify(message);
}
