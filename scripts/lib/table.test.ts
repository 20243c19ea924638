import assert from 'node:assert/strict';
import { renderMarkdownTable, renderTable, say } from './table.ts';

describe('tables', () => {
  it('aligns words to the left and numbers to the right', () => {
    assert.equal(renderTable([['delay', '9.1 ms', 'a'], ['延迟', '10.5 ms', 'b']]), 'delay   9.1 ms  a\n延迟   10.5 ms  b');
  });
  it('writes Markdown and escapes bars', () => {
    assert.equal(renderMarkdownTable([['a', 'b'], ['x|y', '1']]), '| a | b |\n| --- | ---: |\n| x\\|y | 1 |');
  });
  it('says a dash for what is not known', () => {
    assert.equal(say(null, 'ms'), '–');
    assert.equal(say(1.25, 'ms', 0), '1 ms');
    assert.equal(say(undefined), '–');
  });
});
