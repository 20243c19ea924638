import assert from 'node:assert/strict';
import { describeDrops, subtractDrops, sumDrops } from './count-drops.ts';

describe('dropped frames', () => {
  it('are those between two readings, by reason', () => {
    const drops = subtractDrops({ busy: 5, lost: 2, late: 1 }, { busy: 3, lost: 2 });
    assert.deepEqual(drops, { busy: 2, late: 1 });
    assert.equal(sumDrops(drops), 3);
    assert.equal(describeDrops(drops), 'busy 2, late 1');
  });
  it('count from zero where the process was started anew', () => assert.deepEqual(subtractDrops({ busy: 2 }, { busy: 30 }), { busy: 2 }));
  it('say 0 when there are none', () => assert.equal(describeDrops({}), '0'));
});
