import assert from 'node:assert/strict';
import { eventually, isLive, startWatchedChain, waitForPictures, type WatchedChain } from '../../support/chain.ts';

/** The whole chain with a viewer, and one process after the other killed with -9. */
describe('chain: processes that die', () => {
  let chain: WatchedChain;

  before(async function () {
    this.timeout(90_000);
    chain = await startWatchedChain();
  });

  after(async function () {
    this.timeout(30_000);
    await chain?.close();
  });

  async function killAndSee(unit: string): Promise<void> {
    const before = chain.system.pids()[unit];
    assert.ok(before !== undefined);
    process.kill(before, 'SIGKILL');
    await eventually(`another ${unit}`, () => { const now = chain.system.pids()[unit]; return now !== undefined && now !== before; });
    const status = await chain.system.waitFor((box) => isLive(box) && box.hub.connected, 30_000);
    assert.equal(status.session?.sessionId, chain.sessionId, 'the same session goes on');
    await waitForPictures(chain.page, 30);
  }

  it('media: the same session goes on and the gap is recorded with its times and reason', async () => {
    await killAndSee('media');
    const status = await chain.system.status();
    const gap = status?.session?.gaps.find((each) => each.reason === 'media-died');
    assert.ok(gap, 'a gap of reason media-died');
    assert.ok(gap.endMs !== null && gap.endMs > gap.startMs);
  });

  it('relay: box and viewer come back by themselves, and the gap names the relay', async () => {
    await killAndSee('hub-relay');
    const status = await chain.system.status();
    assert.equal(status?.session?.gaps.at(-1)?.reason, 'relay-restarted');
  });
  it('hub API: the session is known again and the picture goes on', async () => { await killAndSee('hub-api'); });
  it('firmware: the session goes on from the store', async () => { await killAndSee('firmware'); });
});
