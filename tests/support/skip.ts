import type { Context } from 'mocha';

/** Skips the running test and puts the reason into its title, so that every report says why. */
export function skipTest(context: Context, reason: string): never {
  const test = context.test ?? context.currentTest;
  if (test) test.title += ` [skipped: ${reason}]`;
  return context.skip();
}
