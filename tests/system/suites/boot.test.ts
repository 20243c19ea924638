import assert from 'node:assert/strict';
import { startFromSnapshot, type SystemGuest } from '../support/system-guest.ts';
import { UNITS } from '../support/box-in-guest.ts';

/** The machine's own question for an address is answered there; it takes nothing from anybody else. */
const DHCP_CLIENT = /^udp\s+UNCONN\s.*%\S+:68\s/;

describe('system: the booted guest', function () {
  this.timeout(120_000);
  let system: SystemGuest;

  before(async () => { system = await startFromSnapshot(); });
  after(async () => { await system?.close(); });

  it('has no failed unit', async () => {
    assert.equal((await system.guest.exec(['systemctl', 'list-units', '--failed', '--no-legend', '--plain'])).trim(), '');
  });

  it('knows the units of the box', async () => {
    for (const unit of UNITS) assert.equal((await system.guest.run(['systemctl', 'is-enabled', unit])).stdout.trim(), 'enabled', unit);
  });

  it('listens nowhere', async () => {
    const lines = (await system.guest.exec(['ss', '--listening', '--tcp', '--udp', '--numeric', '--processes', '--no-header'])).split('\n');
    assert.deepEqual(lines.filter((line) => line.trim() !== '' && !DHCP_CLIENT.test(line)), []);
  });

  it('has the time of the host after the snapshot was loaded', async () => {
    const guestMs = Number((await system.guest.exec(['date', '+%s%3N'])).trim());
    assert.ok(Math.abs(guestMs - Date.now()) < 30_000, `${guestMs - Date.now()} ms apart`);
  });

  it('shows a screen', async () => {
    const { mkdtempSync, readFileSync, rmSync } = await import('node:fs');
    const folder = mkdtempSync('/tmp/sl-screen-');
    try {
      await system.machine.qmp.screendump(`${folder}/screen.png`);
      assert.equal(readFileSync(`${folder}/screen.png`).subarray(1, 4).toString(), 'PNG');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has the kernel\'s capture and codec devices for the tests', async () => {
    await system.guest.exec(['modprobe', '-a', 'vivid', 'vicodec']);
    const names = await system.guest.exec(['sh', '-c', 'cat /sys/class/video4linux/*/name']);
    assert.match(names, /^vivid-000-vid-cap$/m);
    assert.match(names, /encoder/);
  });
});
