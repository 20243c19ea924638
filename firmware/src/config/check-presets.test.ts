import assert from 'node:assert/strict';
import { findBoard } from '@scanlink/board';
import type { InputConfig } from '@scanlink/protocol';
import { checkPresets } from './check-presets.ts';

const input = (edid?: string): InputConfig => ({ name: 'main', driver: 'v4l2', ...(edid === undefined ? {} : { edid }) });

describe('EDID presets that a configuration names', () => {
  it('are the board’s', () => {
    for (const edid of [undefined, ...findBoard('rpi-cm4').edidPresets]) checkPresets([{ name: 'sim', driver: 'sim' }, input(edid)], findBoard('rpi-cm4'));
    checkPresets([input()], null);
  });
  it('others are refused, with those that there are', () => {
    assert.throws(() => checkPresets([input(), input('4k')], findBoard('rpi-cm4')), { code: 'CFG_EDID_UNKNOWN', message: /"4k"; there are: all, 1080p, / });
    assert.throws(() => checkPresets([input('all')], findBoard('generic-uvc')), { code: 'CFG_EDID_UNKNOWN', message: /there are: —$/ });
    assert.throws(() => checkPresets([input('all')], null), { code: 'CFG_EDID_UNKNOWN' });
  });
});
