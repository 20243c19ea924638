import assert from 'node:assert/strict';
import { describeChoice, renderRecord } from './render-record.ts';
import { Tally } from './tally.ts';

describe('record of a long run', () => {
  it('says what it covers, on which machine, and the note', () => {
    const text = renderRecord({ title: 'Check matrix', intro: 'Each row.', covers: '2 of 9 cells', machine: 'a machine', note: 'machine not quiet', facts: ['5 s'], rows: [['source', 'fps'], ['a|b', '30.0']] });
    assert.equal(text, '# Check matrix\n\nEach row.\n\n- Covers: 2 of 9 cells\n- Machine: a machine\n- Note: machine not quiet\n- 5 s\n\n| source | fps |\n| --- | ---: |\n| a\\|b | 30.0 |\n');
  });
  it('names seed, shard and sample', () => {
    assert.equal(describeChoice({ seed: 4, shard: { index: 2, count: 70 }, sample: null }), 'seed 4, shard 2/70');
    assert.equal(describeChoice({ seed: 4, shard: { index: 1, count: 1 }, sample: 3 }), 'seed 4, sample 3');
  });
});

describe('tally', () => {
  it('counts as the closing line of ./test wants it, reasons of what was skipped among them', () => {
    const said: string[] = [];
    const tally = new Tally((text) => said.push(text));
    tally.add('a', null, '3 s');
    tally.add('b', 'too late\nby far');
    tally.skip('c', 'no FFmpeg');
    assert.deepEqual(JSON.parse(tally.toLine()), { passed: 1, failed: 1, skipped: 1, titles: ['c [skipped: no FFmpeg]'] });
    assert.deepEqual(said, ['  ok   a  3 s', '  FAIL b\n       too late\n       by far', '  skip c: no FFmpeg']);
  });
});
