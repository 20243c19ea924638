import { toAppError, type AppError } from '@scanlink/protocol';

/** Exit codes of the hub's processes. */
export const EXIT = { ok: 0, failure: 1, usage: 2, portTaken: 3 } as const;

/** Which exit code tells this error. */
export function exitCodeOf(error: AppError): number {
  if (error.code === 'CFG_PORT_TAKEN') return EXIT.portTaken;
  return error.code.startsWith('CFG_') ? EXIT.usage : EXIT.failure;
}

/** Says on stderr, in both languages, why a process cannot go on. Returns the exit code. */
export function explain(thrown: unknown): number {
  const error = toAppError(thrown);
  const { code, message, messageZh } = error.toBody();
  process.stderr.write(`${code}: ${message}\n${code}: ${messageZh}\n`);
  return exitCodeOf(error);
}
