import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Socket } from 'node:net';
import { createGate, maySpeak, readGroup } from './socket-access.ts';

describe('who may speak on a socket', () => {
  const cases: readonly (readonly [string, { uid: number; gid: number }, number | null, boolean])[] = [
    ['our own user', { uid: 990, gid: 5 }, null, true], ['root', { uid: 0, gid: 0 }, null, true], ['another user', { uid: 1000, gid: 990 }, null, false],
    ['a service of the group', { uid: 991, gid: 991 }, 991, true], ['a user of another group', { uid: 992, gid: 992 }, 991, false], ['root’s group is no service', { uid: 1000, gid: 0 }, 991, false],
  ];
  for (const [what, { uid, gid }, group, may] of cases) it(`${what}: ${may ? 'yes' : 'no'}`, () => assert.equal(maySpeak({ pid: 1, uid, gid }, 990, group), may));

  it('asks the kernel about the socket’s descriptor, and names neither pid nor name', () => {
    const asked: number[] = [];
    const gate = createGate({ peerCredentials: (fd) => { asked.push(fd); return { pid: 7, uid: 1000, gid: 1000 }; } }, 991, 990);
    assert.equal(gate({ _handle: { fd: 12 } } as unknown as Socket)?.message, 'This socket is not for user 1000 (group 1000)');
    assert.equal(gate({ _handle: null } as unknown as Socket)?.code, 'STR_RPC_CLOSED');
    assert.deepEqual(asked, [12]);
  });

  it('knows groups by name', () => {
    const dir = mkdtempSync(join(tmpdir(), 'sl-group-'));
    const file = join(dir, 'group');
    writeFileSync(file, 'root:x:0:\nscanlink-media-x:x:7:\nscanlink-media:x:991:scanlink\n');
    assert.equal(readGroup('--media-group', 'scanlink-media', file), 991);
    assert.throws(() => readGroup('--media-group', 'scanlink', file), { code: 'CFG_INVALID' });
    rmSync(dir, { recursive: true });
  });
});
