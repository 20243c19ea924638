import assert from 'node:assert/strict';
import { parseTiming } from '@scanlink/protocol';
import { BASE_TIMING, FAULTS_A_TURN, mix, planStep, UNITS } from './plan-faults.ts';

const plan = (seed: number, steps: number) => Array.from({ length: steps }, (_, index) => planStep(seed, index));

describe('sequence of faults', () => {
  it('is decided by seed and index alone', () => {
    assert.deepEqual(planStep(3, 50), plan(3, 60)[50]);
    assert.notDeepEqual(plan(3, 20).map(({ title }) => title), plan(4, 20).map(({ title }) => title));
  });

  it('brings each fault once a turn, in another order each turn', () => {
    const kinds = plan(1, 2 * FAULTS_A_TURN).map(({ title }) => title.replace(/timing .*/, 'timing'));
    const [first, second] = [kinds.slice(0, FAULTS_A_TURN), kinds.slice(FAULTS_A_TURN)];
    assert.equal(new Set(first).size, FAULTS_A_TURN);
    assert.deepEqual(first.toSorted(), second.toSorted());
    assert.notDeepEqual(first, second);
    for (const unit of UNITS) assert.ok(first.includes(`kill -9 ${unit}`));
  });

  it('changes to progressive timings other than the one it stands at, and holds each fault for a while', () => {
    for (const { fault, holdMs } of plan(9, 400)) {
      assert.ok(holdMs >= 200 && holdMs <= 4000);
      if (fault.kind === 'timing') assert.ok(fault.timing !== BASE_TIMING && !parseTiming(fault.timing).interlaced);
    }
  });

  it('gives each number a seed of its own', () => {
    const seeds = Array.from({ length: 50 }, (_, seed) => Array.from({ length: 50 }, (_, number) => mix(seed, number))).flat();
    assert.equal(new Set(seeds).size, 2500);
  });
});
