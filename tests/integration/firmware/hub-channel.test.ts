import assert from 'node:assert/strict';
import { ControlClient } from '@scanlink/firmware/hub/control-client';
import { systemClock, type Clock } from '@scanlink/protocol/lib/clock';
import { createLogger } from '@scanlink/protocol/lib/logger';
import { HubDouble } from './hub-double.ts';
import { TOKEN } from './support.ts';
import { until } from '../../support/until.ts';

describe('firmware: control channel', function () {
  this.timeout(30_000);
  let hub: HubDouble;
  let client: ControlClient;
  const lines: string[] = [];
  /** Every wait that the client began, milliseconds. */
  const waits: number[] = [];
  const clock: Clock = { ...systemClock, after: (delayMs, callback) => { waits.push(delayMs); return systemClock.after(delayMs, callback); } };
  const connect = (token = TOKEN): ControlClient => {
    client = new ControlClient({
      hubUrl: hub.url, token, firmwareVersion: '0', clock, sessions: () => [], trouble: () => null, onChange: () => {},
      logger: createLogger({ name: 'test', level: 'debug', destination: { write: (line: string) => void lines.push(line) } }),
    });
    client.start();
    return client;
  };
  beforeEach(async () => {
    lines.length = 0;
    waits.length = 0;
    hub = await new HubDouble().start();
  });
  afterEach(async () => {
    client.close();
    client.close();
    await hub.stop();
    assert.deepEqual(hub.faults, []);
    assert.ok(!lines.some((line) => line.includes(TOKEN) || line.includes('127.0.0.1')));
  });

  it('says hello, tells its state, pulses, and learns the clock', async () => {
    connect();
    await until('the clock', () => client.status.clockOffsetMs);
    assert.ok(Math.abs(client.status.clockOffsetMs! - 5000) < 500);
    await until('pulses', () => hub.messages.filter((each) => each.ch === 'clock').length >= 3);
    assert.deepEqual(hub.messages.slice(0, 1).map((each) => each.ch), ['hello']);
    assert.ok(hub.messages.some((each) => each.ch === 'state' && each.seq === 1));
    assert.deepEqual(client.status.features, ['clock-datachannel']);
  });

  it('follows the relay epoch', async () => {
    connect();
    await until('welcome', () => client.status.connected);
    for (const epoch of [null, 'second']) {
      hub.send({ ch: 'relay', epoch });
      await until('the epoch', () => client.status.relayEpoch === epoch);
    }
    assert.ok(client.status.connected);
  });

  it('leaves a silent path and comes back', async () => {
    connect();
    await until('welcome', () => client.status.connected);
    hub.answerPings = false;
    await until('the loss', () => !client.status.connected);
    assert.equal(client.status.error?.context['detail'], 'silent');
    hub.answerPings = true;
    await until('the return', () => client.status.connected);
    assert.equal(client.status.error, null);
    assert.equal(hub.connections >= 2, true);
  });

  it('comes back after the hub did, and says only changes in the log', async () => {
    connect();
    await until('welcome', () => client.status.connected);
    await hub.stop();
    await until('the loss', () => !client.status.connected);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await hub.start();
    await until('the return', () => client.status.connected);
    assert.equal(lines.filter((line) => line.includes('hub not connected')).length, 1);
  });

  it('tells the hub by how much its wall clock is off', async () => {
    hub.wallOffsetMs = 7_200_000;
    connect();
    const said = await until('an offset', () => hub.messages.find((each) => each.ch === 'state' && typeof each.clockOffsetMs === 'number'));
    assert.ok(said.ch === 'state' && Math.abs(said.clockOffsetMs! - 7_200_000) < 1000);
  });

  it('shows a refused token, and does not hurry', async () => {
    connect('a-wrong-token-0123456789');
    await until('the refusal', () => client.status.error?.code === 'HUB_WRONG_TOKEN');
    assert.equal(client.status.connected, false);
    assert.ok(waits.at(-1)! >= 5000, `next attempt after ${waits.at(-1)} ms`);
  });

  it('shows a refusal in the hub\'s own words, also of a code that it does not know', async () => {
    for (const said of [
      { code: 'HUB_VERSION', message: 'Version 1 is not spoken here', messageZh: '这里不使用版本 1' },
      { code: 'HUB_LATER', message: 'Something of a later release', messageZh: '新版本的说明' },
    ]) {
      hub.greeting = { ch: 'refused', ...said };
      connect();
      await until('the refusal', () => client.status.error);
      const { code, message, messageZh } = client.status.error!.toBody();
      assert.deepEqual({ code, message, messageZh }, said);
      client.close();
    }
  });

  it('leaves another device of the same identity alone for half a minute, and says so', async () => {
    connect();
    await until('welcome', () => client.status.connected);
    hub.hangUp(4409);
    await until('the loss', () => client.status.error?.code === 'STR_IDENTITY_IN_USE');
    assert.ok(waits.at(-1)! >= 30_000 && waits.at(-1)! <= 45_000, `next attempt after ${waits.at(-1)} ms`);
    assert.match(client.status.error!.toBody().messageZh, /另一台设备正在使用本采集盒的身份/);
  });

  it('stays with a hub of a later release, and counts what it does not know', async () => {
    hub.greeting = { ch: 'welcome', v: 1, hubVersion: '9', features: ['clock-datachannel', 'later'], relayEpoch: null, channels: ['state', 'clock'], motd: { text: 'x' } };
    connect();
    await until('welcome', () => client.status.connected);
    hub.send({ ch: 'update' });
    hub.send({ ch: 'clock', op: 'leap' } as never);
    hub.send({ ch: 'relay', epoch: 'second', region: 'x' } as never);
    await until('the epoch', () => client.status.relayEpoch === 'second');
    assert.deepEqual(client.status.ignored, { fields: 1, messages: 2 });
    assert.equal(client.status.connected, true);
  });

  it('says nothing on a channel that it was not granted', async () => {
    hub.greeting = { ch: 'welcome', v: 1, hubVersion: '9', features: [], relayEpoch: null, channels: ['clock'] };
    connect();
    await until('pulses', () => hub.messages.filter((each) => each.ch === 'clock').length >= 3);
    assert.ok(!hub.messages.some((each) => each.ch === 'state'));
  });

  it('leaves a hub whose version it does not speak, with words', async () => {
    hub.greeting = { ch: 'welcome', v: 2, hubVersion: '9', features: [], relayEpoch: null };
    connect();
    await until('the loss', () => client.status.error?.code === 'STR_VERSION');
    assert.ok(waits.at(-1)! >= 5000);
  });

  it('leaves a hub that talks nonsense', async () => {
    connect();
    await until('welcome', () => client.status.connected);
    hub.send({ ch: 'relay', epoch: 7 } as never);
    await until('the loss', () => client.status.error?.code === 'STR_MESSAGE_INVALID');
  });
});
