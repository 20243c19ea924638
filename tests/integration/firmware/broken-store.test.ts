import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { MIGRATIONS } from '@scanlink/firmware/store/migrations';
import { openRecords } from '@scanlink/firmware/store/open-records';
import { openDatabase } from '@scanlink/firmware/store/open-store';
import { BoxFolder, connectBox, FirmwareProcess, readStatus } from './support.ts';
import { HubDouble } from './hub-double.ts';
import { MediaDouble } from './media-double.ts';
import { skipTest } from '../../support/skip.ts';
import { until } from '../../support/until.ts';

describe('a store that is broken, or has no room', function () {
  this.timeout(60_000);
  let dir: string;
  let file: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'sl-broken-'));
    file = join(dir, 'box.db');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const aside = (): string[] => readdirSync(dir).filter((name) => name.startsWith('box.db.damaged-'));

  const damages: [name: string, hurt: () => void][] = [
    ['no store at all', () => writeFileSync(file, 'not a database, but long enough to be taken for one by its size alone'.repeat(30))],
    ['cut short', () => {
      openDatabase(file).close();
      truncateSync(file, 4096 * 2);
    }],
    ['whole to look at, with pages that do not fit together', () => {
      const db = openDatabase(file);
      db.exec("INSERT INTO exams WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT 'exam ' || i, i, NULL FROM n");
      db.close();
      const bytes = readFileSync(file);
      const at = Math.floor(bytes.length / 4096 / 2) * 4096;
      bytes.fill(0xa5, at, at + 4096);
      writeFileSync(file, bytes);
    }],
  ];
  for (const [name, hurt] of damages) {
    it(`${name}: moved aside under its time, begun anew, and said until somebody decides`, () => {
      hurt();
      const first = openRecords(file, Date.UTC(2026, 0, 2, 3, 4, 5));
      assert.deepEqual([first.trouble?.code, first.keeps, first.store.readOpen()], ['STO_SET_ASIDE', true, null]);
      assert.deepEqual(aside(), ['box.db.damaged-2026-01-02T03-04-05.000Z']);
      first.store.close();
      const second = openRecords(file, 0);
      assert.equal(second.trouble?.code, 'STO_SET_ASIDE', 'a restart is no decision');
      second.store.clearDamage();
      second.store.close();
      const third = openRecords(file, 0);
      assert.equal(third.trouble, null);
      third.store.close();
    });
  }

  it('a copy is laid aside before a migration, and a store is closed to others', () => {
    openDatabase(file, MIGRATIONS.slice(0, 1)).close();
    chmodSync(file, 0o644);
    openDatabase(file).close();
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const copy = new Database(`${file}.before-${MIGRATIONS.at(-1)!.version}`, { readonly: true });
    assert.equal(copy.prepare('SELECT version FROM schema_version').pluck().get(), 1);
    copy.close();
  });

  it('a box whose store was damaged starts no session by itself', async () => {
    const hub = await new HubDouble().start();
    const folder = new BoxFolder(hub.url);
    let firmware = new FirmwareProcess(folder);
    try {
      const before = await connectBox(folder);
      const media = await new MediaDouble(1).connect(folder);
      await before.peer.request('session.start', {});
      await until('the wish to publish', () => media.wish.publish);
      await firmware.kill();
      for (const tail of ['-wal', '-shm']) rmSync(join(folder.boxDir, `box.db${tail}`), { force: true });
      writeFileSync(join(folder.boxDir, 'box.db'), 'x'.repeat(20_000));
      firmware = new FirmwareProcess(folder);
      const box = await connectBox(folder);
      await until('the hub', async () => (await readStatus(box)).hub.connected);
      const status = await readStatus(box);
      assert.deepEqual([status.session, status.storeError?.code], [null, 'STO_SET_ASIDE']);
      await box.peer.request('session.start', {});
      assert.equal((await readStatus(box)).storeError, undefined);
    } finally {
      await firmware.kill();
      await hub.stop();
      folder.remove();
    }
  });

  it('a full disk: started from the reserve; without one in memory; whole again when there is room', function () {
    if (spawnSync('unshare', ['--mount', '--map-root-user', 'true']).status !== 0) skipTest(this, 'this machine grants no mount namespace');
    const script = fileURLToPath(new URL('full-start.ts', import.meta.url));
    const run = spawnSync('unshare', ['--mount', '--map-root-user', 'sh', '-c', 'mount -t tmpfs -o size=2m none "$1" && exec "$2" "$3" "$1"', 'sh', dir, process.execPath, script], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    assert.deepEqual(JSON.parse(run.stdout.trim().split('\n').at(-1)!), {
      fromReserve: { trouble: null, keeps: true, open: 'live' }, without: { trouble: 'STO_FULL', keeps: false, open: null }, again: { trouble: null, keeps: true, open: 'live' },
    });
  });
});
