import { findPlaces } from '@scanlink/protocol/lib/places';

/** The hub's version: that of the release. */
export function readHubVersion(): string {
  return findPlaces().version;
}
