import type { Anchor, ClockFromRelay, ClockToRelay } from '@scanlink/protocol';

/**
 * The clock data channel's texts. Pure; contract: protocol/src/hub/clock.ts.
 *
 * They come from strangers and are read on the thread that forwards media, so they are read by a reader of their own:
 * length first, then one pass of one expression without a way back, no object whose keys or depth the sender chooses.
 * What is not of the contract is passed over (fields of a later release) or null. Why here: docs/decisions/0010.
 */
const MAX_TEXT_CHARS = 512;
const MAX_SOURCE_CHARS = 32;

/** null: not of the contract, or of a later one. Never throws. */
export function readClockMessage(text: string): ClockToRelay | null {
  const fields = readFields(text);
  if (!fields) return null;
  const t = fields.get('t');
  if (t === 'ping') {
    const [id, atMs] = [fields.get('id'), fields.get('atMs')];
    return isNumber(id) && Number.isInteger(id) && isNumber(atMs) ? { t, id, atMs } : null;
  }
  if (t !== 'anchor') return null;
  const [captureMs, rtp, uncertaintyMs, source] = [fields.get('captureMs'), fields.get('rtp'), fields.get('uncertaintyMs'), fields.get('source')];
  if (!isNumber(captureMs) || !isNumber(uncertaintyMs) || uncertaintyMs < 0) return null;
  if (!isNumber(rtp) || !Number.isInteger(rtp) || rtp < 0 || rtp > 0xffff_ffff) return null;
  return typeof source === 'string' && source.length <= MAX_SOURCE_CHARS ? { t, captureMs, rtp, uncertaintyMs, source } : null;
}

/** A sign of JSON with the blanks before it: bracket, comma or colon; string; number; word. Each character fits one branch only. */
const SIGNS = /[ \t\r\n]*(?:([{}[\],:])|"((?:[^"\\]|\\.)*)"|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/gy;
const CLOSERS: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/** Texts and numbers of one flat object; values of other kinds are passed over. null: it is no object, or too long. */
function readFields(text: string): ReadonlyMap<string, string | number> | null {
  if (text.length > MAX_TEXT_CHARS) return null;
  const fields = new Map<string, string | number>();
  /** Closing brackets that are due, within a value that is passed over. */
  const due: string[] = [];
  let wants: '{' | 'key' | ':' | 'value' | ', or }' | 'end' = '{';
  let key = '';
  let end = 0;
  for (const [sign, mark, string, number] of text.matchAll(SIGNS)) {
    end += sign.length;
    if (due.length > 0) {
      if (mark === due.at(-1)) due.pop();
      else if (mark === '}' || mark === ']') return null;
      else if (mark !== undefined && CLOSERS[mark] !== undefined) due.push(CLOSERS[mark]);
      continue;
    }
    if (wants === '{' && mark === '{') wants = 'key';
    else if (wants === 'key' && string !== undefined) {
      key = string;
      wants = ':';
    } else if (wants === ':' && mark === ':') wants = 'value';
    else if (wants === 'value') {
      if (mark !== undefined && CLOSERS[mark] === undefined) return null;
      if (mark !== undefined) due.push(CLOSERS[mark]!);
      // The last one of a name holds, as in JSON. An escaped text is none of the contract's.
      fields.delete(key);
      if (number !== undefined) fields.set(key, Number(number));
      else if (string !== undefined && !string.includes('\\')) fields.set(key, string);
      wants = ', or }';
    } else if (wants === ', or }' && mark === ',') wants = 'key';
    else if (wants === ', or }' && mark === '}') wants = 'end';
    else return null;
  }
  return wants === 'end' && due.length === 0 && text.slice(end).trim() === '' ? fields : null;
}

function isNumber(value: string | number | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
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
