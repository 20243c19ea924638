import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeSync, closeSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCore } from '@scanlink/hal/native/load-core';
import { PREVIEW } from '@scanlink/protocol';
import { skipTest } from '../../support/skip.ts';
import type { Rig } from './support/rig.ts';
import { openRig, until } from './support/rig.ts';

/** Text chunks of a PNG, and its size. */
function readPng(path: string): { widthPx: number; heightPx: number; texts: Record<string, string> } {
  const file = readFileSync(path);
  assert.equal(file.subarray(1, 4).toString(), 'PNG');
  const texts: Record<string, string> = {};
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) !== 'tEXt') continue;
    const [key = '', value = ''] = file.toString('latin1', at + 8, at + 8 + file.readUInt32BE(at)).split('\0');
    texts[key] = value;
  }
  return { widthPx: file.readUInt32BE(16), heightPx: file.readUInt32BE(20), texts };
}

describe('native taps on the simulated console', function () {
  this.timeout(60_000);
  let folder = '';
  let rig: Rig;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'scanlink-native-')); });
  afterEach(async () => {
    await rig?.close();
    rig = undefined as never;
    rmSync(folder, { recursive: true });
  });

  for (const [pixelFormat, exact, conversion] of [['BGR24', true, 'none'], ['YUYV', false, 'bt601-limited-to-rgb-full']] as const)
    it(`still of ${pixelFormat}: ${exact ? 'exact' : 'converted'}, and the file says so`, async () => {
      rig = await openRig({ pixelFormat });
      await until('a picture', () => rig.pipeline.status().framesCaptured > 0);
      const path = join(folder, 'still.png');
      const info = await rig.pipeline.still(path, {});
      assert.deepEqual([info.exact, info.conversion, info.widthPx, info.heightPx], [exact, conversion, 640, 480]);
      const png = readPng(path);
      assert.deepEqual([png.widthPx, png.heightPx], [640, 480]);
      assert.equal(png.texts.Software, 'ScanLink');
      assert.equal(png.texts.Conversion, conversion);
      assert.equal(png.texts['Timestamp-Us'], String(info.timestampUs));
      assert.match(png.texts['Source-Format'] ?? '', new RegExp(pixelFormat));
      assert.deepEqual(readdirSync(folder), ['still.png']);
    });

  it('no still without a live picture, none where it cannot be written', async () => {
    rig = await openRig();
    await until('a picture', () => rig.pipeline.status().framesCaptured > 0);
    await assert.rejects(rig.pipeline.still(join(folder, 'none', 'still.png'), {}), { code: 'NAT_STILL_WRITE' });
    rig.input.command({ command: 'unplug' });
    await until('no cable', () => rig.pipeline.status().signal === 'no-cable');
    await assert.rejects(rig.pipeline.still(join(folder, 'still.png'), {}), { code: 'NAT_NO_FRAME' });
    assert.deepEqual(readdirSync(folder), []);
  });

  it('preview: written while the reader beats, cleared when the signal goes, removed when stopped', async () => {
    rig = await openRig();
    const path = join(folder, 'preview');
    rig.pipeline.preview(path, { widthPx: 320 });
    const word = (offset: number) => readFileSync(path).readUInt32LE(offset);
    assert.equal(word(PREVIEW.file.magic), PREVIEW.magic);
    assert.equal(word(PREVIEW.file.newestSlot), PREVIEW.none);
    // The numbers of the native side (taps/preview.cc) and of the protocol are written twice: they must be the same.
    assert.deepEqual([word(PREVIEW.file.version), word(PREVIEW.file.slotCount)], [PREVIEW.version, PREVIEW.slotCount]);
    assert.equal(word(PREVIEW.file.slotSizeBytes), PREVIEW.slotHeaderBytes + 320 * 320 * 4);
    assert.equal(statSync(path).size, PREVIEW.fileHeaderBytes + PREVIEW.slotCount * word(PREVIEW.file.slotSizeBytes));
    const beat = () => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(loadCore().monotonicUs()) * 1000n);
      const file = openSync(path, 'r+');
      writeSync(file, bytes, 0, 8, PREVIEW.file.readerHeartbeatNs);
      closeSync(file);
    };
    // One copy of the file, as a reader takes it: the picture goes when the reader is away for long.
    let copy = readFileSync(path);
    const slotOf = (file: Buffer) => PREVIEW.fileHeaderBytes + file.readUInt32LE(PREVIEW.file.newestSlot) * file.readUInt32LE(PREVIEW.file.slotSizeBytes);
    await until('a picture', () => {
      beat();
      copy = readFileSync(path);
      if (copy.readUInt32LE(PREVIEW.file.newestSlot) === PREVIEW.none) return false;
      const lock = copy.readUInt32LE(slotOf(copy) + PREVIEW.slot.sequenceLock);
      return lock >= 2 && lock % 2 === 0;
    });
    const slot = slotOf(copy);
    const inSlot = (offset: number) => copy.readUInt32LE(slot + offset);
    assert.equal(inSlot(PREVIEW.slot.format), PREVIEW.formatXrgb8888);
    assert.deepEqual([inSlot(PREVIEW.slot.widthPx), inSlot(PREVIEW.slot.heightPx), inSlot(PREVIEW.slot.strideBytes)], [320, 240, 320 * 4]);
    const nowUs = loadCore().monotonicUs();
    const stampUs = Number(copy.readBigUInt64LE(slot + PREVIEW.slot.timestampNs) / 1000n);
    assert.ok(stampUs > 0 && stampUs <= nowUs, 'the frame\'s own time');
    assert.ok(inSlot(PREVIEW.slot.frameSequence) > 0);
    rig.input.command({ command: 'unplug' });
    await until('no picture', () => { beat(); return word(PREVIEW.file.newestSlot) === PREVIEW.none; });
    assert.ok(readFileSync(path).subarray(slot + 4, slot + word(PREVIEW.file.slotSizeBytes)).every((byte) => byte === 0), 'its pixels are gone');
    rig.input.command({ command: 'plug' });
    await until('a picture again', () => { beat(); return word(PREVIEW.file.newestSlot) !== PREVIEW.none; });
    await until('wiped, since nobody looks', () => word(PREVIEW.file.newestSlot) === PREVIEW.none);
    rig.pipeline.preview(null);
    assert.equal(existsSync(path), false);
  });

  it('preview: the native side waits for its reader, and writes, as often as the protocol says', () => {
    const header = readFileSync(new URL('../../../hal/native/core/taps/preview.h', import.meta.url), 'utf8');
    const number = (pattern: RegExp): bigint => BigInt(pattern.exec(header)![1]!.replaceAll("'", ''));
    assert.equal(number(/kReaderTimeoutNs = ([\d']+);/), PREVIEW.readerTimeoutNs);
    assert.equal(number(/kIntervalNs = 1'000'000'000 \/ (\d+);/), BigInt(PREVIEW.maxPerSecond));
  });

  it('preview on a disk that is full: an error with a code, and capture goes on', function () {
    const small = ['--mount', '--map-root-user', 'sh', '-c'];
    if (spawnSync('unshare', [...small, 'true']).status !== 0) skipTest(this, 'this machine grants no mount namespace');
    const script = `const { openRig, until } = await import(${JSON.stringify(new URL('support/rig.ts', import.meta.url).href)});
      const rig = await openRig();
      let code = 'none';
      try { rig.pipeline.preview(process.env.SMALL + '/preview', { widthPx: 640 }); } catch (error) { code = error.code; }
      const { framesCaptured } = rig.pipeline.status();
      await until('frames', () => rig.pipeline.status().framesCaptured > framesCaptured + 5);
      await rig.close();
      console.log(code, (await import('node:fs')).readdirSync(process.env.SMALL).length);`;
    const run = spawnSync('unshare', [...small, 'mount -t tmpfs -o size=256k none "$SMALL" && exec "$0" --input-type=module -e "$1"', process.execPath, script],
      { encoding: 'utf8', env: { ...process.env, SMALL: folder } });
    assert.equal(run.stdout.trim(), 'NAT_PREVIEW 0', `${run.status} ${run.signal} ${run.stderr}`);
  });
});
