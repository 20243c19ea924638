import type { PeerTransport } from '@scanlink/protocol';
import { badSdp, type SdpOffer, type SdpSection } from './parse.ts';

/** The bundle that a section belongs to: its mids in the offer's order; empty when it stands alone. */
export function findBundle(offer: SdpOffer, section: SdpSection): readonly string[] {
  if (!section.named) return [];
  return offer.bundles.find((mids) => mids.includes(section.mid)) ?? [];
}

/** The section whose transport lines are those of the whole bundle (RFC 9143, 7.2): its first one. */
export function findTransportSection(offer: SdpOffer, section: SdpSection): SdpSection {
  const tagged = findBundle(offer, section)[0];
  return offer.sections.find((each) => each.named && each.mid === tagged) ?? section;
}

/**
 * Whether a section is offered at all: port 0 says no, unless it is `bundle-only` and has its port from its bundle.
 */
export function isOffered(offer: SdpOffer, section: SdpSection): boolean {
  return section.port !== 0 || (section.attributes.first.has('bundle-only') && findBundle(offer, section).length > 0);
}

/** rtcp-mux, said by the section or by the first one of its bundle. */
export function hasMux(offer: SdpOffer, section: SdpSection): boolean {
  return [section, findTransportSection(offer, section)].some(({ attributes }) => attributes.first.has('rtcp-mux') || attributes.first.has('rtcp-mux-only'));
}

/** SHA-1 and SHA-224 are refused: a certificate with the same short fingerprint can be made (RFC 8122 wants SHA-256). */
const FINGERPRINT_BYTES: Readonly<Record<string, number>> = { 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 };

/**
 * ICE and DTLS of the path that a section shares. tagged: the first section of its bundle that is kept, whose lines are
 * those of the whole path (RFC 9143, 7.3.2 and 7.5), also where each section of the offer comes with its own. What it
 * does not say is the session's, the section's own or that of the bundle's first. @throws HUB_BAD_SDP
 */
export function readTransport(offer: SdpOffer, section: SdpSection, tagged: SdpSection | null = null): PeerTransport {
  const first = findTransportSection(offer, section);
  const places = [(tagged ?? first).attributes, offer.attributes, section.attributes, first.attributes];
  const read = (name: string): string => places.find((each) => each.first.has(name))?.first.get(name) ?? '';
  const iceUfrag = read('ice-ufrag');
  const icePwd = read('ice-pwd');
  if (!/^[A-Za-z0-9+/]{4,256}$/.test(iceUfrag)) throw badSdp('there is no usable ice-ufrag');
  if (!/^[A-Za-z0-9+/]{22,256}$/.test(icePwd)) throw badSdp('there is no usable ice-pwd');
  const setup = read('setup') || 'actpass';
  if (setup !== 'actpass' && setup !== 'active' && setup !== 'passive') throw badSdp('a=setup is not usable');
  for (const { fingerprints } of places) {
    for (const line of fingerprints) {
      const fingerprint = readFingerprint(line);
      if (fingerprint !== null) return { iceUfrag, icePwd, fingerprint, setup };
    }
  }
  throw badSdp('there is no usable fingerprint');
}

function readFingerprint(value: string): string | null {
  // The longest is 512 bits; what is longer need not be taken apart.
  if (value.length > 256) return null;
  const [algorithm = '', hex = '', ...rest] = value.split(' ');
  const name = algorithm.toLowerCase();
  const bytes = Object.hasOwn(FINGERPRINT_BYTES, name) ? FINGERPRINT_BYTES[name] : undefined;
  const pairs = hex.split(':');
  const fits = rest.length === 0 && bytes === pairs.length && pairs.every((pair) => /^[0-9A-Fa-f]{2}$/.test(pair));
  return fits ? `${name} ${hex.toUpperCase()}` : null;
}
