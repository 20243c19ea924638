/**
 * Waits for SIGINT, SIGTERM or SIGHUP. A second one, while what the first asked for goes on, ends the process at once;
 * its exit hooks run, and the supervisor's kills what it started.
 * @returns the exit code that belongs to it: 130 or 143.
 */
export function waitForStopSignal(): Promise<number> {
  return new Promise((resolve) => {
    let first = true;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (!first) process.exit(130);
        first = false;
        resolve(signal === 'SIGINT' ? 130 : 143);
      });
    }
  });
}
