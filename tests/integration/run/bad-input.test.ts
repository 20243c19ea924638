import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

import { findFreePort } from '../../../scripts/lib/free-port.ts';

const ROOT_DIR = join(import.meta.dirname, '../../..');

/** `./run --no-install` as a person types it; resolves with what it said when it ended. */
function run(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(join(ROOT_DIR, 'run'), ['--no-install', ...args], { cwd: ROOT_DIR, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? (typeof error.code === 'number' ? error.code : -1) : 0, stdout, stderr });
    });
  });
}

describe('./run with bad input', () => {
  let folder: string;
  before(() => { folder = mkdtempSync(join(tmpdir(), 'sl-run-')); });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const data = (): string[] => ['--data', join(folder, 'data')];

  it('names the valid timings for an unknown one', async () => {
    const { code, stderr } = await run([...data(), '--timing', '1281x720p30']);
    assert.equal(code, 2);
    assert.match(stderr, /CFG_UNKNOWN_TIMING/);
    assert.match(stderr, /1920x1080p60/);
    assert.match(stderr, /未知的视频格式/);
  });

  it('refuses an unknown option with usage', async () => {
    const { code, stderr } = await run(['--colour', 'blue']);
    assert.equal(code, 2);
    assert.match(stderr, /CFG_USAGE/);
  });

  it('refuses a source that is not there', async () => {
    const { code, stderr } = await run([...data(), '--source', join(folder, 'nothing.dcm')]);
    assert.equal(code, 2);
    assert.match(stderr, /DEV_SOURCE_UNREADABLE/);
  });

  it('--json without --check is refused, with where to read more', async () => {
    const { code, stderr } = await run(['--json']);
    assert.equal(code, 2);
    assert.match(stderr, /CFG_USAGE.*--check[\s\S]*--help/);
  });

  for (const [command, code, text] of [
    [['run', '--help'], 0, /--data DIR/], [['run', '--version'], 0, /^\d+\.\d+\.\d+$/m], [['.ci/run', '--help'], 0, /must pass/],
    [['.ci/run', 'word'], 2, /no arguments/], [['test', '--only'], 2, /needs a value/], [['test', '--help'], 0, /--only/], [['scripts/build-native.sh', '--help'], 0, /--sanitize/],
  ] as [string[], number, RegExp][]) {
    it(`${command.join(' ')} answers on a machine without node, and installs nothing`, () => {
      const answer = spawnSync('bash', [join(ROOT_DIR, command[0]!), ...command.slice(1)], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin', HOME: folder, SCANLINK_CACHE: join(folder, 'cache') } });
      assert.equal(answer.status, code, answer.stderr);
      assert.match(answer.stdout + answer.stderr, text);
      assert.equal(existsSync(join(folder, 'cache')), false);
    });
  }

  it('says which port is taken and starts nothing', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await run([...data(), '--port', String(port)]);
    server.close();
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`CFG_PORT_TAKEN: Port ${port}`));
  });

  it('says so too when only the UDP port, for media, is taken', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await new Promise((resolve) => { socket.once('listening', resolve); });
    const { port } = socket.address();
    const { code, stderr } = await run([...data(), '--port', String(port)]);
    socket.close();
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`CFG_PORT_TAKEN: Port ${port}`));
  });

  it('a data folder that cannot be one is refused in words', async () => {
    const { code, stderr } = await run(['--data', '/proc/x']);
    assert.equal(code, 2);
    assert.match(stderr, /CFG_DATA_FOLDER.*--data/);
  });

  it('a file that is no picture ends the start with a code and words in both languages', async () => {
    const file = join(folder, 'letter.dcm');
    writeFileSync(file, 'Dear colleague, this is not a picture.');
    const { code, stderr } = await run([...data(), '--port', String(await findFreePort()), '--source', file]);
    assert.equal(code, 2);
    assert.match(stderr, /DEV_SOURCE_(UNSUPPORTED|UNREADABLE)/);
    assert.match(stderr, /[\u4e00-\u9fff]/);
  });

  it('a picture that claims 900 megapixels ends the start with a code, and not the machine', async () => {
    const file = join(folder, 'bomb.png');
    const chunk = (type: string, data: Buffer): Buffer => {
      const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
      const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
      length.writeUInt32BE(data.length);
      sum.writeUInt32BE(crc32(body));
      return Buffer.concat([length, body, sum]);
    };
    const header = Buffer.from([0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30, 8, 2, 0, 0, 0]);
    writeFileSync(file, Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(90_001))), chunk('IEND', Buffer.alloc(0))]));
    const { code, stderr } = await run([...data(), '--port', String(await findFreePort()), '--source', file]);
    assert.equal(code, 2);
    assert.match(stderr, /DEV_SOURCE_(UNSUPPORTED|UNREADABLE)/);
    assert.doesNotMatch(stderr, /bomb/, 'no name of a file');
  });
});
