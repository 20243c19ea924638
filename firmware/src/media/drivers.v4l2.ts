import type { DriverEntry } from './drivers.ts';

/** Capture devices of the kernel. */
export const v4l2Entry: DriverEntry = {
  name: 'v4l2',
  load: async () => (await import('@scanlink/hal/capture/capture.v4l2')).createV4l2Driver(),
};
