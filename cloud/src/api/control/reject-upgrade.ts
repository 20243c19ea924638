import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AppError } from '@scanlink/protocol';

/** A client that does not take its answer, or does not close, loses its socket after this. */
const LINGER_MS = 1000;

/**
 * Answers an upgrade with a plain HTTP refusal and gives the socket up. After `upgrade` no limit of the HTTP server
 * applies any more, and nobody else reads: without this a client that never closes its side would keep the descriptor.
 */
export function rejectUpgrade(socket: Duplex, error: AppError): void {
  const body = JSON.stringify(error.toBody());
  const headers = [
    `HTTP/1.1 ${error.httpStatus} ${STATUS_CODES[error.httpStatus] ?? 'Refused'}`, 'Content-Type: application/json; charset=utf-8', `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store', 'X-Content-Type-Options: nosniff', 'Connection: close',
    ...(error.code === 'HUB_NO_TOKEN' ? ['WWW-Authenticate: Bearer realm="scanlink"'] : []),
    ...(error.httpStatus === 429 || error.httpStatus === 503 ? [`Retry-After: ${error.context['retryAfterSeconds'] ?? 1}`] : []),
  ];
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  timer.unref();
  socket.once('finish', () => socket.destroy());
  socket.once('close', () => clearTimeout(timer));
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`);
}
