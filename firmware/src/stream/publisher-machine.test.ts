import assert from 'node:assert/strict';
import { AppError } from '@scanlink/protocol';
import { reasonOf, startPublisher, stepPublisher, type PublisherEvent, type PublisherMachine } from './publisher-machine.ts';

const unreachable = new AppError('STR_HUB_UNREACHABLE', { detail: 'ECONNREFUSED' });
const pathLost = new AppError('STR_PATH_LOST', { detail: 'silence' });
const forbidden = new AppError('HUB_WRONG_TOKEN');
const posting: PublisherMachine = { state: 'posting', attempt: 0, lostReason: null, error: null };
const connecting: PublisherMachine = { ...posting, state: 'connecting' };
const waiting: PublisherMachine = { state: 'waiting', attempt: 1, lostReason: 'hub-unreachable', error: unreachable };
const live: PublisherMachine = { state: 'live', lostReason: null };
const refused: PublisherMachine = { state: 'refused', error: forbidden, lostReason: null };
const stopped: PublisherMachine = { state: 'stopped' };

const failed = (error: AppError): PublisherEvent => ({ type: 'failed', error, random: 0 });
const lost: PublisherEvent = { type: 'lost', reason: 'network-lost', error: pathLost };

describe('publisher machine', () => {
  const table: readonly (readonly [string, PublisherMachine, PublisherEvent, PublisherMachine['state'], readonly string[]])[] = [
    ['an answer', posting, { type: 'answered' }, 'connecting', []],
    ['a confirmed path', connecting, { type: 'confirmed' }, 'live', []],
    ['no confirmation before an answer', posting, { type: 'confirmed' }, 'posting', []],
    ['hub away', posting, failed(unreachable), 'waiting', ['drop-path', 'wait']],
    ['refusal', posting, failed(forbidden), 'refused', ['drop-path', 'rest-encoder']],
    ['connection fails', connecting, failed(pathLost), 'waiting', ['drop-path', 'wait']],
    ['third failure rests the encoder', { ...posting, attempt: 2 }, failed(unreachable), 'waiting', ['drop-path', 'rest-encoder', 'wait']],
    ['a lost path connects at once', live, lost, 'posting', ['drop-path', 'connect']],
    ['retry', waiting, { type: 'retry' }, 'posting', ['connect']],
    ['a late retry on a live path', live, { type: 'retry' }, 'live', []],
    ['a late loss', waiting, lost, 'waiting', []],
    ['a late failure on a live path', live, failed(unreachable), 'live', []],
    ['refused stays refused', refused, { type: 'retry' }, 'refused', []],
    ['stop when live', live, { type: 'stop' }, 'stopped', ['end']],
    ['stop when refused', refused, { type: 'stop' }, 'stopped', ['end']],
    ['stop when waiting', waiting, { type: 'stop' }, 'stopped', ['end']],
    ['nothing after the stop', stopped, { type: 'retry' }, 'stopped', []],
    ['no second end', stopped, { type: 'stop' }, 'stopped', []],
  ];
  for (const [name, machine, event, state, effects] of table) {
    it(name, () => {
      const step = stepPublisher(machine, event);
      assert.equal(step.machine.state, state);
      assert.deepEqual(step.effects.map((effect) => effect.type), effects);
    });
  }

  it('starts with an attempt at once', () => {
    assert.deepEqual(startPublisher(), { machine: posting, effects: [{ type: 'connect' }] });
  });

  it('keeps the reason of a loss through failing attempts, and takes a better one', () => {
    const afterLoss = stepPublisher(live, lost).machine;
    const stillLost = stepPublisher(afterLoss, failed(pathLost)).machine;
    assert.equal('lostReason' in stillLost && stillLost.lostReason, 'network-lost');
    const relay = stepPublisher(afterLoss, failed(new AppError('HUB_RELAY_DOWN'))).machine;
    assert.equal('lostReason' in relay && relay.lostReason, 'relay-restarted');
    const told = stepPublisher(connecting, { type: 'reason', reason: 'relay-restarted' }).machine;
    assert.equal('lostReason' in told && told.lostReason, null, 'nothing was lost yet');
    const corrected = stepPublisher({ ...connecting, lostReason: 'network-lost' }, { type: 'reason', reason: 'relay-restarted' }).machine;
    assert.equal('lostReason' in corrected && corrected.lostReason, 'relay-restarted');
  });

  it('knows when live again why it was lost before', () => {
    const again = stepPublisher({ ...connecting, lostReason: 'relay-restarted' }, { type: 'confirmed' }).machine;
    assert.deepEqual(again, { state: 'live', lostReason: 'relay-restarted' });
  });

  it('counts attempts from the last live path', () => {
    const again = stepPublisher(live, lost).machine;
    assert.equal('attempt' in again && again.attempt, 0);
  });

  it('waits as long as the server asks', () => {
    const { effects } = stepPublisher(posting, failed(new AppError('STR_WHIP_BUSY', { retryAfterMs: 7000 })));
    assert.deepEqual(effects.at(-1), { type: 'wait', delayMs: 7000 });
  });

  it('tells a network that is away from a hub that is', () => {
    const reason = (detail: string) => reasonOf(new AppError('STR_HUB_UNREACHABLE', { detail }));
    assert.deepEqual(['ETIMEDOUT', 'ENETUNREACH', 'ECONNREFUSED', 'HTTP 502'].map(reason), ['network-lost', 'network-lost', 'hub-unreachable', 'hub-unreachable']);
    assert.equal(reasonOf(pathLost), null);
  });
});
