import { ClockToRelaySchema, type Anchor, type ClockFromRelay, type ClockToRelay } from '@scanlink/protocol';
import { Compile } from 'typebox/compile';

/** The clock data channel's texts. Pure; contract: protocol/src/hub/clock.ts. */
const check = Compile(ClockToRelaySchema);

/** null: not of the contract. */
export function readClockMessage(text: string): ClockToRelay | null {
  try {
    const value: unknown = JSON.parse(text);
    return check.Check(value) ? value : null;
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
