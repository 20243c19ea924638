import { AppError } from '@scanlink/protocol';

/** What a PATCH asks for. iceUfrag: as the fragment says, null when it says none. */
export interface IceFragment { readonly iceUfrag: string | null }

const LINE = /^[a-z]=\S.*$/;
const CANDIDATE = /^a=candidate:\S+ \d{1,5} \S+ \d{1,10} \S+ \d{1,5} typ \S/;
const MAX_LINES = 1000;

/**
 * Reads an application/trickle-ice-sdpfrag (RFC 8840, 9). Candidates need not be known: the peer's address is learnt
 * from its checks. @throws HUB_BAD_REQUEST with what is wrong (never with the content).
 */
export function readFragment(text: string): IceFragment {
  const lines = text.split(/\r\n|\n|\r/, MAX_LINES + 1).filter((line) => line !== '');
  if (lines.length > MAX_LINES) throw malformed('too many lines');
  if (!lines.some((line) => line.startsWith('a='))) throw malformed('it holds no attribute');
  if (!lines.every((line) => LINE.test(line) && (!line.startsWith('a=candidate:') || CANDIDATE.test(line)))) throw malformed('a line of the ICE fragment is malformed');
  const iceUfrag = lines.find((line) => line.startsWith('a=ice-ufrag:'))?.slice('a=ice-ufrag:'.length).trim() ?? null;
  if (iceUfrag !== null && !/^[A-Za-z0-9+/]{4,256}$/.test(iceUfrag)) throw malformed('ice-ufrag is not usable');
  return { iceUfrag };
}

function malformed(detail: string): AppError {
  return new AppError('HUB_BAD_REQUEST', { detail });
}
