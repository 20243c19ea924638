import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { LineSplitter } from './line-splitter.ts';

describe('line splitter', () => {
  it('finds the same lines however the bytes are cut', () => {
    const line = fc.string({ unit: fc.constantFrom('a', '中', ' ', '{', '"'), minLength: 1, maxLength: 20 });
    fc.assert(fc.property(fc.array(line), fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(''));
      const splitter = new LineSplitter(1000);
      const found: string[] = [];
      for (let at = 0, index = 0; at < bytes.length; index++) {
        const end = at + (cuts[index % cuts.length] ?? 1);
        found.push(...splitter.push(bytes.subarray(at, end)));
        at = end;
      }
      assert.deepEqual(found, lines);
    }));
  });

  it('drops a line that is too long and holds no more than the limit', () => {
    const splitter = new LineSplitter(8);
    assert.deepEqual(splitter.push(Buffer.from('123456789\nabc\n')), ['abc']);
    assert.deepEqual(splitter.push(Buffer.alloc(100, 'x')), []);
    assert.deepEqual(splitter.push(Buffer.from('\nend\n')), ['end']);
  });
});
