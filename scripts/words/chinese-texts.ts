import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A Chinese text of the product, and where it stands. */
export interface ChineseText { readonly place: string; readonly text: string }

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = ['protocol/src', 'board/src', 'firmware/src', 'cloud/src', 'cloud/web/src', 'bench/src', 'scripts', 'hal/src', 'hal/native/sim', 'hal/native/core'];
const FILES = ['README.zh-CN.md', 'SECURITY.md', 'docs/INTENDED-USE.md', 'docs/CONFIG.md', 'docs/BOARDS.md', 'docs/ERRORS.md', 'docs/WHEP.md', 'THIRD-PARTY.md', 'docs/images/architecture.zh.svg', 'cloud/web/index.html', 'scripts/run/help.txt', 'firmware/src/cli/help.zh.txt', 'scripts/install.sh', 'run', 'test', 'scanlink'];
const SOURCE = /\.(?:ts|tsx|cc|h)$/;
const NO_TEXT = /\.test\.tsx?$|[/\\]test[/\\]|[/\\]words[/\\]/;
const HAN = /\p{Script=Han}/u;

/**
 * Every text with Chinese in it: the literals of the sources (comments left out, a template's values as `{}`), the lines
 * of documents and shell scripts.
 */
export function collectChineseTexts(): ChineseText[] {
  const sources = FOLDERS.flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`)).filter((path) => SOURCE.test(path) && !NO_TEXT.test(path) && !path.includes('node_modules'));
  return [
    ...sources.flatMap((place) => literalsOf(read(place)).map((text) => ({ place, text }))),
    ...FILES.flatMap((place) => linesOf(read(place)).map((text) => ({ place, text }))),
  ].filter(({ text }) => HAN.test(text));
}

/** Lines of a document; of what stands in a fence, which is typed, the remarks. */
function linesOf(text: string): string[] {
  let isFenced = false;
  return text.split('\n').map((line) => {
    if (line.startsWith('```')) isFenced = !isFenced;
    return isFenced ? (/\s#\s(.*)$/.exec(line)?.[1] ?? '') : line;
  });
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** String literals of a source, without those in comments. */
export function literalsOf(source: string): string[] {
  const parts = source.matchAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g);
  return [...parts].map(([part]) => part).filter((part) => !part.startsWith('/')).map((part) => part.slice(1, -1).replaceAll(/\$\{[^}]*\}/g, '{}'));
}
