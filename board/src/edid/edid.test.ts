import assert from 'node:assert/strict';
import { AppError } from '@scanlink/protocol';
import { array, assert as assertProperty, boolean, integer, nat, property, tuple, uint8Array } from 'fast-check';
import { findBoard, listBoards } from '../read-board.ts';
import { compileEdid } from './compile.ts';
import { parseEdid } from './parse.ts';
import { compilePresets, findPreset, listOffered, listPresets, parsePreset } from './presets.ts';
import { readModeline, writeModeline } from './modeline.ts';
import type { Edid } from './schema.ts';
import { decodeStandard, encodeStandard } from './timings.ts';

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
const sorted = (edid: Raw): Raw => ({ ...edid, established: new Set(edid['established']) });
/** The checksum of each block made right again. */
const seal = (bytes: Uint8Array): Uint8Array => {
  for (let at = 0; at + 128 <= bytes.length; at += 128) bytes[at + 127] = (256 - (bytes.subarray(at, at + 127).reduce((sum, byte) => sum + byte, 0) & 255)) & 255;
  return bytes;
};

describe('EDID presets', () => {
  it('are those of the folder', () => assert.deepEqual(listPresets(), ['1024x768', '1080p', '1280x1024', '1600x1200', '640x480', 'all']));
  for (const name of listPresets()) {
    it(`${name} is parsed back to what it says`, () => {
      const { edid } = findPreset(name);
      const { unknown, version, ...parsed } = parseEdid(compileEdid(edid));
      assert.deepEqual(sorted(parsed), sorted(edid));
      assert.deepEqual([unknown, version], [[], '1.3']);
    });
    it(`${name} has a CTA block with HDMI and audio: without it sources fall to 640x480, or send no sound`, () => {
      const { cta } = findPreset(name).edid;
      assert.ok(cta?.hdmi && cta.audio.length > 0 && cta.speakers.includes('front') && cta.vics.includes(1));
    });
  }
  it('one of a size prefers that size', () => {
    const preferred = (name: string): string | undefined => listOffered(findPreset(name).edid)[0]?.name;
    assert.deepEqual(['640x480', '1024x768', '1280x1024', '1600x1200', '1080p', 'all'].map(preferred), ['640x480p60', '1024x768p60', '1280x1024p60', '1600x1200p60', '1920x1080p60', '1920x1080p60']);
  });
  it('"all" offers every size that the others offer', () => {
    const all = new Set(listOffered(findPreset('all').edid).map(({ name }) => name.split(/[@pi ]/, 1)[0]));
    for (const name of listPresets()) for (const offered of listOffered(findPreset(name).edid)) assert.ok(all.has(offered.name.split(/[@pi ]/, 1)[0]), `${name}: ${offered.name}`);
  });
  for (const name of listBoards()) it(`fit the bridge of ${name}`, () => {
    const board = findBoard(name);
    assert.deepEqual([...compilePresets(board).keys()], board.edidPresets);
  });

  describe('a board refuses', () => {
    const board = (change: Raw): Raw => ({ ...findBoard('rpi-cm4'), ...change });
    const withDevice = (change: Raw): Raw => board({ capture: [{ ...findBoard('rpi-cm4').capture[0], ...change }] });
    const refusal = (raw: Raw): string => bodyOf(() => compilePresets(raw as never)).message;
    it('one that is not there', () => assert.match(refusal(board({ edidPresets: ['4k'] })), /"edidPresets\[0\]" is not valid: there is no EDID preset of this name; there are: 1024x768, /));
    it('one that is too long', () => assert.match(refusal(withDevice({ edidBlocks: 1 })), /longer than the device takes: 1 blocks/));
    it('one that is too fast', () => assert.match(refusal(withDevice({ maxPixelClockKhz: 160_000 })), /1600x1200p60 needs 162000 kHz, and the device takes 160000/));
  });

  const bad: readonly (readonly [string, (preset: Raw) => void, string, string])[] = [
    ['a misspelt key', (p) => { p['edid'].cta.hdmi.maxTmds = 1; }, '"edid.cta.hdmi.maxTmds" is not valid: is not known; did you mean "edid.cta.hdmi.maxTmdsClockMhz"?', '是未知的项'],
    ['a key that is missing', (p) => { delete p['edid'].limits; }, '"edid.limits" is not valid: is missing', '缺少该项'],
    ['a name that is too long', (p) => { p['edid'].monitorName = 'fourteen chars'; }, '"edid.monitorName" is not valid: must match pattern', '须符合格式'],
    ['a size between centimetres', (p) => { p['edid'].widthMm = 485; }, '"edid.widthMm" is not valid: must be a multiple of 10', '须为 10 的倍数'],
    ['a TMDS clock between steps', (p) => { p['edid'].cta.hdmi.maxTmdsClockMhz = 166; }, '"edid.cta.hdmi.maxTmdsClockMhz" is not valid: must be a multiple of 5', '须为 5 的倍数'],
    ['a standard timing that is none', (p) => { p['edid'].standard = ['1366x768@60']; }, '"edid.standard[0]" is not valid: is none that an EDID can say', '无法写入 EDID'],
    ['no modeline', (p) => { p['edid'].detailed = ['1920x1080 at 60']; }, '"edid.detailed[0]" is not valid: is no modeline', '不是 `modeline`'],
    ['a clock too fine', (p) => { p['edid'].detailed = ['25.175 640 656 752 800 480 490 492 525 -hsync -vsync']; }, 'no multiple of 0.01 MHz', '须为 0.01 MHz 的倍数'],
    ['figures that fall', (p) => { p['edid'].detailed = ['148.5 1920 2052 2008 2200 1080 1084 1089 1125 +hsync +vsync']; }, 'has figures that do not rise', '数值须依次增大'],
    ['a timing beyond its own limits', (p) => { p['edid'].limits.maxPixelClockMhz = 140; }, '"edid.detailed[0]" is not valid: is outside the limits: 148.50 MHz, 67.50 kHz, 60.00 Hz', '超出接收范围'],
    ['a native format that is not offered', (p) => { p['edid'].cta.nativeVics = [19]; }, '"edid.cta.nativeVics[0]" is not valid: is not among the vics', '不在 `vics` 之中'],
    ['a VIC without a name here', (p) => { p['edid'].cta.vics = [16, 97]; }, '"edid.cta.vics[1]" is not valid: takes one of: 1, 2, 3', '须为以下之一：1, 2, 3'],
    ['more than the block holds', (p) => { p['edid'].cta.detailed = Array(6).fill(p['edid'].detailed[0]); }, '"edid.cta" is not valid: needs 134 bytes, and the block has 123', '需要 134 字节'],
    ['a sample rate that is none', (p) => { p['edid'].cta.audio[0].ratesKhz = [44]; }, '"edid.cta.audio[0].ratesKhz[0]" is not valid: takes one of: 32, 44.1', '须为以下之一：32, 44.1'],
  ];
  for (const [title, spoil, en, zh] of bad) it(`refuse ${title}`, () => {
    const raw = structuredClone(findPreset('1080p')) as Raw;
    spoil(raw);
    const body = bodyOf(() => parsePreset(raw, '1080p'));
    assert.equal(body.code, 'CFG_EDID_INVALID');
    assert.ok(body.message.includes(en), body.message);
    assert.ok(body.messageZh.includes(zh), body.messageZh);
  });
  it('are named when one is not there', () => assert.match(bodyOf(() => findPreset('../board')).message, /^There is no EDID preset "..\/board"; there are: 1024x768/));
});

