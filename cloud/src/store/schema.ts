/** Tables of the hub's store as Kysely sees them. Times: Unix milliseconds of the hub, unless said otherwise. */
export interface BoxTable {
  id: string;
  name: string;
  room: string;
  /** SHA-256 of the bearer token, hex. The token itself is stored nowhere. */
  token_hash: string;
  created_ms: number;
  updated_ms: number;
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

export interface HubTables {
  boxes: BoxTable;
  sessions: SessionTable;
  viewer_links: ViewerLinkTable;
  viewings: ViewingTable;
}

/** What the API needs to know of a box. */
export interface BoxRecord { readonly boxId: string; readonly name: string; readonly room: string; readonly tokenHash: string }

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
}

export interface LinkRecord { readonly tokenHash: string; readonly sessionId: string; readonly expiresMs: number; readonly revokedMs: number | null }
export interface ViewingRecord { readonly resourceId: string; readonly sessionId: string; readonly linkHash: string; readonly expiresMs: number; readonly relayEpoch: string }
