import assert from 'node:assert/strict';
import type { CaptureHandle } from './capture.ts';
import { createV4l2Driver, type NativeV4l2 } from './capture.v4l2.ts';

const codeOf = (code: string, words = '') => (error: { code?: string; message?: string }): boolean => error.code === code && (error.message ?? '').includes(words);

describe('capture.v4l2', () => {
  let asked: unknown[];
  let closed: number;
  const addon = (refusal?: { code: string; message: string }): NativeV4l2 => ({
    probe: async () => ({ devices: [{ name: 'Grab (uvcvideo)', driver: 'uvcvideo', card: 'Grab', bus: 'usb-1', serial: 'A1', usbId: '1:2', inputs: ['Camera 1'], hasDvTimings: false }], unreadable: [] }),
    open: async (options) => {
      asked.push(options);
      if (refusal) throw Object.assign(new Error(refusal.message), { code: refusal.code });
      return { device: 'Grab (uvcvideo)', handle: {} as CaptureHandle, facts: () => ({ memory: 'driver', pixelFormat: 'YUYV', grid: '' }), close: async () => { closed += 1; } };
    },
  });
  beforeEach(() => { asked = []; closed = 0; });

  it('says when the addon is not part of the build', async () => {
    const driver = createV4l2Driver({ addonPath: '/nonexistent/scanlink_v4l2.node' });
    await assert.rejects(driver.open({}), codeOf('DEV_DRIVER_UNAVAILABLE'));
    await assert.rejects(driver.probe(), codeOf('DEV_DRIVER_UNAVAILABLE'));
  });
  it('lists devices with what they are found by', async () => {
    assert.deepEqual(await createV4l2Driver({ native: addon() }).probe(),
      [{ driver: 'v4l2', device: 'Grab (uvcvideo)', kind: 'uvc', simulated: false, inputs: ['Camera 1'], formats: [], signalKnown: false, match: { driver: 'uvcvideo', card: 'Grab', bus: 'usb-1', serial: 'A1' } }]);
  });
  it('hands on what concerns a device, and its wishes', async () => {
    const noSignal = [{ grid: '00'.repeat(64), tolerance: 4 }];
    await createV4l2Driver({ native: addon(), wishes: { pixelFormat: 'NV12' } }).open({ match: { serial: 'A1' }, input: 1, colour: { range: 'full' }, noSignal });
    assert.deepEqual(asked, [{ pixelFormat: 'NV12', match: { serial: 'A1' }, input: 1, range: 'full', noSignal }]);
  });
  it('finds a physical input by its name', async () => {
    const driver = createV4l2Driver({ native: addon() });
    await driver.open({ match: { card: 'Gr' }, input: 'camera 1' });
    assert.deepEqual(asked, [{ match: { card: 'Gr' }, input: 0 }]);
    await assert.rejects(driver.open({ input: 'hdmi' }), codeOf('DEV_UNKNOWN_INPUT', 'Camera 1'));
    await assert.rejects(driver.open({ match: { serial: 'B2' }, input: 'hdmi' }), codeOf('DEV_NOT_FOUND', 'serial=B2'));
  });
  for (const code of ['DEV_NOT_FOUND', 'DEV_BUSY', 'DEV_DENIED', 'DEV_FAILED'])
    it(`says ${code} with what was asked for`, () => assert.rejects(createV4l2Driver({ native: addon({ code, message: 'VIDIOC_REQBUFS: EBUSY' }) }).open({ match: { driver: 'uvcvideo', card: 'Grab' } }), codeOf(code, '"driver=uvcvideo card=Grab"')));
  it('closes what was given up while it opened', async () => {
    const giving = new AbortController();
    const opening = createV4l2Driver({ native: addon() }).open({}, { signal: giving.signal });
    giving.abort(new Error('given up'));
    await assert.rejects(opening, /given up/);
    assert.equal(closed, 1);
  });
});
