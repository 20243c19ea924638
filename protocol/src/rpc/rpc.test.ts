import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { AppError, MAX_LINE_BYTES } from '../index.ts';
import { LineReader } from './line-reader.ts';
import { encodeMessage, parseMessage } from './rpc-message.ts';

const refused = (thrown: unknown): boolean => thrown instanceof AppError && thrown.code === 'STR_MESSAGE_INVALID';

describe('RPC messages', () => {
  it('come through as they were sent', () => {
    const message = { type: 'request', id: 7, method: 'sim', params: { command: 'plug', note: '图像\n' } } as const;
    const [line] = new LineReader().push(encodeMessage(message));
    assert.deepEqual(parseMessage(line!), message);
  });

  const bad: [what: string, line: string][] = [
    ['no JSON', '{'], ['no object', '[]'], ['null', 'null'], ['no type', '{}'], ['another type', '{"type":"shout"}'],
    ['an unknown property', '{"type":"hello","v":1,"client":"x","extra":1}'], ['a wrong type of id', '{"type":"request","id":"1","method":"m","params":{}}'],
    ['a method that is too long', JSON.stringify({ type: 'request', id: 1, method: 'm'.repeat(65), params: {} })],
  ];
  for (const [what, line] of bad) it(`refuses ${what}`, () => assert.throws(() => parseMessage(line), refused));

  it('does not quote what it refuses: it may be a secret', () => {
    assert.throws(() => parseMessage('{"token":"hunter2'), (thrown) => !String(thrown).includes('hunter2'));
  });

  it('answers any text with a message or a refusal', () => {
    const text = fc.oneof(fc.string(), fc.json(), fc.record({ type: fc.constantFrom('hello', 'event', 'request', 'response', 'snapshot'), id: fc.anything(), seq: fc.anything(), ok: fc.boolean() }).map((each) => JSON.stringify(each) ?? ''));
    fc.assert(fc.property(text, (line) => {
      try {
        assert.ok(['hello', 'snapshot', 'event', 'request', 'response', 'refused'].includes(parseMessage(line).type));
      } catch (thrown) {
        assert.ok(refused(thrown), String(thrown));
      }
    }), { numRuns: 500 });
  });

});

describe('line reader', () => {
  it('gives the same lines however the bytes are cut', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' '))), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const reader = new LineReader();
      const got: string[] = [];
      for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
        const end = start + cuts[turn % cuts.length]!;
        got.push(...reader.push(bytes.subarray(start, end)));
        start = end;
      }
      // A byte order mark at the start of a line is the decoder's to take.
      assert.deepEqual(got, lines.map((line) => line.replace(/^\ufeff/, '')));
    }));
  });

  it('holds no more than the limit', () => {
    const reader = new LineReader(10);
    assert.deepEqual(reader.push(Buffer.from('0123456789\n')), ['0123456789']);
    assert.throws(() => reader.push(Buffer.from('0123456789a')), refused);
    assert.throws(() => encodeMessage({ type: 'event', seq: 1, name: 'x', data: 'a'.repeat(MAX_LINE_BYTES) }), refused);
  });

  it('refuses what is no UTF-8', () => assert.throws(() => new LineReader().push(Buffer.from([0xff, 0x0a])), refused));
});
