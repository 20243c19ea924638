import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { openDatabase } from '@scanlink/cloud/store/database';
import { migrations } from '@scanlink/cloud/store/migrations';
import { operations } from '@scanlink/cloud/store/operations';
import { openOrSetAside } from '@scanlink/cloud/store/set-aside';
import { openStore, type Store } from '@scanlink/cloud/store/store';
import { until } from '../../support/until.ts';

const DAY_MS = 86_400_000;
const BOX = { id: 'b', name: 'Box', room: 'CT', tokenHash: 'h', nowMs: 0 };
const PUT = { sessionId: 's', boxId: 'b', code: 'ABCD', input: 'main', simulated: true, startedMs: 0, nowMs: 0 };

/** In the middle of the file, so that what is looked at on opening is whole. */
function hurtOnePage(path: string): void {
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length / 4096 * 0.75) * 4096;
  bytes.fill(0xa5, at, at + 4096);
  writeFileSync(path, bytes);
}

describe('hub: store', () => {
  let dir = '';
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'sl-hub-store-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  for (const [name, damage] of [['no database at all', (path: string) => writeFileSync(path, 'x'.repeat(8192))], ['torn pages', (path: string) => truncateSync(path, 8192)], ['pages that do not fit together', hurtOnePage]] as const) {
    it(`${name}: moved aside with the time in its name, and an empty one is used`, async () => {
      const first = await openDatabase(dir);
      await operations.upsertBox(first, BOX);
      await operations.putSession(first, PUT);
      for (let index = 0; index < 200; index += 1) await operations.addLink(first, { tokenHash: `${index}`.padStart(64, 'f'), sessionId: 's', expiresMs: 1, nowMs: 0 });
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

  /** A store as the hub of the first release left it. */
  async function writeFirstRelease(): Promise<void> {
    const raw = new Database(join(dir, 'hub.db'));
    const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: raw }) });
    await migrations['0001-boxes-sessions-links']!.up(db);
    raw.exec("create table kysely_migration (name text primary key, timestamp text not null); create table kysely_migration_lock (id text primary key, is_locked integer not null default 0); insert into kysely_migration_lock values ('migration_lock', 0)");
    raw.prepare('insert into kysely_migration values (?, ?)').run('0001-boxes-sessions-links', '2026');
    raw.prepare('insert into boxes values (?, ?, ?, ?, 1, 1)').run('b', 'Box', 'CT', 'h');
    await db.destroy();
  }
  const COPY = 'hub.db.before-0002-revocation-audit';
  const columnsOf = (file: string): readonly string[] => {
    const db = new Database(join(dir, file), { readonly: true });
    try {
      assert.deepEqual(db.prepare('select id from boxes').pluck().all(), ['b'], 'what was in it is in it');
      return (db.pragma('table_info(boxes)') as { name: string }[]).map((each) => each.name);
    } finally {
      db.close();
    }
  };

  it('a copy of the whole store is laid beside it before a migration, once, and only when it is whole', async () => {
    await writeFirstRelease();
    // Half a copy, as a power cut leaves it; and what another process is about to finish.
    writeFileSync(join(dir, `${COPY}.part-99999999`), 'half');
    writeFileSync(join(dir, `${COPY}.part-1`), 'of a living one');
    await (await openDatabase(dir)).destroy();
    assert.ok(!columnsOf(COPY).includes('disabled_ms'), 'the copy is of before');
    assert.ok(columnsOf('hub.db').includes('disabled_ms'), 'the store itself was brought up to date');
    assert.deepEqual(readdirSync(dir).filter((each) => each.includes('.part')), [`${COPY}.part-1`]);
    rmSync(join(dir, `${COPY}.part-1`));
    await (await openDatabase(dir)).destroy();
    assert.deepEqual(readdirSync(dir).filter((each) => each.startsWith('hub.db.before')), [COPY]);
  });

  it('a store that has just been made is not copied', async () => {
    await (await openDatabase(dir)).destroy();
    assert.deepEqual(readdirSync(dir), ['hub.db']);
  });

  it('without a copy there is no migration', async () => {
    await writeFirstRelease();
    mkdirSync(join(dir, `${COPY}.part-${process.pid}`));
    await assert.rejects(openDatabase(dir));
    assert.ok(!columnsOf('hub.db').includes('disabled_ms'));
  });

  it('calls that wait are bounded, in number and in time; held by another process it says that it is busy, and goes on afterwards', async () => {
    const store: Store = await openStore({ dataDir: dir, onDeath: () => assert.fail('it lives'), limits: { waiting: 50, answerWithinMs: 1000 } });
    try {
      const holder = new Database(join(dir, 'hub.db'));
      holder.exec('begin immediate');
      const codes: string[] = [];
      const calls = Array.from({ length: 200 }, () => store.listBoxes({}).then(() => codes.push('answered'), (error: { code: string }) => codes.push(error.code)));
      await new Promise((resolve) => { setImmediate(resolve); });
      assert.deepEqual(codes, Array.from({ length: 150 }, () => 'STO_BUSY'), 'those that find no room are told at once');
      await Promise.all(calls);
      assert.deepEqual(new Set(codes), new Set(['STO_BUSY']));
      holder.exec('rollback');
      holder.close();
      await until('it answers again', () => store.listBoxes({}).then(() => true, () => false));
    } finally {
      await store.close();
    }
  });

  it('folder and files are their owner\'s alone, also those that were open to others', async () => {
    const mask = process.umask(0o022);
    try {
      chmodSync(dir, 0o755);
      writeFileSync(join(dir, 'hub.db'), '', { mode: 0o644 });
      const db = await openDatabase(dir);
      await operations.upsertBox(db, BOX);
      const modes = ['.', 'hub.db', 'hub.db-wal', 'hub.db-shm'].map((name) => (statSync(join(dir, name)).mode & 0o777).toString(8));
      assert.deepEqual(modes, ['700', '600', '600', '600']);
      await db.destroy();
    } finally {
      process.umask(mask);
    }
  });

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
