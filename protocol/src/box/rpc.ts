import { Type, type Static } from 'typebox';

/**
 * Messages on the box's unix sockets (control.sock, media.sock, ui.sock): one JSON object a line, UTF-8, at most
 * MAX_LINE_BYTES. The client's first line is `hello`; the server answers with `snapshot` and then sends numbered
 * `event`s. Either side may send a `request` and gets one `response` with the same id; ids of the two sides are apart.
 */
export const MAX_LINE_BYTES = 1_048_576;

export const HelloSchema = Type.Object({ type: Type.Literal('hello'), v: Type.Integer(), client: Type.String({ maxLength: 64 }) }, { additionalProperties: false });
export const SnapshotSchema = Type.Object({ type: Type.Literal('snapshot'), v: Type.Integer(), seq: Type.Integer(), data: Type.Unknown() }, { additionalProperties: false });
export const EventSchema = Type.Object({ type: Type.Literal('event'), seq: Type.Integer(), name: Type.String(), data: Type.Unknown() }, { additionalProperties: false });
export const RequestSchema = Type.Object({ type: Type.Literal('request'), id: Type.Integer(), method: Type.String({ maxLength: 64 }), params: Type.Unknown() }, { additionalProperties: false });
export const ErrorBodySchema = Type.Object({
  code: Type.String(), message: Type.String(), messageZh: Type.String(), retryable: Type.Boolean(),
  context: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
}, { additionalProperties: false });
/** The server's answer to a hello that it does not take (another version); then it hangs up. */
export const HelloRefusedSchema = Type.Object({ type: Type.Literal('refused'), error: ErrorBodySchema }, { additionalProperties: false });
export const ResponseSchema = Type.Union([
  Type.Object({ type: Type.Literal('response'), id: Type.Integer(), ok: Type.Literal(true), result: Type.Unknown() }, { additionalProperties: false }),
  Type.Object({ type: Type.Literal('response'), id: Type.Integer(), ok: Type.Literal(false), error: ErrorBodySchema }, { additionalProperties: false }),
]);
export const MessageSchema = Type.Union([HelloSchema, SnapshotSchema, EventSchema, RequestSchema, ResponseSchema, HelloRefusedSchema]);
export type Message = Static<typeof MessageSchema>;
