import type { CaptureDevice, CaptureDriver } from '@scanlink/hal/capture/capture';
import { AppError, type InputConfig } from '@scanlink/protocol';

type DriverName = InputConfig['driver'];

/**
 * Capture drivers by name, loaded when first asked for. A production image holds no simulated one, and its module is
 * then absent. There is no fall-back from one to the other.
 */
export class Drivers {
  private readonly loaded = new Map<DriverName, Promise<CaptureDriver>>();

  /** @throws DEV_DRIVER_UNAVAILABLE. */
  get(name: DriverName): Promise<CaptureDriver> {
    const present = this.loaded.get(name);
    if (present) return present;
    const driver = loadDriver(name);
    this.loaded.set(name, driver);
    return driver;
  }

  /** What the drivers of this build find now. */
  async list(): Promise<readonly CaptureDevice[]> {
    const names: readonly DriverName[] = ['sim', 'v4l2'];
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

async function loadDriver(name: DriverName): Promise<CaptureDriver> {
  if (name === 'sim') {
    try {
      const { createSimDriver } = await import('@scanlink/hal/capture/capture.sim');
      return createSimDriver();
    } catch (cause) {
      throw new AppError('DEV_DRIVER_UNAVAILABLE', { driver: name }, { cause });
    }
  }
  throw new AppError('DEV_DRIVER_UNAVAILABLE', { driver: name });
}
