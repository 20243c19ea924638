import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { AppError } from '@scanlink/protocol';
import { EventStream, EventStreams } from './event-streams.ts';

/** A socket that takes bytes only while `open`; what http.ServerResponse would do, without a network. */
class SlowResponse extends EventEmitter {
  readonly written: string[] = [];
  open = true;
  ended = false;
  destroyed = false;

  write(text: string): boolean {
    this.written.push(text);
    return this.open;
  }

  end(): void {
    this.ended = true;
  }

  destroy(): void {
    this.destroyed = true;
  }
}

function openStream(): { response: SlowResponse; stream: EventStream; closed: () => number; setNow: (ms: number) => void } {
  const response = new SlowResponse();
  let closed = 0;
  let nowMs = 0;
  const stream = new EventStream(response as unknown as ServerResponse, { now: () => nowMs, expiresInMs: 60_000, onClose: () => (closed += 1) });
  return { response, stream, closed: () => closed, setNow: (ms) => (nowMs = ms) };
}

describe('event stream', () => {
  it('keeps the newest state only while its reader is slow', () => {
    const { response, stream } = openStream();
    response.open = false;
    stream.send('session', JSON.stringify({ n: 1 }));
    stream.send('session', JSON.stringify({ n: 2 }));
    stream.send('session', JSON.stringify({ n: 3 }));
    stream.pulse();
    assert.equal(response.written.length, 1, 'nothing is queued behind a full socket');
    response.open = true;
    response.emit('drain');
    assert.deepEqual(response.written.slice(1), ['event: session\ndata: {"n":3}\n\n']);
    stream.end();
  });

  it('drops a reader that takes nothing for 5 s', () => {
    const { response, stream, closed, setNow } = openStream();
    response.open = false;
    stream.send('session', JSON.stringify({}));
    setNow(5000);
    stream.pulse();
    assert.equal(response.destroyed, false);
    setNow(5001);
    stream.pulse();
    assert.equal(response.destroyed, true);
    assert.equal(closed(), 1);
  });

  it('writes the last state before it ends, and ends once', () => {
    const { response, stream, closed } = openStream();
    response.open = false;
    stream.send('session', JSON.stringify({ ended: false }));
    stream.send('session', JSON.stringify({ ended: true }));
    stream.end();
    stream.end();
    stream.send('session', JSON.stringify({}));
    response.emit('close');
    assert.equal(response.ended, true);
    assert.match(response.written.at(-1) ?? '', /"ended":true/);
    assert.equal(closed(), 1);
  });
});

describe('event streams of the hub', () => {
  const open = (streams: EventStreams, linkHash: string): SlowResponse => {
    const response = new SlowResponse();
    streams.requireRoom(linkHash);
    streams.open(response as unknown as ServerResponse, { linkHash, expiresInMs: 60_000, onClose: () => undefined });
    return response;
  };

  it('a new one beyond the link\'s limit ends the oldest of that link, of nobody else', () => {
    const streams = new EventStreams(() => 0, { streams: 10, streamsOfLink: 2 });
    const responses = ['a', 'b', 'a', 'a', 'a'].map((link) => open(streams, link));
    assert.deepEqual(responses.map((each) => each.ended), [true, false, true, false, false]);
    assert.equal(streams.count, 3);
    streams.endOf('a');
    assert.deepEqual(responses.map((each) => each.ended), [true, false, true, true, true]);
    streams.close();
  });

  it('a full hub refuses another link\'s, with when to come again', () => {
    const streams = new EventStreams(() => 0, { streams: 2, streamsOfLink: 2 });
    open(streams, 'a');
    open(streams, 'b');
    assert.throws(() => open(streams, 'c'), (error) => error instanceof AppError && error.code === 'HUB_BUSY' && error.httpStatus === 503);
    open(streams, 'a');
    streams.close();
  });
});
