import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { catalogue, retiredCodes } from './catalogue.ts';
import { FAMILIES, renderErrorsDoc } from './render-doc.ts';

describe('error catalogue', () => {
  it('is what docs/ERRORS.md says (node scripts/render-docs.ts)', () => {
    assert.equal(readFileSync(new URL('../../../docs/ERRORS.md', import.meta.url), 'utf8'), renderErrorsDoc());
  });

  for (const [code, entry] of Object.entries(catalogue)) {
    it(`${code} has a family, words in both languages and the same placeholders in them`, () => {
      assert.ok(FAMILIES[code.split('_', 1)[0]!]);
      assert.ok(!Object.hasOwn(retiredCodes, code), 'a retired code stays retired');
      assert.match(entry.zh, /[\u4e00-\u9fff]/);
      const placeholders = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([each]) => each).toSorted();
      assert.deepEqual(placeholders(entry.zh), placeholders(entry.en));
    });
  }
});
