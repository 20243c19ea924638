import assert from 'node:assert/strict';
import { measurePsnr, toLuma, type Luma } from '@scanlink/bench/measure/psnr';
import { renderConsolePicture } from '../support/console-picture.ts';
import { startFromSnapshot, type SystemGuest } from '../support/system-guest.ts';
import { Vivid } from '../support/vivid.ts';

const WIDTH_PX = 640;
const HEIGHT_PX = 480;

/** What all tests with a console picture stand on: what is written to the HDMI output arrives at the HDMI input, to the bit. */
describe('system: the kernel\'s HDMI device', function () {
  this.timeout(180_000);
  let system: SystemGuest;

  before(async () => { system = await startFromSnapshot(); });
  after(async () => { await system?.close(); });

  it('brings a console picture from its output to its input', async () => {
    const { guest } = system;
    const vivid = await Vivid.load(guest);
    const picture = renderConsolePicture(WIDTH_PX, HEIGHT_PX);
    await guest.write('/run/picture.yuyv', picture.yuyv);
    const feeding = await vivid.feed('/run/picture.yuyv', '640x480p59');
    await guest.exec(['v4l2-ctl', '-d', vivid.capture, '--set-dv-bt-timings', 'query']);
    await guest.exec(['v4l2-ctl', '-d', vivid.capture, '--set-fmt-video=pixelformat=YUYV', '--stream-mmap', '--stream-skip=10', '--stream-count=1', '--stream-to=/run/captured.yuyv']);
    await feeding.stop();
    const captured = await guest.get('/run/captured.yuyv');
    assert.equal(captured.length, picture.yuyv.length);
    const psnrDb = measurePsnr(lumaOf(captured), lumaOf(picture.yuyv));
    console.log(`      ${picture.name}: ${psnrDb.toFixed(1)} dB`);
    assert.ok(psnrDb > 60, `${psnrDb} dB`);
  });

  it('says no signal, no lock and out of range by the kernel\'s errors', async () => {
    const { guest } = system;
    const vivid = await Vivid.load(guest);
    for (const [mode, words] of [['none', /Link has been severed/], ['noLock', /No locks available/], ['outOfRange', /out of range/]] as const) {
      await vivid.setSignal(mode);
      const { stdout, stderr } = await guest.run(['v4l2-ctl', '-d', vivid.capture, '--query-dv-timings']);
      assert.match(stdout + stderr, words, mode);
    }
    await vivid.setSignal('current');
    assert.match(await guest.exec(['v4l2-ctl', '-d', vivid.capture, '--query-dv-timings']), /Active width: \d+/);
  });
});

/** Y of packed YUYV; toLuma takes RGB, so the plane is made here. */
function lumaOf(yuyv: Buffer): Luma {
  const rgb = new Uint8Array(WIDTH_PX * HEIGHT_PX * 3);
  for (let index = 0; index < WIDTH_PX * HEIGHT_PX; index += 1) rgb.fill(yuyv[index * 2]!, index * 3, index * 3 + 3);
  return toLuma(rgb, WIDTH_PX, HEIGHT_PX, 3);
}
