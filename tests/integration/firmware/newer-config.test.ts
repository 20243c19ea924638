import assert from 'node:assert/strict';
import { HubDouble } from './hub-double.ts';
import { BoxFolder, connectBox, FirmwareProcess, readStatus } from './support.ts';

describe('firmware: a configuration that a newer firmware wrote', function () {
  this.timeout(60_000);

  it('the box starts, and log and status say what is left out', async () => {
    const hub = await new HubDouble().start();
    const folder = new BoxFolder(hub.url, { version: 2, later: { secretKey: 'its value is never said' } });
    const firmware = new FirmwareProcess(folder);
    try {
      const { configWarning } = await readStatus(await connectBox(folder));
      assert.equal(configWarning?.code, 'CFG_NEWER');
      assert.match(configWarning.message, /version 2, this one knows 1\); left out: later$/);
      assert.match(configWarning.messageZh, /版本 2.*later$/);
      assert.match(firmware.output, /"code":"CFG_NEWER","version":2,"ignored":\["later"\]/);
      assert.ok(!firmware.output.includes('never said'));
    } finally {
      await firmware.kill();
      await hub.stop();
      folder.remove();
    }
  });

  it('of our own version, a key that is not known ends the start', async () => {
    const folder = new BoxFolder('http://127.0.0.1:1', { version: 1, later: 1 });
    try {
      const firmware = new FirmwareProcess(folder);
      assert.equal((await firmware.ended).code, 2);
      assert.match(firmware.output, /CFG_UNKNOWN_KEY/);
    } finally {
      folder.remove();
    }
  });
});
