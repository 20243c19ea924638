/** An abort controller that follows another signal until it is released. */
export interface LinkedAbort { readonly signal: AbortSignal; abort(): void; release(): void }

/** Aborts with `parent`, or by itself. AbortSignal.any and .timeout would say it shorter; Chrome before 116 and Safari before 17.4 lack them. */
export function linkAbort(parent: AbortSignal): LinkedAbort {
  const own = new AbortController();
  const abort = (): void => own.abort();
  const release = (): void => parent.removeEventListener('abort', abort);
  if (parent.aborted) abort();
  else parent.addEventListener('abort', abort);
  return { signal: own.signal, abort, release };
}
