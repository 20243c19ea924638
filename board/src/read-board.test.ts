import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, EncoderSpecSchema, InputConfigSchema } from '@scanlink/protocol';
import { createCheck } from '@scanlink/protocol/check';
import { toEncoderSpec } from './encoder-spec.ts';
import { toInputConfigs } from './inputs.ts';
import { BOARDS_FOLDER, findBoard, listBoards, parseBoard, readBoard } from './read-board.ts';

const bodyOf = (act: () => unknown): { code: string; message: string; messageZh: string } => {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof AppError, String(error));
    return error.toBody();
  }
  return assert.fail('nothing was thrown');
};
type Raw = Record<string, any>;
const good = (name = 'rpi-cm4'): Raw => structuredClone(readBoard(join(BOARDS_FOLDER, name, 'board.json')));

describe('boards', () => {
  it('are those of the folder', () => assert.deepEqual(listBoards(), ['generic-uvc', 'qcom-rb5', 'qemu-arm64', 'rpi-cm4']));
  for (const name of listBoards()) it(`${name} is as described, and its encoder is one that media takes`, () => {
    const board = findBoard(name);
    assert.equal(board.name, name);
    assert.equal(createCheck(EncoderSpecSchema)(toEncoderSpec(board)).kind, board.encoder.kind);
  });
  it('its inputs are as a configuration has them', () => {
    for (const name of listBoards()) for (const input of toInputConfigs(findBoard(name))) assert.deepEqual(createCheck(InputConfigSchema)(input), input);
    assert.deepEqual(toInputConfigs(findBoard('rpi-cm4')), [{ name: 'main', driver: 'v4l2', match: { driver: 'unicam' }, input: 0 }]);
    const [hdmi] = good()['capture'];
    const two = { capture: [{ ...hdmi, inputs: [...hdmi.inputs, { name: 'svideo', index: 1 }] }, { ...hdmi, name: 'usb' }] };
    assert.deepEqual(toInputConfigs(two).map(({ name, input }) => `${name} ${input}`), ['hdmi-hdmi 0', 'hdmi-svideo 1', 'usb-hdmi 0']);
  });
  it('an encoder is handed on with driver, card and quirks', () => {
    assert.deepEqual(toEncoderSpec({ encoder: { ...good()['encoder'], quirks: ['a'] } }), { kind: 'v4l2-m2m', match: { driver: 'bcm2835-codec', card: 'bcm2835-codec-encode' }, quirks: ['a'] });
    assert.deepEqual(toEncoderSpec(findBoard('generic-uvc')), { kind: 'x264' });
  });

  const bad: readonly (readonly [string, (board: Raw) => void, string, string])[] = [
    ['a misspelt key', (board) => { board['encodr'] = board['encoder']; }, 'unknown key "encodr"; did you mean "encoder"', '未知的项“encodr”，是否应为“encoder”'],
    ['a misspelt key inside', (board) => { board['display'].widthMM = 1; }, 'unknown key "display.widthMM"; did you mean "display.widthMm"', '未知的项“display.widthMM”'],
    ['a key of another encoder', (board) => { board['encoder'] = { kind: 'x264', quirks: [] }; }, 'unknown key "encoder.quirks"', '未知的项“encoder.quirks”'],
    ['no encoder', (board) => { delete board['encoder']; }, '"encoder" is not valid: is missing', '“encoder”无效：缺少该项'],
    ['an unknown encoder', (board) => { board['encoder'].kind = 'vaapi'; }, '"encoder.kind" is not valid: takes one of: x264, v4l2-m2m', '“encoder.kind”无效：须为以下之一：x264, v4l2-m2m'],
    ['an unknown kind', (board) => { board['capture'][0].kind = 'webcam'; }, '"capture[0].kind" is not valid: takes one of: hdmi-bridge, uvc, sdi, pcie, virtual', '须为以下之一：hdmi-bridge'],
    ['a device that nothing finds', (board) => { board['capture'][0].match = {}; }, '"capture[0].match" is not valid: needs at least 1 of: driver, bus, card, serial', '至少须有 1 项：driver'],
    ['a device without modules', (board) => { board['capture'][0].modules = []; }, '"capture[0].modules" is not valid: must not have fewer than 1 items', '不得少于 1 项'],
    ['a turn of 45 degrees', (board) => { board['display'].rotation = 45; }, '"display.rotation" is not valid: takes one of: 0, 90, 180, 270', '须为以下之一：0, 90, 180, 270'],
    ['a size in words', (board) => { board['display'].widthMm = '217'; }, '"display.widthMm" is not valid: must be integer', '应为 整数'],
    ['a file of another version', (board) => { board['version'] = 2; }, '"version" is not valid: takes 1', '须为 1'],
    ['two devices of one name', (board) => { board['capture'].push(board['capture'][0]); }, '"capture[1].name" is not valid: two of them are named "hdmi"', '有两项都叫“hdmi”'],
    ['two inputs of one name', (board) => { board['capture'][0].inputs.push({ name: 'hdmi', index: 1 }); }, '"capture[0].inputs[1].name"', '有两项都叫“hdmi”'],
    ['two parts on one line', (board) => { board['gpio'][1].line = 'GPIO17'; }, '"gpio[1].line" is not valid: two of them are on the same line', '有两项使用同一线路'],
    ['two lights of one name', (board) => { board['gpio'][3].name = 'green'; }, '"gpio[3].name" is not valid: two of them are named "green"', '有两项都叫“green”'],
    ['presets that nothing takes', (board) => { board['capture'][0].edidBlocks = 0; }, '"edidPresets" is not valid: only a bridge', '只有可写入 EDID 的桥接芯片才能使用预设'],
    ['a path up and out', (board) => { board['deviceTree'].overlays[0] = '../x.dtso'; }, '"deviceTree.overlays[0]" is not valid: must match pattern', '须符合格式'],
  ];
  for (const [title, spoil, en, zh] of bad) it(`refuses ${title}`, () => {
    const raw = good();
    spoil(raw);
    const body = bodyOf(() => parseBoard(raw, 'rpi-cm4'));
    assert.ok(body.message.startsWith('Board "rpi-cm4": ') && body.message.includes(en), body.message);
    assert.ok(body.messageZh.startsWith('电路板“rpi-cm4”：') && body.messageZh.includes(zh), body.messageZh);
  });
  it('refuses what is no object', () => assert.match(bodyOf(() => parseBoard([], 'x')).message, /"board.json" is not valid: must be object/));
  it('names the boards that there are', () => assert.deepEqual([bodyOf(() => findBoard('rpi5')).code, bodyOf(() => findBoard('rpi5')).message], ['CFG_BOARD_UNKNOWN', 'There is no board "rpi5"; there are: generic-uvc, qcom-rb5, qemu-arm64, rpi-cm4']));

  describe('folders', () => {
    let folder: string;
    const write = (name: string, text: string): void => { mkdirSync(join(folder, name)); writeFileSync(join(folder, name, 'board.json'), text); };
    beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'scanlink-boards-')); });
    afterEach(() => rmSync(folder, { recursive: true }));
    it('a name that is another folder’s', () => {
      write('one', JSON.stringify(good('generic-uvc')));
      assert.match(bodyOf(() => findBoard('one', folder)).message, /"name" is not valid: is not the name of the folder, one/);
    });
    it('an overlay that is not there', () => {
      write('rpi-cm4', JSON.stringify(good()));
      assert.match(bodyOf(() => findBoard('rpi-cm4', folder)).message, /"deviceTree.overlays\[0\]" is not valid: there is no such file: overlays/);
    });
    it('no JSON, no file', () => {
      write('one', '{');
      assert.match(bodyOf(() => findBoard('one', folder)).message, /^Board file cannot be read: .*board.json is not JSON$/);
      assert.match(bodyOf(() => readBoard(join(folder, 'two', 'board.json'))).messageZh, /^无法读取电路板文件：ENOENT/);
    });
  });
});
