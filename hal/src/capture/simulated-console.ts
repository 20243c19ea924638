import type { CaptureInput, SimulatedConsole } from './capture.ts';

/** Whether an input is a console that can be told what to put out. */
export function isSimulatedConsole(input: CaptureInput): input is SimulatedConsole {
  return input.simulated && typeof (input as Partial<SimulatedConsole>).command === 'function';
}
