import { AppError } from '@scanlink/protocol';
import type { FastifyRequest } from 'fastify';
import type { Credentials } from '../auth/gate.ts';

/** What a request brings to prove who sends it. The peer's address is used for counting failures only. */
export function credentialsOf(request: FastifyRequest): Credentials {
  return { authorization: request.headers.authorization, peer: request.socket.remoteAddress ?? '' };
}

/** Whether who asked has hung up: whatever is made for them now nobody will use. */
export function isAbandoned(request: FastifyRequest): boolean {
  return request.socket.destroyed || !request.socket.writable;
}

/** Compares the media type alone: parameters (charset) do not matter. A body that is packed is not unpacked. @throws HUB_WRONG_TYPE */
export function requireContentType(request: FastifyRequest, expected: string): void {
  const given = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (given !== expected || encoding !== 'identity') throw new AppError('HUB_WRONG_TYPE', { expected });
}
