/** Who may speak on the box's sockets: real sockets, and peers of another user (needs root to be one). */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipTest } from '../../support/skip.ts';
import { until } from '../../support/until.ts';
import { BoxFolder, connectBox, FirmwareProcess } from './support.ts';

const SETPRIV = '/usr/bin/setpriv';
const STRANGER_UID = 12_345;
/** Says hello on the socket and prints the first line that comes, or the error's code. */
const CLIENT = `
const socket = require('node:net').connect(process.argv[1]);
socket.on('error', (error) => { console.log(error.code); process.exit(); });
socket.on('data', (data) => { console.log(String(data).slice(0, 400)); process.exit(); });
socket.write('{"type":"hello","v":1,"client":"stranger"}\\n');
setTimeout(() => { console.log('nothing'); process.exit(); }, 5000);`;

const gidOf = (group: string): number => Number(readFileSync('/etc/group', 'utf8').split('\n').find((line) => line.startsWith(`${group}:`))?.split(':')[2]);

describe('access to the box’s sockets', function () {
  this.timeout(60_000);
  let folder: BoxFolder;
  let firmware: FirmwareProcess;
  let node: string;

  before(function () {
    if (process.getuid?.() !== 0 || !existsSync(SETPRIV)) skipTest(this, 'only root can be another user');
    // One that everybody may run.
    node = process.execPath.startsWith('/root/') ? join(mkdtempSync(join(tmpdir(), 'sl-node-')), 'node') : process.execPath;
    if (node !== process.execPath) {
      spawnSync('cp', [process.execPath, node]);
      chmodSync(join(node, '..'), 0o755);
    }
  });
  after(() => { if (node !== undefined && node !== process.execPath) rmSync(join(node, '..'), { recursive: true }); });
  beforeEach(async () => {
    folder = new BoxFolder('http://127.0.0.1:9');
    firmware = new FirmwareProcess(folder, {}, ['--media-group', 'video', '--ui-group', 'audio']);
    (await connectBox(folder)).peer.close();
    await until('all sockets', () => ['media.sock', 'ui.sock'].every((name) => existsSync(join(folder.runDir, name))));
    for (const each of [folder.dir, folder.runDir]) chmodSync(each, 0o711);
  });
  afterEach(async () => {
    await firmware?.kill('SIGTERM');
    folder?.remove();
  });

  /** What another user hears on a socket. */
  const speak = (name: string, gid: number, groups: readonly number[] = []): string => {
    const { stdout, stderr } = spawnSync(SETPRIV, ['--reuid', String(STRANGER_UID), '--regid', String(gid), ...(groups.length === 0 ? ['--clear-groups'] : ['--groups', groups.join(',')]), node, '-e', CLIENT, join(folder.runDir, name)], { encoding: 'utf8' });
    return stdout.trim() || stderr;
  };
  const modeOf = (name: string): [number, number] => {
    const { mode, gid } = statSync(join(folder.runDir, name));
    return [mode & 0o777, gid];
  };

  it('modes and groups keep others out, and let their services in', () => {
    const [video, audio, nobody] = [gidOf('video'), gidOf('audio'), gidOf('nogroup')];
    assert.deepEqual([modeOf('media.sock'), modeOf('ui.sock'), modeOf('control.sock')], [[0o660, video], [0o660, audio], [0o600, process.getgid!()]]);
    assert.match(speak('media.sock', video), /^\{"type":"snapshot"/);
    assert.match(speak('ui.sock', audio), /^\{"type":"snapshot"/);
    for (const [name, gid] of [['media.sock', nobody], ['media.sock', audio], ['ui.sock', video], ['control.sock', video], ['control.sock', audio]] as const) assert.equal(speak(name, gid), 'EACCES', name);
  });

  it('where a mode was loosened the kernel’s word on the peer holds; it is told, and logged without a name', async () => {
    const video = gidOf('video');
    for (const name of ['media.sock', 'control.sock', 'ui.sock']) chmodSync(join(folder.runDir, name), 0o666);
    for (const [name, gid] of [['media.sock', gidOf('nogroup')], ['control.sock', video], ['ui.sock', video]] as const) {
      const answer = JSON.parse(speak(name, gid)) as { type: string; error: { code: string; messageZh: string } };
      assert.deepEqual([answer.type, answer.error.code], ['refused', 'STR_PEER_REFUSED'], name);
      assert.match(answer.error.messageZh, /不向用户 12345/);
    }
    await until('three lines in the log', () => firmware.output.match(/peer refused/g)?.length === 3);
    assert.doesNotMatch(firmware.output, /stranger/);
    assert.match(speak('media.sock', video), /^\{"type":"snapshot"/, 'whoever may still does');
  });

  it('a person who is in the group is no service of it', () => {
    assert.match(speak('media.sock', gidOf('nogroup'), [gidOf('video')]), /STR_PEER_REFUSED/);
  });

  it('media may write stills, and pass through the folder of the store without reading it', () => {
    const read = (path: string): [number, number] => [statSync(path).mode & 0o7777, statSync(path).gid];
    assert.deepEqual([read(folder.boxDir), read(join(folder.boxDir, 'stills'))], [[0o710, gidOf('video')], [0o2770, gidOf('video')]]);
  });

  it('a group that is not there is said before anything starts', async () => {
    const other = new BoxFolder('http://127.0.0.1:9');
    const failing = new FirmwareProcess(other, {}, ['--media-group', 'no-such-group']);
    assert.equal((await failing.ended).code, 2);
    assert.match(failing.output, /CFG_INVALID.*no-such-group[\s\S]*没有用户组/);
    other.remove();
  });
});
