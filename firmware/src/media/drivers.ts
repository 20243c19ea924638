import type { CaptureDevice, CaptureDriver } from '@scanlink/hal/capture/capture';
import { AppError, CAPTURE_DRIVERS, type InputConfig } from '@scanlink/protocol';

type DriverName = InputConfig['driver'];

/** A production image holds no addon of a simulated driver: it then lists nothing, and opening says DEV_DRIVER_UNAVAILABLE. */
const LOADERS: Readonly<Record<DriverName, () => Promise<CaptureDriver>>> = {
  sim: async () => (await import('@scanlink/hal/capture/capture.sim')).createSimDriver(),
  v4l2: async () => (await import('@scanlink/hal/capture/capture.v4l2')).createV4l2Driver(),
};

/** Capture drivers by name, loaded when first asked for. There is no fall-back from one to the other. */
export class Drivers {
  private readonly loaded = new Map<DriverName, Promise<CaptureDriver>>();

  /** @throws DEV_DRIVER_UNAVAILABLE. */
  get(name: DriverName): Promise<CaptureDriver> {
    const present = this.loaded.get(name);
    if (present) return present;
    const driver = LOADERS[name]();
    this.loaded.set(name, driver);
    return driver;
  }

  isSimulated(name: DriverName): boolean {
    return CAPTURE_DRIVERS[name].simulated;
  }

  /** What the drivers of this build find now. */
  async list(): Promise<readonly CaptureDevice[]> {
    const names = Object.keys(LOADERS) as DriverName[];
    const found = await Promise.all(names.map(async (name) => {
      try {
        return await (await this.get(name)).list();
      } catch (error) {
        if (error instanceof AppError && error.code === 'DEV_DRIVER_UNAVAILABLE') return [];
        throw error;
      }
    }));
    return found.flat();
  }
}
