/** A pipeline on the simulated console, as the media process uses it. */
import { FONT_PATHS } from '@scanlink/hal/font-paths';
import { createSimDriver } from '@scanlink/hal/capture/capture.sim';
import type { SimulatedConsole } from '@scanlink/hal/capture/capture';
import { loadCore } from '@scanlink/hal/native/load-core';
import type { AccessUnit, Output, OutputOptions, Pipeline, PipelineStatus } from '@scanlink/hal/native/native';
import { cropMisfitText, signalTexts, simulatedText, stalledText, type SimDevice } from '@scanlink/protocol';
import { until as waitUntil } from '../../../support/until.ts';

const { locked: _locked, ...reasons } = signalTexts;
export const outputOptions = (options: Partial<OutputOptions> = {}): OutputOptions => ({
  name: 'live', profile: 'constrained-baseline', bitrateKbps: 4000, preset: 'auto', maxLevel: '4.2', placeholder: { ...reasons, stalled: stalledText, 'crop-misfit': cropMisfitText }, ...options,
});

export interface Tape { readonly units: AccessUnit[]; readonly output: Output }

export interface Rig {
  readonly input: SimulatedConsole;
  readonly pipeline: Pipeline;
  readonly statuses: PipelineStatus[];
  record(options?: Partial<OutputOptions>): Tape;
  close(): Promise<void>;
}

export async function openRig(options: SimDevice = {}): Promise<Rig> {
  const core = loadCore();
  const input = await createSimDriver().open({ source: 'phantom', timing: '640x480p60', ...options });
  const pipeline = core.createPipeline(input.handle, { fontPaths: FONT_PATHS, simulatedText, encoder: { kind: 'x264' } });
  const statuses: PipelineStatus[] = [];
  pipeline.onStatus((status) => statuses.push(status));
  return {
    input, pipeline, statuses,
    record: (wanted) => {
      const units: AccessUnit[] = [];
      return { units, output: pipeline.addOutput(outputOptions(wanted), (unit) => units.push(unit)) };
    },
    close: async () => {
      await pipeline.close();
      await input.close();
    },
  };
}

/** As the shared one, with a longer deadline: encoders start here on a loaded machine. */
export const until = (what: string, holds: () => boolean, deadlineMs = 20_000): Promise<true> => waitUntil(what, holds, deadlineMs, 5);

/** Types of the NAL units of an Annex B access unit: 7 SPS, 8 PPS, 5 IDR, 1 other slice. */
export function nalTypes(data: Buffer): number[] {
  const types: number[] = [];
  for (let at = data.indexOf('000001', 0, 'hex'); at >= 0; at = data.indexOf('000001', at + 3, 'hex')) types.push((data[at + 3] ?? 0) & 31);
  return types;
}
