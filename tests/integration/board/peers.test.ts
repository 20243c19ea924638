import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BOARDS_FOLDER, compileEdid, compilePresets, findBoard, findPreset, listBoards, listPresets, locateInstalled, readBoard, readConsoles } from '@scanlink/board';

/** What board/ makes, read by the programs that others read it with: edid-decode and dtc. */
describe('boards: other programs read what is ours', () => {
  let folder: string;
  before(() => { folder = mkdtempSync(join(tmpdir(), 'scanlink-board-')); });
  after(() => rmSync(folder, { recursive: true }));
  const decode = (bytes: Uint8Array) => spawnSync('edid-decode', ['--check', '-'], { input: bytes, encoding: 'utf8' });

  for (const name of listPresets()) it(`edid-decode finds nothing wrong with ${name}, no warning either`, () => {
    const { edid } = findPreset(name);
    const { stdout, status } = decode(compileEdid(edid));
    assert.equal(status, 0, stdout);
    assert.match(stdout, /EDID conformity: PASS/);
    assert.doesNotMatch(stdout, /Warnings:|Failures:/);
    for (const words of [`Display Product Name: '${edid.monitorName}'`, 'Vendor-Specific Data Block (HDMI)', 'Audio Data Block', 'Max channels: 2', 'FL/FR - Front Left/Right', 'RGB quantization: Selectable']) assert.ok(stdout.includes(words), `${words}\n${stdout}`);
    const [clockMhz, width] = edid.detailed[0]!.split(' ');
    assert.match(stdout, new RegExp(`DTD 1: +${width}x\\d+ .* ${Number(clockMhz).toFixed(6)} MHz`));
  });
  it('edid-decode does find what is wrong', () => {
    const bytes = compileEdid(findPreset('all').edid);
    bytes[57]! ^= 1;
    assert.match(decode(bytes).stdout, /EDID conformity: FAIL/);
  });

  it('board/install lays what a box needs, and it can be read there', () => {
    const installed = locateInstalled(execFileSync(join(BOARDS_FOLDER, 'install'), ['rpi-cm4', join(folder, 'board')], { encoding: 'utf8' }).trim());
    const board = readBoard(installed.boardFile);
    assert.deepEqual(readdirSync(installed.presetsFolder).toSorted(), board.edidPresets.flatMap((name) => [`${name}.bin`, `${name}.json`]).toSorted());
    assert.deepEqual(new Uint8Array(readFileSync(join(installed.presetsFolder, '1600x1200.bin'))), compilePresets(board, installed.presetsFolder).get('1600x1200'));
    assert.deepEqual(readConsoles(installed.consolesFolder), readConsoles());
  });
  it('board/install lays nothing of a board that there is not', () => {
    const { status, stderr } = spawnSync(join(BOARDS_FOLDER, 'install'), ['rpi5', join(folder, 'none')], { encoding: 'utf8' });
    assert.deepEqual([status, existsSync(join(folder, 'none'))], [1, false]);
    assert.match(stderr, /CFG_BOARD_UNKNOWN/);
  });

  for (const name of listBoards()) for (const overlay of findBoard(name).deviceTree?.overlays ?? []) it(`dtc compiles ${name}/${overlay} without a warning`, () => {
    const { status, stderr } = spawnSync('dtc', ['-@', '-I', 'dts', '-O', 'dtb', '-o', join(folder, 'overlay.dtbo'), join(BOARDS_FOLDER, name, overlay)], { encoding: 'utf8' });
    assert.deepEqual([status, stderr], [0, '']);
  });
});
