import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { buildAddonsInContainer, whyNoContainer } from '../../image/support/container-build.ts';

const why = whyNoContainer();

/** tests/system loads the result in the guest. */
describe(why === '' ? 'Dockerfile.cross' : `Dockerfile.cross (skipped: ${why})`, function () {
  if (why !== '') {
    it('builds');
    return;
  }
  this.timeout(65 * 60_000);
  let folder = '';
  before(() => { folder = buildAddonsInContainer(); });

  it('makes every addon that the machine’s own build makes, for arm64', () => {
    const names = globSync('*.node', { cwd: folder }).toSorted();
    assert.deepEqual(names, globSync('*.node', { cwd: join(import.meta.dirname, '../../../hal/build/release') }).toSorted());
    for (const name of names) {
      const text = execFileSync('readelf', ['-h', '-W', join(folder, name)], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, timeout: 30_000 });
      assert.match(text, /Machine:\s+AArch64/, name);
      assert.match(text, /Type:\s+DYN/, name);
    }
  });
  it('links the core against trixie’s FFmpeg', () => {
    const text = execFileSync('readelf', ['-d', '-W', join(folder, 'scanlink_core.node')], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, timeout: 30_000 });
    for (const name of ['libavcodec.so.61', 'libswscale.so.8']) assert.match(text, new RegExp(`NEEDED.*\\[${name}\\]`));
  });
});
