/** What the simulated console plays, end to end through addon and probe: formats, timings, fixtures, console pictures. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Watch } from '@scanlink/hal/capture/capture.contract';
import { checkSimSource, createSimDriver } from '@scanlink/hal/capture/capture.sim';
import { loadProbes } from '@scanlink/hal/native/probe';
import { readTimecode, TIMINGS, type SimDevice } from '@scanlink/protocol';
import { skipTest } from '../support/skip.ts';

const FORMATS = ['YUYV', 'UYVY', 'NV12', 'RGB24', 'BGR24'] as const;
const fixtures = fileURLToPath(new URL('../fixtures/dicom/', import.meta.url));
const consoles = fileURLToPath(new URL('../../../shared/data/consoles/', import.meta.url));

async function watching<Result>(options: SimDevice, look: (watch: Watch, device: string) => Promise<Result>, copy = false): Promise<Result> {
  const input = await createSimDriver().open(options);
  const watch = new Watch(loadProbes().createProbe(input.handle, { copy }));
  try {
    return await look(watch, input.device);
  } finally {
    watch.probe.close();
    await input.close();
  }
}

/** Rows of RGBA whose green is the luma (or green) of the first 16 lines, as readTimecode wants it. */
function topRows(data: Buffer, strideBytes: number, widthPx: number, format: (typeof FORMATS)[number]): Uint8Array {
  const [step, offset] = { YUYV: [2, 0], UYVY: [2, 1], NV12: [1, 0], RGB24: [3, 1], BGR24: [3, 1] }[format] as [number, number];
  const rgba = new Uint8Array(widthPx * 16 * 4);
  for (let y = 0; y < 16; y += 1) for (let x = 0; x < widthPx; x += 1) rgba[(y * widthPx + x) * 4 + 1] = data[y * strideBytes + x * step + offset] ?? 0;
  return rgba;
}

describe('simulated console', function () {
  this.timeout(60_000);

  for (const format of FORMATS)
    it(`${format}: colour description, stride and time code`, () =>
      watching({ timing: '1280x720p60', pixelFormat: format, timeCode: true }, async (watch) => {
        await watch.moreFrames(4);
        for (const frame of watch.frames) {
          assert.equal(frame.pixelFormat, format);
          assert.equal(frame.matrix, 'bt709');
          assert.equal(frame.range, format.endsWith('24') ? 'full' : 'limited');
          assert.ok(frame.data);
          const us = readTimecode(topRows(frame.data, frame.strideBytes, frame.widthPx, format), frame.widthPx);
          assert.equal(us, Math.floor(frame.timestampUs), 'the picture names its own time');
        }
      }, true));

  for (const timing of TIMINGS)
    it(`timing ${timing.name}`, () =>
      watching({ timing: timing.name }, async (watch) => {
        await watch.moreFrames(4);
        const [first] = watch.frames;
        const last = watch.frames.at(-1);
        assert.ok(first && last);
        assert.deepEqual([last.widthPx, last.heightPx, last.matrix], [timing.widthPx, timing.heightPx, timing.heightPx > 576 ? 'bt709' : 'bt601']);
        const expectedUs = ((last.sequence - first.sequence) * 1e6 * timing.rateDen) / timing.rateNum;
        assert.ok(Math.abs(last.timestampUs - first.timestampUs - expectedUs) <= 2);
      }));

  for (const name of readdirSync(fixtures).filter((each) => each.endsWith('.dcm')))
    it(`fixture ${name}`, () =>
      watching({ source: path.join(fixtures, name), timing: '640x480p60' }, async (watch, device) => {
        const cine = name.includes('cine');
        assert.equal(device, cine ? 'sim:DICOM cine' : 'sim:DICOM');
        await watch.moreFrames(cine ? 20 : 4);
        assert.equal(new Set(watch.frames.map((frame) => frame.hash)).size > 1, cine, 'a cine moves, a still does not');
      }));

  it('none: no cable, until it is plugged in', () =>
    watching({ source: 'none' }, async (watch) => {
      await watch.signal('no-cable');
      assert.equal(watch.frames.length, 0);
    }));

  it('plays the pictures of real consoles', async function () {
    if (!existsSync(consoles)) skipTest(this, '../shared/data/consoles is not there');
    for (const name of readdirSync(consoles).filter((each) => each.endsWith('.dcm')))
      await watching({ source: path.join(consoles, name), timing: '1280x720p30' }, async (watch) => {
        await watch.moreFrames(12);
        assert.equal(new Set(watch.frames.map((frame) => frame.hash)).size > 1, /cine|16frames/.test(name), name);
      });
  });
});

/** Processes that this one started and that decode. */
function decoders(): { readonly pid: number; readonly status: string }[] {
  return readdirSync('/proc').filter((each) => /^\d+$/.test(each)).flatMap((each) => {
    try {
      const status = readFileSync(`/proc/${each}/status`, 'utf8');
      return /^Name:\tscanlink_sim_de/m.test(status) && new RegExp(`^PPid:\\t${process.pid}$`, 'm').test(status) ? [{ pid: Number(each), status }] : [];
    } catch {
      return [];   // ended meanwhile
    }
  });
}

