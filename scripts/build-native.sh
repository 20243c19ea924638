#!/usr/bin/env bash
# Builds the native addons into hal/build/<kind>; quick when nothing changed.
#   scripts/build-native.sh [--sanitize | --thread-sanitize | --arm64] [--run-tests] [--no-sim] [--verbose]
# release (default): hal/build/release/scanlink_core.node, scanlink_system.node, scanlink_sim.node, scanlink_probe.node.
# --sanitize: hal/build/sanitize, addons and C++ tests with AddressSanitizer and UndefinedBehaviorSanitizer.
# --arm64: hal/build/arm64 (with --no-sim hal/build/arm64-box), cross-compiled against SCANLINK_SYSROOT (image/build makes one).
# --thread-sanitize: hal/build/thread, libraries and C++ tests with ThreadSanitizer.
# --run-tests: builds the C++ tests too and runs them; with --sanitize, then the tests of the addons in node as well.
set -euo pipefail
case " $* " in *' --help '*|*' -h '*) sed -n '2,8p' "$0" | sed 's/^# \{0,1\}//'; exit 0 ;; esac
cd "$(dirname "$0")/.."

kind=release sanitize= tests=OFF addons=ON sim=ON run=no quiet=yes
for argument in "$@"; do
  case "$argument" in
    --sanitize) kind=sanitize sanitize=address,undefined tests=ON addons=ON ;;
    --thread-sanitize) kind=thread sanitize=thread tests=ON addons=OFF ;;
    --arm64) kind=arm64 ;;
    --run-tests) tests=ON run=yes ;;
    --no-sim) sim=OFF ;;
    --verbose) quiet=no ;;
    *) echo "build-native.sh: unknown option $argument" >&2; exit 2 ;;
  esac
done

for package in node-addon-api node-api-headers; do
  [ -d "node_modules/$package" ] || { echo "build-native.sh: node_modules/$package is missing; run npm ci first" >&2; exit 1; }
done
target=()
if [ "$kind" = arm64 ]; then
  [ -d "${SCANLINK_SYSROOT:-}/usr/include" ] || { echo "build-native.sh: --arm64 needs SCANLINK_SYSROOT, a folder with trixie's arm64 libraries" >&2; exit 2; }
  if [ "$sim" = OFF ]; then kind=arm64-box; fi
  target=("-DCMAKE_TOOLCHAIN_FILE=$PWD/hal/native/toolchains/aarch64-trixie.cmake")
  export PKG_CONFIG_LIBDIR="$SCANLINK_SYSROOT/usr/lib/aarch64-linux-gnu/pkgconfig:$SCANLINK_SYSROOT/usr/share/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$SCANLINK_SYSROOT"
fi
build="hal/build/$kind"
mkdir -p "$build"
exec 9>"$build/.lock"
flock 9

log="$build/build.log"
run() {  # shows the output only when something went wrong, or with --verbose
  if [ "$quiet" = no ]; then "$@"; return; fi
  if ! "$@" >"$log" 2>&1; then cat "$log" >&2; return 1; fi
}
options=(-DCMAKE_BUILD_TYPE=Release "-DSCANLINK_SANITIZE=$sanitize" "-DSCANLINK_TESTS=$tests" "-DSCANLINK_SIM=$sim"
  "-DSCANLINK_ADDONS=$addons" "-DNODE_ADDON_API_DIR=$PWD/node_modules/node-addon-api"
  "-DNODE_API_HEADERS_DIR=$PWD/node_modules/node-api-headers/include" ${target[@]+"${target[@]}"})
stamp="${options[*]} ${SCANLINK_SYSROOT:-}"
if [ ! -f "$build/build.ninja" ] || [ "$(cat "$build/.options" 2>/dev/null || true)" != "$stamp" ]; then
  run cmake -S hal/native -B "$build" -G Ninja "${options[@]}"
  echo "$stamp" >"$build/.options"
fi
run nice -n 10 ninja -k 0 -C "$build"

# The addons as node loads them, against the sanitized build. Leaks are looked for in the C++ tests: node frees little at its end.
run_addon_tests() {
  LD_PRELOAD="$(gcc -print-file-name=libasan.so)" ASAN_OPTIONS="detect_leaks=0:strict_string_checks=1" UBSAN_OPTIONS="print_stacktrace=1" \
    NODE_OPTIONS="--disable-warning=ExperimentalWarning --import=file://$PWD/tests/integration/native/support/sanitized-addons.ts" \
    node node_modules/mocha/bin/mocha.js --exit --reporter dot --timeout 60000 'tests/integration/native/**/*.test.ts' 'tests/contract/**/*.test.ts'
}
if [ "$run" = yes ]; then
  unmoved=()  # ThreadSanitizer of GCC 12 wants the address space unshuffled
  if [ "$kind" = thread ]; then unmoved=(setarch "$(uname -m)" --addr-no-randomize); fi
  ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1:strict_string_checks=1}" UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}" \
    "${unmoved[@]}" ctest --test-dir "$build" --output-on-failure --parallel 2
  if [ "$kind" = sanitize ] && [ "$sim" = ON ]; then run_addon_tests; fi
fi
