import type { CaptureDevice, CaptureDriver, CaptureInput, OpenOptions } from '@scanlink/hal/capture/capture';
import { AppError, CAPTURE_DRIVERS, type CaptureDriverName, type InputConfig } from '@scanlink/protocol';

/** A driver that a build holds, loaded when it is first asked for. */
export interface DriverEntry {
  /** Inputs of this driver are its. */
  readonly name: CaptureDriverName;
  /** @throws DEV_DRIVER_UNAVAILABLE where a part of it is missing. */
  readonly load: () => Promise<CaptureDriver>;
}

/** What the media process asks of its drivers. */
export interface CaptureDrivers {
  /** @throws DEV_DRIVER_UNAVAILABLE for a driver that is not in this build; what the driver throws. */
  open(config: InputConfig, options?: OpenOptions): Promise<CaptureInput>;
  /** Whether what this driver gives is simulated, in this build or not. */
  isSimulated(name: CaptureDriverName): boolean;
  /** What the drivers of this build find now. */
  probe(): Promise<readonly CaptureDevice[]>;
}

/**
 * The drivers of a build, by a list of entries: main.ts has all, main.shipping.ts those of a box in the field. There is no
 * fall-back from one to the other.
 */
export function createDrivers(entries: readonly DriverEntry[]): CaptureDrivers {
  const loaded = new Map<CaptureDriverName, Promise<CaptureDriver>>();
  const get = (name: CaptureDriverName): Promise<CaptureDriver> => {
    const driver = loaded.get(name) ?? entries.find((each) => each.name === name)?.load() ?? Promise.reject(new AppError('DEV_DRIVER_UNAVAILABLE', { driver: name }));
    loaded.set(name, driver);
    return driver;
  };
  return {
    open: async (config, options) => await (await get(config.driver)).open(config, options),
    isSimulated: (name) => CAPTURE_DRIVERS[name].simulated,
    probe: async () => (await Promise.all(entries.map(async ({ name }) => {
      try {
        return await (await get(name)).probe();
      } catch (error) {
        if (error instanceof AppError && error.code === 'DEV_DRIVER_UNAVAILABLE') return [];
        throw error;
      }
    }))).flat(),
  };
}
