import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { planRemoval, type Kept, type KeepingRule } from './policy.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2027, 0, 1);
const rule: KeepingRule = { maxAgeMs: 30 * DAY_MS, maxCount: 4, maxBytes: 1000 };
/** One of so many days ago. */
const item = (id: string, days: number, more: Partial<Kept> = {}): Kept => ({ id, atMs: NOW - days * DAY_MS, bytes: 100, guarded: false, ...more });

describe('what is kept', () => {
  const table: [name: string, items: Kept[], nowMs: number | null, removed: string[]][] = [
    ['nothing', [], NOW, []],
    ['all within the rule', [item('a', 1), item('b', 29)], NOW, []],
    ['what is too old goes', [item('a', 1), item('b', 31), item('c', 40)], NOW, ['c', 'b']],
    ['however young the others are', [item('a', 400), item('b', 401)], NOW, ['b', 'a']],
    ['what is guarded stays', [item('a', 1), item('b', 400, { guarded: true })], NOW, []],
    ['the oldest beyond the number goes', [item('a', 1), item('b', 2), item('c', 3), item('d', 4), item('e', 5)], NOW, ['e']],
    ['what is guarded counts', [item('a', 1), item('b', 2), item('c', 3), item('d', 4), item('e', 5, { guarded: true })], NOW, ['d']],
    ['the oldest beyond the bytes goes', [item('a', 1, { bytes: 600 }), item('b', 2, { bytes: 300 }), item('c', 3, { bytes: 200 })], NOW, ['c']],
    ['and what is older than one that has no room, too', [item('a', 1, { bytes: 600 }), item('b', 2, { bytes: 500 }), item('c', 3)], NOW, ['c', 'b']],
    ['what is guarded and larger than all room', [item('a', 1, { bytes: 5000, guarded: true }), item('b', 2)], NOW, ['b']],
    ['by a clock that is not trusted nothing is too old', [item('a', 1), item('b', 400)], null, []],
    ['but there is a number', [item('a', 1), item('b', 2), item('c', 3), item('d', 4), item('e', 5)], null, ['e']],
    ['a time of before there were boxes tells no age', [item('a', 1), item('b', 0, { atMs: 86_400 })], NOW, []],
    ['one of the future is young', [item('a', -400), item('b', 31)], NOW, ['b']],
  ];
  for (const [name, items, nowMs, removed] of table) it(name, () => assert.deepEqual(planRemoval(items, rule, nowMs), removed));

  it('holds the rule and what is guarded, whatever there is', () => {
    const any = fc.record({ days: fc.nat({ max: 60 }), bytes: fc.nat({ max: 700 }), guarded: fc.boolean() });
    fc.assert(fc.property(fc.array(any, { maxLength: 12 }), (made) => {
      const items = made.map(({ days, ...more }, index) => item(String(index), days, more));
      const removed = new Set(planRemoval(items, rule, NOW));
      const left = items.filter((each) => !removed.has(each.id));
      for (const each of items) if (each.guarded) assert.ok(left.includes(each));
      const free = left.filter((each) => !each.guarded);
      for (const each of free) assert.ok(NOW - each.atMs <= rule.maxAgeMs);
      if (free.length === 0) return;
      assert.ok(left.length <= rule.maxCount && left.reduce((sum, each) => sum + each.bytes, 0) <= rule.maxBytes);
    }));
  });
});
