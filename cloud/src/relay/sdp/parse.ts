import { AppError } from '@scanlink/protocol';

/** One media section of an offer, as far as the relay has to know it. Attributes keep their order. */
export interface SdpSection {
  readonly kind: string;
  readonly port: number;
  readonly protocol: string;
  readonly formats: readonly string[];
  readonly mid: string;
  readonly attributes: readonly SdpAttribute[];
}
export interface SdpAttribute { readonly name: string; readonly value: string }
export interface SdpOffer {
  readonly attributes: readonly SdpAttribute[];
  readonly sections: readonly SdpSection[];
}

const MAX_SECTIONS = 32;
const MAX_LINES = 4000;
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,64}$/;
/** What goes back into the answer's m-lines: nothing but tokens and slashes. */
const WORD = /^[A-Za-z0-9/+._-]{1,64}$/;

/**
 * Reads an offer. Only what is well-formed gets through: the text itself never reaches the native library.
 * @throws HUB_BAD_SDP with what is wrong (never with the offer's content). Source: RFC 8866.
 */
export function parseOffer(text: string): SdpOffer {
  const lines = text.split(/\r\n|\n|\r/, MAX_LINES);
  if (!lines[0]?.startsWith('v=0')) throw badSdp('it does not begin with v=0');
  const attributes: SdpAttribute[] = [];
  const sections: { head: MediaLine; attributes: SdpAttribute[] }[] = [];
  for (const line of lines) {
    if (line.startsWith('m=')) {
      if (sections.length >= MAX_SECTIONS) throw badSdp('too many media sections');
      sections.push({ head: readMediaLine(line), attributes: [] });
    } else if (line.startsWith('a=')) {
      (sections.at(-1)?.attributes ?? attributes).push(readAttribute(line));
    }
  }
  if (sections.length === 0) throw badSdp('it holds no media section');
  return { attributes, sections: nameSections(sections) };
}

interface MediaLine { readonly kind: string; readonly port: number; readonly protocol: string; readonly formats: readonly string[] }

function readMediaLine(line: string): MediaLine {
  const [kind, port, protocol, ...formats] = line.slice(2).trim().split(/ +/);
  const words = [kind ?? '', protocol ?? '', ...formats];
  if (!words.every((word) => WORD.test(word)) || !/^\d{1,5}$/.test(port ?? '') || formats.length === 0) throw badSdp('a media line is malformed');
  return { kind: kind!, port: Number(port), protocol: protocol!, formats };
}

function readAttribute(line: string): SdpAttribute {
  const colon = line.indexOf(':');
  return colon < 0 ? { name: line.slice(2).trim(), value: '' } : { name: line.slice(2, colon), value: line.slice(colon + 1).trim() };
}

function nameSections(sections: readonly { head: MediaLine; attributes: readonly SdpAttribute[] }[]): readonly SdpSection[] {
  const seen = new Set<string>();
  return sections.map(({ head, attributes }) => {
    const mid = findAttribute(attributes, 'mid');
    if (mid === undefined || !TOKEN.test(mid)) throw badSdp('a media section has no usable mid');
    if (seen.has(mid)) throw badSdp('two media sections have the same mid');
    seen.add(mid);
    return { ...head, mid, attributes };
  });
}

export function findAttribute(attributes: readonly SdpAttribute[], name: string): string | undefined {
  return attributes.find((each) => each.name === name)?.value;
}

/** `sendrecv` when nothing is said (RFC 8866, 6.7). */
export function readDirection(offer: SdpOffer, section: SdpSection): 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive' {
  for (const { name } of [...section.attributes, ...offer.attributes]) {
    if (name === 'sendrecv' || name === 'sendonly' || name === 'recvonly' || name === 'inactive') return name;
  }
  return 'sendrecv';
}

export interface TransportParameters {
  readonly iceUfrag: string;
  readonly icePwd: string;
  readonly fingerprint: string;
  readonly setup: 'actpass' | 'active' | 'passive';
}

const FINGERPRINT_BYTES: Readonly<Record<string, number>> = { 'sha-1': 20, 'sha-224': 28, 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 };

/** ICE and DTLS of a section, from itself or from the session level. @throws HUB_BAD_SDP */
export function readTransport(offer: SdpOffer, section: SdpSection): TransportParameters {
  const read = (name: string): string => findAttribute(section.attributes, name) ?? findAttribute(offer.attributes, name) ?? '';
  const iceUfrag = read('ice-ufrag');
  const icePwd = read('ice-pwd');
  if (!/^[A-Za-z0-9+/]{4,256}$/.test(iceUfrag)) throw badSdp('there is no usable ice-ufrag');
  if (!/^[A-Za-z0-9+/]{22,256}$/.test(icePwd)) throw badSdp('there is no usable ice-pwd');
  const setup = read('setup') || 'actpass';
  if (setup !== 'actpass' && setup !== 'active' && setup !== 'passive') throw badSdp('a=setup is not usable');
  return { iceUfrag, icePwd, fingerprint: readFingerprint([...section.attributes, ...offer.attributes]), setup };
}

function readFingerprint(attributes: readonly SdpAttribute[]): string {
  for (const { name, value } of attributes) {
    if (name !== 'fingerprint') continue;
    const [algorithm = '', hex = '', ...rest] = value.split(' ');
    const bytes = FINGERPRINT_BYTES[algorithm.toLowerCase()];
    const pairs = hex.split(':');
    if (rest.length === 0 && bytes === pairs.length && pairs.every((pair) => /^[0-9A-Fa-f]{2}$/.test(pair))) return `${algorithm.toLowerCase()} ${hex.toUpperCase()}`;
  }
  throw badSdp('there is no usable fingerprint');
}

export function badSdp(detail: string): AppError {
  return new AppError('HUB_BAD_SDP', { detail });
}
