import assert from 'node:assert/strict';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RESUME_WINDOW_MS, type BoxStatus, type RelayStats } from '@scanlink/protocol';
import { eventually, isLive, startWatchedChain, waitForPictures, type WatchedChain } from '../../support/chain.ts';
import { signalHub } from '../../support/hub-loss.ts';
import { isStatus, waitFor } from '../../integration/web/support/viewer-page.ts';

/** What the relay itself says of its sessions, past the API. */
function readRelay(runDir: string): Promise<RelayStats> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: join(runDir, 'relay.sock'), path: '/stats' }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => { text += part.toString(); });
      response.on('end', () => resolve(JSON.parse(text) as RelayStats));
    });
    call.on('error', reject);
    call.end();
  });
}

/**
 * Every process real and on the real clock, so this takes its two minutes: tests/integration/firmware/two-minutes.test.ts
 * is the quick one, on a clock that is moved.
 */
describe('chain: the hub is away for over two minutes', () => {
  let chain: WatchedChain;

  before(async function () {
    this.timeout(90_000);
    // The hub is stopped as a whole, in place of a network that swallows packets: nobody may replace it.
    chain = await startWatchedChain({ heartbeats: false });
  });

  after(async function () {
    this.timeout(30_000);
    await chain?.close();
  });

  const readSession = async (): Promise<RelayStats['sessions'][number] | undefined> =>
    (await readRelay(chain.system.layout.runDir)).sessions.find((each) => each.sessionId === chain.sessionId);
  const gapsOf = (status: BoxStatus): unknown[] => status.session!.gaps.map(({ reason, endMs }) => [reason, endMs === null ? 'open' : 'closed']);

  it('the session is suspended after two minutes and not before (takes them)', async function () {
    this.timeout(240_000);
    signalHub(chain.system, 'SIGSTOP');
    await chain.system.waitFor((box) => box.session?.state === 'reconnecting', 20_000);
    await waitFor(chain.page, 'an old picture', (handle) => handle.picture === 'old');
    let status: BoxStatus;
    let lastAgeMs = 0;
    do {
      await sleep(500);
      status = (await chain.system.status())!;
      assert.equal(status.session?.sessionId, chain.sessionId);
      if (status.session.state === 'reconnecting') lastAgeMs = Date.now() - status.session.lastFrameMs!;
    } while (status.session.state === 'reconnecting');
    assert.equal(status.session.state, 'suspended');
    assert.ok(lastAgeMs > 110_000, `still reconnecting ${Math.round(lastAgeMs / 1000)} s after the last frame`);
    const [lost, suspended] = status.session.gaps;
    assert.ok(lost?.endMs && lost.endMs - lost.startMs > RESUME_WINDOW_MS, 'the gap is longer than two minutes');
    assert.ok(['network-lost', 'hub-unreachable'].includes(lost.reason), lost.reason);
    assert.deepEqual([suspended?.reason, suspended?.endMs], ['suspended', null]);
    await chain.system.waitFor((box) => box.publisher === null, 20_000);
  });

  it('the hub comes back: nothing is sent, and the page says why and shows nothing', async function () {
    this.timeout(90_000);
    signalHub(chain.system, 'SIGCONT');
    await chain.system.waitFor((box) => box.hub.connected, 30_000);
    const before = await waitFor(chain.page, 'suspended, without a picture', (handle) => isStatus('suspended')(handle) && handle.picture === 'none', 30_000);
    const earlier = await readSession();
    await sleep(3000);
    const status = (await chain.system.status())!;
    assert.deepEqual([status.session?.state, status.publisher], ['suspended', null]);
    const later = await readSession();
    assert.deepEqual([later?.packetsIn, later?.flowing ?? false], [earlier?.packetsIn, false], 'the relay hears nothing');
    assert.equal((await waitFor(chain.page, 'still suspended', isStatus('suspended'))).framesPresented, before.framesPresented);
  });

  it('firmware dies meanwhile: still suspended', async function () {
    this.timeout(90_000);
    const pid = chain.system.pids()['firmware']!;
    process.kill(pid, 'SIGKILL');
    await eventually('another firmware', () => { const now = chain.system.pids()['firmware']; return now !== undefined && now !== pid; });
    const status = await chain.system.waitFor((box) => box.hub.connected && box.media.connected, 30_000);
    assert.deepEqual([status.session?.state, status.session?.sessionId, status.publisher], ['suspended', chain.sessionId, null]);
    assert.deepEqual(gapsOf(status).at(-1), ['suspended', 'open']);
  });

  it('somebody says continue: the same session is live, viewers of before have to be let in anew; and then it is ended', async function () {
    this.timeout(90_000);
    await chain.system.ask('session.resume', {});
    const status = await chain.system.waitFor(isLive, 30_000);
    assert.equal(status.session?.sessionId, chain.sessionId);
    assert.deepEqual(gapsOf(status).map((gap) => (gap as string[])[1]), ['closed', 'closed']);
    // Who may watch was decided before the gap: the old link is refused, and a new one shows the picture.
    const refused = await waitFor(chain.page, 'the old link is refused', isStatus('failed', { reason: 'no-access' }), 30_000);
    assert.equal(refused.picture, 'none');
    const page = await chain.page.context().newPage();
    await page.goto(await chain.system.makeLink(chain.sessionId));
    await waitFor(page, 'live', isStatus('live'), 30_000);
    await waitForPictures(page, 30);
    await chain.system.ask('session.stop', {});
    await waitFor(page, 'ended', isStatus('ended'), 30_000);
    assert.equal((await chain.system.status())?.session, null);
  });
});
