import { AppError, type LinkClaims } from '@scanlink/protocol';
import { linkIdOf, type BoxRecord, type SessionRecord } from '../../store/schema.ts';
import type { Store } from '../../store/store.ts';
import { signLink, verifyLink } from './link-token.ts';
import type { TokenBuckets } from './token-buckets.ts';
import { equalHashes, hashToken, readBearer } from './token-hash.ts';

/** A viewer who proved that he holds a link. */
export interface Viewer { readonly sessionId: string; readonly linkHash: string; readonly expiresMs: number }
export interface Credentials { readonly authorization: string | undefined; readonly peer: string }

export interface GateDependencies {
  readonly store: Pick<Store, 'findBoxByTokenHash' | 'findLink' | 'findSession' | 'addLink'>;
  readonly linkKey: Buffer;
  /**
   * Refused tokens by address. They only decide how a wrong token is answered (403 or 429): a right one always passes,
   * because a whole hospital comes from one address.
   */
  readonly failures: TokenBuckets;
  /** Hub wall clock that never goes back, Unix milliseconds: a link does not live longer because a clock was set. */
  readonly now: () => number;
  readonly randomId: () => string;
}

/** Who may do what: boxes by their token, viewers by a signed link. The only place that sees tokens in clear. */
export class Gate {
  private readonly deps: GateDependencies;

  constructor(deps: GateDependencies) {
    this.deps = deps;
  }

  /** @throws HUB_NO_TOKEN, HUB_WRONG_TOKEN, HUB_BOX_DISABLED, HUB_TOO_MANY_FAILURES */
  async admitBox(credentials: Credentials): Promise<BoxRecord> {
    const token = requireBearer(credentials);
    const tokenHash = hashToken(token);
    const box = await this.deps.store.findBoxByTokenHash({ tokenHash });
    if (!box || !equalHashes(box.tokenHash, tokenHash)) throw this.countFailure(credentials);
    if (box.disabledMs !== null) throw new AppError('HUB_BOX_DISABLED');
    return box;
  }

  /** @throws HUB_NO_TOKEN, HUB_WRONG_TOKEN (also for another session's link), HUB_LINK_EXPIRED, HUB_LINK_REVOKED, HUB_TOO_MANY_FAILURES */
  async admitViewer(credentials: Credentials, sessionId: string): Promise<Viewer> {
    const token = requireBearer(credentials);
    const claims = this.readClaims(token, credentials);
    const linkHash = hashToken(token);
    const link = await this.deps.store.findLink({ tokenHash: linkHash });
    if (!link || !equalHashes(link.tokenHash, linkHash) || link.sessionId !== claims.s) throw this.countFailure(credentials);
    if (link.revokedMs !== null) throw new AppError('HUB_LINK_REVOKED');
    if (claims.s !== sessionId) throw new AppError('HUB_WRONG_TOKEN');
    return { sessionId: claims.s, linkHash, expiresMs: claims.e * 1000 };
  }

  /** A session that belongs to this box. @throws HUB_UNKNOWN_SESSION; HUB_WRONG_TOKEN for another box's. */
  async requireOwnSession(box: BoxRecord, sessionId: string): Promise<SessionRecord> {
    const session = await this.requireSession(sessionId);
    if (session.boxId !== box.boxId) throw new AppError('HUB_WRONG_TOKEN');
    return session;
  }

  /** @throws HUB_UNKNOWN_SESSION */
  async requireSession(sessionId: string): Promise<SessionRecord> {
    const session = await this.deps.store.findSession({ sessionId });
    if (!session) throw new AppError('HUB_UNKNOWN_SESSION');
    return session;
  }

  /** A new viewing link's token for a session; its hash is stored before it is handed out. */
  async issueLink(sessionId: string, ttlSeconds: number): Promise<{ readonly token: string; readonly linkId: string; readonly expiresMs: number }> {
    const nowMs = this.deps.now();
    const expirySeconds = Math.floor(nowMs / 1000) + ttlSeconds;
    const token = signLink({ s: sessionId, e: expirySeconds, n: this.deps.randomId() }, this.deps.linkKey);
    const tokenHash = hashToken(token);
    await this.deps.store.addLink({ tokenHash, sessionId, expiresMs: expirySeconds * 1000, nowMs });
    return { token, linkId: linkIdOf(tokenHash), expiresMs: expirySeconds * 1000 };
  }

  private readClaims(token: string, credentials: Credentials): LinkClaims {
    try {
      return verifyLink(token, this.deps.linkKey, this.deps.now());
    } catch (error) {
      if (error instanceof AppError && error.code === 'HUB_LINK_EXPIRED') throw error;
      throw this.countFailure(credentials);
    }
  }

  private countFailure(credentials: Credentials): AppError {
    const retryAfterSeconds = this.deps.failures.take(credentials.peer);
    return retryAfterSeconds > 0 ? new AppError('HUB_TOO_MANY_FAILURES', { retryAfterSeconds }) : new AppError('HUB_WRONG_TOKEN');
  }
}

export function requireOpen(session: SessionRecord): void {
  if (session.endedMs !== null) throw new AppError('HUB_SESSION_ENDED');
}

function requireBearer(credentials: Credentials): string {
  const token = readBearer(credentials.authorization);
  if (token === null) throw new AppError('HUB_NO_TOKEN');
  return token;
}
