import type { IceServer as RtcIceServer } from 'node-datachannel';
import type { IceServer } from './link-header.ts';

/**
 * ICE servers of the configuration (`stun:host[:port]`, `turn:user:secret@host:port`) as they are, and those that a
 * WHIP server named, in the form of the peer connection. TURN over TCP or TLS is left out: libjuice can't use it.
 */
export function toRtcIceServers(configured: readonly string[], named: readonly IceServer[]): (string | RtcIceServer)[] {
  return [...configured, ...named.flatMap((server) => toRtcIceServer(server))];
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
