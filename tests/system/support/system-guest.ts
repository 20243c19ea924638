import { Guest } from '../../../image/qemu/guest.ts';
import { Machine } from '../../../image/qemu/machine.ts';
import { READY_SNAPSHOT, readState, testMachine, type SystemState } from './state.ts';

/** Where a run's payload is mounted in the guest. */
export const PAYLOAD = '/run/payload';
const LOAD_TIMEOUT_MS = 60_000;
const BOOT_TIMEOUT_MS = 240_000;

/** A running guest of the test image. close() ends it; whatever it wrote goes with it. */
export interface SystemGuest { readonly machine: Machine; readonly guest: Guest; close(): Promise<void> }

/** From the stored snapshot: everything is as it was then, in seconds, with the wall clock set. */
export async function startFromSnapshot(): Promise<SystemGuest> {
  const system = await start(readState(), LOAD_TIMEOUT_MS, READY_SNAPSHOT);
  try {
    await system.guest.setClock();
    await system.guest.exec(['mkdir', '-p', PAYLOAD]);
    await system.guest.exec(['mount', '-o', 'ro', '/dev/disk/by-id/virtio-payload', PAYLOAD]);
    return system;
  } catch (error) {
    await system.close();
    throw error;
  }
}

/** Boots what the disk holds now: after a power cut what was written before it. */
export async function bootGuest(state: SystemState = readState()): Promise<SystemGuest> {
  return await start(state, BOOT_TIMEOUT_MS);
}

async function start(state: SystemState, timeoutMs: number, snapshot?: string): Promise<SystemGuest> {
  const machine = await Machine.start(testMachine(state, snapshot));
  try {
    const guest = await Guest.connect(machine, timeoutMs);
    return {
      machine, guest,
      close: async () => {
        guest.close();
        await machine.close();
      },
    };
  } catch (error) {
    await machine.close();
    throw error;
  }
}
