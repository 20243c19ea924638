/** What a box gets: laid into a folder and started from there, with the source tree out of sight. */
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BoxStatus } from '@scanlink/protocol';
import { installBox } from '../../../scripts/install-box.ts';
import { skipTest } from '../../support/skip.ts';
import { until } from '../../support/until.ts';

const ROOT_DIR = realpathSync(join(import.meta.dirname, '../../..'));
const ADDONS_DIR = join(ROOT_DIR, 'hal/build/release');
/** A mount name space of its own, in which an empty file system lies over the source tree. */
const WITHOUT_SOURCES = ['--mount', 'sh', '-c', `mount -t tmpfs none ${ROOT_DIR} && cd / && exec "$@"`, 'sh'];

describe('installation of a box', function () {
  this.timeout(120_000);
  let root: string;
  let home: string;
  const children: ChildProcess[] = [];
  before(function () {
    if (!existsSync(join(ADDONS_DIR, 'scanlink_v4l2.node'))) skipTest(this, 'the native addons are not built');
    if (spawnSync('unshare', [...WITHOUT_SOURCES, 'true']).status !== 0) skipTest(this, 'this machine gives no mount name space, by which the sources are hidden');
  });
  beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'sl-install-')); });
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) { resolve(); return; }
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    })));
    rmSync(root, { recursive: true, force: true });
  });

  const lay = async (withSim: boolean): Promise<void> => {
    home = await installBox({ root, board: 'generic-uvc', arch: process.arch as 'x64' | 'arm64', addonsDir: ADDONS_DIR, nodeModulesDir: null, withSim });
  };
  const start = (bundle: string, ...words: string[]): { output: () => string } => {
    const child = spawn('unshare', [...WITHOUT_SOURCES, process.execPath, join(home, 'lib', bundle), ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
    children.push(child);
    return { output: () => output };
  };
  const command = (...words: string[]): { status: number | null; out: string } => {
    const { status, stdout, stderr } = spawnSync('unshare', [...WITHOUT_SOURCES, join(root, 'usr/bin/scanlink'), ...words], { encoding: 'utf8', env: { ...process.env, LANG: 'C' } });
    return { status, out: stdout + stderr };
  };
  const runBox = async (): Promise<BoxStatus['inputs'][number]> => {
    const box = join(root, 'data/box');
    const runDir = join(root, 'run');
    mkdirSync(box, { recursive: true });
    writeFileSync(join(box, 'hub.token'), `${'x'.repeat(43)}\n`, { mode: 0o600 });
    writeFileSync(join(box, 'config.json'), JSON.stringify({ boxId: 'box-1', hubUrl: 'http://127.0.0.1:9', runDir, inputs: [{ name: 'main', driver: 'sim' }] }));
    const firmware = start('firmware.js', '--config', join(box, 'config.json'), '--board', join(home, 'board/board.json'), '--consoles', join(home, 'board/consoles'));
    const media = start('media.js', '--socket', join(runDir, 'media.sock'));
    return await until('the input’s state', () => {
      const { status, out } = command('status', '--json', '--data', join(root, 'data'));
      const input = status === 0 ? (JSON.parse(out) as BoxStatus).inputs[0] : undefined;
      return input && input.signalDetail !== 'opening' ? input : null;
    }, 30_000).catch((error: unknown) => { throw new Error(`${String(error)}\n${firmware.output()}\n${media.output()}`); });
  };

  it('firmware, media and the command line run without the source tree', async () => {
    await lay(true);
    const input = await runBox();
    assert.deepEqual([input.signal, input.timing, input.simulated], ['locked', '1280x720p30', true]);
    assert.match(command('--help').out, /^Usage: /);
    assert.match(command('devices', '--data', join(root, 'data')).out, /simulated console/);
    const still = JSON.parse(command('still', '--json', '--data', join(root, 'data')).out) as { path: string };
    assert.equal(readFileSync(still.path).subarray(1, 4).toString(), 'PNG');
  });

  it('a box in the field holds no simulated console, and says so', async () => {
    await lay(false);
    assert.deepEqual(readdirSync(join(home, 'addons')).toSorted(), ['scanlink_core.node', 'scanlink_system.node', 'scanlink_v4l2.node']);
    assert.ok(!/scanlink_sim|sim:phantom/.test(readFileSync(join(home, 'lib/media.js'), 'utf8')), 'the driver is in the bundle');
    const input = await runBox();
    assert.deepEqual([input.signal, input.signalDetail], ['no-device', 'DEV_DRIVER_UNAVAILABLE']);
    assert.doesNotMatch(command('devices', '--data', join(root, 'data')).out, /simulated/);
  });

  it('holds what a box needs and nothing to build it with', async () => {
    await lay(false);
    assert.deepEqual(JSON.parse(readFileSync(join(home, 'install.json'), 'utf8')), { version: '0.1.0', board: 'generic-uvc', arch: process.arch, simulated: false });
    assert.deepEqual(readdirSync(join(home, 'node_modules')).toSorted(), ['@node-datachannel', 'better-sqlite3', 'detect-libc', 'node-datachannel']);
    assert.deepEqual(readdirSync(join(home, 'node_modules/better-sqlite3/prebuilds')), [`linux-${process.arch}.node`]);
    for (const path of ['lib/firmware.js.map', 'board/consoles', 'share/THIRD-PARTY.md', 'share/LICENSE']) assert.ok(existsSync(join(home, path)), path);
    const [bundle = '', map = ''] = /sourceMappingURL=(.*)/.exec(readFileSync(join(home, 'lib/media.js'), 'utf8')) ?? [];
    assert.ok(existsSync(join(home, 'lib', map)), `${bundle}: its map lies beside it`);
    const { stdout } = spawnSync('find', [root, '(', '-name', '*.ts', '-o', '-name', 'rolldown*', '-o', '-name', 'typescript*', ')', '-print'], { encoding: 'utf8' });
    assert.equal(stdout, '');
  });

  it('systemd finds nothing to say of the units', async function () {
    if (spawnSync('systemd-analyze', ['--version']).status !== 0) skipTest(this, 'there is no systemd-analyze here');
    await lay(false);
    for (const name of ['firmware', 'media']) {
      const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', '--recursive-errors=no', join(root, `usr/lib/systemd/system/scanlink-${name}.service`)], { encoding: 'utf8' });
      assert.deepEqual([status, stdout + stderr], [0, ''], name);
    }
  });
});
