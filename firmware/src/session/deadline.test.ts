import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { AppError, RESUME_WINDOW_MS, type PublisherReport } from '@scanlink/protocol';
import { createLogger } from '@scanlink/protocol/lib/logger';
import type { BoxClock } from '../lib/box-clock.ts';
import { ClockWatch, type Seen } from './deadline.ts';
import { SessionService, type SessionRecords } from './session-service.ts';
import { toPublished, type StoredSession } from './session.ts';

/** Clocks in hand, and besides them the time that really passed. */
class HandClocks implements BoxClock {
  trueMs = 0;
  wallMs = 1.7e12;
  monoMs = 0;
  bootClockMs = 1000;
  nowMs(): number { return this.wallMs; }
  monotonicMs(): number { return this.monoMs; }
  bootMs(): number { return this.bootClockMs; }
  after(): never { throw new Error('no timers here'); }
  every(): never { throw new Error('no timers here'); }

  wait(ms: number): void {
    this.monoMs += ms;
    this.sleep(ms);
  }

  sleep(ms: number): void {
    this.bootClockMs += ms;
    this.pause(ms);
  }

  /** A virtual machine stands still: only the wall clock is put right afterwards. */
  pause(ms: number): void {
    this.wallMs += ms;
    this.trueMs += ms;
  }
}

/** What the store would give back. */
class Memory implements SessionRecords {
  private kept: StoredSession | null = null;
  readOpen(): StoredSession | null { return this.kept; }
  save(state: StoredSession['state'], session: StoredSession['session'], bootId: string, written: Seen): void { this.kept = { state, session, bootId, written }; }
  touch(session: StoredSession['session'], written: Seen): void { if (this.kept) this.kept = { ...this.kept, session: { ...this.kept.session, lastFrameMs: session.lastFrameMs, mayGoOnUntilBootMs: session.mayGoOnUntilBootMs }, written }; }
  end(): void { this.kept = null; }
}

type Step =
  | { readonly do: 'start' | 'stop' | 'resume' | 'tick' | 'announced' | 'announce-failed' | 'media-gone' | 'frame' | 'report' | 'lost' | 'refused' }
  | { readonly do: 'wait' | 'sleep' | 'pause' | 'set-back' | 'restart' | 'reboot'; readonly ms: number };

/** A box with a hub and a media that do what a step says. `told` is what media was told last. */
class Play {
  readonly clocks = new HandClocks();
  private readonly store = new Memory();
  private service: SessionService | null = null;
  private boot = 1;
  told = false;
  /** When somebody decided, or a frame was delivered, last: true time. */
  dueMs = -Infinity;
  private frameMs: number | null = null;
  private wallWasSet = false;

  constructor() { this.begin(); }

  get machine() { return this.service!.machine; }

  private begin(): void {
    this.told = false;
    this.service = new SessionService({
      store: this.store, clock: this.clocks, logger: createLogger({ name: 'test', level: 'silent' }), bootId: `boot-${this.boot}`, onChange: () => {},
      perform: (effect) => { this.told = effect.type === 'publish' ? true : effect.type === 'unpublish' ? false : this.told; },
    });
    this.service.start();
    // media.sock's snapshot.
    this.told = toPublished(this.service.machine) !== null;
  }

  private report(state: PublisherReport['state']): void {
    const { machine } = this;
    if (machine.state === 'idle') return;
    const error = state === 'refused' ? { error: { code: 'HUB_WRONG_TOKEN', message: '', messageZh: '' } } : {};
    this.service!.tell({ type: 'publisher', report: {
      sessionId: machine.session.sessionId, state, location: '/whip', lastFrameMs: this.frameMs, widthPx: 1, heightPx: 1, sentFps: 1, bitrateKbps: 1, targetKbps: 1, lossFraction: 0,
      rttMs: null, keyFrames: 1, framesSent: 1, framesDropped: {}, encodeMsP50: null, profileLevelId: null, ...error,
    } });
  }

  step(step: Step): void {
    const service = this.service!;
    // Two changes of the wall clock between two looks could hide each other; the box looks four times a second.
    if (this.wallWasSet && (step.do === 'pause' || step.do === 'set-back' || step.do === 'restart')) service.tick();
    // A frame, a short wait and a sleep pass without a look, and leave a change of before unseen.
    const looks = step.do !== 'frame' && step.do !== 'sleep' && !(step.do === 'wait' && step.ms <= 1000);
    this.wallWasSet = step.do === 'pause' || step.do === 'set-back' || (this.wallWasSet && !looks);
    const sessionId = this.machine.state === 'idle' ? '' : this.machine.session.sessionId;
    switch (step.do) {
      case 'start': service.startSession('main', true); this.dueMs = this.clocks.trueMs; break;
      case 'resume': service.resume(); this.dueMs = this.clocks.trueMs; break;
      case 'stop': service.stop(); break;
      case 'tick': service.tick(); break;
      case 'announced': service.tell({ type: 'announced', sessionId, announced: { whipUrl: 'x', clockChannel: true } }); break;
      case 'announce-failed': service.tell({ type: 'announce-failed', sessionId, error: { code: 'STR_HUB_UNREACHABLE', message: '', messageZh: '' } }); break;
      case 'media-gone': this.frameMs = null; service.tell({ type: 'media-gone' }); break;
      case 'frame':
        if (!this.told) break;
        this.frameMs = this.clocks.wallMs;
        this.dueMs = this.clocks.trueMs;
        break;
      case 'report': this.report('live'); break;
      case 'lost': this.report('retrying'); break;
      case 'refused': this.report('refused'); break;
      // media reports once a second: what it knows is known before a wait.
      case 'wait': if (step.ms > 1000) this.report('live'); this.clocks.wait(step.ms); break;
      case 'sleep': this.clocks.sleep(step.ms); break;
      case 'pause': this.clocks.pause(5001 + step.ms); break;
      case 'set-back': this.clocks.wallMs -= 1001 + step.ms; break;
      case 'restart': this.clocks.wait(step.ms); this.begin(); break;
      default:
        this.boot += 1;
        this.clocks.wait(step.ms);
        this.clocks.bootClockMs = step.ms;
        this.begin();
    }
  }
}

