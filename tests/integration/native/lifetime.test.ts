import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { loadCore } from '@scanlink/hal/native/load-core';
import { loadProbes } from '@scanlink/hal/native/probe';
import { simulatedText } from '@scanlink/protocol';
import { FONT_PATHS } from '@scanlink/hal/font-paths';
import { openRig, until } from './support/rig.ts';

const rigUrl = new URL('support/rig.ts', import.meta.url).href;
const start = `const { openRig, until } = await import(${JSON.stringify(rigUrl)});
const rig = await openRig();
const tape = rig.record();
await until('units', () => tape.units.length >= 3);`;

const runNode = (script: string) => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { timeout: 40_000 });

describe('native core: threads and handles', function () {
  this.timeout(60_000);

  it('a process ends by itself once pipeline and input are closed', async () => {
    const { stdout } = await runNode(`${start} await rig.close(); console.log('closed');`);
    assert.equal(stdout.trim(), 'closed');
  });

  it('a process ends cleanly by process.exit() with everything open', async () => {
    const { stdout } = await runNode(`${start} console.log('open'); process.exit(0);`);
    assert.equal(stdout.trim(), 'open');
  });

  it('a worker ends with a pipeline open, and its threads end with it', async () => {
    const worker = new Worker(`import('node:worker_threads').then(async ({ parentPort }) => { ${start} parentPort.postMessage('running'); });`, { eval: true });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    await worker.terminate();
    await until('no thread of the pipeline', () => threadNames().every((name) => !name.startsWith('sl-')));
  });

  it('closing waits for no thread on the JavaScript thread', async () => {
    const source = loadProbes().createSlowSource(300);
    const pipeline = loadCore().createPipeline(source.handle, { fontPaths: FONT_PATHS, simulatedText, encoder: { kind: 'x264' } });
    let turnsWhileStopping = 0;
    let closed = false;
    const closing = pipeline.close().then(() => { closed = true; });
    const turn = (): void => {
      if (source.stopping()) turnsWhileStopping += 1;
      if (!closed) setTimeout(turn, 1);
    };
    turn();
    await closing;
    assert.ok(turnsWhileStopping > 1, `the loop turned ${turnsWhileStopping} times while the driver stopped`);
  });

  it('a worker ends while its pipeline is closing, and by process.exit() too', async () => {
    const close = `const { loadProbes } = await import('@scanlink/hal/native/probe');
      const { loadCore } = await import('@scanlink/hal/native/load-core');
      const source = loadProbes().createSlowSource(300);
      const pipeline = loadCore().createPipeline(source.handle, { fontPaths: [], simulatedText: { zh: '', en: '' }, encoder: { kind: 'x264' } });
      void pipeline.close();
      void tape.output.close();
      void rig.pipeline.close();`;
    const worker = new Worker(`import('node:worker_threads').then(async ({ parentPort }) => { ${start} ${close} parentPort.postMessage('closing'); });`, { eval: true });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    await worker.terminate();
    await until('no thread of the pipeline', () => threadNames().every((name) => !name.startsWith('sl-')));
    const { stdout } = await runNode(`${start} ${close} console.log('closing'); process.exit(0);`);
    assert.equal(stdout.trim(), 'closing');
  });

  it('a worker ends while stills are being written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scanlink-lifetime-'));
    const stills = `for (let turn = 0; turn < 4; turn += 1) rig.pipeline.still(${JSON.stringify(folder)} + '/' + turn + '.png', {}).catch(() => {});`;
    const worker = new Worker(`import('node:worker_threads').then(async ({ parentPort }) => { ${start} ${stills} parentPort.postMessage('writing'); });`, { eval: true });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    await worker.terminate();
    await until('no thread of the pipeline', () => threadNames().every((name) => !name.startsWith('sl-')));
    rmSync(folder, { recursive: true });
  });

  it('many outputs opened, closed and dropped leave no thread', async () => {
    const rig = await openRig();
    const closing: Promise<void>[] = [];
    for (let turn = 0; turn < 20; turn += 1) closing.push(rig.record().output.close());
    rig.record();
    closing.push(rig.close());
    await Promise.all(closing);
    await until('no thread of the pipeline', () => threadNames().every((name) => !name.startsWith('sl-')));
  });

  it('names its threads, and closing ends them', async () => {
    const rig = await openRig();
    const tape = rig.record();
    await until('units', () => tape.units.length >= 3);
    assert.ok(threadNames().includes('sl-enc-live'));
    assert.ok(threadNames().includes('sl-meter') && threadNames().includes('sl-watch'));
    await rig.close();
    await until('no thread of the pipeline', () => threadNames().every((name) => !name.startsWith('sl-')));
  });
});

function threadNames(): string[] {
  return readdirSync('/proc/self/task').flatMap((task) => {
    try {
      return [readFileSync(`/proc/self/task/${task}/comm`, 'utf8').trim()];
    } catch {
      return [];  // it ended just now
    }
  });
}
