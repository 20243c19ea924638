import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { findFreePort } from '../../../scripts/lib/free-port.ts';
import { createChain } from '../../support/chain.ts';
import { RunProcess } from './run-process.ts';

/** As after a power cut: the session that is stored was of another boot of this machine. */
function pretendReboot(dataDir: string): void {
  const store = new Database(join(dataDir, 'box', 'box.db'));
  assert.ok(store.prepare("UPDATE sessions SET boot_id = 'another-boot' WHERE ended_ms IS NULL").run().changes > 0);
  store.close();
}

describe('./run after a power cut', function () {
  this.timeout(120_000);
  let dataDir: string;
  let port: number;
  let sessionId: string;
  let run: RunProcess | null = null;
  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'sl-cut-'));
    port = await findFreePort();
  });
  after(async () => {
    if (run?.running) await run.cutPower();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('comes up with the session suspended, and says where to look and what to type', async () => {
    run = new RunProcess(dataDir, port);
    await run.ready();
    sessionId = (await run.status())!.session!.sessionId;
    await run.cutPower();
    pretendReboot(dataDir);
    run = new RunProcess(dataDir, port);
    await run.ready();
    assert.match(run.stdout, /^hub: http/m);
    assert.match(run.stdout, /^viewer: http/m);
    assert.ok(run.stdout.includes(`./scanlink session resume --data ${dataDir}`), run.stdout);
    assert.ok(run.stdout.includes(`./scanlink session end --data ${dataDir}`), run.stdout);
    const session = (await run.status())!.session!;
    assert.deepEqual([session.sessionId, session.state], [sessionId, 'suspended']);
  });

  it('Ctrl-C leaves a suspended session to the next start', async () => {
    assert.equal(await run!.interrupt(), 0);
    run = new RunProcess(dataDir, port);
    await run.ready();
    const session = (await run.status())!.session!;
    assert.deepEqual([session.sessionId, session.state], [sessionId, 'suspended']);
    await run.cutPower();
  });

  it('an error on the way up does not end a session that was found', async () => {
    const first = await createChain({ dataDir, port });
    await first.system.start();
    await first.system.waitFor((box) => box.session !== null && box.hub.connected, 30_000);
    await first.system.ask('session.resume', {});
    await first.system.waitFor((box) => box.session?.state === 'live', 30_000);
    await first.system.close('failed');
    const second = await createChain({ dataDir, port, check: true });
    await second.system.start();
    const status = await second.system.waitFor((box) => box.session?.state === 'live', 30_000);
    assert.equal(status.session!.sessionId, sessionId);
    await second.close();
  });

  it('Ctrl-C ends a session that is live', async () => {
    const third = await createChain({ dataDir, port, check: true });
    await third.system.start();
    assert.equal((await third.system.waitFor((box) => box.hub.connected, 30_000)).session, null);
    await third.close();
  });
});
