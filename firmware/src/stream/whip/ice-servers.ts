import type { IceServer as RtcIceServer } from 'node-datachannel';
import type { IceServer } from './link-header.ts';

/** A server that names more is not asked for the rest: each is an address that the box sends to. */
const MAX_NAMED = 4;

/**
 * ICE servers of the configuration (`stun:host[:port]`, `turn:user:secret@host:port`) as they are, and the first few that
 * a WHIP server named, in the form of the peer connection. TURN over TCP or TLS is left out: libjuice can't use it.
 * @param named empty unless the configuration lets the server name some: it could make the box send anywhere inside.
 */
export function toRtcIceServers(configured: readonly string[], named: readonly IceServer[]): (string | RtcIceServer)[] {
  return [...configured, ...named.flatMap((server) => toRtcIceServer(server)).slice(0, MAX_NAMED)];
}

function toRtcIceServer(server: IceServer): (string | RtcIceServer)[] {
  const parts = /^(stun|turn):(\[[^\]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(\w+))?$/i.exec(server.url);
  if (!parts || (parts[4] !== undefined && parts[4].toLowerCase() !== 'udp')) return [];
  const hostname = parts[2]!.replace(/^\[|\]$/g, '');
  const port = Number(parts[3] ?? 3478);
  if (parts[1]!.toLowerCase() === 'stun') return [{ hostname, port }];
  if (server.username === undefined || server.credential === undefined) return [];
  return [{ hostname, port, username: server.username, password: server.credential, relayType: 'TurnUdp' }];
}
