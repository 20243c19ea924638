import { isNumber, isText, isWhole, parseFields, type Fields } from '../lib/json-fields.ts';
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
  const fields = parseFields(text);
  if (fields === null) return null;
  switch (fields['t']) {
    case 'pong': {
      const { id, atMs, relayMs, epoch } = fields;
      return isWhole(id) && isNumber(atMs) && isNumber(relayMs) && isText(epoch) ? { t: 'pong', id, atMs, relayMs, epoch } : null;
    }
    case 'anchor': return readAnchor(fields);
    case 'flow': {
      const { publisher, flowing, sinceRelayMs, epoch } = fields;
      return typeof publisher === 'boolean' && typeof flowing === 'boolean' && isNumber(sinceRelayMs) && isText(epoch)
        ? { t: 'flow', publisher, flowing, sinceRelayMs, epoch } : null;
    }
    case 'skipping': return typeof fields['on'] === 'boolean' ? { t: 'skipping', on: fields['on'] } : null;
    default: return null;
  }
}

function readAnchor(fields: Fields): Anchor | null {
  const { captureMs, rtp, uncertaintyMs, source } = fields;
  if (!isNumber(captureMs) || !isNumber(uncertaintyMs) || uncertaintyMs < 0 || !isText(source)) return null;
  if (!isWhole(rtp) || rtp < 0 || rtp > 0xffffffff) return null;
  return { t: 'anchor', captureMs, rtp, uncertaintyMs, source };
}
