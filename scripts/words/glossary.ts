import { read } from './chinese-texts.ts';

/** A line of docs/GLOSSARY.md. */
export interface Term { readonly english: string; readonly chinese: string; readonly never: readonly string[]; readonly but: readonly string[] }
export interface Glossary { readonly terms: readonly Term[]; readonly names: ReadonlySet<string> }

export function readGlossary(): Glossary {
  const text = read('docs/GLOSSARY.md');
  const list = (cell = ''): string[] => cell.split('、').map((each) => each.trim()).filter((each) => each !== '');
  const rows = text.split('\n').filter((line) => line.startsWith('| ')).map((line) => line.split('|').map((cell) => cell.trim())).filter((cells) => cells[1] !== 'English');
  const names = /products: ([\s\S]*?)\.\n/.exec(text)?.[1]?.split(/,\s+/) ?? [];
  return { terms: rows.map(([, english = '', chinese = '', never, but]) => ({ english, chinese, never: list(never), but: list(but) })), names: new Set(names) };
}

/** The words of a text that the glossary refuses, each with the word to use. */
export function findWrongWords(text: string, { terms }: Glossary): string[] {
  return terms.flatMap(({ chinese, never, but }) => {
    const rest = but.reduce((left, phrase) => left.replaceAll(phrase, ''), text);
    return never.filter((word) => rest.includes(word)).map((word) => `${word} (${chinese})`);
  });
}

/** What is typed or read as it stands, and so is no English: code, options, paths, keys, values, quotations, numbers with their units. */
const AS_IT_STANDS = [
  /`[^`]*`/g, /<[^>]*>/g, /“[^”]*”/g, /\{\w*\}/g, /\]\([^)]*\)/g, /https?:\/\/\S*/g, /(?:^|[^\w])--?[a-z][\w-]*/g, /[\w-]*[/=][\w/.=:-]*/g, /\b[\w-]+\.(?:db|key|md|json|jpg|svg|png)\b/g,
  /\b[a-z]+[A-Z]\w*\b/g, /\b[A-Z][A-Z0-9]*_[A-Z0-9_]*\b/g, /\b\d[\w.:-]*/g, /\b(?:ms|kbit|px|dB|MiB|fps|amd64)\b/g, /\bCtrl-C\b/g,
];

/** English words inside a Chinese text that are no name of the glossary. */
export function findEnglish(text: string, { names }: Glossary): string[] {
  const escape = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const isName = new RegExp(`(?<![A-Za-z])(?:${[...names].toSorted((a, b) => b.length - a.length).map(escape).join('|')})(?![A-Za-z])`, 'g');
  const prose = AS_IT_STANDS.reduce((left, code) => left.replaceAll(code, ' '), text.replaceAll(isName, ' '));
  return prose.match(/[A-Za-z]{2,}/g) ?? [];
}
