import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SessionInfo } from '@scanlink/protocol';
import { ControlClient } from '@scanlink/firmware/hub/control-client';
import { HubRest } from '@scanlink/firmware/hub/hub-rest';
import { createLogger } from '@scanlink/protocol/lib/logger';
import { systemClock, type Clock } from '@scanlink/protocol/lib/clock';
import { TestHub, ROOT_DIR, SESSION, SESSION_ID } from '../hub/support/hub-process.ts';
import { RelayDouble } from '../hub/support/relay-double.ts';
import { DelayedPath, LaterRelease } from './hub-channel-path.ts';
import { BoxFolder, connectBox, FirmwareProcess, readStatus } from './support.ts';
import { until } from '../../support/until.ts';

/** The real hub's API process; firmware and media as processes where it says so. */
describe('firmware and the real hub', function () {
  this.timeout(60_000);
  const hub = new TestHub();
  const relay = new RelayDouble(hub.relaySocket, 'epoch-1');
  const closers: (() => void | Promise<unknown>)[] = [];
  let token = '';
  const startBox = async (hubUrl: string, env: NodeJS.ProcessEnv = {}, prepare: (folder: BoxFolder) => void = () => {}): Promise<{ folder: BoxFolder; box: Awaited<ReturnType<typeof connectBox>> }> => {
    const folder = new BoxFolder(hubUrl, {}, token);
    prepare(folder);
    const firmware = new FirmwareProcess(folder, env);
    closers.push(async () => { await firmware.kill(); folder.remove(); });
    const box = await connectBox(folder);
    closers.push(() => box.peer.close());
    await until('hub connected', async () => (await readStatus(box)).hub.connected);
    return { folder, box };
  };
  const startClient = (hubUrl: string, clock: Clock = systemClock): ControlClient => {
    const client = new ControlClient({ hubUrl, token, firmwareVersion: '0', clock, sessions: () => [], trouble: () => null, onChange: () => {}, logger: createLogger({ name: 'test', level: 'silent' }) });
    closers.push(() => client.close());
    client.start();
    return client;
  };
  const readInfo = async (sessionId: string, link: string): Promise<SessionInfo> => (await hub.request('GET', `/api/v1/sessions/${sessionId}`, { token: link })).json() as unknown as SessionInfo;

  before(async () => {
    token = await hub.addBox('box-1');
    await relay.start();
    await hub.start();
  });
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });
  after(async () => {
    await hub.close();
    await relay.close();
  });

  it('a box whose wall clock is three hours slow: viewers see times of the hub', async function () {
    const behindMs = 3 * 3_600_000;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`const now = Date.now; Date.now = () => now() - ${behindMs};`)}` };
    const { folder, box } = await startBox(hub.url, env);
    const media = spawn(process.execPath, [join(ROOT_DIR, 'firmware/src/media/main.ts'), '--socket', join(folder.runDir, 'media.sock')], { stdio: 'ignore', env: { ...process.env, ...env } });
    closers.push(() => { media.kill('SIGKILL'); });
    const { sessionId } = await box.peer.request('session.start', {}) as { sessionId: string };
    const link = await until('a link', () => hub.makeLink(token, sessionId).catch(() => null));
    const info = await until('a locked input', async () => {
      const each = await readInfo(sessionId, link);
      return each.live?.input?.signal === 'locked' && each.boxClockOffsetMs !== 0 ? each : null;
    }, 30_000);
    const sinceMs = info.hubNowMs - (info.live!.input!.signalSinceMs + info.boxClockOffsetMs);
    assert.ok(info.hubNowMs - info.live!.input!.signalSinceMs > behindMs - 1000, 'the box really is slow');
    assert.ok(sinceMs > -1000 && sinceMs < 60_000, `locked since ${sinceMs} ms, as the page shows it`);
  });

  it('a box whose store was damaged says so to the hub, which logs it once and counts it, until somebody at the box decides', async () => {
    const from = hub.log.length;
    const inTrouble = async (): Promise<string | undefined> => /^scanlink_hub_boxes_in_trouble (\d+)$/m.exec((await hub.ops('/metrics')).text)?.[1];
    const { box } = await startBox(hub.url, {}, (folder) => writeFileSync(join(folder.boxDir, 'box.db'), 'x'.repeat(20_000)));
    assert.equal((await readStatus(box)).storeError?.code, 'STO_SET_ASIDE');
    const said = (): number => hub.log.slice(from).split('\n').filter((line) => line.includes('STO_SET_ASIDE') && line.includes('"boxId":"box-1"')).length;
    await until('the hub to hear of it', () => said() === 1);
    await until('one to be counted', async () => await inTrouble() === '1');
    await box.peer.request('session.start', {});
    await until('the hub to hear that it is known', () => hub.log.slice(from).includes('as it should be again'));
    await until('none to be counted', async () => await inTrouble() === '0');
    assert.equal(said(), 2);
    await box.peer.request('session.stop', {});
  });

  it('a box and a hub of the next release stay together, and a session begins', async () => {
    const later = new LaterRelease(hub.url);
    const url = await later.open();
    closers.push(() => later.close());
    const { box } = await startBox(url);
    const { sessionId } = await box.peer.request('session.start', {}) as { sessionId: string };
    const link = await until('a link', () => hub.makeLink(token, sessionId).catch(() => null));
    await until('the state at the hub', async () => (await readInfo(sessionId, link)).live?.sessionId === sessionId);
    await until('answers with more than is known', async () => (await readStatus(box)).hub.ignored!.fields > 5);
    const { hub: status } = await readStatus(box);
    assert.equal(status.connected, true);
    assert.equal(status.ignored!.messages, 1);
    assert.equal(later.connections, 1, 'neither side hung up');
  });

  it('two boxes with one token do not throw each other out again and again', async () => {
    const waits: number[] = [];
    const clock: Clock = { ...systemClock, after: (delayMs, callback) => { waits.push(delayMs); return systemClock.after(delayMs, callback); } };
    const from = hub.log.length;
    const clients = [startClient(hub.url, clock), startClient(hub.url, clock)];
    await until('the quarrel', () => clients.some((each) => each.status.error?.code === 'STR_IDENTITY_IN_USE'));
    await until('one is left', () => clients.some((each) => each.status.connected));
    await new Promise((resolve) => { setTimeout(resolve, 2000); });
    assert.equal(hub.log.slice(from).split('"box connected"').length - 1, 2);
    assert.equal(clients.filter((each) => each.status.connected).length, 1);
    assert.equal(waits.filter((each) => each >= 30_000).length, 1);
  });

  it('a path of 1.2 s round trip: the channel stands, and the session is announced', async () => {
    const path = new DelayedPath(Number(new URL(hub.url).port), 600);
    const url = await path.open();
    closers.push(() => path.close());
    const client = startClient(url);
    await until('the channel', () => client.status.connected && client.status.clockOffsetMs !== null, 40_000);
    const from = hub.log.length;
    const whipUrl = await new HubRest({ hubUrl: url, token }).putSession(SESSION_ID, SESSION, new AbortController().signal);
    assert.ok(whipUrl.endsWith(`/whip/${SESSION_ID}`));
    await new Promise((resolve) => { setTimeout(resolve, 3000); });
    assert.equal(client.status.connected, true);
    assert.ok(!hub.log.slice(from).includes('box disconnected'));
  });
});
