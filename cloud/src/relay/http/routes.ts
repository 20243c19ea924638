import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, PatchCallSchema, PublishCallSchema, toAppError, ViewCallSchema, type PeerResult } from '@scanlink/protocol';
import { createCheck } from '@scanlink/protocol/check';
import type { Logger } from '@scanlink/protocol/lib/logger';
import type { Relay, ResourceKind } from '../relay.ts';
import type { EventFeed } from './event-feed.ts';

const checkPublish = createCheck(PublishCallSchema, 'HUB_BAD_REQUEST');
const checkView = createCheck(ViewCallSchema, 'HUB_BAD_REQUEST');
const checkPatch = createCheck(PatchCallSchema, 'HUB_BAD_REQUEST');
/** A plan is far smaller. */
const MAX_BODY_BYTES = 16_384;
const NAME = /^[\w-]{1,64}$/;

interface Reply { readonly status: number; readonly body?: unknown }

/** Answers one request of the API process. Contract: protocol/src/hub/relay-rpc.ts. Never throws. */
export async function handleRequest(relay: Relay, feed: EventFeed, logger: Logger, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (request.method === 'GET' && request.url === '/events') {
      feed.attach(response);
      return;
    }
    const reply = await route(relay, request, () => response.destroyed || !response.writable);
    send(response, reply);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code === 'BUG_UNEXPECTED') logger.error({ code: error.code, detail: error.message }, 'request failed');
    send(response, { status: error.httpStatus, body: error.toBody() });
  }
}

async function route(relay: Relay, request: IncomingMessage, isAbandoned: () => boolean): Promise<Reply> {
  const [, head = '', sessionId = '', resourceId = '', linkId = null, ...rest] = (request.url ?? '').split('/');
  const { method } = request;
  if (method === 'GET' && head === 'stats' && sessionId === '') return { status: 200, body: relay.readStats() };
  if (!NAME.test(sessionId) || (linkId !== null && !NAME.test(linkId)) || rest.length > 0) throw new AppError('HUB_UNKNOWN_RESOURCE');
  if (method === 'DELETE' && resourceId === '') return end(relay, head, sessionId);
  if (head !== 'publish' && head !== 'view') throw new AppError('HUB_UNKNOWN_RESOURCE');
  if (method === 'POST' && resourceId === '') {
    const result = await create(relay, request, head, sessionId);
    // The API waited too long and has told its caller so: nobody knows of this resource.
    if (isAbandoned()) relay.abandon(head, sessionId, result.resourceId);
    return { status: 201, body: result };
  }
  return routeResource(relay, request, head, sessionId, resourceId, linkId);
}

/** What ends many at once, and is done also when there is nothing to end. */
function end(relay: Relay, head: string, name: string): Reply {
  if (head === 'session') relay.endSession(name);
  else if (head === 'link') relay.endLink(name);
  else if (head === 'box') relay.endBox(name);
  else throw new AppError('HUB_UNKNOWN_RESOURCE');
  return { status: 204 };
}

async function create(relay: Relay, request: IncomingMessage, kind: ResourceKind, sessionId: string): Promise<PeerResult> {
  const body = await readJson(request);
  return kind === 'view' ? relay.view(sessionId, checkView(body)) : relay.publish(sessionId, checkPublish(body));
}

async function routeResource(relay: Relay, request: IncomingMessage, kind: ResourceKind, sessionId: string, resourceId: string, linkId: string | null): Promise<Reply> {
  if (!NAME.test(resourceId)) throw new AppError('HUB_UNKNOWN_RESOURCE');
  if (request.method === 'PATCH') {
    relay.patch(kind, sessionId, resourceId, checkPatch(await readJson(request)));
    return { status: 204 };
  }
  if (request.method === 'DELETE') {
    relay.remove(kind, sessionId, resourceId, linkId);
    return { status: 204 };
  }
  throw new AppError('HUB_UNKNOWN_RESOURCE');
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new AppError('HUB_TOO_LARGE', { limitBytes: MAX_BODY_BYTES });
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new AppError('HUB_BAD_REQUEST', { detail: 'the body is not JSON' });
  }
}

function send(response: ServerResponse, reply: Reply): void {
  if (response.headersSent || response.destroyed) return;
  if (reply.body === undefined) {
    response.writeHead(reply.status).end();
    return;
  }
  response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
}
