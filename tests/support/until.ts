/**
 * Polls until `probe` gives something (not null, undefined, false, 0 or '') and returns it. The deadline is generous, as
 * nothing here is a measure of speed. @throws Error that names what was waited for.
 */
export async function until<T>(what: string, probe: () => T | Promise<T>, timeoutMs = 15_000, pollMs = 10): Promise<Exclude<T, null | undefined | false>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value as Exclude<T, null | undefined | false>;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, pollMs); });
  }
}
