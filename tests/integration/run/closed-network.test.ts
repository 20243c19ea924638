import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipTest } from '../../support/skip.ts';

const ROOT_DIR = join(import.meta.dirname, '../../..');
/** Root needs no user namespace, and gets none inside a chroot. */
const UNSHARE = process.getuid?.() === 0 ? ['--net'] : ['--user', '--map-root-user', '--net'];
// Chromium sends no media when the machine has no interface but loopback, so there is one that leads nowhere: both ends
// of the pair lie in here, and no route leads out. The command is positional: nothing of it is read by the shell.
const CLOSED = 'ip link set lo up && ip link add sl0 type veth peer name sl1 && ip addr add 192.0.2.1/24 dev sl0 && ip link set sl0 up && ip link set sl1 up && exec "$0" "$@"';

describe('./run in a network that leads nowhere', () => {
  it('shows the picture: no page, font, script or STUN server comes from outside', async function () {
    this.timeout(120_000);
    if (spawnSync('unshare', [...UNSHARE, 'sh', '-c', CLOSED, 'true']).status !== 0) skipTest(this, 'network namespaces are not allowed here');
    const dataDir = mkdtempSync(join(tmpdir(), 'sl-closed-'));
    try {
      const stdout = await new Promise<string>((resolve, reject) => {
        execFile('unshare', [...UNSHARE, 'sh', '-c', CLOSED, join(ROOT_DIR, 'run'), '--no-install', '--check', '--json', '--seconds', '3', '--data', dataDir], { timeout: 100_000 }, (error, out, err) => {
          // Exit 1 is a check that is not ok (a slow machine may not be measurable); what counts here is asserted below.
          if (error && (error.code !== 1 || out === '')) reject(new Error(`${error.message}\n${err}`));
          else resolve(out);
        });
      });
      const result = JSON.parse(stdout) as { fps: number; firstPictureMs: number; psnrDb: number };
      assert.ok(result.fps > 5, `pictures come (${result.fps} a second)`);
      assert.ok(result.firstPictureMs > 0);
      assert.ok(result.psnrDb >= 32, `and are the captured ones (${result.psnrDb} dB)`);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});
