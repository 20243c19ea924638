import { Type, type Static } from 'typebox';
import { InputStateSchema } from '../signal.ts';
import { SessionViewSchema } from '../session.ts';
import { PublisherReportSchema } from './media.ts';

/**
 * control.sock: `firmware` listens (mode 0600), `./scanlink` is the client. The snapshot and each `status` event hold a
 * whole BoxStatus. Requests: `status` {} -> BoxStatus; `session.start` {input?}, `session.stop` {}, `session.resume` {},
 * `session.end` {} -> SessionView; `session.link` {} -> LinkResult; `session.links` {} -> LinkList; `session.revoke-links`
 * RevokeLinks -> {}; `sim` SimRequest -> {}; `still` StillRequest -> StillResult; `input.restart` InputRestart -> {}; `devices` {} -> DevicesResult.
 * ui.sock (mode 0660) speaks the same with fewer rights: no links, no `sim`, no `devices`.
 */
export const BoxStatusSchema = Type.Object({
  boxId: Type.String(),
  room: Type.String(),
  version: Type.String(),
  startedMs: Type.Number(),
  exam: Type.Union([Type.Object({ examId: Type.String(), openedMs: Type.Number() }, { additionalProperties: false }), Type.Null()]),
  session: Type.Union([SessionViewSchema, Type.Null()]),
  media: Type.Object({ connected: Type.Boolean(), pid: Type.Union([Type.Integer(), Type.Null()]), restarts: Type.Integer() }, { additionalProperties: false }),
  hub: Type.Object({
    connected: Type.Boolean(), sinceMs: Type.Number(), host: Type.String(),
    relayEpoch: Type.Union([Type.String(), Type.Null()]),
    clockOffsetMs: Type.Union([Type.Number(), Type.Null()], { description: 'hub wall clock minus ours' }),
    ignored: Type.Optional(Type.Object({ fields: Type.Integer(), messages: Type.Integer() }, { additionalProperties: false, description: 'what a later hub said that this release does not know' })),
    foreign: Type.Optional(Type.Boolean({ description: 'a WHIP server that is not our hub is configured: there is no control channel' })),
    insecure: Type.Optional(Type.Boolean({ description: 'http:// to another machine: token, links and keys travel in clear' })),
    viewers: Type.Optional(Type.Integer({ minimum: 0, description: 'who watches now, as the hub says; absent: not known' })),
    error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String(), messageZh: Type.String() })),
  }, { additionalProperties: false }),
  inputs: Type.Array(InputStateSchema),
  publisher: Type.Union([PublisherReportSchema, Type.Null()]),
  configWarning: Type.Optional(Type.Object({ code: Type.String(), message: Type.String(), messageZh: Type.String() }, { description: 'CFG_NEWER: a newer firmware wrote the configuration, and what of it is left out' })),
  captureError: Type.Optional(Type.Object({ code: Type.String(), message: Type.String(), messageZh: Type.String() }, { description: 'DEV_CAPTURE_FAILED until pictures come' })),
  storeError: Type.Optional(Type.Object({ code: Type.String(), message: Type.String(), messageZh: Type.String() }, { description: 'STO_SET_ASIDE until a session is started by hand; STO_FULL while no records can be kept; STO_KEEPING while what is over cannot be removed' })),
}, { additionalProperties: false });
export type BoxStatus = Static<typeof BoxStatusSchema>;

/** Without a linkId: all links of the session. */
export const RevokeLinksSchema = Type.Object({ linkId: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })) }, { additionalProperties: false });

export const SessionStartSchema = Type.Object({ input: Type.Optional(Type.String()) }, { additionalProperties: false });
