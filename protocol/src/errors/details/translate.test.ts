import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../app-error.ts';
import { describeArgumentFault } from '../describe-argument-fault.ts';
import { findDetail, translateDetail } from './translate.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const FOLDERS = ['protocol/src', 'board/src', 'firmware/src', 'cloud/src', 'scripts', 'hal/src', 'hal/native/sim'];
/** Where sources write an error's detail. */
const WRITTEN = [
  /detail: *(?:[^'`\n,]*\?\? *)?(['`])(.*?)\1/g, /\b(?:invalid|lose)\([^,\n]*, *(['`])(.*?)\1/g, /\b(?:badSdp|malformed|usage|fail|ended|refuse)\((['`])(.*?)\1/g, /\b(?:unsupported|unreadable)\((")(.*?)\1/g,
  /\bfault\((?:[^,'`\n]*, *)?(['`])(.*?)\1/g,
];

/** Every sentence that a source gives as a detail; what is filled in as `7`. */
function writtenDetails(): { readonly path: string; readonly detail: string }[] {
  const paths = FOLDERS.flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`));
  return paths.filter((path) => /\.(?:ts|cc|h)$/.test(path) && !/test/.test(path) && !path.includes('errors/details/')).flatMap((path) => {
    const source = readFileSync(join(ROOT, path), 'utf8');
    return WRITTEN.flatMap((pattern) => [...source.matchAll(pattern)].map(([, , detail = '']) => ({ path, detail: detail.replaceAll(/\$\{[^{}]*(?:\{[^}]*\}[^{}]*)*\}/g, '7').replace(/ $/, ' 7') })));
  }).filter(({ detail }) => /[a-z]{2,}/.test(detail));
}

describe('details of errors, in Chinese', () => {
  it('each that a source writes has its words', () => {
    const details = writtenDetails();
    assert.ok(details.length > 100, `${details.length} found`);
    assert.deepEqual(details.filter(({ detail }) => findDetail(detail) === null).map(({ path, detail }) => `${path}: ${detail}`), []);
  });

  for (const [detail, zh] of [
    ['no answer', '没有应答'], ['ECONNREFUSED', 'ECONNREFUSED'], ['/inputs/0/name must be string', '/inputs/0/name 应为 文本'], ['must be >= 100', '应为 >= 100'], ['more than 5 redirects', '重定向超过 5 次'],
    ['file 3 of the folder: truncated', '文件夹中的第 3 个文件：内容不完整'], ['database disk image is malformed', '“database disk image is malformed”'], ['x'.repeat(900), 'x'.repeat(900)],
  ] as const) it(`${detail.slice(0, 40)} -> ${zh.slice(0, 40)}`, () => assert.equal(translateDetail(detail), zh));

  it('what parseArgs found wrong, without its advice', () => {
    const detail = describeArgumentFault(new TypeError("Unknown option '--jsn'. To specify a positional argument starting with a '-', place it at the end"));
    const body = new AppError('CFG_USAGE', { detail }).toBody();
    assert.deepEqual([body.message, body.messageZh], ["Wrong command: Unknown option '--jsn'", '命令有误：未知选项“--jsn”']);
  });
});
