import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { skipTest } from '../../support/skip.ts';

const SCRIPT = fileURLToPath(new URL('full-disk-chain.ts', import.meta.url));
const MOUNT = 'mount -t tmpfs -o size=96m none "$1" && exec "$2" "$3" "$1"';

describe('chain: a full disk', function () {
  this.timeout(300_000);

  it('each process killed once: the stream comes back, stop works, status says why, and with room all is whole without a hand', async function () {
    if (spawnSync('unshare', ['--mount', '--map-root-user', 'true']).status !== 0) skipTest(this, 'this machine grants no mount namespace');
    const folder = mkdtempSync(join(tmpdir(), 'sl-full-'));
    try {
      const run = spawn('unshare', ['--mount', '--map-root-user', 'sh', '-c', MOUNT, 'sh', folder, process.execPath, SCRIPT], { stdio: ['ignore', 'pipe', 'pipe'] });
      let out = '';
      let err = '';
      run.stdout.on('data', (data: Buffer) => { out += data.toString(); });
      run.stderr.on('data', (data: Buffer) => { err += data.toString(); });
      const code = await new Promise<number | null>((resolve) => { run.once('close', resolve); });
      assert.equal(code, 0, err);
      assert.deepEqual(JSON.parse(out.trim().split('\n').at(-1)!), {
        media: 'flows', firmware: 'flows', 'hub-relay': 'flows', 'hub-api': 'flows',
        words: 'STO_FULL', stop: 'idle', stopped: null, start: 'STO_FULL', again: 'another session', health: 200,
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
