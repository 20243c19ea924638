import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@scanlink/protocol';
import { findConsole, listConsoles, parseConsole, readConsoles } from './profiles.ts';
import { recogniseConsole, settingsFor, type SignalFacts } from './recognise.ts';
import { isNoSignal, measureGrid, writeGrid } from './no-signal.ts';

type Raw = Record<string, any>;
const bodyOf = (act: () => unknown): ReturnType<AppError['toBody']> => {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof AppError, String(error));
    return error.toBody();
  }
  return assert.fail('nothing was thrown');
};
const good = (): Raw => structuredClone(findConsole('ge-ct-1280x1024'));
const signal = (format: string, more: Partial<SignalFacts> = {}): SignalFacts => {
  const [, width, height, scan] = /^(\d+)x(\d+)([pi])$/.exec(format)!;
  return { widthPx: Number(width), heightPx: Number(height), interlaced: scan === 'i', rateHz: null, pixelClockKhz: null, source: null, ...more };
};

describe('console profiles', () => {
  for (const name of listConsoles()) it(`${name} is as described`, () => assert.equal(findConsole(name).name, name));
  it('are told apart', () => assert.equal(readConsoles().length, listConsoles().length));
  it('a generic one shows the whole picture: it knows no console’s layout', () => {
    for (const { crop, masks, name } of readConsoles()) if (name.startsWith('generic-')) assert.deepEqual([crop, masks], [null, []], name);
  });

  const bad: readonly (readonly [string, (profile: Raw) => void, string, string])[] = [
    ['a misspelt key', (p) => { p['timing'] = []; }, '"timing" is not valid: is not known; did you mean "timings"?', '是未知的项，是否应为“timings”'],
    ['a key that is missing', (p) => { delete p['crop']; }, '"crop" is not valid: is missing', '缺少该项'],
    ['another version', (p) => { p['version'] = 2; }, '"version" is not valid: takes 1', '须为 1'],
    ['no timing', (p) => { p['timings'] = []; }, '"timings" is not valid: must not have fewer than 1 items', '不得少于 1 项'],
    ['a format in other words', (p) => { p['timings'][0].format = '1280x1024@60'; }, '"timings[0].format" is not valid: must match pattern', '须符合格式'],
    ['a rate upside down', (p) => { p['timings'][0].rateHz = { min: 61, max: 59 }; }, '"timings[0].rateHz" is not valid: must be min <= max', '须满足 min <= max'],
    ['a clock that cannot carry the picture', (p) => { p['timings'][0].pixelClockKhz = 25_175; }, '"timings[0].pixelClockKhz" is not valid: is too slow for this format: it needs more than 77332 kHz', '须高于 77332 kHz'],
    ['a field order for a progressive format', (p) => { p['field'] = 'interlaced-tb'; }, '"field" is not valid: contradicts the format 1280x1024p', '与视频格式 1280x1024p 矛盾'],
    ['none for an interlaced one', (p) => { p['timings'][0].format = '1280x1024i'; p['drawnFor'] = ['1280x1024i']; }, '"field" is not valid: contradicts the format 1280x1024i', '矛盾'],
    ['a crop drawn for nothing', (p) => { p['drawnFor'] = []; p['masks'] = []; }, '"drawnFor" is not valid: is missing: the picture formats', '缺少该项'],
    ['masks drawn for nothing', (p) => { p['drawnFor'] = []; p['crop'] = null; }, '"drawnFor" is not valid: is missing', '缺少该项'],
    ['drawn for a format that is not its own', (p) => { p['drawnFor'] = ['1280x720p']; }, '"drawnFor[0]" is not valid: is none of the timings\' formats: 1280x1024p', '不在 `timings` 的视频格式之中'],
    ['a crop beyond the picture', (p) => { p['crop'].x = 300; }, '"crop" is not valid: does not lie in the picture of 1280x1024p', '超出 1280x1024p 的画面'],
    ['a mask beyond the picture', (p) => { p['masks'][1].y = 1000; }, '"masks[1]" is not valid: does not lie in the picture', '超出'],
    ['an odd crop', (p) => { p['crop'].widthPx = 1023; }, '"crop" is not valid: must have even figures', '须为偶数'],
    ['a crop of a few pixels', (p) => { p['crop'].widthPx = 8; }, '"crop.widthPx" is not valid: must be >= 16', '应为 >= 16'],
    ['a mask over all', (p) => { p['masks'][0] = { x: 100, y: 0, widthPx: 1100, heightPx: 1024 }; }, '"masks[0]" is not valid: covers the whole crop', '遮住了整个裁剪区域'],
    ['a range that is none', (p) => { p['range'] = 'pc'; }, '"range" is not valid: takes one of: auto, limited, full', '须为以下之一：auto, limited, full'],
    ['a matrix that is none', (p) => { p['matrix'] = 'bt470'; }, '"matrix" is not valid: takes one of: auto, bt601, bt709', '须为以下之一'],
    ['a source without a product', (p) => { p['source'] = { vendor: 'GE' }; }, '"source.product" is not valid: is missing', '缺少该项'],
    ['a fingerprint cut short', (p) => { p['noSignal'] = [{ of: 'a', grid: '00', tolerance: 4 }]; }, '"noSignal[0].grid" is not valid: must match pattern', '须符合格式'],
    ['a fingerprint that takes all', (p) => { p['noSignal'] = [{ of: 'a', grid: '00'.repeat(64), tolerance: 255 }]; }, '"noSignal[0].tolerance" is not valid: must be <= 64', '应为 <= 64'],
    ['a name that no file may have', (p) => { p['name'] = 'GE CT'; }, '"name" is not valid: must match pattern', '须符合格式'],
  ];
  for (const [title, spoil, en, zh] of bad) it(`refuse ${title}`, () => {
    const raw = good();
    spoil(raw);
    const body = bodyOf(() => parseConsole(raw, 'ge'));
    assert.equal(body.code, 'CFG_CONSOLE_INVALID');
    assert.ok(body.message.startsWith('Console profile "ge": ') && body.message.includes(en), body.message);
    assert.ok(body.messageZh.startsWith('影像设备配置“ge”：') && body.messageZh.includes(zh), body.messageZh);
  });

  describe('in a folder', () => {
    let folder: string;
    const put = (name: string, raw: unknown): void => writeFileSync(join(folder, `${name}.json`), typeof raw === 'string' ? raw : JSON.stringify(raw));
    beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'scanlink-consoles-')); });
    afterEach(() => rmSync(folder, { recursive: true }));
    it('adding one is adding a file', () => {
      put('mine', { ...good(), name: 'mine' });
      assert.deepEqual(readConsoles(folder).map(({ name }) => name), ['mine']);
    });
    it('a name that is another file’s', () => { put('mine', good()); assert.match(bodyOf(() => readConsoles(folder)).message, /"name" is not valid: is not the name of the file, mine/); });
    it('no JSON', () => { put('mine', '{'); assert.match(bodyOf(() => readConsoles(folder)).message, /mine.json is not JSON/); });
    it('two that name the same source', () => {
      const source = { vendor: 'GE MED', product: 'CT' };
      put('one', { ...good(), name: 'one', source });
      put('two', { ...good(), name: 'two', source });
      assert.match(bodyOf(() => readConsoles(folder)).message, /Console profile "two": "source" is not valid: is the same as that of one/);
    });
    it('one that is not there', () => { put('mine', { ...good(), name: 'mine' }); assert.equal(bodyOf(() => findConsole('yours', folder)).message, 'There is no console profile "yours"; there are: mine'); });
  });
});

