import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { ClockToRelaySchema } from '@scanlink/protocol';
import { createCheck, createMessageReader } from '@scanlink/protocol/check';
import { isPlausibleAnchor, readClockMessage } from './clock-messages.ts';
import { stepFlow, type FlowState } from './flow-watch.ts';

const NUMBER = fc.double({ noNaN: true, noDefaultInfinity: true });
const MESSAGE = fc.oneof(
  fc.record({ t: fc.constant('ping'), id: fc.integer(), atMs: NUMBER }),
  fc.record({ t: fc.constant('anchor'), captureMs: NUMBER, rtp: fc.integer({ min: -1, max: 2 ** 32 }), uncertaintyMs: NUMBER, source: fc.stringMatching(/^[a-z-]{0,34}$/) }),
  fc.record({ t: fc.constant('other'), id: fc.integer() }),
);

describe('clock messages', () => {
  it('takes pings and anchors, nothing else', () => {
    assert.deepEqual(readClockMessage('{"t":"ping","id":1,"atMs":2.5}'), { t: 'ping', id: 1, atMs: 2.5 });
    // A field of a later release is passed over.
    assert.deepEqual(readClockMessage('{"t":"ping","id":1,"atMs":2,"more":1}'), { t: 'ping', id: 1, atMs: 2 });
    for (const text of ['', 'null', '{"t":"ping","id":1}', '{"t":"pong","id":1,"atMs":1,"relayMs":1,"epoch":"x"}']) assert.equal(readClockMessage(text), null);
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => { assert.equal(readClockMessage(text), null); }));
  });

  it('reads what JSON and the contract\'s schema read, with the fields of any later release beside it', () => {
    const byJson = createMessageReader(ClockToRelaySchema, 't');
    const readByJson = (text: string): unknown => {
      try {
        return byJson(JSON.parse(text)).message;
      } catch {
        return null;
      }
    };
    fc.assert(fc.property(MESSAGE, fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 3 }), fc.constantFrom(0, 1, '\t'), (message, later, indent) => {
      const text = JSON.stringify({ ...later, ...message }, null, indent);
      fc.pre(text.length <= 512);
      assert.deepEqual(readClockMessage(text), readByJson(text));
    }));
    assert.deepEqual(readClockMessage('{"id":1,"t":"ping","atMs":1,"id":2,"x":[{"a":"]"},[]]}'), { t: 'ping', id: 2, atMs: 1 });
  });

  it('takes any text without a throw, and hands on only what the contract holds', () => {
    const check = createCheck(ClockToRelaySchema);
    const damaged = fc.tuple(MESSAGE, fc.nat(200), fc.nat(3), fc.string({ maxLength: 3, unit: fc.constantFrom(...'{}[]",:\\ue0123456789.-tfn \n\u0000'.split('')) }))
      .map(([message, at, cut, put]) => { const text = JSON.stringify(message); return text.slice(0, at) + put + text.slice(at + cut); });
    fc.assert(fc.property(fc.oneof(fc.string({ maxLength: 600 }), fc.json(), damaged), (text) => {
      const message = readClockMessage(text);
      if (message) check(message);
    }), { numRuns: 2000 });
    for (const text of ['{"t":"ping","id":1,"atMs":1}}', '{"t":"ping","id":1,"atMs":1', '{"t":"ping","id":1,"atMs":1e999}', '{"t":"ping","id":1,"atMs":[1}', '{"t":"ping","id":01,"atMs":1}', '[{"t":"ping","id":1,"atMs":1}]', '{"t":"ping" "id":1,"atMs":1}', '{"t":"ping","id":1,"atMs":1,"x":[}', '{"t":"ping","id":1,"atMs":1,"x":[}}']) {
      assert.equal(readClockMessage(text), null, text);
    }
  });

  it('looks at the length first, and works no more for one text than for its length', () => {
    const ping = '{"t":"ping","id":1,"atMs":1}';
    assert.ok(readClockMessage(ping + ' '.repeat(512 - ping.length)));
    assert.equal(readClockMessage(ping + ' '.repeat(513 - ping.length)), null);
    for (const part of ['[', '{"a":', '"', '\\"', ' ', '1', '1.', '-', ',']) assert.equal(readClockMessage(part.repeat(1_000_000)), null);
    for (const part of ['[', '{"a":', '"', '\\"', ' ', '1', '1.', '-', ',']) assert.equal(readClockMessage(('{"t":' + part.repeat(512)).slice(0, 512)), null);
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
