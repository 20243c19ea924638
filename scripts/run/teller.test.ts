import assert from 'node:assert/strict';
import { Teller } from './teller.ts';

describe('words for people', () => {
  it('wait for no reader: what finds no room is counted, and the count is said', () => {
    const said: string[] = [];
    let waiting = 0;
    const teller = new Teller({ get writableLength() { return waiting; }, write: (text) => said.push(text) > 0 });
    teller.tell('one');
    waiting = 10_000_000;
    for (let line = 0; line < 1000; line += 1) teller.tell('lost');
    waiting = 0;
    teller.tell('two');
    assert.deepEqual(said.map((text) => /\d{4}|one|two/.exec(text)?.[0]), ['one', '1000', 'two']);
  });
});
