/** Versions of the message formats in this package, as one side speaks them; both ends counted in. */
export interface VersionRange { readonly oldest: number; readonly newest: number }

/** Newest version that this release writes, and the only one that a socket inside the box takes: one release, one version. */
export const PROTOCOL_VERSION = 1;
/** What box and hub of this release understand of each other. They live versions apart: docs/decisions/0014-a-version-apart.md. */
export const SPOKEN_VERSIONS: VersionRange = { oldest: 1, newest: PROTOCOL_VERSION };

/** Newest version that both sides speak; null when there is none. */
export function agreeOnVersion(ours: VersionRange, theirs: VersionRange): number | null {
  const newest = Math.min(ours.newest, theirs.newest);
  return newest >= Math.max(ours.oldest, theirs.oldest) ? newest : null;
}
