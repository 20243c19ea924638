import assert from 'node:assert/strict';
import type { Output, Pipeline } from '@scanlink/hal/native/native';
import { AppError } from '@scanlink/protocol';
import type { Clock } from '@scanlink/protocol/lib/clock';
import { LiveOutputs } from './live-outputs.ts';
import { PreviewTap } from './preview-tap.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} } as never;

/** Timers by hand, and how long each one was set for. */
function handClock() {
  const delaysMs: number[] = [];
  let due: (() => void) | null = null;
  const clock: Clock = {
    nowMs: () => 0, monotonicMs: () => 0, every: () => ({ cancel: () => {} }),
    after: (delayMs, callback) => {
      delaysMs.push(delayMs);
      due = callback;
      return { cancel: () => { if (due === callback) due = null; } };
    },
  };
  return { clock, delaysMs, isDue: () => due !== null, ring: () => { const step = due; due = null; step?.(); } };
}

function fakePipeline() {
  const closed: number[] = [];
  const state = { fault: null as AppError | null, outputs: 0, previews: [] as (string | null)[] };
  const pipeline = {
    addOutput: () => {
      if (state.fault) throw state.fault;
      const mine = state.outputs++;
      return { close: async () => { closed.push(mine); }, stats: () => ({ placeholder: null }) } as unknown as Output;
    },
    preview: (path: string | null) => {
      if (state.fault) throw state.fault;
      state.previews.push(path);
    },
  } as unknown as Pipeline;
  return { pipeline, state, closed };
}

describe('live outputs of an input', () => {
  it('a failed encoder is tried again, and its failure goes with the first good one', () => {
    const hand = handClock();
    const { pipeline, state } = fakePipeline();
    let changes = 0;
    const outputs = new LiveOutputs({ clock: hand.clock, logger: silent, input: () => 'main', onChange: () => { changes += 1; } });
    outputs.attachTo(pipeline, {});
    state.fault = new AppError('NAT_BAD_ARGUMENT', { detail: 'none of the fonts can be opened' });
    const encoder = outputs.open({ profile: 'main', bitrateKbps: 1000 }, () => {});
    assert.equal(outputs.failure?.code, 'NAT_BAD_ARGUMENT');
    assert.equal(encoder.stats(), null);
    hand.ring();
    state.fault = null;
    hand.ring();
    assert.equal(outputs.failure, null);
    assert.notEqual(encoder.stats(), null);
    assert.deepEqual([hand.delaysMs, changes, hand.isDue()], [[1000, 2000], 2, false]);
  });

  it('a failed encoder that nobody wants any more is no failure', () => {
    const hand = handClock();
    const { pipeline, state } = fakePipeline();
    const outputs = new LiveOutputs({ clock: hand.clock, logger: silent, input: () => 'main', onChange: () => {} });
    outputs.attachTo(pipeline, {});
    state.fault = new AppError('NAT_ENCODER', { detail: 'x' });
    const encoder = outputs.open({ profile: 'main', bitrateKbps: 1000 }, () => {});
    encoder.close();
    assert.equal(outputs.failure, null);
  });

  it('another framing opens each output anew and leaves the pipeline', () => {
    const hand = handClock();
    const { pipeline, state, closed } = fakePipeline();
    const outputs = new LiveOutputs({ clock: hand.clock, logger: silent, input: () => 'main', onChange: () => {} });
    outputs.attachTo(pipeline, {});
    outputs.open({ profile: 'main', bitrateKbps: 1000 }, () => {});
    outputs.attachTo(pipeline, { drawnFor: [], masks: [] });
    assert.deepEqual([state.outputs, closed], [2, [0]]);
  });
});

describe('preview of an input', () => {
  it('is counted while it fails, tried ever more seldom, and made once it can', () => {
    const hand = handClock();
    const { pipeline, state } = fakePipeline();
    const preview = new PreviewTap({ clock: hand.clock, logger: silent });
    state.fault = new AppError('NAT_PREVIEW', { detail: 'room: No space left on device' });
    preview.start({ pipeline, dir: '/run', name: 'main', framing: {} });
    for (let turn = 0; turn < 7; turn += 1) hand.ring();
    assert.deepEqual([preview.failures, hand.delaysMs], [8, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]]);
    state.fault = null;
    hand.ring();
    assert.deepEqual([state.previews, hand.isDue()], [['/run/main.preview'], false]);
    preview.detach();
  });
});
