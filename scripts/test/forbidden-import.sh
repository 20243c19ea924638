#!/usr/bin/env bash
# Proves that the lint rule for the direction of arrows bites: each forbidden import, written to a scratch file in the
# folder it is forbidden in, must make oxlint fail; the allowed one must not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scratch=()
cleanup() { rm -f "${scratch[@]}"; }
trap cleanup EXIT
try() { # folder import expected
  local file="$1/zz-forbidden-import-probe.ts" got=accepted
  scratch+=("$file")
  printf "import type * as probe from '%s';\nexport type Probe = typeof probe;\n" "$2" > "$file"
  npx oxlint "$file" > /dev/null 2>&1 || got=refused
  rm -f "$file"
  [ "$got" = "$3" ] || { echo "$1 importing $2: $got, expected $3"; exit 1; }
}
try protocol/src @scanlink/hal refused
try board/src @scanlink/hal refused
try board/src @scanlink/firmware/main refused
try board/src ../../firmware/src/main.ts refused
try hal/src @scanlink/firmware/main refused
try firmware/src @scanlink/cloud/api/main refused
try firmware/src ../../cloud/src/api/main.ts refused
try cloud/src @scanlink/hal refused
try cloud/src ../../firmware/src/main.ts refused
try cloud/web/src @scanlink/firmware/main refused
try scripts/run @scanlink/bench/check/main refused
try bench/src ../../tests/support/until.ts refused
try tests/support ../../cloud/src/api/main.ts refused
try board/src @scanlink/protocol accepted
try firmware/src @scanlink/board accepted
try firmware/src @scanlink/hal accepted
try cloud/src @scanlink/protocol accepted
