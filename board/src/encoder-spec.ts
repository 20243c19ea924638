import type { EncoderSpec } from '@scanlink/protocol';
import type { Board } from './schema/board.ts';

/** What a board has for making H.264, in the words of `media`. */
export function toEncoderSpec({ encoder }: Pick<Board, 'encoder'>): EncoderSpec {
  if (encoder.kind === 'x264') return { kind: 'x264' };
  const { driver, card } = encoder.match;
  return { kind: 'v4l2-m2m', match: { ...(driver === undefined ? {} : { driver }), ...(card === undefined ? {} : { card }) }, quirks: [...encoder.quirks] };
}
