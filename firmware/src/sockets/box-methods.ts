import {
  DevicesResultSchema, EmptySchema, InputRestartSchema, RevokeLinksSchema, SessionStartSchema, SimRequestSchema, StillRequestSchema,
  type BoxStatus, type LinkList, type LinkResult, type SessionView, type StillRequest, type StillResult,
} from '@scanlink/protocol';
import { rpcMethod, type RpcMethods } from '@scanlink/protocol/rpc/rpc-peer';
import type { MediaLink } from './media-link.ts';

/** What the sockets ask of the box (commands/box-commands.ts). */
export interface BoxCommands {
  status(): BoxStatus;
  startSession(input: string | undefined): Promise<SessionView>;
  stopSession(): Promise<SessionView>;
  resumeSession(): Promise<SessionView>;
  makeLink(): Promise<LinkResult>;
  takeStill(request: StillRequest): Promise<StillResult>;
  listLinks(): Promise<LinkList>;
  /** One link of the running session, or (null) all. */
  revokeLinks(linkId: string | null): Promise<void>;
}

/**
 * Methods of ui.sock: what somebody at the box's screen may do.
 * `session.stop` and `session.end` both end the session; `end` is the word for a suspended one.
 */
export function createUiMethods(box: BoxCommands): RpcMethods {
  return {
    status: rpcMethod(EmptySchema, () => box.status()),
    'session.start': rpcMethod(SessionStartSchema, ({ input }) => box.startSession(input)),
    'session.stop': rpcMethod(EmptySchema, () => box.stopSession()),
    'session.end': rpcMethod(EmptySchema, () => box.stopSession()),
    'session.resume': rpcMethod(EmptySchema, () => box.resumeSession()),
    still: rpcMethod(StillRequestSchema, (params) => box.takeStill(params)),
  };
}

/** Methods of control.sock: those of ui.sock and a support engineer's. */
export function createControlMethods(box: BoxCommands, media: Pick<MediaLink, 'request'>): RpcMethods {
  return {
    ...createUiMethods(box),
    'session.link': rpcMethod(EmptySchema, () => box.makeLink()),
    'session.links': rpcMethod(EmptySchema, () => box.listLinks()),
    'session.revoke-links': rpcMethod(RevokeLinksSchema, async ({ linkId }) => {
      await box.revokeLinks(linkId ?? null);
      return {};
    }),
    'input.restart': rpcMethod(InputRestartSchema, (params) => media.request('input.restart', params, EmptySchema)),
    sim: rpcMethod(SimRequestSchema, (params) => media.request('sim', params, EmptySchema)),
    devices: rpcMethod(EmptySchema, () => media.request('devices', {}, DevicesResultSchema)),
  };
}
