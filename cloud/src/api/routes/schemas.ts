import { ErrorBodySchema } from '@scanlink/protocol';
import { Type } from 'typebox';

/** Ids in paths: shape is not judged here, an id that no session has is 404 whatever it looks like. */
export const SessionParamsSchema = Type.Object({ sessionId: Type.String({ maxLength: 128 }) });
export const ResourceParamsSchema = Type.Object({ sessionId: Type.String({ maxLength: 128 }), resourceId: Type.String({ maxLength: 128 }) });
export const LinkParamsSchema = Type.Object({ sessionId: Type.String({ maxLength: 128 }), linkId: Type.String({ maxLength: 128 }) });
export const NothingSchema = Type.Null({ description: 'no content' });

/** The refusals of a route, for the description. */
export function refusals<Status extends number>(...statuses: Status[]): Record<Status, typeof ErrorBodySchema> {
  return Object.fromEntries(statuses.map((status) => [status, ErrorBodySchema])) as Record<Status, typeof ErrorBodySchema>;
}
