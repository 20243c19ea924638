/**
 * The suite that every capture driver must pass, seen through the probe (native/probe.ts). A driver that cannot be told to
 * do something (a real device) leaves `provoke` out; those tests are pending and say why.
 */
import assert from 'node:assert/strict';
import type { SimRequest } from '@scanlink/protocol';
import type { NativeProbes, Probe, ProbedFrame, ProbedSignal } from '../native/probe.ts';
import type { CaptureInput } from './capture.ts';
import { isSimulatedConsole } from './simulated-console.ts';

export interface CaptureContract {
  readonly name: string;
  readonly probes: () => NativeProbes;
  /** Opens an input with a moving picture and a lock, in `timing`. */
  readonly open: () => Promise<CaptureInput>;
  readonly timing: { readonly name: string; readonly widthPx: number; readonly heightPx: number; readonly rate: number };
  /** How far a time stamp may be from the exact rate, microseconds (a real device has its own crystal). */
  readonly jitterUs: number;
  readonly simulated: boolean;
  /** Makes the signal do something; the timing that `timing` goes to has `otherWidthPx`. */
  readonly provoke?: (input: CaptureInput, command: SimRequest['command'], timing?: string) => void;
  readonly otherTiming: { readonly name: string; readonly widthPx: number };
}

/** Held by the probe in the hold test; CaptureSource::kMaxHeldFrames. */
const MAX_HELD_FRAMES = 6;

