import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BoxToHubSchema, ClockFromRelaySchema, ClockToRelaySchema, HubToBoxSchema, LenientSessionPutSchema, readErrorBody, SessionPutResultSchema } from '@scanlink/protocol';
import { createCheck, createMessageReader, createReader } from '@scanlink/protocol/check';
import { readClockMessage } from '@scanlink/cloud/relay/room/clock-messages';
import { addFields } from '../integration/firmware/hub-channel-path.ts';

const ROOT = join(import.meta.dirname, '../fixtures/protocol');
const RELEASES = readdirSync(ROOT);
const readMessages = (release: string, border: string): Record<string, unknown> => JSON.parse(readFileSync(join(ROOT, release, `${border}.json`), 'utf8')) as Record<string, unknown>;

/** Today's reader of each border, and the kinds that it must know. */
const BORDERS = {
  'box-to-hub': { read: createMessageReader(BoxToHubSchema, 'ch'), union: BoxToHubSchema, key: 'ch' },
  'hub-to-box': { read: createMessageReader(HubToBoxSchema, 'ch'), union: HubToBoxSchema, key: 'ch' },
  'clock-to-relay': { read: createMessageReader(ClockToRelaySchema, 't'), union: ClockToRelaySchema, key: 't' },
  'clock-from-relay': { read: createMessageReader(ClockFromRelaySchema, 't'), union: ClockFromRelaySchema, key: 't' },
} as const;

describe('messages of every release that was given out', () => {
  for (const release of RELEASES) {
    for (const [border, { read, union, key }] of Object.entries(BORDERS)) {
      const kept = readMessages(release, border);
      for (const [name, message] of Object.entries(kept)) {
        it(`${release} ${border} ${name}: read today, and with what a later release adds`, () => {
          assert.deepEqual(read(message).message, message);
          const later = JSON.parse(addFields(JSON.stringify(message))) as unknown;
          const { message: understood, ignoredFields } = read(later);
          assert.deepEqual(understood, message);
          assert.ok(ignoredFields > 0);
        });
      }
      it(`${release} ${border}: a message of a later release is passed over`, () => assert.deepEqual(read({ [key]: 'of-a-later-release', x: 1 }), { message: null, ignoredFields: 0 }));
      if (release === RELEASES.at(-1)) {
        it(`${release} ${border}: one of each kind is kept`, () => {
          for (const member of union.anyOf) assert.ok(Object.values(kept).some((each) => passes(member, each)), JSON.stringify(member));
        });
      }
    }

    it(`${release} clock-to-relay: the relay's own reader reads them likewise`, () => {
      for (const message of Object.values(readMessages(release, 'clock-to-relay'))) {
        const text = JSON.stringify(message);
        assert.deepEqual([readClockMessage(text), readClockMessage(addFields(text))], [message, message]);
      }
    });

    it(`${release}: a session's announcement, its answer, and a refusal`, () => {
      const { 'session-put': put, 'session-put-result': result, error } = readMessages(release, 'rest');
      createCheck(LenientSessionPutSchema)(JSON.parse(addFields(JSON.stringify(put))));
      assert.deepEqual(createReader(SessionPutResultSchema)(JSON.parse(addFields(JSON.stringify(result)))).value, result);
      assert.deepEqual(readErrorBody(addFields(JSON.stringify(error)))?.toBody(), error);
    });
  }
});

function passes(schema: Parameters<typeof createCheck>[0], value: unknown): boolean {
  try {
    createCheck(schema)(value);
    return true;
  } catch {
    return false;
  }
}