describe('EDID as bytes', () => {
  const good = (): Uint8Array => compileEdid(findPreset('all').edid);
  const damages: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array, RegExp])[] = [
    ['nothing', () => new Uint8Array(), /has 0 bytes/], ['half a block', (b) => b.subarray(0, 100), /has 100 bytes, no multiple of 128/],
    ['a block missing', (b) => b.subarray(0, 128), /names 1 further blocks and has 0/], ['a flipped bit', (b) => { b[60]! ^= 4; return b; }, /wrong checksum in block 0/],
    ['a flipped bit in CTA', (b) => { b[140]! ^= 4; return b; }, /wrong checksum in block 1/], ['another header', (b) => { b[1] = 0; return seal(b); }, /does not begin like an EDID/],
    ['another version', (b) => { b[18] = 2; return seal(b); }, /is of version 2/], ['an analogue input', (b) => { b[20] = 0; return seal(b); }, /analogue/],
    ['data that run over', (b) => { b[132] = 0x5f; b[130] = 20; return seal(b); }, /longer than its room/], ['timings outside', (b) => { b[130] = 3; return seal(b); }, /begin outside it/],
    ['an early CTA', (b) => { b[129] = 1; return seal(b); }, /before its third revision/],
  ];
  for (const [title, damage, words] of damages) it(`refuses ${title}`, () => {
    const body = bodyOf(() => parseEdid(damage(good())));
    assert.equal(body.code, 'CFG_EDID_DAMAGED');
    assert.match(body.message, words);
    assert.doesNotMatch(body.messageZh.replaceAll(/EDID|CTA/g, ''), /[a-z]{2,}/i);
  });

  it('interlaced timings count frames', () => {
    const line = '74.25 1920 2008 2052 2200 1080 1084 1094 1125 +hsync +vsync interlace';
    const edid: Edid = { ...findPreset('all').edid, detailed: [line] };
    assert.deepEqual(parseEdid(compileEdid(edid)).detailed, [line]);
    assert.equal(listOffered({ ...edid, cta: null, established: [] })[0]?.name, '1920x1080i60');
    const timing = readModeline(line);
    assert.ok(typeof timing !== 'string');
    assert.equal(writeModeline(timing), line);
    assert.equal(readModeline(line.replace('1125', '1124')), 'is interlaced, and needs even lines and an odd total');
  });
  it('standard timings there and back', () => {
    for (const text of ['1280x1024@60', '1920x1080@60', '1680x1050@75', '640x480@123', '2288x1430@60']) assert.equal(decodeStandard(...encodeStandard(text)!), text);
    for (const text of ['1366x768@60', '2296x1435@60', '1280x1024@59', '1280x1024@124', '']) assert.equal(encodeStandard(text), null);
    assert.deepEqual([decodeStandard(1, 1), decodeStandard(0, 0)], [null, null]);
  });

  const isRead = (bytes: Uint8Array): void => {
    try {
      JSON.stringify(parseEdid(bytes));
    } catch (error) {
      assert.ok(error instanceof AppError && error.code === 'CFG_EDID_DAMAGED', String(error));
    }
  };
  it('any bytes are read or refused, never anything else', () => { assertProperty(property(uint8Array({ maxLength: 520 }), isRead), { numRuns: 2000 }); });
  it('so are presets with any bytes changed, checksums made right', () => {
    const changes = array(tuple(nat(255), nat(255)), { minLength: 1, maxLength: 24 });
    assertProperty(property(changes, (list) => {
      const bytes = good();
      for (const [at, value] of list) bytes[at] = value;
      isRead(seal(bytes));
    }), { numRuns: 3000 });
  });
  it('any timing that can be written is read back', () => {
    const axis = (maxActive: number, maxFront: number, maxSync: number) => tuple(integer({ min: 1, max: maxActive }), integer({ min: 1, max: maxFront }), integer({ min: 1, max: maxSync }), nat(400)).map(([active, front, sync, back]) => ({ active, syncStart: active + front, syncEnd: active + front + sync, total: active + front + sync + back }));
    assertProperty(property(integer({ min: 1000, max: 65_535 }), axis(4095, 1023, 1023), axis(4095, 63, 63), boolean(), boolean(), (clock, horizontal, vertical, positiveHsync, positiveVsync) => {
      const line = writeModeline({ pixelClockKhz: clock * 10, horizontal, vertical, positiveHsync, positiveVsync, interlaced: false });
      assert.deepEqual(parseEdid(compileEdid({ ...findPreset('all').edid, detailed: [line] })).detailed, [line]);
    }), { numRuns: 500 });
  });
});
