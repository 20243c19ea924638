import { FONT_PATHS } from '@scanlink/hal/font-paths';
import { loadCore } from '@scanlink/hal/native/load-core';
import { InputRestartSchema, MediaDesiredSchema, SimRequestSchema, StillRequestSchema } from '@scanlink/protocol';
import { Type } from 'typebox';
import { createCheck } from '@scanlink/protocol/check';
import { systemClock } from '@scanlink/protocol/lib/clock';
import type { Logger } from '@scanlink/protocol/lib/logger';
import { RpcClient } from '@scanlink/protocol/rpc/rpc-client';
import { rpcMethod } from '@scanlink/protocol/rpc/rpc-peer';
import { captureClockMs } from '../stream/path/clock-channel.ts';
import type { CaptureDrivers } from './drivers.ts';
import { WallTime } from './input-state.ts';
import { MediaService } from './media-service.ts';
import { Reporter } from './reporter.ts';

export interface MediaProcess {
  start(): void;
  /** Whether every encoder gives pictures (a placeholder is one). */
  isHealthy(): boolean;
  /** Ends the stream and capture; idempotent. */
  close(): Promise<void>;
}

const EMPTY = Type.Object({}, { additionalProperties: false });

/**
 * Composition root of the media process.
 * @param options.drivers of this build.
 * @param options.onExit firmware asks the process to end.
 * @throws NAT_ADDON_MISSING when the native core is not built.
 */
export function composeMedia(options: { socket: string; logger: Logger; drivers: CaptureDrivers; onExit: () => void }): MediaProcess {
  const { logger, drivers } = options;
  const clock = systemClock;
  const core = loadCore();
  const checkDesired = createCheck(MediaDesiredSchema);
  const service = new MediaService({
    input: {
      core: () => core, drivers, fontPaths: FONT_PATHS, clock, logger: logger.child({ ns: 'input' }),
      wallTime: new WallTime(() => clock.nowMs(), captureClockMs),
    },
    devices: () => drivers.probe(), clock, logger, random: Math.random, onChange: () => reporter.poke(),
  });
  const link = new RpcClient({
    path: options.socket, client: 'media', clock, retryMs: 100,
    methods: {
      sim: rpcMethod(SimRequestSchema, (request) => service.command(request)),
      still: rpcMethod(StillRequestSchema, (request) => service.still(request.input)),
      'input.restart': rpcMethod(InputRestartSchema, async ({ input }) => await service.restartInput(input)),
      devices: rpcMethod(EMPTY, () => service.devices()),
      // The answer goes out before the process ends.
      exit: rpcMethod(EMPTY, () => { setImmediate(options.onExit); }),
    },
    onSnapshot: (data) => {
      logger.info('firmware connected');
      service.apply(checkDesired(data));
      reporter.poke();
    },
    onEvent: (name, data) => {
      if (name === 'desired') service.apply(checkDesired(data));
    },
    onGone: () => {
      logger.warn('firmware gone');
      service.firmwareGone();
    },
  });
  const reporter = new Reporter(() => service.report(), (report) => link.request('report', report), clock);
  return {
    start: () => {
      link.start();
      reporter.start();
    },
    isHealthy: () => service.isHealthy(),
    close: async () => {
      await service.close();
      reporter.close();
      link.close();
    },
  };
}
