import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BOARDS_FOLDER, compileEdid, findBoard, findPreset, listBoards, listPresets, parseEdid } from '@scanlink/board';

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

  it('board/compile-edid writes the presets of a board', () => {
    execFileSync(join(BOARDS_FOLDER, 'compile-edid'), ['rpi-cm4', join(folder, 'edid')]);
    assert.deepEqual(readdirSync(join(folder, 'edid')).toSorted(), findBoard('rpi-cm4').edidPresets.map((name) => `${name}.bin`).toSorted());
    assert.equal(parseEdid(readFileSync(join(folder, 'edid/1600x1200.bin'))).monitorName, 'ScanLink 1200');
  });

  for (const name of listBoards()) for (const overlay of findBoard(name).deviceTree?.overlays ?? []) it(`dtc compiles ${name}/${overlay} without a warning`, () => {
    const { status, stderr } = spawnSync('dtc', ['-@', '-I', 'dts', '-O', 'dtb', '-o', join(folder, 'overlay.dtbo'), join(BOARDS_FOLDER, name, overlay)], { encoding: 'utf8' });
    assert.deepEqual([status, stderr], [0, '']);
  });
});
