import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import type { Session } from '@scanlink/firmware/session/session';
import { MIGRATIONS } from '@scanlink/firmware/store/migrations';
import { openDatabase } from '@scanlink/firmware/store/open-store';
import { SessionStore } from '@scanlink/firmware/store/session-store';
import { skipTest } from '../../support/skip.ts';

const written = { nowMs: 40, bootMs: 50 };
const session: Session = {
  sessionId: '00000000-0000-4000-8000-000000000001', examId: 'exam', examOpenedMs: 5, code: 'ABCD', input: 'main', simulated: true, startedMs: 10, sinceMs: 20.5, lastFrameMs: 30.25, mayGoOnUntilBootMs: 120_000, sinceMonoMs: 0, losses: [], dropsLinks: false, attempt: { step: 'none' },
  gaps: { newest: [{ startMs: 1, endMs: 2, reason: 'media-died' }, { startMs: 3, endMs: null, reason: 'network-lost' }], count: 2, closedMs: 1 }, announced: { whipUrl: 'https://hub.example/whip', clockChannel: true }, location: '/whip/1',
  error: { code: 'STR_PATH_LOST', message: 'lost', messageZh: '中断' },
};

interface Column { readonly name: string; readonly type: string; readonly notnull: number; readonly dflt_value: string | null }
const listTables = (db: Database.Database): readonly string[] => db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[];
const readColumns = (db: Database.Database, table: string): readonly Column[] => db.prepare('SELECT name, type, "notnull", dflt_value FROM pragma_table_info(?)').all(table) as Column[];

