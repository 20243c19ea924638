import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parseLongArguments } from './arguments.ts';
import { runItems, type Items } from './run-items.ts';

const TEN = Array.from({ length: 10 }, (_, index) => index);
type Result = { readonly square: number };

describe('items of a long test', () => {
  let rootDir: string;
  beforeEach(() => { rootDir = mkdtempSync(join(tmpdir(), 'sl-items-')); });
  afterEach(() => rmSync(rootDir, { recursive: true }));

  /** @returns the items given, and which of them were worked on now. */
  async function collect(argv: readonly string[], more: Partial<Items<number, Result>> = {}, tree = 'abc'): Promise<{ given: number[]; worked: number[] }> {
    const worked: number[] = [];
    const given: number[] = [];
    const items = runItems({ rootDir, tree, args: parseLongArguments(argv) }, {
      name: 'squares', items: TEN, keyOf: (item) => `item ${item}`, most: null,
      work: async (item) => { worked.push(item); return { square: item * item }; }, ...more,
    });
    for await (const { item, row, recorded, number } of items) {
      given.push(item);
      assert.equal(number, given.length);
      assert.deepEqual([row.key, row.square, row.tree, recorded], [`item ${item}`, item * item, tree, !worked.includes(item)]);
    }
    return { given, worked };
  }

  it('are done in their order, once for a tree: what was interrupted goes on', async () => {
    assert.deepEqual(await collect([], { most: 4 }), { given: [0, 1, 2, 3], worked: [0, 1, 2, 3] });
    assert.deepEqual(await collect([]), { given: TEN, worked: [4, 5, 6, 7, 8, 9] });
    assert.deepEqual(await collect([], {}, 'another'), { given: TEN, worked: TEN });
  });

  it('a sample measures anew and keeps nothing; --fresh forgets', async () => {
    await collect([], { most: 2 });
    assert.deepEqual((await collect(['--sample'], { most: 3 })).worked, [0, 1, 2]);
    assert.deepEqual((await collect([], { most: 3 })).worked, [2]);
    assert.deepEqual((await collect(['--fresh'], { most: 3 })).worked, [0, 1, 2]);
  });

  it('shards are disjoint, even and together the whole', () => fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 15 }), async (count) => {
    const shards: number[][] = [];
    for (let index = 1; index <= count; index += 1) shards.push((await collect(['--fresh', '--shard', `${index}/${count}`])).given);
    assert.deepEqual(shards.flat().toSorted((a, b) => a - b), TEN);
    const sizes = shards.map((shard) => shard.length);
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
  }), { numRuns: 15 }));

  it('an endless row of items ends when their time is spent, and what is known beyond is still told', async () => {
    // An end after all, so that a loop which goes on fails and does not hang.
    const naturals = function* (): Generator<number> { for (let item = 0; item < 50; item += 1) yield item; };
    const { given } = await collect([], { items: naturals(), most: 3 });
    assert.equal(given.length, 3);
    assert.deepEqual(await collect([], { items: naturals(), mostMs: 0 }), { given: [0, 1, 2], worked: [] });
  });

  it('an item whose work throws is kept by nobody', async () => {
    await assert.rejects(collect([], { work: () => Promise.reject(new Error('no chain')) }), /no chain/);
    assert.deepEqual((await collect([], { most: 1 })).worked, [0]);
  });
});
