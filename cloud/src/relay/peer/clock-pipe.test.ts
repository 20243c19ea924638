import assert from 'node:assert/strict';
import { CLOCK_CHANNEL_LABEL } from '@scanlink/protocol';
import { ClockPipe, MAX_CHANNELS, MAX_CLOCK_BACKLOG_BYTES, MAX_CLOCK_TEXT_CHARS, type Channel } from './clock-pipe.ts';

/** As a peer may open one: reliable, and with a window of zero nothing of what is sent ever leaves. */
class StuckChannel implements Channel {
  sent = 0;
  closed = 0;
  waiting = 0;
  say: (message: string | Buffer | ArrayBuffer) => void = () => undefined;
  private readonly label: string;

  constructor(label: string = CLOCK_CHANNEL_LABEL) {
    this.label = label;
  }

  getLabel(): string { return this.label; }
  isOpen(): boolean { return this.closed === 0; }
  bufferedAmount(): number { return this.waiting; }
  sendMessage(text: string): boolean {
    this.sent += 1;
    this.waiting += text.length;
    return true;
  }
  close(): void { this.closed += 1; }
  onMessage(call: (message: string | Buffer | ArrayBuffer) => void): void { this.say = call; }
  onOpen(): void { /* It is open. */ }
}

function createPipe(): { readonly pipe: ClockPipe; readonly texts: string[]; readonly seen: { opened: number; tooMany: number } } {
  const texts: string[] = [];
  const seen = { opened: 0, tooMany: 0 };
  const pipe = new ClockPipe({ handleClockOpen: () => { seen.opened += 1; }, handleClockText: (text) => { texts.push(text); }, handleTooMany: () => { seen.tooMany += 1; } });
  return { pipe, texts, seen };
}

describe('clock channel of a peer', () => {
  it('that takes nothing keeps no more than 64 KiB in memory, is closed once, and is written to no more', () => {
    const { pipe, seen } = createPipe();
    const channel = new StuckChannel();
    pipe.take(channel);
    assert.equal(seen.opened, 1);
    const pong = 'x'.repeat(100);
    for (let index = 0; index < 10_000; index += 1) pipe.send(pong);
    assert.ok(channel.waiting <= MAX_CLOCK_BACKLOG_BYTES + pong.length, `${channel.waiting} bytes wait`);
    assert.equal(channel.closed, 1);
    channel.waiting = 0;
    assert.equal(pipe.send(pong), false);
  });

  it('that drains is written to for good', () => {
    const { pipe } = createPipe();
    const channel = new StuckChannel();
    pipe.take(channel);
    for (let index = 0; index < 10_000; index += 1) {
      assert.ok(pipe.send('x'.repeat(100)));
      channel.waiting = 0;
    }
    assert.deepEqual([channel.sent, channel.closed], [10_000, 0]);
  });

  it('is one: others are closed, and who opens many is ended', () => {
    const { pipe, seen } = createPipe();
    const channels = [new StuckChannel('other'), new StuckChannel(), new StuckChannel(), new StuckChannel('other'), new StuckChannel()];
    for (const each of channels.slice(0, MAX_CHANNELS)) pipe.take(each);
    assert.deepEqual(channels.map((each) => each.closed), [1, 0, 1, 1, 0]);
    assert.equal(seen.tooMany, 0);
    pipe.take(channels[MAX_CHANNELS]!);
    assert.equal(seen.tooMany, 1);
  });

  it('is heard by short texts only', () => {
    const { pipe, texts } = createPipe();
    const channel = new StuckChannel();
    pipe.take(channel);
    for (const message of ['a'.repeat(MAX_CLOCK_TEXT_CHARS), 'a'.repeat(MAX_CLOCK_TEXT_CHARS + 1), Buffer.from('b'), new ArrayBuffer(4)]) channel.say(message);
    assert.deepEqual(texts.map((each) => each.length), [MAX_CLOCK_TEXT_CHARS]);
  });
});
