import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { removeFiles } from '@scanlink/firmware/keeping/keep-folders';
import { KeepingJob } from '@scanlink/firmware/keeping/keeping-job';
import { createLogger } from '@scanlink/protocol/lib/logger';
import { NO_GAPS } from '@scanlink/firmware/session/gaps';
import type { Session } from '@scanlink/firmware/session/session';
import { SessionStore } from '@scanlink/firmware/store/session-store';
import type { Clock, Timer } from '@scanlink/protocol/lib/clock';
import { HubDouble } from './hub-double.ts';
import { BoxFolder, connectBox, FirmwareProcess, readStatus } from './support.ts';
import { until } from '../../support/until.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2027, 0, 1);
const KEEP = { sessionDays: 15, sessions: 100, stillDays: 30, stills: 50, stillMegabytes: 100 };
const session = (sessionId: string, startedMs: number): Session => ({
  sessionId, examId: `exam-of-${sessionId}`, examOpenedMs: startedMs, code: 'ABCD', input: 'main', simulated: true, startedMs, sinceMs: startedMs, sinceMonoMs: 0, losses: [], dropsLinks: false, lastFrameMs: startedMs,
  mayGoOnUntilBootMs: 1, gaps: { ...NO_GAPS, count: 1, newest: [{ startMs: startedMs, endMs: startedMs + 1, reason: 'network-lost' }] }, attempt: { step: 'none' }, announced: null, location: null, error: null,
});

