import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BoxFolder, connectBox, FirmwareProcess, readStatus } from '../firmware/support.ts';
import { ROOT_DIR } from '../hub/support/hub-process.ts';
import { until } from '../../support/until.ts';
import { FarEnd } from './far-end.ts';

/** Both processes of the box at a WHIP server that is not our hub; nothing listens at hubUrl. LiveKit: bench/src/latency. */
describe('box at a foreign WHIP server', function () {
  this.timeout(60_000);

  it('streams without a control channel, says so, and ends the resource', async () => {
    const farEnd = new FarEnd();
    await farEnd.start();
    const folder = new BoxFolder('http://127.0.0.1:9', { whip: { url: farEnd.url, tokenFile: 'whip.token' } });
    writeFileSync(join(folder.boxDir, 'whip.token'), 'secret\n', { mode: 0o600 });
    const firmware = new FirmwareProcess(folder);
    const media = spawn(process.execPath, [join(ROOT_DIR, 'firmware/src/media/main.ts'), '--socket', join(folder.runDir, 'media.sock')], { stdio: 'ignore' });
    try {
      const box = await connectBox(folder);
      await box.peer.request('session.start', {});
      const status = await until('live', async () => { const each = await readStatus(box); return each.session?.state === 'live' ? each : null; }, 30_000);
      assert.deepEqual([status.hub.foreign, status.hub.connected, status.hub.error], [true, false, undefined]);
      await until('pictures', () => (farEnd.peer?.packets.length ?? 0) > 10);
      assert.ok(!farEnd.peer!.offer.includes('m=application'), 'no clock channel unless configured');
      await box.peer.request('session.stop', {});
      await until('the DELETE', () => farEnd.deleted.length === 1);
      assert.match(firmware.output, /the token of the WHIP server is weak/);
      assert.ok(!firmware.output.includes('secret'));
      box.peer.close();
    } finally {
      media.kill('SIGKILL');
      await firmware.kill();
      await farEnd.close();
      folder.remove();
    }
  });
});
