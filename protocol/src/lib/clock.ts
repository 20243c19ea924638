/** A timer that can be taken back; cancelling twice, or after it fired, does nothing. */
export interface Timer { cancel(): void }

/**
 * Time as the services of the box see it; injected, so that tests can move it.
 * nowMs: Unix milliseconds, may jump when the box learns the time. monotonicMs: never goes back, for durations.
 */
export interface Clock {
  nowMs(): number;
  monotonicMs(): number;
  /** Calls back once after delayMs. The timer keeps the process alive, as a service's should. */
  after(delayMs: number, callback: () => void): Timer;
  /** Calls back each intervalMs until cancelled. */
  every(intervalMs: number, callback: () => void): Timer;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, callback) => {
    const handle = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
  every: (intervalMs, callback) => {
    const handle = setInterval(callback, intervalMs);
    return { cancel: () => clearInterval(handle) };
  },
};

/** Waits on the given clock; rejects with the signal's reason when aborted. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const timer = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    const abort = (): void => {
      timer.cancel();
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}
