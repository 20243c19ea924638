import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { arrange, choose, inShard } from './choose.ts';

const items = Array.from({ length: 40 }, (_, index) => ({ key: `cell ${index}` }));
const keysOf = (list: readonly { readonly key: string }[]): string[] => list.map(({ key }) => key);
const arranged = (seed: number, of = items): string[] => keysOf(arrange(of, seed, ({ key }) => key));
const whole = { index: 1, count: 1 };

describe('choosing cells', () => {
  it('is the same for the same seed, another order for another, and loses nothing', () => {
    assert.deepEqual(arranged(7), arranged(7));
    assert.notDeepEqual(arranged(7), arranged(8));
    assert.notDeepEqual(arranged(7), keysOf(items));
    assert.deepEqual(arranged(7).toSorted(), keysOf(items).toSorted());
  });

  it('an item that is gone leaves the order of the others', () => {
    assert.deepEqual(arranged(7, items.slice(5)), arranged(7).filter((key) => items.slice(5).some((item) => item.key === key)));
  });

  it('shards are disjoint, even and together the whole', () => fc.assert(fc.property(fc.nat(), fc.integer({ min: 1, max: 50 }), (seed, count) => {
    const shards = Array.from({ length: count }, (_, at) => choose(items, { seed, shard: { index: at + 1, count }, sample: null }));
    assert.deepEqual(keysOf(shards.flat()).toSorted(), keysOf(items).toSorted());
    const sizes = shards.map((shard) => shard.length);
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
  })));

  it('a sample is the beginning of the shard', () => {
    const shard = { index: 2, count: 3 };
    const all = choose(items, { seed: 5, shard, sample: null });
    assert.deepEqual(choose(items, { seed: 5, shard, sample: 4 }), all.slice(0, 4));
    assert.equal(choose(items, { seed: 5, shard, sample: 99 }).length, all.length);
    assert.equal(choose(items, { seed: 5, shard: whole, sample: null }).length, items.length);
  });

  it('deals positions out like cards', () => assert.deepEqual([0, 1, 2, 3, 4].map((at) => inShard(at, { index: 2, count: 3 })), [false, true, false, false, true]));
});
