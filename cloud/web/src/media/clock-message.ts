import type { Anchor, ClockFromRelay } from '@scanlink/protocol/hub/clock';

/** What the relay says to a viewer on the clock channel. `uplink` is for publishers and is not read. */
export type RelayMessage = Exclude<ClockFromRelay, { t: 'uplink' }>;

const MAX_MESSAGE_CHARS = 4096;

/**
 * Reads one text frame of the clock channel. Unknown kinds and unknown fields are ignored.
 * @returns null for anything that is not a message for a viewer.
 * Source: protocol/src/hub/clock.ts.
 */
export function parseRelayMessage(text: string): RelayMessage | null {
  if (text.length > MAX_MESSAGE_CHARS) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const fields = value as Record<string, unknown>;
  switch (fields['t']) {
    case 'pong': {
      const { id, atMs, relayMs, epoch } = fields;
      return Number.isInteger(id) && isNumber(atMs) && isNumber(relayMs) && typeof epoch === 'string' ? { t: 'pong', id: id as number, atMs, relayMs, epoch } : null;
    }
    case 'anchor': return readAnchor(fields);
    case 'flow': {
      const { publisher, flowing, sinceRelayMs, epoch } = fields;
      return typeof publisher === 'boolean' && typeof flowing === 'boolean' && isNumber(sinceRelayMs) && typeof epoch === 'string'
        ? { t: 'flow', publisher, flowing, sinceRelayMs, epoch } : null;
    }
    case 'skipping': return typeof fields['on'] === 'boolean' ? { t: 'skipping', on: fields['on'] } : null;
    default: return null;
  }
}

function readAnchor(fields: Record<string, unknown>): Anchor | null {
  const { captureMs, rtp, uncertaintyMs, source } = fields;
  if (!isNumber(captureMs) || !isNumber(uncertaintyMs) || uncertaintyMs < 0 || typeof source !== 'string') return null;
  if (!Number.isInteger(rtp) || (rtp as number) < 0 || (rtp as number) > 0xffffffff) return null;
  return { t: 'anchor', captureMs, rtp: rtp as number, uncertaintyMs, source };
}

function isNumber(value: unknown): value is number { return typeof value === 'number' && Number.isFinite(value); }