describe('store of the box', function () {
  this.timeout(30_000);
  let dir: string;
  let file: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'sl-store-'));
    file = join(dir, 'box.db');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('gives back what was saved, and nothing once it ended', () => {
    const store = SessionStore.open(file);
    assert.equal(store.readOpen(), null);
    store.save('reconnecting', session, 'boot-1', written);
    assert.deepEqual(store.readOpen(), { state: 'reconnecting', bootId: 'boot-1', session, written });
    store.save('live', { ...session, gaps: { newest: session.gaps.newest.slice(0, 1), count: 1, closedMs: 1 }, error: null }, 'boot-1', written);
    store.touch({ ...session, lastFrameMs: 99 }, written);
    const found = store.readOpen();
    assert.deepEqual([found?.state, found?.session.gaps.count, found?.session.error, found?.session.lastFrameMs], ['live', 1, null, 99]);
    store.end(session, 100);
    assert.equal(store.readOpen(), null);
    assert.deepEqual(store.readUntoldEnds(), [session.sessionId]);
    store.markEndTold(session.sessionId);
    assert.deepEqual(store.readUntoldEnds(), []);
    store.close();
  });

  it('gives back the newest twenty gaps of however many, and the totals of all', () => {
    const store = SessionStore.open(file);
    store.save('suspended', { ...session, gaps: { newest: [], count: 0, closedMs: 0 } }, 'boot-1', written);
    const db = new Database(file);
    db.prepare("INSERT INTO gaps WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999) SELECT ?, i, i * 5000, i * 5000 + 1000, 'network-lost' FROM n").run(session.sessionId);
    db.close();
    const { newest, ...totals } = store.readOpen()!.session.gaps;
    assert.deepEqual([newest.length, newest[0]?.startMs, newest.at(-1)?.startMs, totals], [20, 980 * 5000, 999 * 5000, { count: 1000, closedMs: 1_000_000 }]);
    store.close();
  });

  it('is of write-ahead kind, and forces transitions to the disk', () => {
    const db = openDatabase(file);
    assert.equal(db.pragma('journal_mode', { simple: true }), 'wal');
    assert.equal(db.pragma('synchronous', { simple: true }), 2);
    db.close();
  });

  it('brings an older store up to date, and can be read by the older firmware afterwards', () => {
    openDatabase(file).close();
    const later = [...MIGRATIONS, { version: 8, readableFrom: 1, sql: "ALTER TABLE exams ADD COLUMN note TEXT NOT NULL DEFAULT ''" }];
    openDatabase(file, later).close();
    openDatabase(file, later).close();
    const byLater = new Database(file);
    byLater.prepare("UPDATE schema_version SET version = 8").run();
    byLater.prepare("INSERT INTO exams (exam_id, opened_ms, note) VALUES ('exam', 5, 'of a later release')").run();
    byLater.close();
    const older = SessionStore.open(file);
    older.save('live', session, 'boot-1', written);
    assert.deepEqual(older.readOpen(), { state: 'live', bootId: 'boot-1', session, written });
    older.end(session, 100);
    assert.deepEqual(older.readUntoldEnds(), [session.sessionId]);
    older.close();
    const after = new Database(file);
    assert.equal(after.prepare('SELECT note FROM exams').pluck().get(), 'of a later release', 'what the older one does not know it leaves alone');
    assert.deepEqual(after.prepare('SELECT version FROM schema_version').pluck().all(), [8]);
    after.close();
  });

  for (const { version } of MIGRATIONS.slice(0, -1)) {
    it(`a firmware of schema ${version} reads and writes today's store`, () => {
      const last = MIGRATIONS.at(-1)!;
      assert.ok(last.readableFrom <= version, `schema ${last.version} is readable from ${last.readableFrom} on`);
      const then = openDatabase(':memory:', MIGRATIONS.slice(0, version));
      openDatabase(file).close();
      const now = openDatabase(file, MIGRATIONS.slice(0, version));
      for (const table of listTables(then)) {
        const columns = new Map(readColumns(now, table).map((column) => [column.name, column]));
        for (const column of readColumns(then, table)) {
          assert.deepEqual(columns.get(column.name), column, `${table}.${column.name} is what it was`);
          columns.delete(column.name);
        }
        // What the older firmware leaves out when it writes a row.
        for (const { name, notnull, dflt_value: value } of columns.values()) assert.ok(notnull === 0 || value !== null, `${table}.${name} may be left out`);
      }
      now.close();
      then.close();
    });
  }

  it('refuses a store that a later firmware made unreadable, and leaves it alone', () => {
    openDatabase(file, [...MIGRATIONS, { version: 9, readableFrom: 9, sql: 'CREATE TABLE more (a TEXT) STRICT' }]).close();
    assert.throws(() => SessionStore.open(file), { code: 'STO_NEWER' });
    const db = new Database(file);
    assert.deepEqual(db.prepare('SELECT version, readable_from FROM schema_version').all(), [{ version: 9, readable_from: 9 }]);
    db.close();
  });

  it('a migration that fails leaves nothing behind', () => {
    assert.throws(() => openDatabase(file, [...MIGRATIONS, { version: 8, readableFrom: 1, sql: 'CREATE TABLE half (a TEXT) STRICT; NONSENSE' }]), { code: 'STO_OPEN' });
    const db = openDatabase(file);
    assert.equal(db.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'half'").pluck().get(), 0);
    db.close();
  });

  it('a file that is no store is told apart', () => {
    writeFileSync(file, 'not a database, but long enough to be taken for one by its size alone'.repeat(30));
    assert.throws(() => SessionStore.open(file), { code: 'STO_DAMAGED' });
  });

  it('a full disk refuses a start, is not corrupted, and still has room for the end', function () {
    // A file system of its own, 1 MiB large, in a mount namespace: really full, and gone with the process.
    if (spawnSync('unshare', ['--mount', '--map-root-user', 'true']).status !== 0) skipTest(this, 'this machine grants no mount namespace');
    const script = fileURLToPath(new URL('full-disk.ts', import.meta.url));
    const run = spawnSync('unshare', ['--mount', '--map-root-user', 'sh', '-c', 'mount -t tmpfs -o size=1m none "$1" && exec "$2" "$3" "$1"', 'sh', dir, process.execPath, script], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    assert.deepEqual(JSON.parse(run.stdout.trim().split('\n').at(-1)!), { start: 'STO_FULL', touch: 'STO_FULL', integrity: 'ok', sessions: 1, ended: true, openAfterEnd: null });
    assert.ok(!existsSync(file));
  });
});
