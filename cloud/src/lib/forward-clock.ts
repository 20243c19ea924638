/**
 * A wall clock that never goes back: it follows steps forward and ignores steps back, for what must not live longer
 * because somebody (or NTP) set the clock. In the memory of one process.
 * @param wall Unix milliseconds. @param mono milliseconds, monotonic.
 */
export function createForwardClock(wall: () => number, mono: () => number): () => number {
  let shownMs = wall();
  let atMonoMs = mono();
  return () => {
    const nowMonoMs = mono();
    shownMs = Math.max(wall(), shownMs + (nowMonoMs - atMonoMs));
    atMonoMs = nowMonoMs;
    return Math.floor(shownMs);
  };
}