describe('simulated console: the decoder', function () {
  this.timeout(60_000);
  const cine = path.join(fixtures, 'cine-rle.dcm');

  it('is caged while it plays, and gone after close', async () => {
    await watching({ source: cine, timing: '640x480p60' }, async (watch) => {
      await watch.moreFrames(4);
      const [decoder, ...more] = decoders();
      assert.ok(decoder && more.length === 0, 'one decoder');
      assert.match(decoder.status, /^NoNewPrivs:\t1$/m);
      assert.match(decoder.status, /^Seccomp:\t2$/m);
      const limits = readFileSync(`/proc/${decoder.pid}/limits`, 'utf8');
      assert.match(limits, /^Max open files +6 +6 /m);
      assert.match(limits, /^Max file size +0 +0 /m);
      assert.doesNotMatch(limits, /^Max cpu time +unlimited/m);
      assert.deepEqual(readdirSync(`/proc/${decoder.pid}/fd`).toSorted(), ['0', '1', '2', '3', '4', '5']);
    });
    assert.deepEqual(decoders().map(({ pid }) => pid), []);
  });

  it('ends at once for a still', () =>
    watching({ source: path.join(fixtures, 'mono2-8-jpeg2000.dcm') }, async (watch) => {
      await watch.moreFrames(2);
      assert.deepEqual(decoders().map(({ pid }) => pid), []);
    }));

  it('that is killed is started anew: the picture stays, then moves again', () =>
    watching({ source: cine, timing: '640x480p60' }, async (watch) => {
      await watch.moreFrames(4);
      const [first] = decoders();
      assert.ok(first);
      process.kill(first.pid, 'SIGKILL');
      await watch.until('another decoder', () => decoders().some(({ pid }) => pid !== first.pid));
      const from = watch.frames.length;
      await watch.until('movement', () => new Set(watch.frames.slice(from).map((frame) => frame.hash)).size > 1);
    }));

  it('that hangs holds up neither close nor the JavaScript thread', async () => {
    const input = await createSimDriver().open({ source: cine, timing: '640x480p60' });
    const probe = loadProbes().createProbe(input.handle);
    const watch = new Watch(probe);
    await watch.moreFrames(4);
    const [decoder] = decoders();
    assert.ok(decoder);
    process.kill(decoder.pid, 'SIGSTOP');
    let closed = false;
    const closing = input.close().then(() => { closed = true; });
    await new Promise(setImmediate);
    assert.equal(closed, false, 'close() leaves the JavaScript thread');
    await closing;
    assert.throws(() => process.kill(decoder.pid, 0), 'the hung decoder is gone');
    probe.close();
  });

  it('is not waited for when the check is given up', async () => {
    const aborted = AbortSignal.abort(new Error('given up'));
    await assert.rejects(checkSimSource({ source: cine }, { signal: aborted }), /given up/);
    const abort = new AbortController();
    const checking = checkSimSource({ source: cine }, { signal: abort.signal });
    abort.abort(new Error('given up later'));
    await assert.rejects(checking, /given up later/);
    assert.deepEqual(decoders().map(({ pid }) => pid), []);
    await checkSimSource({ source: cine });
  });
});

describe('simulated console: bad sources', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'scanlink-sources-'));
  after(() => rmSync(folder, { recursive: true }));
  const write = (name: string, bytes: Buffer): string => {
    const file = path.join(folder, name);
    writeFileSync(file, bytes);
    return file;
  };
  const whole = readFileSync(path.join(fixtures, 'mono2-8-explicit.dcm'));
  const replaced = (from: string, to: string): Buffer => {
    const at = whole.indexOf(from, 0, 'latin1');
    assert.ok(at > 0, 'the fixture holds what is replaced');
    return Buffer.concat([whole.subarray(0, at), Buffer.from(to, 'latin1'), whole.subarray(at + from.length)]);
  };
  const cases: readonly (readonly [string, () => string, string])[] = [
    ['missing', () => path.join(folder, 'nothing.dcm'), 'DEV_SOURCE_UNREADABLE'],
    ['not DICOM', () => write('letter.dcm', Buffer.from('a letter, and not a picture at all '.repeat(20))), 'DEV_SOURCE_UNSUPPORTED'],
    ['truncated', () => write('cut.dcm', whole.subarray(0, whole.length - 100)), 'DEV_SOURCE_UNREADABLE'],
    ['empty', () => write('empty.dcm', Buffer.alloc(0)), 'DEV_SOURCE_NO_FRAMES'],
    ['zero frames', () => path.join(fixtures, 'bad', 'zero-frames.dcm'), 'DEV_SOURCE_NO_FRAMES'],
    ['unsupported transfer syntax', () => write('syntax.dcm', replaced('1.2.840.10008.1.2.1\0', '1.2.840.10008.9.9.9\0')), 'DEV_SOURCE_UNSUPPORTED'],
    ['folder without pictures', () => mkdtempSync(path.join(folder, 'hollow-')), 'DEV_SOURCE_NO_FRAMES'],
  ];
  for (const [name, make, code] of cases)
    it(name, () => assert.rejects(createSimDriver().open({ source: make() }), (error: { code?: string; message: string }) => {
      assert.equal(error.code, code);
      assert.ok(!error.message.includes(folder), 'no path in the message');
      return true;
    }));

  it('unknown timing: the valid ones are listed', () =>
    assert.rejects(createSimDriver().open({ timing: '123x45p6' }), (error: { code?: string; message: string }) => error.code === 'CFG_UNKNOWN_TIMING' && error.message.includes('1280x720p30')));
});
