import { AppError } from '@scanlink/protocol';
import type { FastifyRequest } from 'fastify';
import type { BoxRecord, SessionRecord } from '../../store/schema.ts';
import { credentialsOf } from '../http/request-guards.ts';
import type { Gate, Viewer } from './gate.ts';

/** What the hooks work with. */
export interface AdmitParts { readonly gate: Gate }

/** Hook: 401, 403. */
export async function admitBox(request: FastifyRequest, parts: AdmitParts): Promise<void> {
  request.box = await parts.gate.admitBox(credentialsOf(request));
}

/** Hook: 401, 403, 404. */
export async function admitSessionOwner(request: FastifyRequest, parts: AdmitParts): Promise<void> {
  await admitBox(request, parts);
  request.session = await parts.gate.requireOwnSession(requireBox(request), sessionIdOf(request));
}

/** Hook: 401, 403, 404. */
export async function admitSessionViewer(request: FastifyRequest, parts: AdmitParts): Promise<void> {
  request.viewer = await parts.gate.admitViewer(credentialsOf(request), sessionIdOf(request));
  request.session = await parts.gate.requireSession(sessionIdOf(request));
}

export function sessionIdOf(request: FastifyRequest): string {
  return (request.params as { sessionId: string }).sessionId;
}

export function requireBox(request: FastifyRequest): BoxRecord {
  return present(request.box);
}

export function requireViewer(request: FastifyRequest): Viewer {
  return present(request.viewer);
}

export function requireSession(request: FastifyRequest): SessionRecord {
  return present(request.session);
}

function present<T>(value: T | null): T {
  if (value === null) throw new AppError('BUG_UNEXPECTED', { detail: 'a route forgot its hook' });
  return value;
}
