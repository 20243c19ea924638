#!/usr/bin/env bash
# Measurements beside peers, in one run: `npm run bench -- latency [--rounds N] [--seconds N]`.
# The peers (FFmpeg by node-av, LiveKit) are installed here and only here; ./run and ./test never need them.
set -euo pipefail
ROOT_DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
LIVEKIT_VERSION=1.13.5
what="${1:-}"; [ $# -gt 0 ] && shift
NO_INSTALL=0; arguments=()
for argument in "$@"; do if [ "$argument" = --no-install ]; then NO_INSTALL=1; else arguments+=("$argument"); fi; done
case "$what" in
  latency) ;;
  *) printf 'usage: npm run bench -- latency [--rounds 6] [--seconds 10] [--returns 3] [--no-record] [--no-install]\n' >&2; exit 2 ;;
esac

# shellcheck source=scripts/install.sh
. "$ROOT_DIR/scripts/install.sh"
install_for check

install_peers() {
  local hash stamp=bench/peers/node_modules/.installed-from
  hash="$(cat bench/peers/package.json bench/peers/package-lock.json | sha256sum | cut -c1-16)"
  [ "$(cat "$stamp" 2>/dev/null || true)" = "$hash" ] && return 0
  say "peers of the bench: FFmpeg 8.1 (node-av) and livekit-client (about 245 MB in bench/peers/node_modules)"
  (cd bench/peers && with_progress "npm ci" npm ci --no-audit --no-fund --loglevel=error --ignore-scripts)
  printf '%s' "$hash" > "$stamp"
}

# Its own folder in the cache, so that no other program of the same name is taken for it.
install_livekit() {
  LIVEKIT_SERVER="${LIVEKIT_SERVER:-$CACHE_DIR/livekit-$LIVEKIT_VERSION/server}"
  if [ ! -x "$LIVEKIT_SERVER" ]; then
    [ "$NO_INSTALL" = 0 ] || die "--no-install, and there is no LiveKit at $LIVEKIT_SERVER"
    command -v go >/dev/null || die "the bench builds LiveKit $LIVEKIT_VERSION from source and needs Go 1.21 or newer; or set LIVEKIT_SERVER to its binary"
    say "LiveKit $LIVEKIT_VERSION, built from source (about 3 minutes, 75 MB)"
    GOBIN="$(dirname "$LIVEKIT_SERVER")" with_progress "building LiveKit" go install "github.com/livekit/livekit-server/cmd/server@v$LIVEKIT_VERSION"
  fi
  export LIVEKIT_SERVER
}

if [ "$NO_INSTALL" = 0 ]; then install_peers; fi
install_livekit
exec node --disable-warning=ExperimentalWarning bench/src/latency/main.ts ${arguments[@]+"${arguments[@]}"}
