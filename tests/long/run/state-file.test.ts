import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StateFile, type StateRow } from './state-file.ts';

type Row = StateRow & { readonly ok: boolean };
const row = (key: string, ok = true, tree = 'abc'): Row => ({ tree, key, atMs: 1, durationMs: 1, ok });

describe('state of a sweep', () => {
  let folder: string;
  let path: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sl-state-')); path = join(folder, 'deep/matrix.jsonl'); });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('goes on with what another run of this tree appended; the newest row of a key counts', () => {
    const first = new StateFile<Row>(path, 'abc');
    for (const each of [row('a'), row('b'), row('a', false), row('c', true, 'other')]) first.append(each);
    assert.deepEqual([...new StateFile<Row>(path, 'abc').read().values()], [row('a', false), row('b')]);
    assert.deepEqual([...new StateFile<Row>(path, 'other').read().keys()], ['c']);
  });

  it('a line that was cut short costs its own item alone', () => {
    const file = new StateFile<Row>(path, 'abc');
    file.append(row('a'));
    appendFileSync(path, JSON.stringify(row('b')).slice(0, 20));
    file.append(row('c'));
    assert.deepEqual([...file.read().keys()], ['a', 'c']);
    assert.equal(readFileSync(path, 'utf8').split('\n').length, 4);
  });

  it('passes over lines that are no rows', () => {
    const file = new StateFile<Row>(path, 'abc');
    appendFileSync(path, 'null\n17\n{}\n[]\n{"key":3,"tree":"abc"}\n');
    file.append(row('a'));
    assert.deepEqual([...file.read().keys()], ['a']);
  });

  it('is empty before the first row and after forget()', () => {
    const file = new StateFile<Row>(path, 'abc');
    assert.equal(file.read().size, 0);
    file.append(row('a'));
    file.forget();
    file.forget();
    assert.equal(file.read().size, 0);
  });
});
