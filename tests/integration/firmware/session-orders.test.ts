import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { HubDouble } from './hub-double.ts';
import { MediaDouble } from './media-double.ts';
import { inState, readSession, SessionRig, type LiveBox } from './session-rig.ts';
import { connectBox, type BoxFolder, type FirmwareProcess } from './support.ts';
import { until } from '../../support/until.ts';

describe('firmware: what was ordered is done, also by a successor', function () {
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

  it('suspended and resumed while the hub is away: links of before are taken back before it is announced, also after restarts', async () => {
    const { firmware, media, view } = await goLive();
    assert.deepEqual(hub.linkDrops, []);
    await hub.stop();
    await firmware.kill();
    writeFileSync(folder.bootIdFile, 'boot-2\n');
    const second = start();
    const box = await connectBox(folder);
    await inState(box, 'suspended');
    await box.peer.request('session.resume', {});
    await inState(box, 'starting');
    await second.kill();
    const third = start();
    const waiting = await new MediaDouble(107).connect(folder);
    await inState(await connectBox(folder), 'starting');
    await hub.start();
    await until('the hub to hear of it', () => hub.puts.length === 2);
    assert.deepEqual(hub.linkDrops, [{ sessionId: view.sessionId, afterPuts: 1 }]);
    await until('the wish to publish', () => waiting.wish.publish);
    // Taken by the hub: what is announced again later keeps its viewers.
    await third.kill();
    media.die();
    start();
    const again = await new MediaDouble(108).connect(folder);
    await until('the wish to publish', () => again.wish.publish);
    await again.report({ state: 'refused', error: { code: 'HUB_UNKNOWN_SESSION', message: 'There is no such session', messageZh: '会诊不存在' } });
    await until('a third announcement', () => hub.puts.length === 3);
    assert.equal(hub.linkDrops.length, 1);
  });

  it('found stopping at the start: it ends, with its gaps, and the hub is told', async () => {
    const { firmware, box, media, view } = await goLive();
    await media.report({ state: 'retrying', lostReason: 'network-lost' });
    await inState(box, 'reconnecting');
    // media does not let go, and firmware dies before it has waited long enough.
    const asked = box.peer.request('session.stop', {}).catch(() => null);
    await until('stopping', async () => (await readSession(box))?.state === 'stopping');
    await firmware.kill();
    await asked;
    start();
    const next = await new MediaDouble(109).connect(folder);
    assert.equal(next.wishes[0]?.publish, null, 'nothing is sent');
    assert.equal(await readSession(await connectBox(folder)), null);
    await until('the hub to be told', () => hub.ends.includes(view.sessionId));
    const db = new Database(join(folder.boxDir, 'box.db'), { readonly: true });
    const row = db.prepare('SELECT s.state, s.ended_ms IS NOT NULL AS ended, e.closed_ms IS NOT NULL AS closed, (SELECT count(*) FROM gaps WHERE end_ms IS NULL) AS open FROM sessions s JOIN exams e USING (exam_id)').get();
    db.close();
    assert.deepEqual(row, { state: 'idle', ended: 1, closed: 1, open: 0 });
  });
});
