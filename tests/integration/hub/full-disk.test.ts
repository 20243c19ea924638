import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipTest } from '../../support/skip.ts';

describe('hub: a full disk', () => {
  it('ends no picture and admits viewers, refuses what it cannot record, obeys an end, is whole again by itself; also killed and started meanwhile', function () {
    this.timeout(120_000);
    if (spawnSync('unshare', ['--mount', '--map-root-user', 'true']).status !== 0) skipTest(this, 'this machine grants no mount namespace');
    const dir = mkdtempSync(join(tmpdir(), 'sl-hub-full-'));
    const script = join(import.meta.dirname, 'hub-on-full-disk.ts');
    const run = spawnSync('unshare', ['--mount', '--map-root-user', 'sh', '-c', 'mount -t tmpfs -o size=4m none "$1" && TMPDIR="$1" exec "$2" "$3"', 'sh', dir, process.execPath, script], { encoding: 'utf8' });
    rmSync(dir, { recursive: true, force: true });
    assert.equal(run.status, 0, run.stderr);
    const full = [507, 'STO_FULL'];
    assert.deepEqual(JSON.parse(run.stdout.trim().split('\n').at(-1) ?? ''), {
      health: [200, true, true], session: full, link: full, killed: [200, true, true], end: full,
      after: [200, true, false], endAfter: 204, sessionAfter: 200, linkAfter: 201, said: [true, true],
      // After a clean stop SQLite has to make its shared memory anew: what was laid aside is for that.
      reserveAfterStart: false, readOnFull: 200, sessionAtLast: 200,
    });
  });
});
