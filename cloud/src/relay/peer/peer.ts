import type { LocalTransport, MediaPlan } from '@scanlink/protocol';

/** What a viewer gets. */
export interface OutgoingStream { readonly ssrc: number; readonly cname: string }

/** What a peer reports. All of it comes from the event loop, never from within a call into the peer. */
export interface PeerEvents {
  /** The path is open: packets can be sent. */
  handleOpen(): void;
  /** One RTP or compound RTCP packet; the buffer is the receiver's own. */
  handleMedia(packet: Buffer): void;
  handleClockOpen(): void;
  handleClockText(text: string): void;
  /** The far side closed, or the path failed. Not called after close(). */
  handleClosed(): void;
}

/** One answered peer connection. */
export interface MediaPeer {
  /** Our side of the path, with all candidates. */
  readonly transport: LocalTransport;
  /** Sends a packet (copied at once). False: it did not go out. */
  send(packet: Buffer): boolean;
  sendClock(text: string): boolean;
  /** Idempotent. */
  close(): void;
}

/**
 * Answers a planned offer: with a stream to send, or to receive one (null). The one place behind which the WebRTC library lies.
 * @throws HUB_BAD_SDP when the library refuses it all the same; HUB_RELAY_DOWN when it has no address or port to offer.
 */
export type AnswerOffer = (plan: MediaPlan, stream: OutgoingStream | null, events: PeerEvents) => Promise<MediaPeer>;
