import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCpio } from './cpio.ts';

describe('an initial RAM disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cpio-'));
  after(() => rmSync(folder, { recursive: true }));

  it('is the same for the same tree, whatever its times', () => {
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'init'), '#!/bin/sh\n', { mode: 0o755 });
    symlinkSync('busybox', join(folder, 'bin/sh'));
    const first = writeCpio(folder);
    utimesSync(join(folder, 'init'), 1, 1);
    assert.deepEqual(writeCpio(folder), first);
    writeFileSync(join(folder, 'init'), '#!/bin/dash\n');
    assert.notDeepEqual(writeCpio(folder), first);
  });

  it('has headers of 110 letters, entries on multiples of 4 bytes and an end', () => {
    const text = writeCpio(folder).toString('latin1');
    const names: string[] = [];
    for (let at = 0; at < text.length;) {
      assert.equal(text.slice(at, at + 6), '070701');
      const field = (index: number): number => Number.parseInt(text.slice(at + 6 + 8 * index, at + 14 + 8 * index), 16);
      const nameLength = field(11), size = field(6);
      names.push(`${text.slice(at + 110, at + 110 + nameLength - 1)} ${field(1).toString(8)}`);
      at += Math.ceil((110 + nameLength) / 4) * 4 + Math.ceil(size / 4) * 4;
    }
    assert.deepEqual(names, ['bin 40755', 'bin/sh 120777', 'init 100755', 'TRAILER!!! 0']);
  });
});
