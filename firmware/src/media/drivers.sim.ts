import type { DriverEntry } from './drivers.ts';

/** Simulated consoles; no part of a shipping build. */
export const simEntry: DriverEntry = {
  name: 'sim',
  load: async () => (await import('@scanlink/hal/capture/capture.sim')).createSimDriver(),
};
