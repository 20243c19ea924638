/** An ICE server as a WHIP server names it. */
export interface IceServer {
  readonly url: string;
  readonly username?: string;
  readonly credential?: string;
}

/**
 * ICE servers of `Link` headers (rel="ice-server"), in order. What is malformed or of another relation is left out.
 * Source: RFC 9725, section 4.6; RFC 8288, section 3.
 * By hand, since http-link-header 1.1.4 throws all links away for a malformed one, reads a parameter without a value
 * together with the next, and copies all parameters for each relation: 5.8 s and 500 MiB for one header of 15 kB.
 */
export function parseIceServers(headers: readonly string[]): IceServer[] {
  return headers.flatMap((header) => splitLinks(header)).flatMap((link) => {
    const target = /^\s*<([^>]*)>/.exec(link);
    if (!target?.[1]) return [];
    const parameters = readParameters(link.slice(target[0].length));
    const relations = (parameters.get('rel') ?? '').toLowerCase().split(/\s+/);
    if (!relations.includes('ice-server') || !/^(stun|stuns|turn|turns):/i.test(target[1])) return [];
    const username = parameters.get('username');
    const credential = parameters.get('credential');
    return [{ url: target[1], ...(username === undefined ? {} : { username }), ...(credential === undefined ? {} : { credential }) }];
  });
}

/** Commas part the links, unless they stand in <> or in quotes. */
function splitLinks(header: string): string[] {
  const links: string[] = [];
  let start = 0;
  let quoted = false;
  let inTarget = false;
  for (let at = 0; at < header.length; at += 1) {
    const char = header[at];
    if (quoted && char === '\\') at += 1;
    else if (!inTarget && char === '"') quoted = !quoted;
    else if (!quoted && char === '<') inTarget = true;
    else if (!quoted && char === '>') inTarget = false;
    else if (!quoted && !inTarget && char === ',') {
      links.push(header.slice(start, at));
      start = at + 1;
    }
  }
  links.push(header.slice(start));
  return links;
}

function readParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const found of text.matchAll(/;\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/g)) {
    const name = found[1]!.toLowerCase();
    // The first of a name counts (RFC 8288, section 3.3).
    if (!parameters.has(name)) parameters.set(name, found[2]?.replace(/\\(.)/g, '$1') ?? found[3] ?? '');
  }
  return parameters;
}
