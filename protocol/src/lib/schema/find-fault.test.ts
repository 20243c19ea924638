import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { findFault } from './find-fault.ts';
import { dropUnknownKeys, fillDefaults, findUnknownKey, type SchemaNode } from './walk.ts';

const closed = { additionalProperties: false };
const schema = Type.Object({
  name: Type.String({ pattern: '^[a-z]+$', minLength: 2, maxLength: 4 }),
  level: Type.Enum(['low', 'high']),
  rate: Type.Optional(Type.Union([Type.Null(), Type.Integer({ minimum: 5 })])),
  by: Type.Optional(Type.Object({ a: Type.Optional(Type.String()), b: Type.Optional(Type.String()) }, { ...closed, minProperties: 1 })),
  size: Type.Union([Type.Null(), Type.Object({ px: Type.Integer({ minimum: 1, maximum: 9 }) }, closed)]),
  parts: Type.Array(Type.Union([
    Type.Object({ kind: Type.Literal('x'), n: Type.Number({ default: 3 }), deep: Type.Optional(Type.Boolean()) }, closed),
    Type.Object({ kind: Type.Literal('y'), m: Type.String() }, closed),
  ]), { minItems: 1, maxItems: 2 }),
}, closed) as unknown as SchemaNode;
const good = { name: 'ab', level: 'low', size: null, parts: [{ kind: 'x', n: 1 }] };

describe('what is wrong in a file, by its schema', () => {
  it('nothing', () => {
    for (const rate of [5, null]) assert.equal(findFault(schema, { ...good, rate }), null);
    assert.equal(findFault(schema, { ...good, size: { px: 9 }, parts: [{ kind: 'y', m: '' }, { kind: 'x', n: 0.5, deep: true }] }), null);
  });
  const cases: readonly (readonly [object | null, string, string])[] = [
    [null, '', 'must be object'], [{ ...good, name: 7 }, 'name', 'must be string'], [{ ...good, name: 'a' }, 'name', 'must not have fewer than 2 characters'],
    [{ ...good, name: 'abcde' }, 'name', 'must not have more than 4 characters'], [{ ...good, name: 'AB' }, 'name', 'must match pattern ^[a-z]+$'],
    [{ ...good, level: 'mid' }, 'level', 'takes one of: low, high'], [{ ...good, size: { px: 0 } }, 'size.px', 'must be >= 1'], [{ ...good, size: { px: 10 } }, 'size.px', 'must be <= 9'],
    [{ ...good, size: { px: 1.5 } }, 'size.px', 'must be integer'], [{ ...good, size: {} }, 'size.px', 'is missing'], [{ ...good, size: 3 }, 'size', 'not as described'],
    [{ ...good, parts: {} }, 'parts', 'must be array'], [{ ...good, parts: [] }, 'parts', 'must not have fewer than 1 items'], [{ ...good, parts: [{}, {}, {}] }, 'parts', 'must not have more than 2 items'],
    [{ ...good, parts: [{ kind: 'x', n: Number.NaN }] }, 'parts[0].n', 'must be number'], [{ ...good, parts: [{ kind: 'x', n: 1 }, { kind: 'y', m: 1 }] }, 'parts[1].m', 'must be string'],
    [{ ...good, parts: [{ kind: 'z' }] }, 'parts[0].kind', 'takes one of: x, y'], [{ ...good, parts: [{ n: 1 }] }, 'parts[0].kind', 'is missing; takes one of: x, y'],
    [{ ...good, parts: [{ kind: 'x', n: 1, deep: 1 }] }, 'parts[0].deep', 'must be boolean'], [{ name: 'ab' }, 'level', 'is missing'], [{ ...good, rate: 4 }, 'rate', 'must be >= 5'], [{ ...good, rate: 'x' }, 'rate', 'not as described'], [{ ...good, by: {} }, 'by', 'needs at least 1 of: a, b'],
  ];
  for (const [value, key, detail] of cases) it(`${key || '(whole)'}: ${detail}`, () => assert.deepEqual(findFault(schema, value), { key, detail }));

  it('in a union, unknown keys and defaults are those of the member that is meant', () => {
    assert.deepEqual(findUnknownKey(schema, { ...good, parts: [{ kind: 'y', mm: 'a' }] }), { path: 'parts[0].mm', nearest: 'parts[0].m' });
    assert.equal(findUnknownKey(schema, good), null);
    assert.deepEqual(dropUnknownKeys(schema, { ...good, parts: [{ kind: 'y', m: 'a', n: 2 }] }).dropped, ['parts[0].n']);
    assert.deepEqual((fillDefaults(schema, { parts: [{ kind: 'x' }, { kind: 'y' }] }) as { parts: unknown }).parts, [{ kind: 'x', n: 3 }, { kind: 'y' }]);
  });
});
