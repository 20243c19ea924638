import type { Generated } from 'kysely';

/** Tables of the hub's store as Kysely sees them. Times: Unix milliseconds of the hub, unless said otherwise. */
export interface BoxTable {
  id: string;
  name: string;
  room: string;
  /** SHA-256 of the bearer token, hex. The token itself is stored nowhere. */
  token_hash: string;
  created_ms: number;
  updated_ms: number;
  /** null: the box may speak to the hub. */
  disabled_ms: number | null;
  /** First time that it opened a control channel; null: never (a foreign publisher with a box's token). */
  channel_ms: number | null;
}

export interface SessionTable {
  id: string;
  box_id: string;
  code: string;
  input: string;
  /** 0 or 1. */
  simulated: number;
  /** Box clock. */
  started_ms: number;
  created_ms: number;
  ended_ms: number | null;
  /** Its box said that it is suspended, and has not announced it again since. */
  suspended_ms: number | null;
  /** Last time that its box announced it; null in rows of the first version. */
  seen_ms: number | null;
}

export interface ViewerLinkTable {
  /** SHA-256 of the whole link token, hex. */
  hash: string;
  session_id: string;
  expires_ms: number;
  created_ms: number;
  revoked_ms: number | null;
}

/** WHEP resources that were handed out, so that a restarted hub still ends them when their link expires. */
export interface ViewingTable {
  resource_id: string;
  session_id: string;
  link_hash: string;
  expires_ms: number;
  /** Of the relay process that holds the resource; another epoch means that it is gone. */
  relay_epoch: string;
}

/** One line for each beginning and each end of a viewing. Only ever appended to. No address, no name. */
export interface ViewingAuditTable {
  id: Generated<number>;
  at_ms: number;
  event: 'begin' | 'end';
  /** null: a beginning. */
  reason: EndReason | null;
  session_id: string;
  link_id: string;
  viewing_id: string;
}
export type EndReason = 'left' | 'lost' | 'link-expired' | 'link-revoked' | 'session-ended' | 'relay-gone' | 'replaced';

export interface HubTables {
  boxes: BoxTable;
  sessions: SessionTable;
  viewer_links: ViewerLinkTable;
  viewings: ViewingTable;
  viewing_audit: ViewingAuditTable;
}

/** What the API needs to know of a box. */
export interface BoxRecord { readonly boxId: string; readonly name: string; readonly room: string; readonly tokenHash: string; readonly disabledMs: number | null }
export interface BoxListing extends BoxRecord { readonly createdMs: number }

/** A session with the names of its box, as pages show it. */
export interface SessionRecord {
  readonly sessionId: string;
  readonly boxId: string;
  readonly boxName: string;
  readonly room: string;
  readonly code: string;
  readonly input: string;
  readonly simulated: boolean;
  readonly startedMs: number;
  readonly endedMs: number | null;
  readonly suspendedMs: number | null;
  /** Its box has opened a control channel once at least. */
  readonly boxHasChannel: boolean;
}

/** What names a link to its box: of the hash, from which the token cannot be found. */
export function linkIdOf(tokenHash: string): string {
  return tokenHash.slice(0, 16);
}

export interface LinkRecord { readonly linkId: string; readonly tokenHash: string; readonly sessionId: string; readonly createdMs: number; readonly expiresMs: number; readonly revokedMs: number | null }
export interface ViewingRecord { readonly resourceId: string; readonly sessionId: string; readonly linkHash: string; readonly expiresMs: number; readonly relayEpoch: string }
