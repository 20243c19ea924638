import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { BoxStatus } from '@scanlink/protocol';
import { SlowUdpPath } from '../../support/slow-udp-path.ts';
import { until } from '../../support/until.ts';
import { BoxFolder, connectBox, FirmwareProcess, readStatus } from '../firmware/support.ts';
import { DelayedPath } from '../firmware/hub-channel-path.ts';
import { ROOT_DIR } from '../hub/support/hub-process.ts';
import { InteropHub, postOffer } from '../interop/interop-hub.ts';
import { TestViewer } from '../relay/peers.ts';

/** By satellite: media, signalling and control channel, for box and viewer alike. */
const ROUND_TRIP_MS = 600;
const WATCHED_MS = 8000;
/** On a near path such a silence means that the path is lost (PATH_LIMITS.silence); here it may still come. */
const STALL_MS = 1300;

describe('chain: a path of 600 ms', function () {
  this.timeout(120_000);

  it('the box comes live and stays so when it falters, on one path, and the viewer gets its pictures', async () => {
    const closers: (() => Promise<void> | void)[] = [];
    try {
      const hub = new InteropHub();
      closers.push(() => hub.close());
      await hub.start();
      const media = await SlowUdpPath.open(hub.relayPort, ROUND_TRIP_MS / 2);
      closers.push(() => media.close());
      assert.equal(String(media.port).length, String(hub.relayPort).length);
      const signalling = new DelayedPath(Number(new URL(hub.hub.url).port), ROUND_TRIP_MS / 2, (data) => media.divert(data));
      closers.push(() => signalling.close());
      const url = await signalling.open();

      const folder = new BoxFolder(url, {}, hub.boxToken);
      closers.push(() => folder.remove());
      const firmware = new FirmwareProcess(folder);
      closers.push(async () => { await firmware.kill(); });
      const mediaProcess = spawn(process.execPath, [join(ROOT_DIR, 'firmware/src/media/main.ts'), '--socket', join(folder.runDir, 'media.sock')], { stdio: 'ignore' });
      closers.push(() => { mediaProcess.kill('SIGKILL'); });
      const box = await connectBox(folder);
      closers.push(() => box.peer.close());
      const statusWhere = async (what: string, holds: (status: BoxStatus) => boolean): Promise<BoxStatus> =>
        await until(what, async () => { const status = await readStatus(box); return holds(status) ? status : null; }, 40_000, 100);

      await statusWhere('the control channel', (status) => status.hub.connected && status.media.connected);
      await box.peer.request('session.start', {});
      const { sessionId } = (await statusWhere('live', (status) => status.session?.state === 'live' && status.publisher?.state === 'live')).session!;

      const viewer = new TestViewer();
      closers.push(() => viewer.close());
      const answer = await postOffer(`${url}/whep/${sessionId}`, await hub.hub.makeLink(hub.boxToken, sessionId), await viewer.offer());
      viewer.accept(answer);
      await until('the first picture', () => viewer.packets.some((packet) => packet.keyFrame), 30_000);

      const before = viewer.frames;
      const states = new Set<string>();
      const endMs = performance.now() + WATCHED_MS;
      const stalling = setInterval(() => media.stall(STALL_MS), WATCHED_MS / 3);
      closers.push(() => clearInterval(stalling));
      await until('the time to be over', async () => {
        const { session, publisher, hub: { connected } } = await readStatus(box);
        states.add(`${session?.state} ${publisher?.state} ${connected ? 'connected' : 'away'}`);
        return performance.now() > endMs;
      }, 30_000, 100);

      assert.deepEqual([...states], ['live live connected']);
      const status = await readStatus(box);
      assert.deepEqual(status.session?.gaps, [], 'nothing was lost');
      assert.equal(hub.hub.log.match(/"method":"POST","route":"\/whip\/:sessionId","status":201/g)?.length, 1, 'one path for all of it');
      assert.ok(viewer.frames - before > WATCHED_MS / 1000, `${viewer.frames - before} pictures came`);
      clearInterval(stalling);
      const shown = viewer.frames;
      await until('pictures afterwards', () => viewer.frames > shown + 30);
      assert.ok(media.carried.there > 100 && media.carried.back > 100, 'it all went the slow way');
    } finally {
      for (const each of closers.toReversed()) await each();
    }
  });
});
