import { AppError } from './errors/app-error.ts';
import type { ErrorCode } from './errors/catalogue.ts';
import { Compile } from 'typebox/compile';
import type { Static, TSchema } from 'typebox';

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

function describeFirst(errors: readonly { keyword: string; instancePath: string; message: string }[]): string {
  // "boolean: schema is false" only repeats what additionalProperties says with words.
  const first = errors.find((each) => each.keyword !== 'boolean') ?? errors[0];
  if (!first) return 'not as described';
  return `${first.instancePath.slice(0, 120) || '(whole)'} ${first.message.slice(0, 120)}`;
}
