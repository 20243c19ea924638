#!/usr/bin/env bash
# Prints the mirror of Debian that this machine's own apt uses, without a last slash; SCANLINK_DEBIAN_MIRROR goes before it.
set -euo pipefail
mirror="${SCANLINK_DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -E '^https?:.*/debian/?$' | head -n 1 || true)}"
[ -n "$mirror" ] || { echo "this machine's apt names no mirror of Debian: set SCANLINK_DEBIAN_MIRROR to one" >&2; exit 1; }
printf '%s\n' "${mirror%/}"
