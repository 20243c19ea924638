import { CLOCK_CHANNEL_LABEL } from '@scanlink/protocol';
import type { DataChannel } from 'node-datachannel';

/** The greatest of the contract, an anchor, has some 150. */
export const MAX_CLOCK_TEXT_CHARS = 512;
/** The far side makes the channel and its window: one that takes nothing is not written to without end. */
export const MAX_CLOCK_BACKLOG_BYTES = 65_536;
export const MAX_CHANNELS = 4;

/** What is used of the library's channel. */
export type Channel = Pick<DataChannel, 'getLabel' | 'isOpen' | 'bufferedAmount' | 'sendMessage' | 'close' | 'onMessage' | 'onOpen'>;

export interface ClockPipeEvents {
  handleClockOpen(): void;
  handleClockText(text: string): void;
  /** No client of ours opens so many channels: this one only makes work. */
  handleTooMany(): void;
}

/**
 * The one data channel that is taken of a peer. The peer opens it, so it may be reliable and ordered and its window may be
 * zero, and the library tells none of that: what waits to be sent is bounded here, whatever the channel promises.
 */
export class ClockPipe {
  private readonly events: ClockPipeEvents;
  private channel: Channel | null = null;
  private channels = 0;
  private givenUp = false;

  constructor(events: ClockPipeEvents) {
    this.events = events;
  }

  take(channel: Channel): void {
    this.channels += 1;
    if (this.channels > MAX_CHANNELS) this.events.handleTooMany();
    else if (this.channel || channel.getLabel() !== CLOCK_CHANNEL_LABEL) channel.close();
    else this.use(channel);
  }

  /** False: it did not go out. A channel whose far side takes nothing is closed, once; the picture goes on. */
  send(text: string): boolean {
    const { channel } = this;
    if (!channel || this.givenUp) return false;
    try {
      if (channel.bufferedAmount() <= MAX_CLOCK_BACKLOG_BYTES) return channel.isOpen() && channel.sendMessage(text);
      this.givenUp = true;
      channel.close();
      return false;
    } catch {
      return false;
    }
  }

  private use(channel: Channel): void {
    this.channel = channel;
    channel.onMessage((message) => {
      if (typeof message === 'string' && message.length <= MAX_CLOCK_TEXT_CHARS) this.events.handleClockText(message);
    });
    if (channel.isOpen()) this.events.handleClockOpen();
    else channel.onOpen(() => this.events.handleClockOpen());
  }
}
