import assert from 'node:assert/strict';
import { chmodSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { SessionView } from '@scanlink/protocol';
import type { HubDouble } from './hub-double.ts';
import { MediaDouble } from './media-double.ts';
import { inState, readSession, SessionRig, type LiveBox } from './session-rig.ts';
import { connectBox, readStatus, TOKEN, type BoxFolder, type FirmwareProcess } from './support.ts';
import { until } from '../../support/until.ts';

describe('firmware: a session across deaths', function () {
  this.timeout(60_000);
  let rig: SessionRig;
  let hub: HubDouble;
  let folder: BoxFolder;
  const start = (): FirmwareProcess => rig.start();
  const goLive = (): Promise<LiveBox> => rig.goLive();

  beforeEach(async () => {
    rig = await SessionRig.open();
    ({ hub, folder } = rig);
  });
  afterEach(() => rig.close());

  it('starts, is told to hub and media, and ends', async () => {
    const { firmware, box, media, view } = await goLive();
    assert.match(view.code, /^[A-HJKMNP-Z2-9]{4}$/);
    assert.deepEqual(hub.puts.map((put) => [put.sessionId, put.body.code, put.body.input, put.body.simulated]), [[view.sessionId, view.code, 'main', true]]);
    const { publish } = media.wish;
    assert.deepEqual([publish?.whipUrl, publish?.token, publish?.clockChannel, publish?.sessionCode], [`${hub.url}/whip/${view.sessionId}`, TOKEN, true, view.code]);
    await until('the hub to see it live', () => hub.messages.some((each) => each.ch === 'state' && each.sessions[0]?.sessionState === 'live' && each.sessions[0].input?.signal === 'locked'));
    const status = await readStatus(box);
    assert.equal(status.exam?.examId, view.examId);
    assert.equal(Math.round((status.hub.clockOffsetMs ?? 0) / 1000), 5);
    assert.equal(status.hub.relayEpoch, hub.epoch);

    const ending = box.peer.request('session.stop', {}) as Promise<SessionView>;
    await until('the wish to stop', () => media.wish.publish === null);
    await media.report(null);
    assert.equal((await ending).state, 'idle');
    await until('the hub to be told', () => hub.ends.includes(view.sessionId));
    const after = await readStatus(box);
    assert.deepEqual([after.session, after.exam], [null, null]);
    assert.equal((await firmware.kill('SIGTERM')).code, 0);
  });

  it('goes on with a new media, and records the gap', async () => {
    const { box, media, view } = await goLive();
    const lastFrameMs = Date.now();
    await media.report({ lastFrameMs, location: '/whip/x/1' });
    media.die();
    const lost = await inState(box, 'reconnecting');
    const startMs = lost.gaps[0]!.startMs;
    assert.deepEqual(lost.gaps, [{ startMs, endMs: null, reason: 'media-died' }]);
    assert.ok(startMs >= lastFrameMs && startMs <= Date.now());
    assert.equal(lost.error?.code, 'STR_MEDIA_DOWN');
    const second = await new MediaDouble(101).connect(folder);
    assert.equal(second.wish.publish?.sessionId, view.sessionId);
    assert.equal(second.wish.publish?.previousLocation, '/whip/x/1');
    await second.report({ lastFrameMs: startMs + 700 });
    const back = await inState(box, 'live');
    assert.equal(back.sessionId, view.sessionId);
    assert.deepEqual(back.gaps, [{ startMs, endMs: startMs + 700, reason: 'media-died' }]);
    assert.equal((await readStatus(box)).media.restarts, 1);
  });

  it('goes on after kill -9 of firmware, in the same boot', async () => {
    const { firmware, view } = await goLive();
    await firmware.kill();
    start();
    const media = await new MediaDouble(102).connect(folder);
    // In the very first snapshot: media must never hear that it should stop.
    assert.equal(media.wishes[0]?.publish?.sessionId, view.sessionId);
    const box = await connectBox(folder);
    const waiting = await readSession(box);
    assert.deepEqual([waiting?.state, waiting?.code, waiting?.gaps[0]?.reason], ['reconnecting', view.code, 'firmware-died']);
    await media.report({ lastFrameMs: Date.now(), location: '/whip/x/2' });
    const back = await inState(box, 'live');
    assert.deepEqual([back.sessionId, back.gaps.length, typeof back.gaps[0]?.endMs], [view.sessionId, 1, 'number']);
  });

  it('takes the gap back when media kept streaming through the death of firmware', async () => {
    const { firmware } = await goLive();
    await firmware.kill();
    start();
    const media = await new MediaDouble(100).connect(folder);
    const box = await connectBox(folder);
    await media.report({ lastFrameMs: Date.now(), location: '/whip/x/1' });
    assert.deepEqual((await inState(box, 'live')).gaps, []);
  });

  it('is suspended after a boot, sends nothing until somebody says resume', async () => {
    const { firmware, view } = await goLive();
    await firmware.kill();
    writeFileSync(folder.bootIdFile, 'boot-2\n');
    start();
    const media = await new MediaDouble(103).connect(folder);
    const box = await connectBox(folder);
    assert.equal((await readSession(box))?.state, 'suspended');
    assert.equal(media.wish.publish, null);
    await assert.rejects(box.peer.request('session.start', {}), { code: 'STR_SUSPENDED' });
    await box.peer.request('session.resume', {});
    await until('the wish to publish', () => media.wish.publish);
    await media.report({ lastFrameMs: Date.now() });
    const back = await inState(box, 'live');
    assert.equal(back.sessionId, view.sessionId);
    assert.deepEqual(back.gaps.map((gap) => gap.reason), ['suspended']);
  });

  it('is suspended when the last frame is older than two minutes, and can be ended', async () => {
    const { firmware, view } = await goLive();
    await firmware.kill();
    const db = new Database(join(folder.boxDir, 'box.db'));
    db.prepare('UPDATE sessions SET last_frame_ms = last_frame_ms - 121000, may_go_on_until_boot_ms = may_go_on_until_boot_ms - 121000').run();
    db.close();
    start();
    const box = await connectBox(folder);
    assert.equal((await readSession(box))?.state, 'suspended');
    assert.equal((await box.peer.request('session.end', {}) as SessionView).state, 'idle');
    await until('the hub to be told', () => hub.ends.includes(view.sessionId));
  });

  it('waits for a hub that is not there at the start, and says so', async () => {
    await hub.stop();
    start();
    const media = await new MediaDouble(104).connect(folder);
    const box = await connectBox(folder);
    await box.peer.request('session.start', {});
    await until('the error', async () => (await readSession(box))?.error?.code === 'STR_HUB_UNREACHABLE');
    assert.equal(media.wish.publish, null);
    await hub.start();
    await until('the wish to publish', () => media.wish.publish);
  });

  it('tells the hub of an end that it missed, also after a restart', async () => {
    const { firmware, box, media, view } = await goLive();
    await hub.stop();
    const ending = box.peer.request('session.stop', {});
    await until('the wish to stop', () => media.wish.publish === null);
    await media.report(null);
    await ending;
    await firmware.kill();
    start();
    await hub.start();
    await until('the hub to be told', () => hub.ends.includes(view.sessionId));
  });

  it('shows a refusal, takes the wish back, and tries again', async () => {
    const { box, media } = await goLive();
    const body = { code: 'HUB_UNKNOWN_SESSION', message: 'There is no such session', messageZh: '会诊不存在' };
    await media.report({ state: 'refused', error: body });
    const refused = await inState(box, 'reconnecting');
    assert.equal(refused.error?.code, body.code);
    await until('the wish to stop', () => media.wishes.some((wish, index) => index > 1 && wish.publish === null));
    await until('a second announcement', () => hub.puts.length === 2);
    await until('the wish again', () => media.wish.publish);
  });

  it('refuses a token file that others can read', async () => {
    const { chmodSync } = await import('node:fs');
    chmodSync(join(folder.boxDir, 'hub.token'), 0o644);
    const firmware = start();
    assert.equal((await firmware.ended).code, 2);
    assert.match(firmware.output, /CFG_TOKEN_OPEN.*0644/);
  });

  it('refuses a token of its hub that is weak, and does not repeat it', async () => {
    const weak = 'z'.repeat(42);
    writeFileSync(join(folder.boxDir, 'hub.token'), weak, { mode: 0o600 });
    const firmware = start();
    assert.equal((await firmware.ended).code, 2);
    assert.match(firmware.output, /CFG_TOKEN_FILE.*43/);
    assert.ok(!firmware.output.includes(weak));
  });

  it('keeps its sockets to whom they are for', async () => {
    const { media } = await goLive();
    const mode = (name: string): number => statSync(join(folder.runDir, name)).mode & 0o777;
    assert.deepEqual([mode('control.sock'), mode('media.sock'), mode('ui.sock')], [0o600, 0o600, 0o660]);
    const control = await connectBox(folder);
    const ui = await connectBox(folder, 'ui.sock');
    await control.peer.request('sim', { command: 'unplug' });
    assert.deepEqual(media.asked.at(-1), { method: 'sim', params: { command: 'unplug' } });
    await assert.rejects(ui.peer.request('sim', { command: 'plug' }), { code: 'STR_UNKNOWN_METHOD' });
    await assert.rejects(ui.peer.request('devices', {}), { code: 'STR_UNKNOWN_METHOD' });
    assert.equal((await readStatus(ui)).boxId, 'box-1');
    assert.equal((await ui.peer.request('still', {}) as { path: string }).path, '/x.png');
    await assert.rejects(control.peer.request('session.start', { input: 'none' }), { code: 'DEV_UNKNOWN_INPUT' });
    await assert.rejects(control.peer.request('session.start', { other: 1 }), { code: 'STR_MESSAGE_INVALID' });
    assert.equal(media.asked.filter((each) => each.method === 'sim').length, 1);
  });

  it('writes a still down with the session that ran', async () => {
    const { box, media, view } = await goLive();
    media.stillPath = join(folder.boxDir, 'stills', 'main-1.png');
    writeFileSync(media.stillPath, 'a picture');
    await box.peer.request('still', {});
    const db = new Database(join(folder.boxDir, 'box.db'), { readonly: true });
    assert.deepEqual(db.prepare('SELECT file, session_id, bytes FROM stills').all(), [{ file: 'main-1.png', session_id: view.sessionId, bytes: 9 }]);
    db.close();
  });

  it('tells media nothing while nobody could say stop', async () => {
    const { firmware } = await goLive();
    await firmware.kill();
    // Where control.sock should be lies something else: firmware can't listen there.
    rmSync(join(folder.runDir, 'control.sock'));
    writeFileSync(join(folder.runDir, 'control.sock'), 'in the way');
    rmSync(join(folder.runDir, 'media.sock'));
    const next = start();
    assert.equal((await next.ended).code, 2);
    assert.match(next.output, /CFG_INVALID/);
    assert.ok(!existsSync(join(folder.runDir, 'media.sock')), 'it never listened for media');
    rmSync(join(folder.runDir, 'control.sock'));
    start();
    const media = await new MediaDouble(105).connect(folder);
    assert.notEqual(media.wish.publish, null, 'and goes on once somebody could');
  });

  it('what is over leaves no error and no stream in status, and folders are closed to others', async () => {
    chmodSync(folder.boxDir, 0o755);
    const { box, media, view } = await goLive();
    assert.equal(statSync(folder.boxDir).mode & 0o777, 0o700);
    const error = { code: 'STR_PATH_LOST', message: 'lost', messageZh: '中断' };
    await media.report({ state: 'retrying', error });
    await inState(box, 'reconnecting');
    media.die();
    const answer = await box.peer.request('session.stop', {}) as SessionView;
    assert.deepEqual([answer.state, answer.error], ['idle', undefined]);
    const late = await new MediaDouble(106).connect(folder);
    await late.report({ sessionId: view.sessionId, state: 'retrying', error });
    const status = await readStatus(box);
    assert.deepEqual([status.session, status.publisher], [null, null]);
  });
});
