import { AppError, type ErrorCode } from '@scanlink/protocol';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/**
 * A compiled check for data that comes from outside. Returns the value with its static type.
 * Compile once (costs milliseconds), use often.
 * @throws the given code with `detail`: where and what is wrong, never the value itself.
 */
export function createCheck<S extends TSchema>(schema: S, code: ErrorCode): (value: unknown) => Static<S> {
  const compiled = Compile(schema);
  return (value) => {
    if (compiled.Check(value)) return value;
    throw new AppError(code, { detail: describeFirst(compiled.Errors(value)) });
  };
}

function describeFirst(errors: readonly { keyword: string; instancePath: string; message: string }[]): string {
  // "boolean: schema is false" only repeats what additionalProperties says with words.
  const first = errors.find((each) => each.keyword !== 'boolean') ?? errors[0];
  if (!first) return 'not as described';
  return `${first.instancePath.slice(0, 120) || '(whole)'} ${first.message.slice(0, 120)}`;
}
