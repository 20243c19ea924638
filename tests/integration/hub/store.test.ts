import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@scanlink/cloud/store/database';
import { operations } from '@scanlink/cloud/store/operations';
import { openOrSetAside } from '@scanlink/cloud/store/set-aside';

const DAY_MS = 86_400_000;
const BOX = { id: 'b', name: 'Box', room: 'CT', tokenHash: 'h', nowMs: 0 };
const PUT = { sessionId: 's', boxId: 'b', code: 'ABCD', input: 'main', simulated: true, startedMs: 0, nowMs: 0 };

describe('hub: store', () => {
  let dir = '';
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'sl-hub-store-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  for (const [name, damage] of [['no database at all', (path: string) => writeFileSync(path, 'x'.repeat(8192))], ['torn pages', (path: string) => truncateSync(path, 8192)]] as const) {
    it(`${name}: moved aside with the time in its name, and an empty one is used`, async () => {
      const first = await openDatabase(dir);
      await operations.upsertBox(first, BOX);
      await first.destroy();
      damage(join(dir, 'hub.db'));
      await assert.rejects(openDatabase(dir, { check: true }), (error: { code?: string }) => error.code === 'STO_DAMAGED');
      const { db, setAside } = await openOrSetAside(dir, () => Date.UTC(2026, 0, 2, 3, 4, 5));
      assert.equal(setAside, 'hub.db.damaged-2026-01-02T03-04-05.000Z');
      assert.ok(readdirSync(dir).includes(setAside));
      assert.deepEqual(await operations.listBoxes(db, {}), []);
      await db.destroy();
      const again = await openOrSetAside(dir, () => 0);
      assert.equal(again.setAside, null);
      await again.db.destroy();
    });
  }

  it('a viewing has its beginning and its end in the audit, also when the relay died; rows are only added', async () => {
    const db = await openDatabase(dir);
    await operations.upsertBox(db, BOX);
    await operations.putSession(db, PUT);
    const view = (resourceId: string, relayEpoch: string): Promise<void> => operations.addViewing(db, { resourceId, sessionId: 's', linkHash: 'f'.repeat(64), expiresMs: 9, relayEpoch, nowMs: 1 });
    await view('r1', 'e1');
    await view('r2', 'e1');
    await operations.removeViewing(db, { resourceId: 'r1', reason: 'left', nowMs: 2 });
    await operations.removeViewing(db, { resourceId: 'r1', reason: 'lost', nowMs: 3 });
    assert.deepEqual(await operations.keepViewingsOf(db, { relayEpoch: 'e2', nowMs: 4 }), []);
    const rows = await operations.listViewingAudit(db, { sessionId: 's' });
    assert.deepEqual(rows.map((each) => [each.atMs, each.event, each.reason, each.viewingId, each.linkId]), [
      [1, 'begin', null, 'r1', 'f'.repeat(16)], [1, 'begin', null, 'r2', 'f'.repeat(16)], [2, 'end', 'left', 'r1', 'f'.repeat(16)], [4, 'end', 'relay-gone', 'r2', 'f'.repeat(16)],
    ]);
    await db.destroy();
  });

  it('what is over is kept by policy and then gone; a session that nobody spoke of for a month ends', async () => {
    const db = await openDatabase(dir);
    await operations.upsertBox(db, BOX);
    await operations.putSession(db, PUT);
    await operations.addLink(db, { tokenHash: 'l', sessionId: 's', expiresMs: DAY_MS, nowMs: 0 });
    assert.deepEqual(await operations.forgetOld(db, { nowMs: 29 * DAY_MS }), { links: 0, sessions: 0, audit: 0, ended: [] });
    assert.deepEqual(await operations.forgetOld(db, { nowMs: 32 * DAY_MS }), { links: 1, sessions: 0, audit: 0, ended: ['s'] });
    assert.deepEqual(await operations.forgetOld(db, { nowMs: 121 * DAY_MS }), { links: 0, sessions: 0, audit: 0, ended: [] });
    assert.deepEqual(await operations.forgetOld(db, { nowMs: 123 * DAY_MS }), { links: 0, sessions: 1, audit: 0, ended: [] });
    await db.destroy();
  });
});
