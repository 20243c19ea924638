import assert from 'node:assert/strict';
import { createLogger } from '@scanlink/protocol/lib/logger';
import { ChangeLog } from './change-log.ts';

describe('log of changes', () => {
  it('says a change once, and again after the next change', () => {
    const lines: string[] = [];
    const log = new ChangeLog(createLogger({ name: 'test', level: 'debug', destination: { write: (line: string) => void lines.push(line) } }));
    for (const value of ['away', 'away', 'away', 'there', 'away']) log.say('info', 'hub', value, { value }, 'hub');
    assert.deepEqual(lines.map((line) => (JSON.parse(line) as { value: string }).value), ['away', 'there', 'away']);
  });
});