describe('what is over is kept by policy, and then gone', function () {
  this.timeout(60_000);
  let dir: string;
  let file: string;
  let stills: string;
  let store: SessionStore;
  let job: KeepingJob;
  /** What the job asked its clock for. */
  let every: { readonly intervalMs: number; readonly callback: () => void }[];
  let after: (() => void)[];
  let trusted: number | null;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'sl-keeping-'));
    file = join(dir, 'box.db');
    stills = join(dir, 'stills');
    for (const folder of [stills, join(dir, 'run')]) mkdirSync(folder);
    store = SessionStore.open(file);
    every = [];
    after = [];
    trusted = NOW;
    const none: Timer = { cancel: () => {} };
    const clock: Clock = {
      nowMs: () => NOW, monotonicMs: () => 0,
      after: (_ms, callback) => { after.push(callback); return none; },
      every: (intervalMs, callback) => { every.push({ intervalMs, callback }); return none; },
    };
    job = new KeepingJob({
      records: store.kept, keep: KEEP, inputs: ['main'], storePath: file, stillDir: stills, previewDir: join(dir, 'run'), clock, logger: createLogger({ name: 'test', level: 'silent' }),
      trustedNowMs: () => trusted, onChange: () => {},
    });
  });
  afterEach(() => {
    job.close();
    store.close();
    rmSync(dir, { recursive: true, force: true });
  });

  /** A session that ended so many days ago, and was told to the hub or not. */
  function ended(id: string, days: number, told = true): void {
    const endedMs = NOW - days * DAY_MS;
    store.save('live', session(id, endedMs - 1000), 'boot', { nowMs: endedMs, bootMs: 1 });
    store.end(session(id, endedMs - 1000), endedMs);
    if (told) store.markEndTold(id);
  }
  function still(name: string, days: number, row: string | null | undefined = null, bytes = 10): void {
    const takenMs = NOW - days * DAY_MS;
    writeFileSync(join(stills, name), Buffer.alloc(bytes, 1));
    utimesSync(join(stills, name), takenMs / 1000, takenMs / 1000);
    if (row !== undefined) store.kept.addStill({ file: name, sessionId: row, takenMs, bytes });
  }
  const count = (table: string): number => {
    const db = new Database(file, { readonly: true });
    try {
      return db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
    } finally {
      db.close();
    }
  };

  it('sessions with their exams and gaps: old ones go; the open one, the newest, and an end that the hub must hear stay', () => {
    ended('old', 91);
    ended('older', 200);
    ended('young', 10);
    ended('untold', 20, false);
    ended('never-told', 32, false);
    store.save('suspended', session('open', NOW - 400 * DAY_MS), 'boot', { nowMs: NOW, bootMs: 1 });
    job.start();
    assert.deepEqual([count('sessions'), count('exams'), count('gaps')], [3, 3, 3]);
    assert.equal(store.readOpen()?.session.sessionId, 'open');
    assert.equal(store.readOpen()?.session.gaps.count, 1);
    assert.deepEqual([every.map((each) => each.intervalMs), job.error], [[3_600_000], null]);
  });

  it('the newest session stays, however old, with its stills', () => {
    ended('last', 300);
    still('main-1.png', 300, 'last');
    still('main-2.png', 300, 'gone-long-ago');
    job.start();
    assert.deepEqual([count('sessions'), readdirSync(stills), count('stills')], [1, ['main-1.png'], 1]);
  });

  it('stills: too old, too many, too large; by the clock that was handed in', () => {
    still('main-1.png', 31);
    still('main-2.png', 29);
    job.start();
    assert.deepEqual([readdirSync(stills), count('stills')], [['main-2.png'], 1]);
    for (let index = 10; index < 70; index += 1) still(`main-${index}.png`, 1 + index / 100);
    every[0]!.callback();
    assert.equal(readdirSync(stills).length, 50);
    assert.ok(!existsSync(join(stills, 'main-2.png')) && existsSync(join(stills, 'main-10.png')));
    still('main-99.png', 0, null, 99_999_700);
    every[0]!.callback();
    assert.equal(readdirSync(stills).length, 31, 'a hundred megabytes, the newest first');
    assert.equal(count('stills'), 31);
  });

  it('by a clock that nobody has confirmed nothing is too old', () => {
    trusted = null;
    ended('old', 400);
    ended('newest', 300);
    still('main-1.png', 400);
    job.start();
    assert.deepEqual([count('sessions'), readdirSync(stills)], [2, ['main-1.png']]);
    trusted = NOW;
    job.run();
    assert.deepEqual([count('sessions'), readdirSync(stills)], [1, []]);
  });

  it('a file without a row gets one and is kept like any other, a row without a file goes, half-written ones too, strangers stay', () => {
    still('main-1.png', 31, undefined);
    still('main-2.png', 1, undefined);
    still('main-3.png.Ab3dE9', 1, undefined);
    still('main-4.png.Ab3dE9', 0, undefined);
    still('notes.txt', 900, undefined);
    store.kept.addStill({ file: 'main-9.png', sessionId: null, takenMs: NOW, bytes: 1 });
    job.start();
    assert.deepEqual(readdirSync(stills).toSorted(), ['main-2.png', 'main-4.png.Ab3dE9', 'notes.txt']);
    assert.deepEqual(store.kept.listStills().map(({ file: name, bytes }) => [name, bytes]), [['main-2.png', 10]]);
  });

  it('damaged stores, copies of before a migration, previews of inputs that are no more', () => {
    const lay = (name: string, days: number): void => {
      writeFileSync(join(dir, name), 'x');
      utimesSync(join(dir, name), (NOW - days * DAY_MS) / 1000, (NOW - days * DAY_MS) / 1000);
    };
    for (const days of [1, 2, 3, 4, 16]) for (const tail of ['', '-wal']) lay(`box.db.damaged-${days}${tail}`, days);
    lay('box.db.before-2', 12);
    lay('box.db.before-3', 10);
    for (const name of ['main.preview', 'side.preview', 'control.sock']) lay(join('run', name), 1);
    job.start();
    assert.deepEqual(readdirSync(dir).filter((name) => /damaged|before/.test(name)).toSorted(), ['box.db.before-3', ...[1, 2, 3].flatMap((days) => [`box.db.damaged-${days}`, `box.db.damaged-${days}-wal`])]);
    assert.deepEqual(readdirSync(join(dir, 'run')).toSorted(), ['control.sock', 'main.preview']);
  });

  it('what cannot be removed is an error, keeps nothing else, and is over when it can', () => {
    ended('old', 100);
    ended('newest', 1);
    still('main-1.png', 40, undefined);
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    job.start();
    assert.deepEqual([job.error?.code, job.error?.context['detail']], ['STO_KEEPING', 'STO_BUSY']);
    assert.deepEqual([count('sessions'), readdirSync(stills)], [2, []], 'the file went all the same');
    other.exec('ROLLBACK');
    other.close();
    every[0]!.callback();
    assert.deepEqual([job.error, count('sessions')], [null, 1]);
  });

  it('a file that cannot be removed keeps none of the others', () => {
    mkdirSync(join(stills, 'a'));
    for (const name of ['b', 'c']) writeFileSync(join(stills, name), 'x');
    const { gone, error } = removeFiles(stills, ['a', 'b', 'never there', 'c']);
    assert.deepEqual([gone, typeof (error as { code: string }).code], [['b', 'never there', 'c'], 'string']);
  });

  it('many at once go bit by bit', () => {
    for (let index = 0; index < 250; index += 1) still(`main-${index}.png`, 40);
    job.start();
    assert.equal(readdirSync(stills).length, 150);
    after.at(-1)!();
    after.at(-1)!();
    assert.equal(readdirSync(stills).length, 0);
  });

  it('nothing of a removed session is left in the files of the store', () => {
    ended('old-session-that-is-removed', 100);
    ended('newest', 1);
    job.start();
    for (const name of ['box.db', 'box.db-wal']) assert.ok(!readFileSync(join(dir, name)).includes('old-session-that-is-removed'), name);
    assert.equal(statSync(join(dir, 'box.db-wal')).size, 0);
  });

  it('a running box does it at its start, and judges ages when the hub has confirmed its clock', async () => {
    const hub = await new HubDouble().start();
    const folder = new BoxFolder(hub.url, { keep: { stillDays: 1 } });
    const boxStills = join(folder.boxDir, 'stills');
    mkdirSync(boxStills);
    for (const [name, days] of [['main-1.png', 2], ['main-2.png', 0]] as const) {
      writeFileSync(join(boxStills, name), 'x');
      utimesSync(join(boxStills, name), Date.now() / 1000 - days * 86_400, Date.now() / 1000 - days * 86_400);
    }
    const firmware = new FirmwareProcess(folder);
    try {
      const box = await connectBox(folder);
      await until('the old still to go', () => !existsSync(join(boxStills, 'main-1.png')));
      assert.deepEqual(readdirSync(boxStills), ['main-2.png']);
      assert.equal((await readStatus(box)).storeError, undefined);
    } finally {
      await firmware.kill();
      await hub.stop();
      folder.remove();
    }
  });
});
