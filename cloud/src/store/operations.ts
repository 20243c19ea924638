import { boxOperations } from './operations/boxes.ts';
import { linkOperations } from './operations/links.ts';
import { probeOperations } from './operations/probe.ts';
import { retentionOperations } from './operations/retention.ts';
import { sessionOperations } from './operations/sessions.ts';
import { viewingOperations } from './operations/viewings.ts';

/**
 * Every question that the hub asks its store. They run in the store's thread, each in a transaction of its own; arguments
 * and results are plain data. Adding one in operations/ makes it callable through Store; nothing else has to change.
 */
export const operations = { ...boxOperations, ...sessionOperations, ...linkOperations, ...viewingOperations, ...retentionOperations, ...probeOperations } as const;

export type Operations = typeof operations;
export type OperationName = keyof Operations;
