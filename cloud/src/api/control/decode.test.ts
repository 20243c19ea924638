import assert from 'node:assert/strict';
import { AppError, BoxToHubSchema } from '@scanlink/protocol';
import * as fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { decodeBoxMessage } from './decode.ts';

const SECRET = 'WANG^XIAOMING';
const hello = { ch: 'hello', v: 1, firmwareVersion: '0.1.0', channels: ['state', 'clock'] };
const ping = { ch: 'clock', op: 'ping', id: 1, atMs: 12.5 };
const state = { ch: 'state', seq: 1, sessions: [], clockOffsetMs: -3.5 };

describe('control message', () => {
  for (const message of [hello, ping, state, { ...state, clockOffsetMs: null }]) {
    it(`takes ${message.ch}`, () => assert.deepEqual(decodeBoxMessage(JSON.stringify(message)), { message, ignored: 0 }));
  }

  const live = { sessionId: '11111111-2222-4333-8444-555555555555', sessionState: 'live', input: null, publisher: null };
  const passedOver: readonly (readonly [string, unknown, unknown])[] = [
    ['an unknown field', { ...ping, mood: 1 }, { message: ping, ignored: 1 }],
    ['an unknown channel', { ch: 'command', run: 'x' }, { message: null, ignored: 1 }],
    ['an unknown field of a session', { ...state, sessions: [{ ...live, shoe: 1 }] }, { message: { ...state, sessions: [live] }, ignored: 1 }],
    ['an input in a state of tomorrow', { ...state, sessions: [{ ...live, input: { signal: 'dreaming' } }] }, { message: { ...state, sessions: [live] }, ignored: 1 }],
    ['a session in a state of tomorrow', { ...state, sessions: [{ ...live, sessionState: 'paused' }, live] }, { message: { ...state, sessions: [live] }, ignored: 1 }],
  ];
  for (const [name, given, expected] of passedOver) {
    it(`passes over ${name}, and counts it`, () => assert.deepEqual(decodeBoxMessage(JSON.stringify(given)), expected));
  }

  const refused: readonly (readonly [string, unknown])[] = [
    ['no channel', {}], ['a session that is too large', { ...state, sessions: [{ ...live, patient: SECRET.repeat(700) }] }], ['a session that is none', { ...state, sessions: [SECRET] }], ['too many sessions', { ...state, sessions: Array.from({ length: 9 }, () => live) }], ['number as text', { ...ping, id: '1' }],
    ['too long a version', { ...hello, firmwareVersion: 'x'.repeat(65) }], ['array', []], ['null', null], ['too many channels', { ...hello, channels: Array.from({ length: 17 }, () => 'x') }],
  ];
  for (const [name, message] of refused) {
    it(`refuses ${name}`, () => {
      assert.throws(() => decodeBoxMessage(JSON.stringify(message)), (error) => {
        assert.ok(error instanceof AppError);
        assert.equal(error.code, 'HUB_BAD_MESSAGE');
        assert.ok(!JSON.stringify(error.toBody()).includes(SECRET), 'the value is not repeated');
        return true;
      });
    });
  }

  it('answers any text with a message of the schema or HUB_BAD_MESSAGE', () => {
    const schema = Compile(BoxToHubSchema);
    const mutated = fc.constantFrom(hello, ping, state).chain((base) => fc.dictionary(fc.constantFrom('ch', 'op', 'id', 'seq', 'sessions', 'v', '__proto__', 'atMs'), fc.jsonValue(), { maxKeys: 3 }).map((extra) => JSON.stringify({ ...base, ...extra })));
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), mutated), (text) => {
      try {
        const { message } = decodeBoxMessage(text);
        assert.ok(message === null || schema.Check(message));
      } catch (error) {
        assert.ok(error instanceof AppError && error.code === 'HUB_BAD_MESSAGE', String(error));
      }
    }), { numRuns: 1000 });
  });
});
