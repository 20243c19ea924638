import assert from 'node:assert/strict';
import { judgeGrowth, type Reading } from './judge-growth.ts';

const read = (pssMib: number, files = 20, pid = 1): Record<string, Reading> => ({ media: { pid, pssMib, files } });
const judge = (...steps: Record<string, Reading>[]) => judgeGrowth(steps)[0];

describe('growth over a soak', () => {
  it('allows what a restart or a larger timing leaves', () => assert.equal(judge(read(70), read(200), read(150, 30))?.reason, null));
  it('names memory that went on growing', () => assert.match(judge(read(70), read(120), read(154))?.reason ?? '', /media: PSS 154.0 MiB, first 70.0, at most 153.0 MiB/));
  it('names open files that were left', () => assert.match(judge(read(70), read(70, 37))?.reason ?? '', /37 open files, first 20, at most 36/));
  it('holds a later process to the first one\'s measure', () => assert.notEqual(judge(read(70, 20, 1), read(300, 20, 2))?.reason, null));
  it('tells the slope of the last process alone', () => {
    assert.equal(judge(read(500, 20, 1), read(10, 20, 2), read(12, 20, 2), read(14, 20, 2))?.slopeMibPerStep, 2);
    assert.equal(judge(read(10), read(12))?.slopeMibPerStep, null);
  });
  it('has the most between first and last', () => {
    const growth = judge(read(70), read(200, 90), read(80));
    assert.deepEqual([growth?.mostPssMib, growth?.mostFiles], [200, 90]);
  });
  it('of nothing is nothing', () => assert.deepEqual(judgeGrowth([]), []));
});
