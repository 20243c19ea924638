import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readBuiltImage, type BuiltImage } from '../../../image/qemu/built-image.ts';
import type { MachineOptions } from '../../../image/qemu/machine-arguments.ts';

/** Of the guest that was booted, made ready and stored. */
export const READY_SNAPSHOT = 'ready';
export const PAYLOAD_MEGABYTES = 192;

/** Where one `./test --system` keeps its machine; its paths are short, as sockets lie there. */
export interface SystemState { readonly folder: string; readonly image: BuiltImage; readonly shippingImage: BuiltImage | null; readonly diskFile: string; readonly payloadFile: string; readonly runDir: string }

/** @throws Error when the suites are run by themselves: tests/system/prepare.ts makes the guest. */
export function readState(environment: NodeJS.ProcessEnv = process.env): SystemState {
  const folder = environment['SCANLINK_SYSTEM_DIR'];
  const imageDir = environment['SCANLINK_TEST_IMAGE'];
  if (!folder || !imageDir) throw new Error('SCANLINK_SYSTEM_DIR and SCANLINK_TEST_IMAGE are not set: run ./test --system');
  const shippingDir = environment['SCANLINK_SHIPPING_IMAGE'];
  return {
    folder, image: readBuiltImage(imageDir), shippingImage: shippingDir && existsSync(shippingDir) ? readBuiltImage(shippingDir) : null,
    diskFile: join(folder, 'disk.qcow2'), payloadFile: join(folder, 'payload.img'), runDir: join(folder, 'run'),
  };
}

/** The test image's machine; a suite starts it from the snapshot, a fault's test boots it again. */
export function testMachine(state: SystemState, loadSnapshot?: string): MachineOptions {
  const { kernelFile, initrdFile, kernelArguments } = state.image;
  return {
    boot: { kind: 'kernel', kernelFile, initrdFile, kernelArguments }, diskFile: state.diskFile, payloadFile: state.payloadFile, runDir: state.runDir,
    memoryMegabytes: 2048, forwards: [], display: 'none', onReset: 'boot', ...(loadSnapshot === undefined ? {} : { loadSnapshot }),
  };
}
