import { AppError, LinkListSchema, LinkResultSchema, SessionPutResultSchema, toAppError, type LinkList, type LinkResult, type SessionPut } from '@scanlink/protocol';
import { createReader } from '@scanlink/protocol/check';
import { sendHttp } from '../lib/http-request.ts';
import { readHubRefusal } from './hub-refusal.ts';

const CONNECT_TIMEOUT_MS = 1500;
const REQUEST_TIMEOUT_MS = 3000;
const readPutResult = createReader(SessionPutResultSchema);
const readLinkList = createReader(LinkListSchema);
const readLinkResult = createReader(LinkResultSchema);
/** Half a day: as long as a consultation and its end may take. */
const LINK_SECONDS = 43_200;

export interface HubRestOptions { readonly hubUrl: string; readonly token: string }

/** The hub's HTTP as the box uses it; one call each, no retries. Redirects are not followed: the token stays with the hub. */
export class HubRest {
  private readonly options: HubRestOptions;

  constructor(options: HubRestOptions) {
    this.options = options;
  }

  /**
   * Makes the session known; the same again changes nothing.
   * @returns absolute address for WHIP.
   * @throws STR_HUB_UNREACHABLE, or the hub's own error (HUB_...).
   */
  async putSession(sessionId: string, body: SessionPut, signal: AbortSignal): Promise<string> {
    const { value: answer } = readPutResult(parseJson(await this.call('PUT', `/api/v1/sessions/${sessionId}`, body, signal)));
    const url = new URL(answer.whipPath, `${this.options.hubUrl}/`);
    // A path is what was agreed: an answer must not send the token elsewhere.
    if (url.origin !== new URL(this.options.hubUrl).origin) throw new AppError('STR_REDIRECT_REFUSED');
    return url.href;
  }

  /** A viewing link, valid for half a day. @throws as putSession. */
  async makeLink(sessionId: string): Promise<LinkResult> {
    const answer = await this.call('POST', `/api/v1/sessions/${sessionId}/links`, { ttlSeconds: LINK_SECONDS }, AbortSignal.timeout(REQUEST_TIMEOUT_MS));
    return readLinkResult(parseJson(answer)).value;
  }

  /** The session's viewing links, the newest first. @throws as putSession. */
  async listLinks(sessionId: string): Promise<LinkList> {
    return readLinkList(parseJson(await this.call('GET', `/api/v1/sessions/${sessionId}/links`, undefined, AbortSignal.timeout(REQUEST_TIMEOUT_MS)))).value;
  }

  /** Takes a link back, or (null) all of the session; who watches by it is ended. @throws as putSession; HUB_UNKNOWN_LINK. */
  async revokeLinks(sessionId: string, linkId: string | null): Promise<void> {
    const which = linkId === null ? '' : `/${encodeURIComponent(linkId)}`;
    await this.call('DELETE', `/api/v1/sessions/${sessionId}/links${which}`, undefined, AbortSignal.timeout(REQUEST_TIMEOUT_MS));
  }

  /** Takes back every viewing link of the session, before it goes on. A hub that does not know it has none. @throws as putSession. */
  async dropLinks(sessionId: string, signal: AbortSignal): Promise<void> {
    try {
      await this.call('DELETE', `/api/v1/sessions/${sessionId}/links`, undefined, signal);
    } catch (error) {
      // One that has ended is said by the announcement that follows.
      const { code } = toAppError(error);
      if (code !== 'HUB_UNKNOWN_SESSION' && code !== 'HUB_SESSION_ENDED') throw error;
    }
  }

  /** Ends the session. @throws as putSession. */
  async endSession(sessionId: string, signal: AbortSignal): Promise<void> {
    await this.call('POST', `/api/v1/sessions/${sessionId}/end`, {}, signal);
  }

  private async call(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body: unknown, signal: AbortSignal): Promise<string> {
    const { hubUrl, token } = this.options;
    const answer = await sendHttp({
      method, url: new URL(`${hubUrl}${path}`), ...(body === undefined ? {} : { body: JSON.stringify(body) }), connectTimeoutMs: CONNECT_TIMEOUT_MS, timeoutMs: REQUEST_TIMEOUT_MS, signal,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    });
    if (answer.status < 200 || answer.status > 299) throw readHubRefusal(answer.status, answer.headers, answer.body);
    return answer.body;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError('STR_HUB_UNREACHABLE', { detail: 'answer is not JSON' });
  }
}