describe('recognising a console', () => {
  const profiles = readConsoles();
  const named = (facts: SignalFacts, all = profiles): string[] => recogniseConsole(facts, all).map(({ profile, certainty, isDrawnFor }) => `${profile.name} ${certainty}${isDrawnFor ? ' drawn' : ''}`);
  const cases: readonly (readonly [string, SignalFacts, readonly string[]])[] = [
    ['640x480 as VESA has it', signal('640x480p', { rateHz: 59.94, pixelClockKhz: 25_175 }), ['ge-logiq-700 timing drawn', 'sonosite-turbo timing drawn', 'generic-640x480 timing']],
    ['640x480 of a grabber that tells neither rate nor clock', signal('640x480p'), ['ge-logiq-700 timing drawn', 'generic-640x480 timing', 'sonosite-turbo timing drawn']],
    ['640x480 at 75 Hz', signal('640x480p', { rateHz: 75, pixelClockKhz: 31_500 }), ['generic-640x480 timing']],
    ['1280x1024', signal('1280x1024p', { rateHz: 60.02, pixelClockKhz: 108_020 }), ['ge-ct-1280x1024 timing drawn', 'generic-1280x1024 timing']],
    ['1280x1024 with another clock', signal('1280x1024p', { rateHz: 60, pixelClockKhz: 91_000 }), ['generic-1280x1024 timing']],
    ['PAL ultrasound', signal('720x576i', { rateHz: 50, pixelClockKhz: 27_000 }), ['generic-720x576i timing']],
    ['the same, deinterlaced', signal('720x576p', { rateHz: 50, pixelClockKhz: 27_000 }), ['generic-720x576 timing']],
    ['1080p at any rate', signal('1920x1080p', { rateHz: 24 }), ['generic-1920x1080 timing']],
    ['1080i, which nobody puts out here', signal('1920x1080i', { rateHz: 60 }), []],
    ['a size between', signal('1366x768p', { rateHz: 60 }), []],
  ];
  for (const [title, facts, expected] of cases) it(title, () => assert.deepEqual(named(facts), expected));

  const spoken = { vendor: 'GE MED', product: 'CT' };
  const withSource = [...profiles.filter(({ name }) => name !== 'ge-ct-1280x1024'), { ...findConsole('ge-ct-1280x1024'), source: spoken }];
  it('who names itself comes first, and is sure', () => assert.deepEqual(named(signal('1280x1024p', { source: spoken }), withSource), ['ge-ct-1280x1024 named drawn', 'generic-1280x1024 timing']));
  it('who names another is not it', () => assert.deepEqual(named(signal('1280x1024p', { source: { vendor: 'GE MED', product: 'MR' } }), withSource), ['generic-1280x1024 timing']));
  it('who names nobody may be it', () => assert.deepEqual(named(signal('1280x1024p'), withSource), ['ge-ct-1280x1024 timing drawn', 'generic-1280x1024 timing']));

  it('settings are those of the profile, in the format it was drawn for', () => {
    const profile = findConsole('ge-ct-1280x1024');
    const { crop, masks, drawnFor } = profile;
    assert.deepEqual(settingsFor(profile, signal('1280x1024p')), { crop, masks, drawnFor, field: 'none', range: 'full', matrix: 'auto' });
    assert.deepEqual(settingsFor(findConsole('generic-720x576i'), signal('720x576i')), { crop: null, masks: [], drawnFor: [], field: 'interlaced-tb', range: 'limited', matrix: 'bt601' });
  });
  it('nothing is applied that was drawn for another format, also where the profile knows the timing', () => {
    const profile = findConsole('ge-ct-1280x1024');
    const wider = { ...profile, timings: [...profile.timings, { ...profile.timings[0]!, format: '1920x1080p', pixelClockKhz: 148_500 }] };
    assert.deepEqual(named(signal('1920x1080p'), [wider]), ['ge-ct-1280x1024 timing']);
    assert.equal(settingsFor(wider, signal('1920x1080p')), null);
    assert.equal(settingsFor({ ...wider, crop: null }, signal('1920x1080p')), null, 'masks alone');
    assert.equal(settingsFor({ ...wider, masks: [] }, signal('1920x1080p')), null, 'crop alone');
    assert.equal(settingsFor(profile, signal('1280x1024i')), null);
    assert.equal(settingsFor(profile, signal('1280x1024p', { pixelClockKhz: 91_000 })), null, 'another timing of the same size is another console');
  });
});

