import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { DevicesResultSchema, StillResultSchema, type InputConfig } from '@scanlink/protocol';
import { skipTest } from '../../support/skip.ts';
import { FarEnd } from './far-end.ts';
import { FirmwareDouble, MediaProcess } from './media-process.ts';
import { createTarget } from './support.ts';
import { until } from '../../support/until.ts';

const ADDONS = ['scanlink_core.node', 'scanlink_sim.node'].map((name) => new URL(`../../../hal/build/release/${name}`, import.meta.url));
const MAIN_INPUT: InputConfig = { name: 'main', driver: 'sim', source: 'phantom', timing: '640x480p60' };

describe('media process', function () {
  this.timeout(60_000);
  let firmware: FirmwareDouble;
  let farEnd: FarEnd;
  const processes: MediaProcess[] = [];

  before(function () {
    if (ADDONS.some((addon) => !existsSync(addon))) skipTest(this, 'native addons are not built');
  });
  beforeEach(async () => {
    farEnd = new FarEnd();
    await farEnd.start();
    firmware = new FirmwareDouble({ inputs: [MAIN_INPUT], publish: null });
    await firmware.start();
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((each) => each.kill('SIGKILL')));
    await firmware.stop();
    firmware.remove();
    await farEnd.close();
  });

  function start(): MediaProcess {
    const media = new MediaProcess(['--socket', firmware.socket, '--log-level', 'debug']);
    processes.push(media);
    return media;
  }
  const input = (name = 'main') => firmware.report?.inputs.find((each) => each.name === name);
  const publisher = () => firmware.report?.publisher ?? null;
  const waitLive = () => until('live', () => publisher()?.state === 'live');
  const publish = (): void => firmware.want({ publish: createTarget(farEnd.url) });

  it('captures while idle, without an encoder; publishes when told; ends with DELETE when told', async () => {
    start();
    await until('locked', () => input()?.signal === 'locked' && (input()?.framesCaptured ?? 0) > 10);
    assert.deepEqual([input()?.timing, input()?.simulated, input()?.activity, publisher()], ['640x480p60', true, 'moving', null]);
    publish();
    await waitLive();
    await until('pictures', () => new Set(farEnd.peer!.packets.map((packet) => packet.timestamp)).size > 30);
    assert.ok([7, 24].includes(farEnd.peer!.packets[0]!.nalType));
    await until('rates', () => (publisher()?.sentFps ?? 0) > 30 && (publisher()?.bitrateKbps ?? 0) > 100);
    assert.deepEqual([publisher()?.widthPx, publisher()?.heightPx, publisher()?.location], [640, 480, `http://127.0.0.1:${farEnd.port}/whip/room/resource-1`]);
    firmware.want({ publish: null });
    await until('ended', () => publisher() === null);
    assert.deepEqual(farEnd.deleted, ['/whip/room/resource-1']);
    const before = input()!.framesCaptured;
    await until('capture goes on', () => input()!.framesCaptured > before);
  });

  it('the same wish again, and our own Location come back, change nothing', async () => {
    start();
    publish();
    await waitLive();
    firmware.want({});
    firmware.want({ publish: createTarget(farEnd.url, { previousLocation: publisher()!.location }) });
    firmware.want({ inputs: [MAIN_INPUT] });
    const { framesSent } = publisher()!;
    await until('pictures go on', () => publisher()!.framesSent > framesSent + 60);
    assert.equal(farEnd.peers.length, 1);
  });

  it('killed: the next process streams again and ends the predecessor\'s resource', async () => {
    const first = start();
    publish();
    await waitLive();
    const previousLocation = publisher()!.location;
    await first.kill('SIGKILL');
    firmware.desired = { ...firmware.desired, publish: createTarget(farEnd.url, { previousLocation }) };
    start();
    await until('live again', () => publisher()?.state === 'live' && farEnd.peers.length === 2);
    await until('the first ended', () => farEnd.deleted.length > 0);
    assert.deepEqual(farEnd.deleted, ['/whip/room/resource-1']);
    await until('pictures', () => farEnd.peer!.packets.length > 20);
  });

  it('firmware restarts: the picture is not interrupted', async () => {
    start();
    publish();
    await waitLive();
    await firmware.stop();
    const count = farEnd.peer!.packets.length;
    await until('pictures without firmware', () => farEnd.peer!.packets.length > count + 100);
    // A firmware that has just started does not know the hub's features yet.
    firmware.desired = { ...firmware.desired, publish: createTarget(farEnd.url, { clockChannel: false, previousLocation: `http://127.0.0.1:${farEnd.port}/whip/room/resource-1` }) };
    firmware.reports.length = 0;
    await firmware.start();
    await waitLive();
    const again = farEnd.peer!.packets.length;
    await until('pictures', () => farEnd.peer!.packets.length > again + 50);
    assert.deepEqual([farEnd.peers.length, farEnd.deleted.length], [1, 0]);
  });

  it('signal states reach the report at once; the stream goes on with a placeholder and comes back', async () => {
    start();
    publish();
    await waitLive();
    await firmware.peer!.request('sim', { command: 'unplug' });
    await until('no cable', () => input()?.signal === 'no-cable');
    const count = publisher()!.framesSent;
    await until('placeholder pictures', () => publisher()!.framesSent > count && publisher()!.state === 'live');
    const since = input()!.signalSinceMs;
    await until('another report', () => firmware.reports.filter((each) => each.inputs[0]?.signal === 'no-cable').length >= 3);
    assert.equal(input()!.signalSinceMs, since, 'the since does not tremble');
    assert.ok(Math.abs(Date.now() - since) < 60_000);
    await assert.rejects(firmware.peer!.request('still', {}), /no live picture/i);
    await firmware.peer!.request('sim', { command: 'plug' });
    await until('locked', () => input()?.signal === 'locked' && input()?.activity === 'moving');
    assert.equal(farEnd.peers.length, 1);
  });

  it('a crop that does not fit another timing is told as unsupported, not as locked, and counted', async () => {
    firmware.want({ inputs: [{ ...MAIN_INPUT, timing: '1280x720p30', drawnFor: ['1280x720p'], crop: { x: 0, y: 100, widthPx: 1280, heightPx: 620 } }], publish: createTarget(farEnd.url) });
    start();
    await waitLive();
    await until('the cropped picture', () => input()?.signal === 'locked' && publisher()?.heightPx === 620);
    await firmware.peer!.request('sim', { command: 'timing', timing: '640x480p60' });
    await until('the misfit', () => input()?.signal === 'unsupported' && input()?.signalDetail === 'crop-misfit');
    await until('dropped frames', () => (publisher()?.framesDropped['crop-misfit'] ?? 0) > 10);
    await firmware.peer!.request('sim', { command: 'timing', timing: '1280x720p30' });
    await until('locked again', () => input()?.signal === 'locked' && input()?.timing === '1280x720p30' && input()?.signalDetail === undefined);
    assert.equal(farEnd.peers.length, 1);
  });

  it('masks are for one format: in another nothing is sent, kept or called locked, until somebody says that they fit it', async () => {
    const masked: InputConfig = { ...MAIN_INPUT, timing: '1280x720p30', drawnFor: ['1280x720p'], masks: [{ x: 0, y: 0, widthPx: 300, heightPx: 60 }] };
    firmware.want({ inputs: [masked], publish: createTarget(farEnd.url) });
    start();
    await waitLive();
    await until('the picture', () => input()?.signal === 'locked' && publisher()?.heightPx === 720);
    await firmware.peer!.request('sim', { command: 'timing', timing: '1920x1080p30' });
    await until('the misfit', () => input()?.signalDetail === 'crop-misfit' && (publisher()?.framesDropped['crop-misfit'] ?? 0) > 10);
    assert.deepEqual([input()?.signal, publisher()?.heightPx], ['unsupported', 720], 'no picture of 1080 lines');
    await assert.rejects(firmware.peer!.request('still', {}), /not drawn for/);
    const captured = input()!.framesCaptured;
    firmware.want({ inputs: [{ ...masked, drawnFor: ['1280x720p', '1920x1080p'] }] });
    await until('confirmed', () => input()?.signal === 'locked' && publisher()?.heightPx === 1080);
    assert.ok(input()!.framesCaptured > captured && input()?.timing === '1920x1080p30', 'the device was not opened anew: its timing and its count go on');
    assert.equal(farEnd.peers.length, 1);
  });

  it('without a session, too, masks of another format are told', async () => {
    firmware.want({ inputs: [{ ...MAIN_INPUT, drawnFor: ['1280x720p'], masks: [{ x: 0, y: 0, widthPx: 300, heightPx: 60 }] }] });
    start();
    await until('told', () => input()?.signal === 'unsupported' && input()?.signalDetail === 'crop-misfit');
  });

  it('a preview that cannot be made is counted and made once it can; capture never waits for it', async () => {
    const previewDir = `${firmware.dir}/later`;
    firmware.want({ previewDir });
    start();
    await until('locked and counted', () => input()?.signal === 'locked' && (input()?.framesCaptured ?? 0) > 10 && (input()?.framesDropped['preview'] ?? 0) > 0);
    mkdirSync(previewDir);
    await until('there', () => existsSync(`${previewDir}/main.preview`), 20_000);
  });

  it('a source that was wrong is tried again without a hand', async () => {
    const folder = `${firmware.dir}/picture`;
    firmware.want({ inputs: [MAIN_INPUT, { name: 'side', driver: 'sim', source: folder }] });
    start();
    await until('told', () => input('side')?.signalDetail === 'DEV_SOURCE_UNREADABLE');
    mkdirSync(folder);
    copyFileSync(new URL('../../fixtures/dicom/mono2-8-explicit.dcm', import.meta.url), `${folder}/one.dcm`);
    await until('open', () => input('side')?.signal === 'locked', 30_000);
  });

  it('answers still, devices, sim; refuses what it does not know', async () => {
    start();
    await until('frames', () => (input()?.framesCaptured ?? 0) > 5);
    const still = await firmware.peer!.request('still', { input: 'main' }, StillResultSchema);
    assert.deepEqual([still.widthPx, still.heightPx, still.path.startsWith(firmware.dir)], [640, 480, true]);
    assert.deepEqual([...readFileSync(still.path).subarray(1, 4)], [...Buffer.from('PNG')]);
    const devices = await firmware.peer!.request('devices', {}, DevicesResultSchema);
    assert.ok(devices.some((device) => device.driver === 'sim' && device.simulated));
    await firmware.peer!.request('sim', { command: 'timing', timing: '800x600p60' });
    await until('the new timing', () => input()?.timing === '800x600p60');
    await assert.rejects(firmware.peer!.request('sim', { command: 'timing', timing: '1x1p1' }), /timing/i);
    await assert.rejects(firmware.peer!.request('sim', { input: 'room', command: 'hold' }), /There is no input "room"; there are: main/);
    await assert.rejects(firmware.peer!.request('sim', { command: 'explode' }), /refused/);
    await assert.rejects(firmware.peer!.request('format-disk', {}), /offers no/);
  });

  it('inputs come, change and go; an input that cannot be opened says why and hurts no other', async () => {
    start();
    await until('locked', () => input()?.signal === 'locked');
    firmware.want({ inputs: [MAIN_INPUT, { name: 'side', driver: 'sim', source: '/nonexistent/picture.dcm' }, { name: 'real', driver: 'v4l2', match: { serial: 'no such device' } }] });
    await until('three', () => input('side')?.signalDetail === 'DEV_SOURCE_UNREADABLE' && input('real')?.signalDetail === 'DEV_NOT_FOUND');
    assert.deepEqual([input('side')?.signal, input('main')?.signal], ['no-device', 'locked']);
    await assert.rejects(firmware.peer!.request('sim', { input: 'real', command: 'hold' }), /real device/);
    firmware.want({ inputs: [MAIN_INPUT, { name: 'side', driver: 'sim', source: 'phantom' }] });
    await until('repaired, and one gone', () => input('side')?.signal === 'locked' && firmware.report?.inputs.length === 2);
  });

  it('an input opened anew under a running stream keeps the stream', async () => {
    start();
    publish();
    await waitLive();
    firmware.want({ inputs: [{ ...MAIN_INPUT, timing: '800x600p60' }] });
    await until('the new size in the stream', () => publisher()?.widthPx === 800);
    const { framesSent } = publisher()!;
    await until('pictures', () => publisher()!.framesSent > framesSent + 20);
    assert.equal(farEnd.peers.length, 1);
  });

  it('SIGTERM in a session: DELETE, exit 0', async () => {
    const media = start();
    publish();
    await waitLive();
    assert.equal(await media.kill('SIGTERM'), 0);
    assert.deepEqual(farEnd.deleted, ['/whip/room/resource-1']);
  });

  it('exit by request answers first, then DELETE, exit 0', async () => {
    const media = start();
    publish();
    await waitLive();
    assert.deepEqual(await firmware.peer!.request('exit', {}), {});
    assert.equal(await media.ended, 0);
    assert.deepEqual(farEnd.deleted, ['/whip/room/resource-1']);
  });

  it('a stop does not hang on a hub that is away', async () => {
    const media = start();
    publish();
    await waitLive();
    await farEnd.close();
    assert.equal(await media.kill('SIGTERM'), 0);
  });

  it('logs hold neither token nor address of the inside', async () => {
    const media = start();
    publish();
    await waitLive();
    await media.kill('SIGTERM');
    assert.match(media.output, /"state":"live"/);
    assert.ok(!media.output.includes('secret') && !/\b(10|192|172|127)\.\d+\.\d+\.\d+/.test(media.output), media.output);
  });

  it('wrong arguments: usage and exit code 2', async () => {
    const media = new MediaProcess(['--log-level', 'loud']);
    assert.equal(await media.ended, 2);
    assert.match(media.output, /usage/);
  });
});
