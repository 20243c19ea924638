import assert from 'node:assert/strict';
import type { InputConfig } from '@scanlink/protocol';
import { deviceKey, fitsFormat, toFraming } from './framing.ts';

const input: InputConfig = { name: 'main', driver: 'sim' };
const real: InputConfig = { name: 'main', driver: 'v4l2', match: { driver: 'tc358743', bus: 'platform:x' } };
const masks = [{ x: 0, y: 0, widthPx: 300, heightPx: 60 }];

describe('framing of an input', () => {
  it('names formats by size and weave', () => {
    assert.deepEqual(toFraming({ ...input, drawnFor: ['1280x720p', '1920x1080i'], masks }), {
      drawnFor: [{ widthPx: 1280, heightPx: 720, interlaced: false }, { widthPx: 1920, heightPx: 1080, interlaced: true }], masks,
    });
    assert.deepEqual(toFraming(input), {});
  });

  const formats: readonly (readonly [string, Pick<InputConfig, 'drawnFor' | 'crop' | 'masks'>, boolean])[] = [
    ['nothing to hide fits everything', {}, true],
    ['no masks are nothing to hide', { masks: [] }, true],
    ['the format that it was drawn for', { drawnFor: ['640x480p', '1280x720p'], masks }, true],
    ['another size', { drawnFor: ['1920x1080p'], masks }, false],
    ['the same size, woven', { drawnFor: ['1280x720i'], masks }, false],
    ['drawn for no format', { masks }, false],
    ['a crop too', { drawnFor: ['1920x1080p'], crop: { x: 0, y: 0, widthPx: 640, heightPx: 480 } }, false],
  ];
  for (const [name, change, fits] of formats)
    it(name, () => assert.equal(fitsFormat(toFraming({ ...input, ...change }), { widthPx: 1280, heightPx: 720 }), fits));

  for (const device of [input, real])
    it(`a new rectangle never opens a ${device.driver} device anew`, () => {
      for (const framing of [{ drawnFor: ['1280x720p'], masks }, { drawnFor: ['1280x720p'], crop: { x: 0, y: 0, widthPx: 640, heightPx: 480 } }, { drawnFor: ['800x600p'] }, { name: 'side' }])
        assert.equal(deviceKey({ ...device, ...framing }), deviceKey(device));
    });

  it('what the device is told does', () => {
    for (const change of [{ source: 'none' }, { timing: '640x480p60' }, { pixelFormat: 'NV12' as const }, { timeCode: true }])
      assert.notEqual(deviceKey({ name: 'main', driver: 'sim', ...change }), deviceKey(input));
    assert.notEqual(deviceKey(real), deviceKey(input));
    for (const change of [{ match: { driver: 'uvcvideo' } }, { input: 1 }, { input: 'hdmi' }, { colour: { range: 'full' as const } }, { noSignal: [] }])
      assert.notEqual(deviceKey({ ...real, ...change }), deviceKey(real));
  });

  it('the order of keys in a file says nothing', () => {
    assert.equal(deviceKey({ driver: 'v4l2', match: { bus: 'platform:x', driver: 'tc358743' }, name: 'main' }), deviceKey(real));
  });
});
