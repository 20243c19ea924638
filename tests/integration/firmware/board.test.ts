import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BOARDS_FOLDER, findConsole, installBoard } from '@scanlink/board';
import { MediaDouble } from './media-double.ts';
import { BoxFolder, FirmwareProcess } from './support.ts';

const BOARD_FILE = join(BOARDS_FOLDER, 'qcom-rb5/board.json');

/** firmware --board FILE: what the board says reaches media, and a bad file ends the start. */
describe('firmware: the board', function () {
  this.timeout(60_000);
  let folder: BoxFolder;
  let firmware: FirmwareProcess | undefined;
  let media: MediaDouble | undefined;
  beforeEach(() => { folder = new BoxFolder('http://127.0.0.1:1'); });
  afterEach(async () => {
    await firmware?.kill();
    folder.remove();
  });

  for (const [title, words, encoder] of [
    ['its encoder is what media is told', ['--board', BOARD_FILE], { kind: 'v4l2-m2m', match: { driver: 'qcom-venus', card: 'Qualcomm Venus video encoder' }, quirks: [] }],
    ['without one it is x264, which runs on every machine', [], { kind: 'x264' }],
  ] as const) it(title, async () => {
    firmware = new FirmwareProcess(folder, {}, words);
    media = await new MediaDouble(firmware.child.pid!).connect(folder);
    assert.deepEqual(media.wish.encoder, encoder);
  });

  it('its inputs are those of a file that names none', async () => {
    folder.remove();
    folder = new BoxFolder('http://127.0.0.1:1', { inputs: undefined });
    firmware = new FirmwareProcess(folder, {}, ['--board', BOARD_FILE]);
    media = await new MediaDouble(firmware.child.pid!).connect(folder);
    assert.deepEqual(media.wish.inputs, [{ name: 'main', driver: 'v4l2', match: { driver: 'uvcvideo' }, input: 0 }]);
    const without = new FirmwareProcess(folder);
    assert.equal((await without.ended).code, 2);
    assert.match(without.output, /CFG_INVALID: .*"inputs" is not valid: is missing/);
  });

  it('a crop by a console profile is the profile’s, of those beside the board’s file', async () => {
    folder.remove();
    folder = new BoxFolder('http://127.0.0.1:1', { inputs: [{ name: 'main', driver: 'sim', crop: 'profile:ge-ct-1280x1024' }] });
    const installed = installBoard('qemu-arm64', join(folder.runDir, '../board'));
    firmware = new FirmwareProcess(folder, {}, ['--board', installed.boardFile]);
    media = await new MediaDouble(firmware.child.pid!).connect(folder);
    const { crop, masks, drawnFor } = findConsole('ge-ct-1280x1024');
    assert.deepEqual(media.wish.inputs, [{ name: 'main', driver: 'sim', crop, masks, drawnFor }]);
  });

  it('one that is not as described ends the start, with the place in both languages', async () => {
    const board = JSON.parse(readFileSync(BOARD_FILE, 'utf8')) as { encoder: { kind: string } };
    board.encoder.kind = 'vaapi';
    const file = join(folder.runDir, '..', 'board.json');
    writeFileSync(file, JSON.stringify(board));
    firmware = new FirmwareProcess(folder, {}, ['--board', file]);
    assert.equal((await firmware.ended).code, 2);
    assert.match(firmware.output, /CFG_BOARD_INVALID: Board "qcom-rb5": "encoder.kind" is not valid: takes one of: x264, v4l2-m2m/);
    assert.match(firmware.output, /电路板“qcom-rb5”：“encoder.kind”无效/);
  });

  it('one that is not there ends the start, too', async () => {
    firmware = new FirmwareProcess(folder, {}, ['--board', '/nowhere/board.json']);
    assert.equal((await firmware.ended).code, 2);
    assert.match(firmware.output, /CFG_BOARD_UNREADABLE: .*ENOENT \/nowhere\/board.json/);
  });
});
