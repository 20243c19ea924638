import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { RESUME_WINDOW_MS, type SessionView } from '@scanlink/protocol';
import { Box } from '@scanlink/firmware/compose';
import { readBootId, readConfig } from '@scanlink/firmware/config/config';
import { readTokenFile } from '@scanlink/protocol/lib/read-secret-file';
import type { RpcConnection } from '@scanlink/protocol/rpc/rpc-client';
import { createLogger } from '@scanlink/protocol/lib/logger';
import { openRecords } from '@scanlink/firmware/store/open-records';
import { HubDouble } from './hub-double.ts';
import { MediaDouble } from './media-double.ts';
import { BoxFolder, connectBox, FirmwareProcess, readStatus } from './support.ts';
import { MovedClock } from '../../support/moved-clock.ts';
import { until } from '../../support/until.ts';

/** The box looks at its clock four times a second: several looks. */
const SEVERAL_TICKS_MS = 1000;

/** The real box (sockets, store, services) in this process, so that its clock can be moved. */
describe('firmware: a gap of two minutes in a running box', function () {
  this.timeout(60_000);
  let hub: HubDouble;
  let folder: BoxFolder;
  let clock: MovedClock;
  const boxes: Box[] = [];
  const firmwares: FirmwareProcess[] = [];

  beforeEach(async () => {
    hub = await new HubDouble().start();
    folder = new BoxFolder(hub.url, { logLevel: 'silent' });
    clock = new MovedClock();
  });
  afterEach(async () => {
    for (const firmware of firmwares.splice(0)) await firmware.kill();
    for (const box of boxes.splice(0)) await box.close();
    await hub.stop();
    folder.remove();
    assert.deepEqual(hub.faults, []);
  });

  async function startBox(): Promise<Box> {
    const config = readConfig(folder.configFile, null);
    const box = new Box({ encoder: { kind: 'x264' }, groups: { media: null, ui: null }, gate: () => () => null,
      config, token: readTokenFile(config.tokenFile), bootId: readBootId(config.bootIdFile), version: 'test', clock, logger: createLogger({ name: 'firmware', level: config.logLevel }),
    }, openRecords(join(folder.boxDir, 'box.db'), clock.nowMs()));
    boxes.push(box);
    await box.start();
    return box;
  }

  const session = async (control: RpcConnection): Promise<SessionView | null> => (await readStatus(control)).session;
  const inState = (control: RpcConnection, state: string): Promise<SessionView> => until(`session ${state}`, async () => {
    const found = await session(control);
    return found?.state === state ? found : null;
  });
  const frame = (location: string): { lastFrameMs: number; location: string } => ({ lastFrameMs: clock.nowMs(), location });
  const reasons = (view: SessionView): unknown[] => view.gaps.map(({ reason, endMs }) => [reason, endMs === null ? 'open' : 'closed']);

  async function goLive(): Promise<{ control: RpcConnection; media: MediaDouble; view: SessionView }> {
    await startBox();
    const control = await connectBox(folder);
    const media = await new MediaDouble(100).connect(folder);
    await control.peer.request('session.start', {});
    await until('the wish to publish', () => media.wish.publish);
    await media.report(frame('/whip/x/1'));
    return { control, media, view: await inState(control, 'live') };
  }

  it('media away: 1 min 50 s goes on by itself, over 2 min is suspended; resume and stop', async () => {
    const { control, media, view } = await goLive();
    media.die();
    await inState(control, 'reconnecting');
    clock.move(110_000);
    await sleep(SEVERAL_TICKS_MS);
    assert.deepEqual(reasons(await inState(control, 'reconnecting')), [['media-died', 'open']]);
    const second = await new MediaDouble(101).connect(folder);
    assert.equal(second.wish.publish?.sessionId, view.sessionId);
    await second.report(frame('/whip/x/2'));
    const back = await inState(control, 'live');
    assert.deepEqual(reasons(back), [['media-died', 'closed']]);
    assert.ok(back.gaps[0]!.endMs! - back.gaps[0]!.startMs >= 110_000);

    // Further apart than gaps that are one.
    clock.move(3000);
    await second.report(frame('/whip/x/2'));
    second.die();
    await inState(control, 'reconnecting');
    clock.move(RESUME_WINDOW_MS + 1000);
    const suspended = await inState(control, 'suspended');
    assert.deepEqual(reasons(suspended), [['media-died', 'closed'], ['media-died', 'closed'], ['suspended', 'open']]);
    assert.ok(suspended.gaps[1]!.endMs! - suspended.gaps[1]!.startMs > RESUME_WINDOW_MS);

    const third = await new MediaDouble(102).connect(folder);
    assert.equal(third.wish.publish, null, 'a media that comes late is told to send nothing');
    await control.peer.request('session.resume', {});
    await until('the wish to publish', () => third.wish.publish);
    await third.report(frame('/whip/x/3'));
    const resumed = await inState(control, 'live');
    assert.deepEqual([resumed.sessionId, resumed.code], [view.sessionId, view.code]);
    assert.deepEqual(reasons(resumed).at(-1), ['suspended', 'closed']);

    const stopping = control.peer.request('session.stop', {}) as Promise<SessionView>;
    await until('the wish to stop', () => third.wish.publish === null);
    await third.report(null);
    assert.equal((await stopping).state, 'idle');
    await until('the hub to be told', () => hub.ends.includes(view.sessionId));
  });

  it('hub away: a media that keeps trying is told to stop, and nothing but a person makes it go on', async () => {
    const { control, media, view } = await goLive();
    await hub.stop();
    await media.report({ state: 'retrying', lostReason: 'hub-unreachable', location: '/whip/x/1' });
    await inState(control, 'reconnecting');
    clock.move(110_000);
    await sleep(SEVERAL_TICKS_MS);
    await inState(control, 'reconnecting');
    assert.equal(media.wish.publish?.sessionId, view.sessionId, 'still told to send');
    clock.move(11_000);
    const suspended = await inState(control, 'suspended');
    assert.deepEqual(reasons(suspended), [['hub-unreachable', 'closed'], ['suspended', 'open']]);
    await until('the wish to stop', () => media.wish.publish === null);
    const told = media.wishes.length;

    // The hub comes back, and a late word of media's: neither may make the box send.
    const puts = hub.puts.length;
    hub.messages.length = 0;
    await hub.start();
    await until('the hub to see it suspended', () => hub.messages.some((each) => each.ch === 'state' && each.sessions[0]?.sessionState === 'suspended'));
    await media.report({ ...frame('/whip/x/1'), sessionId: view.sessionId });
    await media.report(null);
    await sleep(SEVERAL_TICKS_MS);
    await inState(control, 'suspended');
    assert.deepEqual([hub.puts.length, media.wishes.length], [puts, told]);
    await assert.rejects(control.peer.request('session.start', {}), { code: 'STR_SUSPENDED' });

    await control.peer.request('session.resume', {});
    await until('the wish to publish', () => media.wish.publish);
    assert.equal(hub.puts.length, puts + 1, 'announced anew');
    await media.report(frame('/whip/x/2'));
    assert.deepEqual(reasons(await inState(control, 'live')), [['hub-unreachable', 'closed'], ['suspended', 'closed']]);
  });

  it('suspended survives a restart and a kill -9 of firmware, whatever the clock says', async () => {
    const { control, media, view } = await goLive();
    media.die();
    await inState(control, 'reconnecting');
    clock.move(RESUME_WINDOW_MS + 1000);
    const { gaps } = await inState(control, 'suspended');
    const db = new Database(join(folder.boxDir, 'box.db'), { readonly: true });
    assert.deepEqual(db.prepare('SELECT state, boot_id FROM sessions').get(), { state: 'suspended', boot_id: 'boot-1' }, 'on the disk already');
    db.close();
    await boxes.pop()!.close();

    await startBox();
    const again = await connectBox(folder);
    assert.deepEqual((await session(again))?.gaps, gaps);
    assert.equal((await session(again))?.state, 'suspended');
    assert.equal((await new MediaDouble(101).connect(folder)).wishes[0]?.publish, null, 'in the very first snapshot');
    await boxes.pop()!.close();

    // A process of its own, by the real clock, to which the last frame is a few seconds old.
    firmwares.push(new FirmwareProcess(folder));
    assert.equal((await session(await connectBox(folder)))?.state, 'suspended');
    await firmwares.pop()!.kill();
    firmwares.push(new FirmwareProcess(folder));
    const last = await connectBox(folder);
    const found = await session(last);
    assert.deepEqual([found?.state, found?.sessionId, found?.gaps], ['suspended', view.sessionId, gaps]);
    const late = await new MediaDouble(102).connect(folder);
    assert.equal(late.wish.publish, null);
    await last.peer.request('session.resume', {});
    await until('the wish to publish', () => late.wish.publish);
    await late.report({ lastFrameMs: Date.now() });
    assert.deepEqual(reasons(await inState(last, 'live')).at(-1), ['suspended', 'closed']);
    const stopping = last.peer.request('session.stop', {}) as Promise<SessionView>;
    await until('the wish to stop', () => late.wish.publish === null);
    await late.report(null);
    assert.equal((await stopping).state, 'idle');
  });

  it('hub away from the first: what a person started two minutes ago does not begin by itself', async () => {
    await hub.stop();
    await startBox();
    const control = await connectBox(folder);
    const media = await new MediaDouble(100).connect(folder);
    await control.peer.request('session.start', {});
    clock.move(110_000);
    await sleep(SEVERAL_TICKS_MS);
    await inState(control, 'starting');
    clock.move(11_000);
    await inState(control, 'suspended');
    await hub.start();
    await until('the hub to be there', async () => (await readStatus(control)).hub.connected);
    await sleep(SEVERAL_TICKS_MS);
    await inState(control, 'suspended');
    assert.deepEqual([hub.puts.length, media.wishes.filter((wish) => wish.publish).length], [0, 0]);

    await control.peer.request('session.resume', {});
    await until('the wish to publish', () => media.wish.publish);
    await media.report(frame('/whip/x/1'));
    assert.deepEqual(reasons(await inState(control, 'live')), [['suspended', 'closed']]);
  });

  it('announced, but no picture gets through: the wish is taken back', async () => {
    await startBox();
    const control = await connectBox(folder);
    const media = await new MediaDouble(100).connect(folder);
    await control.peer.request('session.start', {});
    await until('the wish to publish', () => media.wish.publish);
    await media.report({ state: 'retrying', lostReason: 'network-lost' });
    clock.move(RESUME_WINDOW_MS + 1000);
    await inState(control, 'suspended');
    await until('the wish to stop', () => media.wish.publish === null);
  });

  const absences: [name: string, go: (clock: MovedClock) => void][] = [
    ['a cart that slept', (each) => each.sleep(RESUME_WINDOW_MS + 1000)],
    ['a machine that was paused, which its wall clock alone shows', (each) => each.setWall(RESUME_WINDOW_MS + 1000)],
  ];
  for (const [name, go] of absences) {
    it(`${name} is suspended when it wakes, though media says live`, async () => {
      const { control, media } = await goLive();
      go(clock);
      await media.report(frame('/whip/x/1'));
      await inState(control, 'suspended');
      await until('the wish to stop', () => media.wish.publish === null);
      await boxes.pop()!.close();
      await startBox();
      await inState(await connectBox(folder), 'suspended');
    });
  }

  it('a wall clock set back by an hour does not interrupt', async () => {
    const { control, media } = await goLive();
    clock.setWall(-3_600_000);
    for (let turn = 0; turn < 18; turn += 1) {
      await sleep(20);
      await media.report(frame('/whip/x/1'));
      clock.move(10_000);
    }
    assert.deepEqual((await inState(control, 'live')).gaps, []);
  });

  it('a deadline is not moved on by restarts of firmware', async () => {
    const { media } = await goLive();
    media.die();
    for (let turn = 0; turn < 3; turn += 1) {
      await boxes.pop()!.close();
      clock.move(50_000);
      await startBox();
    }
    await inState(await connectBox(folder), 'suspended');
  });

  it('can be stopped with 100,000 gaps, whose newest and totals status carries', async () => {
    const { control, media, view } = await goLive();
    await boxes.pop()!.close();
    control.peer.close();
    media.die();
    const db = new Database(join(folder.boxDir, 'box.db'));
    db.prepare("INSERT INTO gaps WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) SELECT ?, i, i * 5000, i * 5000 + 1000, 'network-lost' FROM n").run(view.sessionId);
    db.close();
    await startBox();
    const again = await connectBox(folder);
    const second = await new MediaDouble(101).connect(folder);
    await second.report(frame('/whip/x/2'));
    const live = await inState(again, 'live');
    assert.deepEqual([live.gaps.length, live.gapCount, live.gaps.at(-1)?.reason], [20, 100_001, 'firmware-died']);
    assert.ok(live.gapMs >= 100_000 * 1000);
    second.die();
    await inState(again, 'reconnecting');
    assert.equal((await again.peer.request('session.stop', {}) as SessionView).state, 'idle');
    const after = new Database(join(folder.boxDir, 'box.db'), { readonly: true });
    assert.deepEqual(after.prepare('SELECT count(*) AS n, sum(end_ms IS NULL) AS open FROM gaps').get(), { n: 100_002, open: 0 });
    after.close();
  });
});
