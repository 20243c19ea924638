import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { isPlausibleAnchor, readClockMessage } from './clock-messages.ts';
import { stepFlow, type FlowState } from './flow-watch.ts';

describe('clock messages', () => {
  it('takes pings and anchors, nothing else', () => {
    assert.deepEqual(readClockMessage('{"t":"ping","id":1,"atMs":2.5}'), { t: 'ping', id: 1, atMs: 2.5 });
    // A field of a later release is passed over.
    assert.deepEqual(readClockMessage('{"t":"ping","id":1,"atMs":2,"more":1}'), { t: 'ping', id: 1, atMs: 2 });
    for (const text of ['', 'null', '{"t":"ping","id":1}', '{"t":"pong","id":1,"atMs":1,"relayMs":1,"epoch":"x"}']) assert.equal(readClockMessage(text), null);
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => { assert.equal(readClockMessage(text), null); }));
  });

  it('refuses anchors that lie far from now', () => {
    const anchor = { t: 'anchor', captureMs: 100_000, rtp: 1, uncertaintyMs: 1, source: 'test' } as const;
    assert.ok(isPlausibleAnchor(anchor, 100_050));
    assert.ok(!isPlausibleAnchor(anchor, 140_000));
    assert.ok(!isPlausibleAnchor(anchor, 98_000));
  });
});

describe('flow', () => {
  it('changes with publisher and silence, and says since when', () => {
    let state: FlowState = { publisher: false, flowing: false, sinceMs: 0 };
    const step = (publisher: boolean, lastPacketMs: number | null, nowMs: number): FlowState => (state = stepFlow(state, publisher, lastPacketMs, nowMs));
    assert.equal(step(false, null, 50), state);
    assert.deepEqual(step(true, null, 100), { publisher: true, flowing: false, sinceMs: 100 });
    assert.deepEqual(step(true, 120, 120), { publisher: true, flowing: true, sinceMs: 120 });
    assert.deepEqual(step(true, 120, 420), { publisher: true, flowing: true, sinceMs: 120 });
    assert.deepEqual(step(true, 120, 421), { publisher: true, flowing: false, sinceMs: 421 });
    assert.deepEqual(step(false, null, 500), { publisher: false, flowing: false, sinceMs: 500 });
  });
});
