import assert from 'node:assert/strict';
import { AppError } from '@scanlink/protocol';
import { LIMITS } from '../limits.ts';
import { ViewingKeeper } from '../viewing/viewing-keeper.ts';
import { Admission } from './admission.ts';

const refusedAs = (code: string, status: number) => (thrown: unknown): boolean => thrown instanceof AppError && thrown.code === code && thrown.httpStatus === status;

describe('admission', () => {
  it('offers of one token and of one address have a rate, with when to come again', () => {
    let nowMs = 0;
    const admission = new Admission(LIMITS, () => nowMs);
    for (let index = 0; index < LIMITS.postsOfToken.burst; index++) admission.takePost('link', 'a');
    assert.throws(() => admission.takePost('link', 'a'), refusedAs('HUB_TOO_MANY_REQUESTS', 429));
    admission.takePost('another', 'a');
    nowMs += 1000;
    admission.takePost('link', 'a');
    for (let index = 0; index < 170; index++) admission.takePost(`link ${index}`, 'a');
    assert.throws(() => { for (let index = 0; index < 50; index++) admission.takePost(`more ${index}`, 'a'); }, refusedAs('HUB_TOO_MANY_REQUESTS', 429));
  });

  it('a box has 60 links an hour, and another box its own', () => {
    let nowMs = 0;
    const admission = new Admission(LIMITS, () => nowMs);
    for (let index = 0; index < 60; index++) admission.takeLink('box');
    assert.throws(() => admission.takeLink('box'), refusedAs('HUB_TOO_MANY_LINKS', 429));
    admission.takeLink('other');
    nowMs += 61_000;
    admission.takeLink('box');
  });

  it('a link holds a bounded number of viewings, those that are just being opened counted in; who leaves makes room', async () => {
    const store = { addViewing: async () => undefined, removeViewing: async () => undefined, keepViewingsOf: async () => [] };
    const logger = { warn: () => undefined } as never;
    const keeper = new ViewingKeeper({ store, logger, now: () => 0, limits: { viewingsOfLink: 2, viewingsOfSession: 3 }, onRevoked: () => undefined });
    const open = (linkHash: string, resourceId: string, wait: Promise<void> = Promise.resolve()): Promise<unknown> =>
      keeper.open({ sessionId: 's', linkHash, expiresMs: 1 }, async () => {
        await wait;
        return { resourceId };
      });
    let go: () => void = () => undefined;
    const slow = open('a', 'r1', new Promise((resolve) => { go = resolve; }));
    await open('a', 'r2');
    await assert.rejects(open('a', 'r3'), refusedAs('HUB_TOO_MANY_VIEWERS', 503));
    await open('b', 'r4');
    await assert.rejects(open('c', 'r5'), refusedAs('HUB_TOO_MANY_VIEWERS', 503));
    go();
    await slow;
    keeper.dropped(['r1']);
    await open('a', 'r6');
    assert.equal(keeper.countOfLink('a'), 2);
  });
});
