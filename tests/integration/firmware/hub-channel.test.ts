import assert from 'node:assert/strict';
import { ControlClient } from '@scanlink/firmware/hub/control-client';
import { systemClock } from '@scanlink/protocol/lib/clock';
import { createLogger } from '@scanlink/firmware/lib/logger';
import { HubDouble } from './hub-double.ts';
import { TOKEN } from './support.ts';
import { until } from '../../support/until.ts';

describe('firmware: control channel', function () {
  this.timeout(30_000);
  let hub: HubDouble;
  let client: ControlClient;
  const lines: string[] = [];
  const connect = (token = TOKEN): ControlClient => {
    client = new ControlClient({
      hubUrl: hub.url, token, firmwareVersion: '0', clock: systemClock, sessions: () => [], onChange: () => {},
      logger: createLogger({ name: 'test', level: 'debug', destination: { write: (line: string) => void lines.push(line) } }),
    });
    client.start();
    return client;
  };
  beforeEach(async () => {
    lines.length = 0;
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

  it('shows a refused token, and does not hurry', async () => {
    connect('a-wrong-token-0123456789');
    await until('the refusal', () => client.status.error?.code === 'HUB_WRONG_TOKEN');
    assert.equal(client.status.connected, false);
  });

  it('leaves a hub that talks nonsense', async () => {
    connect();
    await until('welcome', () => client.status.connected);
    hub.send({ ch: 'relay', epoch: 7 } as never);
    await until('the loss', () => client.status.error?.code === 'STR_MESSAGE_INVALID');
  });
});
