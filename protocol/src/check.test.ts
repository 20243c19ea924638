import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { createMessageReader, createReader } from './check.ts';
import { AppError } from './errors/app-error.ts';
import { BoxToHubSchema, grantChannels, HubToBoxSchema } from './hub/control-channel.ts';
import { agreeOnVersion } from './version.ts';

const state = { ch: 'state', seq: 1, clockOffsetMs: 4, sessions: [] };
const refusedWith = (code: string) => (thrown: unknown): boolean => thrown instanceof AppError && thrown.code === code;

describe('reading what another release wrote', () => {
  const readBox = createMessageReader(BoxToHubSchema, 'ch', 'HUB_BAD_MESSAGE');
  const readHub = createMessageReader(HubToBoxSchema, 'ch');

  it('leaves unknown fields out and counts them, at every depth', () => {
    const live = { sessionId: '00000000-0000-4000-8000-000000000001', sessionState: 'live', input: null, publisher: null };
    const { message, ignoredFields } = readBox({ ...state, mood: { a: 1 }, sessions: [{ ...live, room: 'x' }] });
    assert.deepEqual(message, { ...state, sessions: [live] });
    assert.equal(ignoredFields, 3);
    assert.deepEqual(readBox(state), { message: state, ignoredFields: 0 });
  });

  for (const later of [{ ch: 'update', file: 'x' }, { ch: 'clock', op: 'leap', id: 1 }]) {
    it(`passes over ${JSON.stringify(later)}`, () => assert.deepEqual(readHub(later), { message: null, ignoredFields: 0 }));
  }

  for (const wrong of [null, [], 7, {}, { ch: 7 }, { ch: 'relay', epoch: 7 }, { ch: 'welcome', v: 1 }]) {
    it(`refuses ${JSON.stringify(wrong)}`, () => assert.throws(() => readHub(wrong), refusedWith('STR_MESSAGE_INVALID')));
  }

  it('refuses what is nested without end, and does not change what it was given', () => {
    const deep = JSON.parse(`{"ch":"state","x":${'['.repeat(60_000)}${']'.repeat(60_000)}}`) as unknown;
    assert.throws(() => readBox(deep), refusedWith('HUB_BAD_MESSAGE'));
    const given = { ...state, more: 1 };
    readBox(given);
    assert.equal(given.more, 1);
  });

  it('gives a message of the schema, null or the code, whatever comes', () => {
    const check = createReader(BoxToHubSchema);
    fc.assert(fc.property(fc.dictionary(fc.constantFrom('ch', 'op', 'id', 'seq', 'sessions', 'v', '__proto__', 'atMs'), fc.oneof(fc.constantFrom('state', 'clock', 'ping'), fc.jsonValue())), (value) => {
      try {
        const { message } = readBox(value);
        if (message !== null) assert.equal(check(message).ignoredFields, 0);
      } catch (thrown) {
        assert.ok(refusedWith('HUB_BAD_MESSAGE')(thrown), String(thrown));
      }
    }), { numRuns: 500 });
  });
});

describe('version and channels', () => {
  const rows: [ours: [number, number], theirs: [number, number], agreed: number | null][] = [
    [[1, 1], [1, 1], 1], [[1, 1], [1, 2], 1], [[1, 2], [1, 1], 1], [[1, 3], [2, 5], 3], [[1, 1], [2, 3], null], [[3, 4], [1, 2], null],
  ];
  for (const [ours, theirs, agreed] of rows) {
    it(`${ours.join('-')} with ${theirs.join('-')}: ${agreed ?? 'none'}`, () => {
      assert.equal(agreeOnVersion({ oldest: ours[0], newest: ours[1] }, { oldest: theirs[0], newest: theirs[1] }), agreed);
    });
  }

  it('grants the channels that are known, once', () => assert.deepEqual(grantChannels(['clock', 'update', 'clock', 'toString', 'state']), ['clock', 'state']));
});
