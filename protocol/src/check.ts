import { AppError } from './errors/app-error.ts';
import type { ErrorCode } from './errors/catalogue.ts';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import type { Static, TSchema, TUnion } from 'typebox';

/**
 * A compiled check for data that comes from outside. Returns the value with its static type.
 * Compile once (costs milliseconds), use often. Not in index.ts: the viewer page has no use for the compiler.
 * @throws the given code (default STR_MESSAGE_INVALID) with `detail`: where and what is wrong, never the value itself.
 */
export function createCheck<S extends TSchema>(schema: S, code: ErrorCode = 'STR_MESSAGE_INVALID'): (value: unknown) => Static<S> {
  const compiled = Compile(schema);
  return (value) => {
    if (compiled.Check(value)) return value;
    throw new AppError(code, { detail: describeFirst(compiled.Errors(value)) });
  };
}

/** What came over a border between releases, as far as this one understands it. */
export interface Read<T> { readonly value: T; /** Fields of a later release that were left out. */ readonly ignoredFields: number }

/**
 * As createCheck, for what another release may have written: fields that the schema does not name are left out and
 * counted, at every depth; what the schema does name must be as described. Never for what a person types.
 * @throws as createCheck.
 */
export function createReader<S extends TSchema>(schema: S, code: ErrorCode = 'STR_MESSAGE_INVALID'): (value: unknown) => Read<Static<S>> {
  const compiled = Compile(schema);
  const check = createCheck(schema, code);
  return (value) => {
    if (compiled.Check(value)) return { value, ignoredFields: 0 };
    let cleaned: unknown;
    let ignoredFields: number;
    try {
      cleaned = Value.Clean(schema, structuredClone(value));
      ignoredFields = countFields(value) - countFields(cleaned);
    } catch (cause) {
      throw new AppError(code, { detail: 'nested too deeply' }, { cause });
    }
    return { value: check(cleaned), ignoredFields };
  };
}

/** A message that was read; null: one of a later release, which this one does not know. */
export interface ReadMessage<T> { readonly message: T | null; readonly ignoredFields: number }

/**
 * Reader of one border's messages. A message whose kind (key and the other literals, e.g. `ch` and `op`) no member of
 * the union has is none of ours and is read as null; of the others unknown fields are left out.
 * @param key property that names the kind, a text in every message.
 * @throws the given code for what is no message at all, or is known and not as described.
 */
export function createMessageReader<S extends TUnion>(union: S, key: string, code: ErrorCode = 'STR_MESSAGE_INVALID'): (value: unknown) => ReadMessage<Static<S>> {
  const kinds = union.anyOf.map((member) => literalsOf(member));
  const read = createReader(union as TSchema, code);
  return (value) => {
    if (typeof value !== 'object' || value === null || typeof (value as Record<string, unknown>)[key] !== 'string') throw new AppError(code, { detail: `no text "${key}"` });
    const known = kinds.some((kind) => Object.entries(kind).every(([name, literal]) => (value as Record<string, unknown>)[name] === literal));
    if (!known) return { message: null, ignoredFields: 0 };
    const { value: message, ignoredFields } = read(value);
    return { message: message as Static<S>, ignoredFields };
  };
}

function literalsOf(member: TSchema): Record<string, unknown> {
  const properties = (member as { properties?: Record<string, { const?: unknown }> }).properties ?? {};
  return Object.fromEntries(Object.entries(properties).flatMap(([name, property]) => (property.const === undefined ? [] : [[name, property.const]])));
}

function countFields(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value).reduce<number>((sum, each) => sum + countFields(each), 0);
  return inner + (Array.isArray(value) ? 0 : Object.keys(value).length);
}

function describeFirst(errors: readonly { keyword: string; instancePath: string; message: string }[]): string {
  // "boolean: schema is false" only repeats what additionalProperties says with words.
  const first = errors.find((each) => each.keyword !== 'boolean') ?? errors[0];
  if (!first) return 'not as described';
  return `${first.instancePath.slice(0, 120) || '(whole)'} ${first.message.slice(0, 120)}`;
}
