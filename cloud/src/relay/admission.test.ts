import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Admission, type Place } from './admission.ts';

const limits = { viewers: 6, roomViewers: 4, joining: 3, linkJoining: 2 };

describe('admission of viewers', () => {
  it('refuses what is over a limit, with its own words', () => {
    const admission = new Admission(limits);
    const [one, two] = [admission.admit('room', 'link'), admission.admit('room', 'link')];
    assert.throws(() => admission.admit('room', 'link'), { code: 'HUB_TOO_MANY_JOINING' });
    admission.admit('room', 'other link');
    assert.throws(() => admission.admit('other room', 'third link'), { code: 'HUB_RELAY_FULL' }, 'too many are joining');
    one.open();
    two.open();
    admission.admit('room', 'link').open();
    assert.throws(() => admission.admit('room', 'link'), { code: 'HUB_RELAY_FULL' }, 'the room is full');
    admission.admit('other room', 'link').open();
    one.leave();
    one.leave();
    admission.admit('room', 'link');
  });

  it('comes back to nothing when all have left, in whatever order', () => {
    fc.assert(fc.property(fc.array(fc.record({ at: fc.nat(9), act: fc.constantFrom('admit', 'open', 'leave'), link: fc.constantFrom('a', 'b') }), { maxLength: 80 }), (steps) => {
      const admission = new Admission(limits);
      const places = new Map<number, Place>();
      for (const { at, act, link } of steps) {
        if (act === 'open') places.get(at)?.open();
        else if (act === 'leave') places.get(at)?.leave();
        else if (!places.has(at)) {
          try {
            places.set(at, admission.admit('room', link));
          } catch (error) {
            assert.match((error as { code: string }).code, /HUB_RELAY_FULL|HUB_TOO_MANY_JOINING/);
          }
        }
      }
      for (const place of places.values()) place.leave();
      for (let index = 0; index < limits.roomViewers; index += 1) admission.admit('room', 'c').open();
    }));
  });
});
