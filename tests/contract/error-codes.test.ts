import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '@scanlink/protocol';

const ROOT = join(import.meta.dirname, '../..');
const PRODUCT = ['{protocol,board,hal,firmware,cloud}/src/**/*.ts', 'hal/native/**/*.{cc,h}', 'scripts/**/*.ts'];
const NOT_PRODUCT = /(^|\/)(node_modules|test|testing|errors)\/|\.test\.ts$/;

describe('error codes', () => {
  const files = globSync(PRODUCT, { cwd: ROOT }).filter((file) => !NOT_PRODUCT.test(file));
  const named = new Set(files.flatMap((file) => readFileSync(join(ROOT, file), 'utf8').match(/\b(?:CFG|DEV|NAT|STO|STR|HUB|BUG)_[A-Z][A-Z0-9_]*\b/g) ?? []));

  for (const code of Object.keys(catalogue)) it(`${code} is given by the product`, () => assert.ok(named.has(code), 'nothing throws it: take it out of the catalogue, into retiredCodes'));
});
