import { boardDetails } from './board.ts';
import { boxDetails } from './box.ts';
import { hubDetails } from './hub.ts';
import { sourceDetails } from './source.ts';

const exact: ReadonlyMap<string, string> = new Map(Object.entries({ ...sourceDetails, ...hubDetails, ...boxDetails, ...boardDetails }));
// The more a pattern says itself, the earlier it is tried.
const patterns = [...exact].filter(([detail]) => detail.includes('{}')).toSorted(([a], [b]) => b.length - a.length).map(([detail, zh]) => ({ looksLike: toPattern(detail), zh }));
/** What is longer is nobody's sentence of ours. */
const MOST_CHARS = 400;

/**
 * The `detail` of an error in Chinese. Codes, paths and numbers stay as they are; a foreign sentence (of the system, of
 * another's server) stands in quotation marks: its words are not ours.
 */
export function translateDetail(detail: string): string {
  const known = findDetail(detail);
  if (known !== null) return known;
  const isSentence = /[a-z]{2,} [a-z]{2,}/i.test(detail) && !/\p{Script=Han}/u.test(detail);
  return isSentence ? `“${detail}”` : detail;
}

/** null where none of ours is meant. */
export function findDetail(detail: string): string | null {
  const words = exact.get(detail);
  if (words !== undefined) return words;
  if (detail.length > MOST_CHARS) return null;
  for (const { looksLike, zh } of patterns) {
    const found = looksLike.exec(detail);
    if (found) return fillIn(zh, found.slice(1));
  }
  // A schema's fault with its place: `/inputs/0/name must be string`.
  const [, place, fault] = /^(\(whole\)|[a-z]*\/\S*) (must .*)$/.exec(detail) ?? [];
  const inner = fault === undefined ? null : findDetail(fault);
  return inner === null ? null : `${place === '(whole)' ? '整体' : place} ${inner}`;
}

function fillIn(zh: string, values: readonly string[]): string {
  let next = 0;
  return zh.replaceAll('{}', () => {
    const value = values[next++] ?? '';
    return findDetail(value) ?? value;
  });
}

function toPattern(detail: string): RegExp {
  return new RegExp(`^${detail.split('{}').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('(.{0,200}?)')}$`, 's');
}