const duration = fc.oneof(fc.nat({ max: 2000 }), fc.nat({ max: 130_000 }), fc.nat({ max: 20_000_000 }));
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('start' as const, 'resume' as const, 'announced' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('frame' as const, 'report' as const, 'tick' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('stop' as const, 'announce-failed' as const, 'media-gone' as const, 'lost' as const, 'refused' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('wait' as const, 'sleep' as const, 'pause' as const, 'set-back' as const, 'restart' as const, 'reboot' as const), ms: duration }) },
);
const begin: Step[] = [{ do: 'start' }, { do: 'announced' }, { do: 'frame' }, { do: 'report' }];

describe('the deadline of a session', () => {
  it('nothing is ever sent later than two minutes after the last decision or frame, whatever the clocks do', function () {
    this.timeout(60_000);
    let published = 0;
    let lapsed = 0;
    fc.assert(fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
      const play = new Play();
      for (const step of [...begin, ...steps]) {
        const before = play.machine.state;
        try {
          play.step(step);
        } catch (thrown) {
          assert.ok(thrown instanceof AppError && thrown.code.startsWith('STR_'), String(thrown));
        }
        const clockOnly = step.do === 'wait' || step.do === 'sleep' || step.do === 'pause' || step.do === 'set-back';
        assert.equal(play.told, toPublished(play.machine) !== null);
        // Between two events nobody can act; at each one the box must have.
        if (play.told && !clockOnly) {
          published += 1;
          assert.ok(play.clocks.trueMs - play.dueMs <= RESUME_WINDOW_MS, `${step.do}: ${play.clocks.trueMs - play.dueMs} ms after the last decision or frame`);
        }
        if (before !== 'suspended' && play.machine.state === 'suspended') lapsed += 1;
      }
    }), { numRuns: 1500 });
    assert.ok(published > 1000 && lapsed > 200, `${published} looks while published, ${lapsed} sessions lapsed`);
  });

  const over = RESUME_WINDOW_MS + 1;
  const table: [name: string, steps: Step[], state: string][] = [
    ['a live session sleeps: the first thing that wakes it', [{ do: 'sleep', ms: over }, { do: 'report' }], 'suspended'],
    ['a lost one sleeps', [{ do: 'lost' }, { do: 'sleep', ms: over }, { do: 'report' }], 'suspended'],
    ['a short sleep', [{ do: 'sleep', ms: 60_000 }, { do: 'report' }], 'live'],
    ['a paused machine', [{ do: 'pause', ms: over }, { do: 'report' }], 'suspended'],
    ['the wall clock is set back, and pictures go on', [{ do: 'set-back', ms: 3_600_000 }, ...Array.from({ length: 30 }, (): Step[] => [{ do: 'wait', ms: 10_000 }, { do: 'frame' }, { do: 'report' }]).flat()], 'live'],
    ['a frame that was told after a sleep, by a wall clock set back', [{ do: 'wait', ms: 500 }, { do: 'frame' }, { do: 'sleep', ms: 100_000 }, { do: 'set-back', ms: 90_000 }, { do: 'report' }, { do: 'wait', ms: 30_000 }, { do: 'tick' }], 'suspended'],
    ['a restart is no decision', [{ do: 'restart', ms: 60_000 }, { do: 'restart', ms: 60_001 }], 'suspended'],
    ['a sleeping machine restarts firmware on waking', [{ do: 'sleep', ms: over }, { do: 'restart', ms: 10 }], 'suspended'],
  ];
  for (const [name, steps, state] of table) {
    it(`${name}: ${state}`, () => {
      const play = new Play();
      for (const step of [...begin, ...steps]) play.step(step);
      assert.equal(play.machine.state, state);
    });
  }

  it('a clock that trembles is no gap', () => {
    const clocks = new HandClocks();
    const watch = new ClockWatch(clocks);
    watch.look();
    clocks.wallMs += 4000;
    clocks.wait(250);
    assert.deepEqual([watch.look().aheadMs, watch.look().backMs], [0, 0]);
    clocks.wallMs -= 900;
    assert.equal(watch.look().backMs, 0);
  });
});
