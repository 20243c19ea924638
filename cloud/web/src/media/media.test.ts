import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Value } from 'typebox/value';
import { AnchorSchema, ClockPongSchema, FlowSchema, SkippingSchema } from '@scanlink/protocol';
import { parseRelayMessage } from './clock-message.ts';
import { DelayMeter } from './delay-meter.ts';
import { orderH264 } from './h264-support.ts';
import { deriveStats, noStats, readSample } from './stream-stats.ts';
import { resolveResource } from './whep-request.ts';

describe('clock messages', () => {
  const messages = [
    [ClockPongSchema, { t: 'pong', id: 3, atMs: 1.5, relayMs: 2.5, epoch: 'e' }], [AnchorSchema, { t: 'anchor', captureMs: 1, rtp: 0xffffffff, uncertaintyMs: 0.2, source: 'simulated' }],
    [FlowSchema, { t: 'flow', publisher: true, flowing: false, sinceRelayMs: 4, epoch: 'e' }], [SkippingSchema, { t: 'skipping', on: true }],
  ] as const;
  for (const [schema, message] of messages) {
    it(`reads ${message.t}, and refuses it with any field missing`, () => {
      assert.ok(Value.Check(schema, message));
      assert.deepEqual(parseRelayMessage(JSON.stringify(message)), message);
      for (const key of Object.keys(message)) assert.equal(parseRelayMessage(JSON.stringify({ ...message, [key]: undefined })), null);
    });
  }
  it('reads nothing from rubbish, and never throws', () => {
    for (const text of ['', '[]', 'null', '1', '{"t":"uplink"}', '{"t":"anchor","captureMs":1,"rtp":-1,"uncertaintyMs":0,"source":""}']) assert.equal(parseRelayMessage(text), null);
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => { parseRelayMessage(text); }));
  });
});

describe('delay', () => {
  const offset = { offsetMs: 1000, uncertaintyMs: 0.4, lastPongMs: 5000, lastRttMs: 0.8 };
  const anchored = (rtp: number): DelayMeter => { const meter = new DelayMeter(); meter.takeAnchor({ t: 'anchor', captureMs: 6000, rtp, uncertaintyMs: 0.3, source: 's' }, 5000); return meter; };
  it('is presentation minus capture in relay time', () => assert.deepEqual(anchored(90_000).takeFrame(90_000 + 900, 5025, offset, 5030), { delayMs: 15, uncertaintyMs: 0.7 }));
  it('holds when the time stamp wraps, both ways', () => {
    assert.equal(anchored(0xffffff00).takeFrame(0xffffff00 + 900 - 2 ** 32, 5025, offset, 5030)?.delayMs, 15);
    assert.equal(anchored(100).takeFrame(100 - 900 + 2 ** 32, 5005, offset, 5030)?.delayMs, 15);
  });
  it('shows the median of the last second with the largest uncertainty', () => {
    const meter = anchored(0);
    for (const [atMs, presentedMs, unsure] of [[4000, 5100, 9], [5100, 5010, 0.4], [5200, 5020, 0.9], [5300, 5060, 0.4]] as const) meter.takeFrame(0, presentedMs, { ...offset, lastPongMs: atMs, uncertaintyMs: unsure }, atMs);
    assert.deepEqual(meter.delay(5400), { kind: 'measured', medianMs: 20, uncertaintyMs: 1.2, frames: 3 });
  });
  const blind: readonly (readonly [string, () => DelayMeter, number | undefined, typeof offset | null, number])[] = [
    ['no-clock', () => anchored(0), 0, null, 5100], ['no-anchor', () => new DelayMeter(), 0, offset, 5100], ['no-rtp-timestamp', () => anchored(0), undefined, offset, 5100],
    ['stale-clock', () => anchored(0), 0, { ...offset, lastPongMs: 1000 }, 5100], ['stale-anchor', () => anchored(0), 0, { ...offset, lastPongMs: 8500 }, 8600], ['clocks-disagree', () => anchored(0), 0, { ...offset, offsetMs: 0 }, 5100],
  ];
  for (const [reason, make, rtp, clock, nowMs] of blind) {
    it(`says that it can't be measured: ${reason}`, () => {
      const meter = make();
      assert.equal(meter.takeFrame(rtp, 5025, clock, nowMs), null);
      assert.deepEqual(meter.delay(nowMs), { kind: 'unknown', reason });
    });
  }
  it('has nothing to show a second after the last picture, and after a new connection', () => {
    const meter = anchored(0);
    meter.takeFrame(0, 5025, offset, 5030);
    assert.equal(meter.delay(6100).kind, 'unknown');
    meter.takeFrame(0, 5025, offset, 5030);
    meter.reset();
    assert.deepEqual(meter.delay(5031), { kind: 'unknown', reason: 'no-frames' });
  });
});

