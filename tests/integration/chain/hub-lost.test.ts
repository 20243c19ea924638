import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Gap } from '@scanlink/protocol';
import { eventually, isLive, startWatchedChain, waitForPictures, type WatchedChain } from '../../support/chain.ts';
import { readPageRecord, signalHub, startPageRecord, waitForHub } from '../../support/hub-loss.ts';

const AWAY_MS = 6000;

/** The whole hub, API and relay, goes away in a session with a viewer. Times are printed, never asserted. */
describe('chain: the hub is lost in a session', () => {
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

  /** Takes the hub away for AWAY_MS, and looks at box and page before, while and after. @returns a line of times. */
  async function loseHub(giveBack: () => Promise<number>, reasons: readonly Gap['reason'][]): Promise<string> {
    const { system } = chain;
    await startPageRecord(chain.page);
    const lostMs = signalHub(system, 'SIGSTOP');
    const lost = await system.waitFor((box) => box.session?.state === 'reconnecting' && !box.hub.connected, 20_000);
    assert.equal(lost.session?.gaps.at(-1)?.endMs, null, 'a gap is open');
    await eventually('the page to mark its picture as old', async () => (await readPageRecord(chain.page)).marks.at(-1)?.picture === 'old');
    await sleep(Math.max(0, lostMs + AWAY_MS - Date.now()));
    const backMs = await giveBack();

    const status = await system.waitFor((box) => isLive(box) && box.hub.connected, 30_000);
    assert.equal(status.session?.sessionId, chain.sessionId, 'the same session goes on');
    const gap = status.session.gaps.at(-1)!;
    assert.ok(reasons.includes(gap.reason), `reason ${gap.reason}`);
    assert.ok(gap.startMs < lost.session.sinceMs && gap.endMs !== null && gap.endMs > lost.session.sinceMs, 'from before the loss was noted until after it');
    assert.ok(gap.endMs - gap.startMs > AWAY_MS / 2);
    await eventually('the page to be live', async () => (await readPageRecord(chain.page)).marks.at(-1)?.kind === 'live');
    await waitForPictures(chain.page, 30);

    const { marks, pictures } = await readPageRecord(chain.page);
    const old = marks.find((mark) => mark.picture === 'old')!;
    const shownMs = pictures.find((atMs) => atMs > old.atMs)!;
    const falsely = marks.filter((mark) => mark.atMs > old.atMs && mark.atMs < shownMs && (mark.kind === 'live' || mark.picture === 'current'));
    assert.deepEqual(falsely, [], 'not called live before a new picture is there');
    const since = (fromMs: number, toMs: number): string => `${((toMs - fromMs) / 1000).toFixed(2)} s`;
    return `loss -> box reconnecting ${since(lostMs, lost.session.sinceMs)}, page marks the picture ${since(lostMs, old.atMs)}; `
      + `hub back -> box live ${since(backMs, status.session.sinceMs)}, viewer's picture ${since(backMs, shownMs)}; gap ${since(gap.startMs, gap.endMs)}, ${gap.reason}`;
  }

  it('silent for 6 s and there again: the same session, pictures, and a gap', async function () {
    this.timeout(90_000);
    this.test!.title += ` [${await loseHub(async () => signalHub(chain.system, 'SIGCONT'), ['network-lost', 'hub-unreachable'])}]`;
  });

  it('silent for 6 s, killed and started anew: the same session, pictures, and a gap', async function () {
    this.timeout(90_000);
    const restart = async (): Promise<number> => {
      signalHub(chain.system, 'SIGKILL');
      return await waitForHub(chain.system);
    };
    this.test!.title += ` [${await loseHub(restart, ['network-lost', 'hub-unreachable', 'relay-restarted'])}]`;
  });
});
