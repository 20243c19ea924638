import { AppError } from '@scanlink/protocol';

/**
 * One media section of an offer, as far as the hub has to know it. All that is looked up later stands in an index that
 * one pass over the lines has made: work grows with the size of the offer and not faster.
 */
export interface SdpSection {
  readonly kind: string;
  readonly port: number;
  readonly protocol: string;
  readonly formats: readonly string[];
  /** Made up when the offer says none (`named` false): it is then left out of the answer. */
  readonly mid: string;
  readonly named: boolean;
  readonly attributes: AttributeIndex;
}

export interface AttributeIndex {
  /** First value of each name. */
  readonly first: ReadonlyMap<string, string>;
  /** Encoding by payload type, in the offer's order. */
  readonly encodings: ReadonlyMap<number, string>;
  readonly parameters: ReadonlyMap<number, string>;
  readonly feedback: ReadonlyMap<number | '*', readonly string[]>;
  /** Extension id by URI. */
  readonly extensions: ReadonlyMap<string, number>;
  readonly fingerprints: readonly string[];
  readonly direction: Direction | null;
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
export interface SdpOffer {
  readonly attributes: AttributeIndex;
  readonly sections: readonly SdpSection[];
  /** BUNDLE groups: their mids, in order. */
  readonly bundles: readonly (readonly string[])[];
}

/** Chromium's greatest offers have some 200 attributes and 60 formats a section. */
const MAX_SECTIONS = 32;
const MAX_ATTRIBUTES = 1000;
const MAX_FORMATS = 128;
const MAX_BUNDLES = 8;
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,64}$/;
/** What goes back into the answer's m-lines: nothing but tokens and slashes. */
const WORD = /^[A-Za-z0-9/+._-]{1,64}$/;

/**
 * Reads an offer. Only what is well-formed gets through: the text itself never reaches the native library.
 * @throws HUB_BAD_SDP with what is wrong (never with the offer's content). Source: RFC 8866.
 */
export function parseOffer(text: string): SdpOffer {
  const lines = text.split(/\r\n|\n|\r/);
  if (!lines[0]?.startsWith('v=0')) throw badSdp('it does not begin with v=0');
  const session = new IndexBuilder();
  const sections: { head: MediaLine; index: IndexBuilder }[] = [];
  const bundles: (readonly string[])[] = [];
  for (const line of lines) {
    if (line.startsWith('m=')) {
      if (sections.length >= MAX_SECTIONS) throw badSdp('too many media sections');
      sections.push({ head: readMediaLine(line), index: new IndexBuilder() });
    } else if (line.startsWith('a=')) {
      const { name, value } = readAttribute(line);
      (sections.at(-1)?.index ?? session).add(name, value);
      if (sections.length > 0 || name !== 'group' || !value.startsWith('BUNDLE ')) continue;
      if (bundles.length >= MAX_BUNDLES) throw badSdp('too many bundles');
      bundles.push(readBundle(value));
    }
  }
  if (sections.length === 0) throw badSdp('it holds no media section');
  return { attributes: session, sections: nameSections(sections), bundles };
}

interface MediaLine { readonly kind: string; readonly port: number; readonly protocol: string; readonly formats: readonly string[] }

function readMediaLine(line: string): MediaLine {
  const [kind, port, protocol, ...formats] = line.slice(2).trim().split(/ +/, MAX_FORMATS + 4);
  if (formats.length > MAX_FORMATS) throw badSdp(`a media line has more than ${MAX_FORMATS} formats`);
  const words = [kind ?? '', protocol ?? '', ...formats];
  if (!words.every((word) => WORD.test(word)) || !/^\d{1,5}$/.test(port ?? '') || formats.length === 0) throw badSdp('a media line is malformed');
  return { kind: kind!, port: Number(port), protocol: protocol!, formats };
}

function readAttribute(line: string): { readonly name: string; readonly value: string } {
  const colon = line.indexOf(':');
  return colon < 0 ? { name: line.slice(2).trim(), value: '' } : { name: line.slice(2, colon), value: line.slice(colon + 1).trim() };
}

function readBundle(value: string): readonly string[] {
  const mids = value.split(/ +/, MAX_SECTIONS + 2).slice(1);
  if (mids.length > MAX_SECTIONS) throw badSdp('a bundle names too many sections');
  return mids;
}

class IndexBuilder implements AttributeIndex {
  readonly first = new Map<string, string>();
  readonly encodings = new Map<number, string>();
  readonly parameters = new Map<number, string>();
  readonly feedback = new Map<number | '*', string[]>();
  readonly extensions = new Map<string, number>();
  readonly fingerprints: string[] = [];
  direction: Direction | null = null;
  private count = 0;

  add(name: string, value: string): void {
    this.count += 1;
    if (this.count > MAX_ATTRIBUTES) throw badSdp(`a section has more than ${MAX_ATTRIBUTES} attributes`);
    if (!this.first.has(name)) this.first.set(name, value);
    switch (name) {
      case 'rtpmap':
      case 'fmtp':
      case 'rtcp-fb':
        this.addForFormat(name, value);
        return;
      case 'extmap': {
        const match = /^(\d{1,3})(?:\/\w{1,16})? (\S+)/.exec(value);
        if (match && !this.extensions.has(match[2]!)) this.extensions.set(match[2]!, Number(match[1]));
        return;
      }
      case 'fingerprint':
        this.fingerprints.push(value);
        return;
      case 'sendrecv':
      case 'sendonly':
      case 'recvonly':
      case 'inactive':
        this.direction ??= name;
        return;
      default:
    }
  }

  private addForFormat(name: 'rtpmap' | 'fmtp' | 'rtcp-fb', value: string): void {
    const space = value.indexOf(' ');
    const type = space < 0 ? value : value.slice(0, space);
    const rest = space < 0 ? '' : value.slice(space + 1).trim();
    if (name === 'rtcp-fb' && type === '*') {
      this.addFeedback('*', rest);
      return;
    }
    const payloadType = /^\d{1,3}$/.test(type) ? Number(type) : -1;
    // What names no payload type concerns none.
    if (payloadType < 0 || payloadType > 127) return;
    if (name === 'rtcp-fb') this.addFeedback(payloadType, rest);
    else if (name === 'fmtp') this.parameters.set(payloadType, this.parameters.get(payloadType) ?? rest);
    else if (this.encodings.has(payloadType)) throw badSdp('a payload type is described twice');
    else this.encodings.set(payloadType, rest);
  }

  private addFeedback(key: number | '*', value: string): void {
    const known = this.feedback.get(key);
    if (known) known.push(value);
    else this.feedback.set(key, [value]);
  }
}

function nameSections(sections: readonly { head: MediaLine; index: AttributeIndex }[]): readonly SdpSection[] {
  const seen = new Set<string>();
  for (const { index } of sections) {
    const mid = index.first.get('mid');
    if (mid === undefined) continue;
    if (!TOKEN.test(mid)) throw badSdp('a media section has no usable mid');
    if (seen.has(mid)) throw badSdp('two media sections have the same mid');
    seen.add(mid);
  }
  return sections.map(({ head, index }, position) => {
    const said = index.first.get('mid');
    return { ...head, mid: said ?? makeUpMid(seen, position), named: said !== undefined, attributes: index };
  });
}

function makeUpMid(taken: ReadonlySet<string>, position: number): string {
  let mid = `s${position}`;
  while (taken.has(mid)) mid += '-';
  return mid;
}

export function badSdp(detail: string): AppError {
  return new AppError('HUB_BAD_SDP', { detail });
}
