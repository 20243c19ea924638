import assert from 'node:assert/strict';
import { arrange, inShard } from './choose.ts';

const items = Array.from({ length: 40 }, (_, index) => `cell ${index}`);
const arranged = (seed: number, of = items): string[] => arrange(of, seed, (key) => key);

describe('choosing items', () => {
  it('is the same for the same seed, another order for another, and loses nothing', () => {
    assert.deepEqual(arranged(7), arranged(7));
    assert.notDeepEqual(arranged(7), arranged(8));
    assert.notDeepEqual(arranged(7), items);
    assert.deepEqual(arranged(7).toSorted(), items.toSorted());
  });

  it('an item that is gone leaves the order of the others', () => {
    assert.deepEqual(arranged(7, items.slice(5)), arranged(7).filter((key) => items.slice(5).includes(key)));
  });

  it('deals positions out like cards', () => assert.deepEqual([0, 1, 2, 3, 4].map((at) => inShard(at, { index: 2, count: 3 })), [false, true, false, false, true]));
});
