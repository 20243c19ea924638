/** Polls until `probe` is true; the deadline is generous, as nothing here is a measure of speed. */
export async function waitFor(what: string, probe: () => boolean | Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!await probe()) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
}
