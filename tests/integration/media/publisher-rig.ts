import { createLogger } from '@scanlink/protocol/lib/logger';
import { systemClock } from '@scanlink/protocol/lib/clock';
import { Publisher } from '@scanlink/firmware/stream/publisher';
import type { PublishTarget } from '@scanlink/protocol';
import { createAccessUnits } from '../../support/h264-clip.ts';
import { until } from '../../support/until.ts';
import { FarEnd, type FarEndOptions } from './far-end.ts';
import { createTarget, PlayedSource } from './support.ts';

const logger = createLogger({ name: 'test', level: 'silent' });

export interface Publishing { readonly source: PlayedSource; readonly publisher: Publisher; readonly states: string[] }
export interface PublisherRig {
  /** What the running test leaves to be ended after it, the last first. */
  readonly cleanups: (() => Promise<void>)[];
  /** A publisher and a far end of its own. */
  readonly begin: (options?: FarEndOptions, change?: Partial<PublishTarget>) => Promise<Publishing & { readonly farEnd: FarEnd }>;
  readonly publish: (target: PublishTarget) => Publishing;
  readonly live: (publisher: Publisher) => Promise<unknown>;
}

/** Publishers of the product with played pictures, for the tests of the describe() that calls this; ended after each of them. */
export function usePublishers(): PublisherRig {
  let pictures: readonly Buffer[];
  const cleanups: (() => Promise<void>)[] = [];

  before(() => { pictures = createAccessUnits(30); });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });

  async function begin(options: FarEndOptions = {}, change: Partial<PublishTarget> = {}): Promise<Publishing & { farEnd: FarEnd }> {
    const farEnd = new FarEnd(options);
    await farEnd.start();
    cleanups.push(() => farEnd.close());
    return { farEnd, ...publish(createTarget(farEnd.url, change)) };
  }

  function publish(target: PublishTarget): Publishing {
    const source = new PlayedSource(pictures);
    const states: string[] = [];
    const publisher: Publisher = new Publisher(target, {
      source, clock: systemClock, logger, random: Math.random,
      onChange: () => {
        const { state, lostReason } = publisher.report();
        states.push(lostReason ? `${state}:${lostReason}` : state);
      },
    });
    publisher.start();
    cleanups.push(() => publisher.close());
    return { source, publisher, states };
  }

  return { cleanups, begin, publish, live: (publisher) => until('live', () => publisher.report().state === 'live') };
}
