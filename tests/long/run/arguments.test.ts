import assert from 'node:assert/strict';
import { LONG_HELP, LONG_TESTS, parseLongArguments } from './arguments.ts';

const parse = (line: string) => parseLongArguments(line === '' ? [] : line.split(' '));

describe('arguments of ./test --long', () => {
  it('means everything, whole and unrecorded, without any', () => {
    const args = parse('');
    assert.deepEqual([args.only, args.seed, args.shard, args.sample, args.steps, args.record, args.fresh], [LONG_TESTS, 1, { index: 1, count: 1 }, null, null, false, false]);
  });

  it('--sample stands with and without its number', () => {
    assert.equal(parse('--sample').sample, 3);
    assert.equal(parse('--sample --seed 4').sample, 3);
    assert.equal(parse('--sample 7 --seed 4').sample, 7);
    assert.equal(parse('--sample=2').sample, 2);
  });

  it('reads a shard and keeps the order of the tests', () => {
    assert.deepEqual(parse('--shard 3/70').shard, { index: 3, count: 70 });
    assert.deepEqual(parse('--only fuzz,matrix').only, ['matrix', 'fuzz']);
  });

  for (const line of ['--only sweep', '--shard 0/3', '--shard 4/3', '--shard 3', '--shard 1/0', '--seed -1', '--seed x', '--steps 0', '--sample 0', '--minutes 1.5', '--loud', 'matrix']) it(`refuses: ${line}`, () => assert.throws(() => parse(line)));

  it('each option stands in the help', () => {
    for (const name of Object.keys(parse(''))) assert.ok(LONG_HELP.includes(`--${name}`), name);
  });
});
