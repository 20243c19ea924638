import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BoxStatus } from '@scanlink/protocol';
import { runCli } from '@scanlink/firmware/cli/run-cli';
import { HubDouble } from './hub-double.ts';
import { MediaDouble } from './media-double.ts';
import { BoxFolder, connectBox, FirmwareProcess } from './support.ts';

const shim = fileURLToPath(new URL('../../../scanlink', import.meta.url));

describe('./scanlink against a running box', function () {
  this.timeout(30_000);
  let hub: HubDouble;
  let folder: BoxFolder;
  let firmware: FirmwareProcess | null = null;
  let media: MediaDouble;
  const startBox = async (): Promise<void> => {
    firmware = new FirmwareProcess(folder);
    (await connectBox(folder)).peer.close();
    media = await new MediaDouble(1).connect(folder);
    await media.report(null);
  };
  const cli = async (line: string, env: Record<string, string> = { LANG: 'en_US.UTF-8' }): Promise<{ code: number; out: string; err: string }> => {
    let out = '';
    let err = '';
    const code = await runCli({ argv: [...line.split(' '), '--data', folder.dir], env, stdout: (text) => (out += text), stderr: (text) => (err += text), timeoutMs: 2000 });
    return { code, out, err };
  };
  beforeEach(async () => {
    hub = await new HubDouble().start();
    folder = new BoxFolder(hub.url);
  });
  afterEach(async () => {
    await firmware?.kill();
    firmware = null;
    await hub.stop();
    folder.remove();
  });

  it('answers every command, in words and as JSON', async () => {
    await startBox();
    const status = await cli('status');
    assert.equal(status.code, 0);
    assert.match(status.out, /no session[\s\S]*main +Signal locked +1280x720p30/);
    assert.match((await cli('status', { LANG: 'zh_CN.UTF-8' })).out, /无会诊[\s\S]*信号正常/);
    const json = await cli('status --json');
    assert.equal((JSON.parse(json.out) as BoxStatus).inputs[0]?.timing, '1280x720p30');
    assert.equal(json.out.trim().split('\n').length, 1);
    assert.match((await cli('devices')).out, /sim +simulated console +sim +0 +— +YUYV +yes/);
    assert.match((await cli('still')).out, /1280x720/);
    assert.equal((await cli('sim unplug')).code, 0);
    assert.equal((await cli('sim timing 1080p60')).code, 0);
    assert.deepEqual(media.asked.map((each) => each.params), [{}, {}, { command: 'unplug' }, { command: 'timing', timing: '1920x1080p60' }]);
    assert.match((await cli('session start')).out, /starting/);
    const twice = await cli('session start --json');
    assert.equal(twice.code, 1);
    assert.equal((JSON.parse(twice.out) as { error: { code: string } }).error.code, 'STR_SESSION_RUNNING');
    assert.match(twice.err, /already running/);
    assert.match((await cli('session resume', { LANG: 'zh_CN' })).err, /并未处于暂停状态/);
  });

  it('exit code 3: the box is not running, or never was', async () => {
    assert.equal((await cli('status')).code, 3);
    const { BoxFolder: Other } = await import('./support.ts');
    const other = new Other(hub.url);
    other.remove();
    let out = '';
    assert.equal(await runCli({ argv: ['status', '--json', '--data', other.dir], env: {}, stdout: (text) => (out += text), stderr: () => {} }), 3);
    assert.match(out, /"code":"STR_BOX_DOWN"/);
  });

  it('exit code 4: no answer in time', async () => {
    mkdirSync(folder.runDir, { recursive: true });
    const mute = createServer((socket) => void socket.on('error', () => {}));
    await new Promise<void>((resolve) => mute.listen(join(folder.runDir, 'control.sock'), resolve));
    assert.equal((await cli('status')).code, 4);
    mute.close();
  });

  it('help and version need no node, in the language of the environment; a command says what to do first', () => {
    // A machine that has these, and no node.
    const bin = join(folder.dir, 'bin');
    mkdirSync(bin, { recursive: true });
    for (const tool of ['dirname', 'readlink', 'sed', 'head', 'cat']) symlinkSync(`/usr/bin/${tool}`, join(bin, tool));
    const bare = (lang: string, ...words: string[]): { status: number | null; out: string } => {
      const { status, stdout, stderr } = spawnSync('/bin/bash', [shim, ...words], { encoding: 'utf8', env: { PATH: bin, SCANLINK_CACHE: bin, LANG: lang } });
      return { status, out: stdout + stderr };
    };
    assert.deepEqual(bare('C', '--version'), { status: 0, out: '0.1.0\n' });
    assert.match(bare('C', '--help').out, /^Usage: [\s\S]*session links revoke/);
    assert.match(bare('zh_CN.UTF-8').out, /^用法/);
    assert.deepEqual([bare('C', 'status').status, bare('C', '--help').status], [3, 0]);
  });

  it('exit code 2: a command that is none; and the shell script runs it', async () => {
    const child = spawn(shim, ['sim', 'fly', '--lang', 'zh']);
    let err = '';
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    const code = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(code, 2);
    assert.match(err, /命令有误/);
  });
});
