import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { createRtpView, isRtcp, readPayloadEnd, readPlayoutDelay, readRtp, writeRtp, writeSequence } from './packet.ts';

/** Version 2, padding, extension, one contributing source, marker, type 96; extensions 3 (one octet) and 5 (playout 1/2). */
const EXAMPLE = Buffer.from('b1e0fffe000003e81122334455667788bede000230aa52001002000065010203000003', 'hex');

describe('RTP packets', () => {
  it('reads header, extension and padding', () => {
    const view = createRtpView();
    assert.ok(readRtp(EXAMPLE, view));
    assert.deepEqual([view.payloadType, view.marker, view.padding, view.sequence, view.timestamp, view.ssrc], [96, true, true, 0xfffe, 1000, 0x11223344]);
    assert.equal(readPlayoutDelay(EXAMPLE, view, 5), 0x001002);
    assert.equal(readPlayoutDelay(EXAMPLE, view, 6), -1);
    assert.equal(EXAMPLE.subarray(view.payloadStart, readPayloadEnd(EXAMPLE, view)).toString('hex'), '65010203');
  });

  it('writes what it reads, with the receiver\'s type, extension id and stream', () => {
    const view = createRtpView();
    assert.ok(readRtp(EXAMPLE, view));
    const out = writeRtp(EXAMPLE, view.payloadStart, view.marker, view.padding, 70_000, 4_294_967_295, 0, { payloadType: 102, playoutExtensionId: 7, ssrc: 9 });
    const again = createRtpView();
    assert.ok(readRtp(out, again));
    assert.deepEqual([again.payloadType, again.marker, again.padding, again.sequence, again.timestamp, again.ssrc], [102, true, true, 70_000 & 0xffff, 4_294_967_295, 9]);
    assert.equal(readPlayoutDelay(out, again, 7), 0);
    assert.equal(out.subarray(again.payloadStart).toString('hex'), '65010203000003');
    writeSequence(out, 65_535);
    assert.equal(out.readUInt16BE(2), 65_535);
  });

  it('leaves the extension out when the receiver has none, or there is nothing to say', () => {
    const view = createRtpView();
    assert.ok(readRtp(EXAMPLE, view));
    for (const [id, delay] of [[0, 0], [5, -1]] as const) {
      const out = writeRtp(EXAMPLE, view.payloadStart, false, false, 1, 1, delay, { payloadType: 102, playoutExtensionId: id, ssrc: 9 });
      assert.equal(out.length, 12 + 7);
      assert.equal(out[0], 0x80);
    }
  });

  it('tells RTCP from RTP', () => {
    assert.ok(isRtcp(Buffer.from([0x80, 200])) && isRtcp(Buffer.from([0x80, 206])));
    assert.ok(!isRtcp(Buffer.from([0x80, 96])) && !isRtcp(Buffer.from([0x80, 0xe0])) && !isRtcp(Buffer.alloc(0)));
  });

  it('takes any octets without a throw, and never points outside of them', () => {
    const view = createRtpView();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (octets, forced) => {
      const packet = Buffer.from(octets);
      if (forced && packet.length > 0) packet[0] = 0x90 | (packet[0]! & 0x2f);
      if (!readRtp(packet, view)) return;
      assert.ok(view.payloadStart <= packet.length);
      assert.ok(readPayloadEnd(packet, view) <= packet.length);
      assert.ok(readPlayoutDelay(packet, view, 5) < 2 ** 24);
    }));
  });
});