/** What a probe has seen since the start. */
export class Watch {
  readonly probe: Probe;
  readonly frames: ProbedFrame[] = [];
  readonly signals: ProbedSignal[] = [];
  constructor(probe: Probe) {
    this.probe = probe;
  }
  poll(): void {
    // Frames first: the signal that a frame came after is then among the signals.
    this.frames.push(...this.probe.takeFrames());
    this.signals.push(...this.probe.takeSignals());
  }
  /** Polls until it holds; generous, since it only bounds a failure. */
  async until(what: string, holds: () => boolean, deadlineMs = 15_000): Promise<void> {
    const endMs = performance.now() + deadlineMs;
    for (this.poll(); !holds(); this.poll()) {
      assert.ok(performance.now() < endMs, `waited in vain for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  async moreFrames(count: number): Promise<void> {
    const goal = this.frames.length + count;
    await this.until(`${count} frames`, () => this.frames.length >= goal);
  }
  async signal(state: ProbedSignal['state']): Promise<void> {
    await this.until(state, () => this.signals.at(-1)?.state === state);
  }
}

export function describeCaptureContract(contract: CaptureContract): void {
  describe(`capture contract: ${contract.name}`, function () {
    this.timeout(60_000);
    let input: CaptureInput;
    let watch: Watch;
    const begin = (): Watch => new Watch(contract.probes().createProbe(input.handle));

    beforeEach(async () => {
      input = await contract.open();
      watch = begin();
    });
    afterEach(async () => {
      watch.probe.close();
      await input.close();
    });

    it('says its state at once, before any frame', async () => {
      await watch.until('the first signal', () => watch.signals.length > 0);
      assert.equal(watch.signals[0]?.state, 'locked');
      assert.equal(watch.signals[0]?.timing, contract.timing.name);
      await watch.moreFrames(1);
      assert.ok((watch.signals[0]?.sinceUs ?? Infinity) <= (watch.frames[0]?.timestampUs ?? 0), 'locked is older than the first frame');
    });

    it('hands over frames with rising sequence and time stamps and one geometry', async () => {
      await watch.moreFrames(12);
      assertRising(watch.frames);
      for (const frame of watch.frames) {
        assert.deepEqual([frame.widthPx, frame.heightPx, frame.field], [contract.timing.widthPx, contract.timing.heightPx, 'progressive']);
        assert.ok(frame.strideBytes >= frame.widthPx, 'a row fits its stride');
        assert.equal(frame.strideBytes, watch.frames[0]?.strideBytes);
        assert.equal(frame.timestampSource === 'simulated', contract.simulated);
      }
    });

    it('keeps the exact rate, by time stamps and sequence', async () => {
      await watch.moreFrames(30);
      const [first] = watch.frames;
      assert.ok(first);
      for (const frame of watch.frames) {
        const expectedUs = ((frame.sequence - first.sequence) * 1e6) / contract.timing.rate;
        assert.ok(Math.abs(frame.timestampUs - first.timestampUs - expectedUs) <= contract.jitterUs, `frame ${frame.sequence} is due at ${expectedUs} us`);
      }
    });

    it('goes on while the most frames allowed are held', async () => {
      watch.probe.hold(MAX_HELD_FRAMES);
      await watch.moreFrames(3 * MAX_HELD_FRAMES);
      watch.probe.hold(0);
      await watch.moreFrames(3);
      assertRising(watch.frames);
    });

    it('starts again after a stop, and closes twice', async () => {
      await watch.moreFrames(2);
      watch.probe.close();
      watch.probe.close();
      const before = watch.frames.at(-1);
      watch = begin();
      await watch.moreFrames(2);
      assert.equal(watch.signals[0]?.state, 'locked', 'the state is said again');
      assertRising([before, ...watch.frames].filter((frame) => frame !== undefined));
      await input.close();
      await input.close();
    });

    it('names what it is', () => {
      assert.deepEqual([input.simulated, isSimulatedConsole(input)], [contract.simulated, contract.simulated]);
      assert.ok(input.device.length > 0);
      assert.doesNotMatch(input.device, /\//, 'no path of the machine');
    });

    provoked(contract, () => ({ input, watch }));
  });
}

function provoked(contract: CaptureContract, now: () => { input: CaptureInput; watch: Watch }): void {
  const { provoke } = contract;
  if (!provoke) {
    it('hot-plug, timing change, stall and hold [pending: this device cannot be told to]');
    return;
  }
  const faults = [['unplug', 'no-cable'], ['no-lock', 'no-lock'], ['out-of-range', 'out-of-range'], ['protected', 'protected']] as const;
  for (const [command, state] of faults)
    it(`${command}: state ${state}, no frames until it is back`, async () => {
      const { input, watch } = now();
      await watch.moreFrames(2);
      provoke(input, command);
      await watch.signal(state);
      const silent = watch.frames.length;
      await pause(120);
      watch.poll();
      assert.equal(watch.frames.length, silent, 'no frame without lock');
      provoke(input, 'plug');
      await watch.signal('locked');
      await watch.moreFrames(2);
      assertRising(watch.frames);
    });

  it('announces another timing before its first frame', async () => {
    const { input, watch } = now();
    await watch.moreFrames(2);
    provoke(input, 'timing', contract.otherTiming.name);
    await watch.until('a frame of the other timing', () => watch.frames.at(-1)?.widthPx === contract.otherTiming.widthPx);
    const announced = watch.signals.at(-1);
    assert.equal(announced?.timing, contract.otherTiming.name);
    const first = watch.frames.find((frame) => frame.widthPx === contract.otherTiming.widthPx);
    assert.ok((announced?.sinceUs ?? Infinity) <= (first?.timestampUs ?? 0));
    assertRising(watch.frames);
  });

  it('stall: the state stays, no frames come, then they do', async () => {
    const { input, watch } = now();
    await watch.moreFrames(2);
    provoke(input, 'stall');
    await pause(100);
    watch.poll();
    const silent = watch.frames.length;
    await pause(150);
    watch.poll();
    assert.equal(watch.frames.length, silent);
    assert.equal(watch.signals.at(-1)?.state, 'locked');
    provoke(input, 'unstall');
    await watch.moreFrames(2);
    assertRising(watch.frames);
  });

  it('hold: frames keep coming and are equal', async () => {
    const { input, watch } = now();
    await watch.moreFrames(6);
    assert.ok(new Set(watch.frames.map((frame) => frame.hash)).size > 1, 'the picture moves before');
    provoke(input, 'hold');
    await watch.moreFrames(4);
    const from = watch.frames.length;
    await watch.moreFrames(8);
    assert.equal(new Set(watch.frames.slice(from).map((frame) => frame.hash)).size, 1);
    provoke(input, 'unhold');
    await watch.until('movement', () => watch.frames.at(-1)?.hash !== watch.frames[from]?.hash);
  });
}

function assertRising(frames: readonly ProbedFrame[]): void {
  frames.slice(1).forEach((frame, index) => {
    const before = frames[index];
    assert.ok(before && frame.sequence > before.sequence && frame.timestampUs > before.timestampUs, `frame ${frame.sequence} is later than the one before`);
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
