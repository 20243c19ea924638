import assert from 'node:assert/strict';
import { runCli } from '@scanlink/firmware/cli/run-cli';
import type { LinkList, LinkResult, SessionView } from '@scanlink/protocol';
import { createChain, isLive } from '../../support/chain.ts';

describe('viewing links from ./scanlink', () => {
  let chain: Awaited<ReturnType<typeof createChain>>;
  before(async function () {
    this.timeout(60_000);
    chain = await createChain();
    await chain.system.start();
    await chain.system.waitFor((box) => isLive(box) && box.hub.connected, 30_000);
  });
  after(async function () {
    this.timeout(30_000);
    await chain?.close();
  });

  async function scanlink(...words: string[]): Promise<{ code: number; out: string; err: string }> {
    let out = '';
    let err = '';
    const dataDir = chain.system.layout.boxDir.replace(/\/box$/, '');
    const code = await runCli({ argv: [...words, '--data', dataDir], env: { LANG: 'en' }, stdout: (text) => { out += text; }, stderr: (text) => { err += text; } });
    return { code, out, err };
  }
  const open = async (url: string): Promise<number> => (await fetch(`${chain.system.hubUrl}/api/v1/sessions/${(await chain.system.status())!.session!.sessionId}`, { headers: { authorization: `Bearer ${new URL(url).hash.slice(1)}` } })).status;

  it('session link makes one for the running session, again and again', async () => {
    for (let turn = 0; turn < 2; turn += 1) {
      const { code, out } = await scanlink('session', 'link', '--json');
      assert.equal(code, 0);
      assert.equal(await open((JSON.parse(out) as LinkResult).url), 200);
    }
    assert.match((await scanlink('session', 'link')).out, /viewer +http.*\/watch#/);
  });

  it('session links lists them, and revoke takes one or all back', async () => {
    const made = JSON.parse((await scanlink('session', 'link', '--json')).out) as LinkResult;
    const other = JSON.parse((await scanlink('session', 'link', '--json')).out) as LinkResult;
    const listed = async (): Promise<LinkList['links']> => (JSON.parse((await scanlink('session', 'links', '--json')).out) as LinkList).links;
    assert.ok((await listed()).some((link) => link.linkId === made.linkId && link.revokedMs === null));
    assert.match((await scanlink('session', 'links')).out, new RegExp(`${made.linkId} +valid`));
    assert.equal((await scanlink('session', 'links', 'revoke', made.linkId!)).code, 0);
    assert.deepEqual([await open(made.url), await open(other.url)], [403, 200]);
    assert.match((await scanlink('session', 'links', 'revoke', 'nobody')).err, /HUB_UNKNOWN_LINK/);
    assert.equal((await scanlink('session', 'links', 'revoke', 'all')).code, 0);
    assert.equal(await open(other.url), 403);
    assert.ok((await listed()).every((link) => link.revokedMs !== null));
  });

  it('an input that is none is answered with those that there are', async () => {
    for (const words of [['sim', 'unplug'], ['still']]) {
      const { code, err } = await scanlink(...words, '--input', 'zzz');
      assert.equal(code, 1);
      assert.match(err, /DEV_UNKNOWN_INPUT: There is no input "zzz"; there are: main/);
    }
  });

  it('session start prints one that is for the new session', async () => {
    assert.match((await scanlink('session', 'stop')).out, /the session is ended/);
    const none = await scanlink('session', 'link');
    assert.equal(none.code, 1);
    assert.match(none.err, /STR_NO_SESSION/);
    const { link } = JSON.parse((await scanlink('session', 'start', '--json')).out) as SessionView & { link: LinkResult };
    assert.equal(await open(link.url), 200);
  });
});