describe('stream figures', () => {
  const report = (frames: number, bytes: number, received: number, lost: number): Record<string, unknown>[] => [
    { type: 'codec', id: 'c', mimeType: 'video/H264', sdpFmtpLine: 'packetization-mode=1;profile-level-id=42E01F' },
    { type: 'inbound-rtp', kind: 'video', codecId: 'c', framesDecoded: frames, bytesReceived: bytes, packetsReceived: received, packetsLost: lost, frameWidth: 1280, frameHeight: 720, freezeCount: 1, totalFreezesDuration: 0.4 },
  ];
  it('are rates of the last second', () => {
    const before = readSample(report(100, 1_000_000, 900, 0), 1000);
    const now = readSample(report(160, 1_500_000, 990, 10), 3000);
    assert.ok(before && now);
    const stats = deriveStats(noStats, before, now);
    assert.ok(stats);
    assert.deepEqual({ fps: stats.fps, kbps: stats.bitrateKbps, loss: stats.lossFraction, width: stats.widthPx, codec: stats.codec, frozenMs: stats.frozenMs }, { fps: 30, kbps: 2000, loss: 0.1, width: 1280, codec: 'H264 42e01f', frozenMs: 400 });
  });
  it('count on across connections, and know no rate at first', () => {
    const now = readSample(report(10, 1, 1, 0), 1000);
    assert.ok(now);
    const stats = deriveStats({ ...noStats, freezes: 4, framesDecoded: 500 }, null, now);
    assert.ok(stats);
    assert.deepEqual([stats.freezes, stats.framesDecoded, stats.fps, stats.bitrateKbps], [5, 510, null, null]);
  });
  it('are not taken from a moment, nor from counters that are given twice', () => {
    const at = (countedMs: number, frames: number): NonNullable<ReturnType<typeof readSample>> => {
      const [codec, inbound] = report(frames, 1_000_000, 900, 0);
      const sample = readSample([{ ...codec }, { ...inbound, timestamp: countedMs }], 77);
      assert.ok(sample);
      return sample;
    };
    assert.equal(deriveStats(noStats, at(1000, 100), at(1050, 104)), null);
    assert.equal(deriveStats(noStats, at(1000, 100), at(1000, 100)), null);
    assert.equal(deriveStats(noStats, at(1000, 100), at(2000, 130))?.fps, 30);
  });
  it('are absent without inbound video', () => assert.equal(readSample([{ type: 'transport' }], 0), null));
});

describe('H.264 support', () => {
  const codec = (mimeType: string, sdpFmtpLine = ''): { mimeType: string; clockRate: number; sdpFmtpLine: string } => ({ mimeType, clockRate: 90_000, sdpFmtpLine });
  it('offers nothing else, Constrained Baseline in packetization mode 1 first', () => {
    const ordered = orderH264([codec('video/VP8'), codec('video/H264', 'packetization-mode=0;profile-level-id=42e01f'), codec('video/H264', 'packetization-mode=1;profile-level-id=42001f'), codec('video/h264', 'packetization-mode=1;profile-level-id=42e01f'), codec('video/rtx')]);
    assert.deepEqual(ordered.map((each) => each.sdpFmtpLine.slice(19, 20) + each.sdpFmtpLine.slice(-6)), ['142e01f', '142001f', '042e01f']);
  });
  it('sees a browser without it', () => assert.deepEqual(orderH264([codec('video/VP8')]), []));
});

describe('WHEP resource', () => {
  it('is relative to the final address', () => assert.equal(resolveResource('abc/1', 'https://hub.test/whep/abc'), 'https://hub.test/whep/abc/1'));
  it('never carries the token to another origin', () => { for (const location of [null, 'https://evil.test/x', '//evil.test/x', 'http://hub.test/x']) assert.equal(resolveResource(location, 'https://hub.test/whep/abc'), null); });
});
