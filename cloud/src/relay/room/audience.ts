import type { ClockFromRelay } from '@scanlink/protocol';
import type { PacketSlot } from '../rtp/packet-ring.ts';
import type { RoomCounters } from './counters.ts';
import type { OutgoingLine } from './outgoing-line.ts';
import { VIEWER_SILENCE_MS, type Viewer } from './viewer.ts';

const VIEWER_TICK_MS = 100;
/** Catching up is paced: 16 packets each 2 ms are about 75 Mbit/s, a key frame of 60 kB takes 8 ms. */
const CATCH_UP_STEP_MS = 2;
const CATCH_UP_PACKETS = 16;

/** The viewers of a session. */
export class Audience {
  private readonly viewers = new Map<string, Viewer>();
  private readonly line: OutgoingLine;
  private readonly counters: RoomCounters;
  private readonly nowMs: () => number;
  private timer: NodeJS.Timeout | null = null;
  private lastTickMs = 0;
  private flowingSinceMs: number | null = null;

  constructor(line: OutgoingLine, counters: RoomCounters, nowMs: () => number) {
    this.line = line;
    this.counters = counters;
    this.nowMs = nowMs;
  }

  get size(): number {
    return this.viewers.size;
  }

  /** Those whose path is open: one that was only answered sees nothing yet, and may never come. */
  countConnected(): number {
    let count = 0;
    for (const viewer of this.viewers.values()) if (viewer.stream.phase !== 'closed') count += 1;
    return count;
  }

  get(resourceId: string): Viewer | undefined {
    return this.viewers.get(resourceId);
  }

  /** A copy: whoever walks it may remove viewers. */
  list(): readonly Viewer[] {
    return [...this.viewers.values()];
  }

  add(viewer: Viewer): void {
    this.viewers.set(viewer.options.resourceId, viewer);
  }

  /** The viewer's path is open. False: there is nothing to begin with, a key frame is needed. */
  open(viewer: Viewer): boolean {
    const start = this.line.findCatchUp(this.nowMs());
    viewer.stream.open(start);
    if (start !== null) this.catchUp();
    return start !== null;
  }

  /** Does anybody else see a picture, whom a key frame would cost? */
  hasWatcherBeside(viewer: Viewer): boolean {
    for (const each of this.viewers.values()) if (each !== viewer && (each.stream.phase === 'live' || each.stream.phase === 'catching-up')) return true;
    return false;
  }

  forward(slot: PacketSlot): void {
    let behind = false;
    for (const viewer of this.viewers.values()) {
      viewer.stream.handlePacket(slot);
      if (slot.startsKeyFrame) viewer.noteKeyFrame();
      if (viewer.stream.phase === 'catching-up') behind = true;
    }
    if (behind && this.timer === null) this.catchUp();
  }

  tell(message: ClockFromRelay): void {
    for (const viewer of this.viewers.values()) viewer.tell(message);
  }

  sendReport(packet: Buffer): void {
    for (const viewer of this.viewers.values()) if (viewer.stream.phase === 'live') viewer.peer?.send(packet);
  }

  tick(nowMs: number): void {
    if (nowMs - this.lastTickMs < VIEWER_TICK_MS) return;
    this.lastTickMs = nowMs;
    for (const viewer of this.viewers.values()) viewer.tick(nowMs);
  }

  /** Viewers that said nothing for long. While nothing flows a browser has nothing to report on: then nobody is judged. */
  findDead(nowMs: number, flowing: boolean): readonly Viewer[] {
    if (!flowing) {
      this.flowingSinceMs = null;
      return this.list().filter((viewer) => viewer.stream.phase === 'closed' && viewer.isSilent(nowMs));
    }
    this.flowingSinceMs ??= nowMs;
    if (nowMs - this.flowingSinceMs < VIEWER_SILENCE_MS) return this.list().filter((viewer) => viewer.stream.phase === 'closed' && viewer.isSilent(nowMs));
    return this.list().filter((viewer) => viewer.isSilent(nowMs));
  }

  remove(resourceId: string): boolean {
    const viewer = this.viewers.get(resourceId);
    if (!viewer) return false;
    this.viewers.delete(resourceId);
    addSent(this.counters, viewer);
    viewer.close();
    return true;
  }

  /** Counters with what the present viewers got. */
  countSent(): RoomCounters {
    const sum = { ...this.counters };
    for (const viewer of this.viewers.values()) addSent(sum, viewer);
    return sum;
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    for (const resourceId of this.viewers.keys()) this.remove(resourceId);
  }

  private catchUp(): void {
    let behind = false;
    for (const viewer of this.viewers.values()) {
      if (viewer.stream.phase !== 'catching-up') continue;
      if (!viewer.stream.catchUp(this.line.timeline.head, CATCH_UP_PACKETS)) behind = true;
    }
    if (this.timer) clearTimeout(this.timer);
    this.timer = behind ? setTimeout(() => { this.timer = null; this.catchUp(); }, CATCH_UP_STEP_MS) : null;
  }
}

function addSent(counters: RoomCounters, viewer: Viewer): void {
  const { stream } = viewer;
  counters.packetsOut += stream.sentPackets;
  counters.bytesOut += stream.sentBytes;
  counters.retransmitted += stream.resentPackets;
}