describe("a grabber's own picture while nothing is plugged in", () => {
  const bars = Uint8Array.from({ length: 64 * 48 }, (_, index) => (Math.floor((index % 64) / 8) * 32));
  const grid = measureGrid(bars, 64, 48, 64)!;
  const profile = { noSignal: [{ of: 'test', grid: writeGrid(grid), tolerance: 4 }] };
  it('is known by its fingerprint, noise aside', () => {
    assert.deepEqual(grid.slice(0, 8), [0, 32, 64, 96, 128, 160, 192, 224]);
    assert.equal(isNoSignal(profile, grid.map((mean) => mean + 3.9)), true);
    assert.equal(isNoSignal(profile, grid.with(63, 0)), false);
    assert.equal(isNoSignal({ noSignal: [] }, grid), null);
  });
  it('is measured row by row, whatever the stride', () => {
    const wide = new Uint8Array(100 * 48);
    for (let y = 0; y < 48; y += 1) wide.set(bars.subarray(y * 64, y * 64 + 64), y * 100);
    assert.deepEqual(measureGrid(wide, 64, 48, 100), grid);
    assert.equal(measureGrid(bars.subarray(1), 64, 48, 64), null);
    assert.equal(measureGrid(bars, 7, 48, 64), null);
    assert.equal(measureGrid(bars, 64, 48, 63), null);
  });
});
