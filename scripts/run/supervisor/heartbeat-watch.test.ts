import assert from 'node:assert/strict';
import { HeartbeatWatch } from './heartbeat-watch.ts';

/** `b` a beat, `.` a second. @returns the seconds of silence that each `.` told. */
function play(script: string): (number | null)[] {
  const watch = new HeartbeatWatch({ silentSeconds: 3, startSeconds: 5 });
  const told: (number | null)[] = [];
  for (const step of script) {
    if (step === 'b') watch.beat();
    else told.push(watch.tick());
  }
  return told;
}

describe('heartbeat watch', () => {
  for (const [script, told] of [
    ['b.b.b.', [null, null, null]],
    ['b...b...', [null, null, null, null, null, null]],
    ['b....', [null, null, null, 4]],
    ['.....', [null, null, null, null, null]],
    ['......', [null, null, null, null, null, 6]],
    ['.....b...', [null, null, null, null, null, null, null, null]],
  ] as [string, (number | null)[]][]) {
    it(script, () => assert.deepEqual(play(script), told));
  }
});
