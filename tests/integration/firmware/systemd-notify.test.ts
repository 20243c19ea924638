/** Both processes of the box say to systemd that they are ready, and feed its watchdog with their heartbeat. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { skipTest } from '../../support/skip.ts';
import { until } from '../../support/until.ts';
import { BoxFolder, FirmwareProcess } from './support.ts';

const PYTHON = '/usr/bin/python3';
const MEDIA = join(import.meta.dirname, '../../../firmware/src/media/main.ts');
/** systemd's side of sd_notify: Node has no datagram unix sockets. */
const MANAGER = 'import socket,sys\ns=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM);s.bind(sys.argv[1]);print("bound",flush=True)\nwhile True: print(s.recv(4096).decode(),flush=True)';

describe('systemd hears of the box’s processes', function () {
  this.timeout(60_000);
  let folder: BoxFolder;
  let manager: ChildProcess;
  let heard: string;
  let address: string;
  beforeEach(async function () {
    if (!existsSync(PYTHON)) skipTest(this, 'there is no python3, which listens here in systemd’s place');
    folder = new BoxFolder('http://127.0.0.1:9');
    address = join(folder.dir, 'notify');
    heard = '';
    manager = spawn(PYTHON, ['-c', MANAGER, address], { stdio: ['ignore', 'pipe', 'inherit'] });
    manager.stdout!.on('data', (data: Buffer) => (heard += data.toString()));
    await until('the manager', () => heard.includes('bound'));
  });
  afterEach(async () => {
    manager?.kill();
    if (manager && manager.exitCode === null && manager.signalCode === null) await once(manager, 'exit');
    folder?.remove();
  });

  it('firmware', async () => {
    const firmware = new FirmwareProcess(folder, { NOTIFY_SOCKET: address });
    await until('beats', () => heard.split('WATCHDOG=1').length > 3, 20_000);
    assert.ok(heard.indexOf('READY=1') < heard.indexOf('WATCHDOG=1'));
    await firmware.kill('SIGTERM');
    await until('its end', () => heard.includes('STOPPING=1'));
  });

  it('media', async () => {
    const media = spawn(process.execPath, [MEDIA, '--socket', join(folder.runDir, 'media.sock')], { stdio: 'ignore', env: { ...process.env, NOTIFY_SOCKET: address } });
    await until('beats', () => heard.includes('READY=1') && heard.split('WATCHDOG=1').length > 3, 20_000);
    media.kill('SIGTERM');
    await until('its end', () => heard.includes('STOPPING=1'));
    if (media.exitCode === null) await once(media, 'exit');
  });
});
