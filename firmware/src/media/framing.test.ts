import assert from 'node:assert/strict';
import type { InputConfig } from '@scanlink/protocol';
import { deviceKey, fitsFormat, toFraming } from './framing.ts';

const input: InputConfig = { name: 'main', driver: 'sim' };
const masks = [{ x: 0, y: 0, widthPx: 300, heightPx: 60 }];

describe('framing of an input', () => {
  it('names formats by size and weave', () => {
    assert.deepEqual(toFraming({ ...input, drawnFor: ['1280x720p', '1920x1080i'], masks }), {
      drawnFor: [{ widthPx: 1280, heightPx: 720, interlaced: false }, { widthPx: 1920, heightPx: 1080, interlaced: true }], masks,
    });
    assert.deepEqual(toFraming(input), {});
  });

  const formats: readonly (readonly [string, Partial<InputConfig>, boolean])[] = [
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

  it('only what the device is told opens it anew', () => {
    assert.equal(deviceKey({ ...input, drawnFor: ['1280x720p'], masks }), deviceKey(input));
    for (const change of [{ source: 'none' }, { timing: '640x480p60' }, { pixelFormat: 'NV12' as const }, { timeCode: true }, { driver: 'v4l2' as const }])
      assert.notEqual(deviceKey({ ...input, ...change }), deviceKey(input));
  });
});
