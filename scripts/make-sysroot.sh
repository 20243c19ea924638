#!/usr/bin/env bash
# Unpacks trixie's arm64 headers and libraries (image/packages/sysroot.txt) into a folder; installs nothing on this machine.
#   scripts/make-sysroot.sh FOLDER      then: SCANLINK_SYSROOT=FOLDER scripts/build-native.sh --arm64
# SCANLINK_DEBIAN_MIRROR: which mirror of Debian; by default the one that this machine's own apt uses. Debian's keys are checked.
set -euo pipefail
case "${1:-}" in ''|-*) sed -n '2,4p' "$0" | sed 's/^# \{0,1\}//' >&2; exit 2 ;; esac
[ ! -e "$1" ] || { echo "make-sysroot.sh: $1 is there already" >&2; exit 2; }
root="$(cd "$(dirname "$0")/.." && pwd)"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -f "$keyring" ] || { echo "make-sysroot.sh: the package debian-archive-keyring is missing" >&2; exit 1; }
mirror="$("$root/scripts/find-debian-mirror.sh")"
work="$(mktemp -d "${TMPDIR:-/tmp}/sysroot-XXXXXX")"; part="$1.part"
trap 'rm -rf "$work" "$part"' EXIT
# A package state of its own.
mkdir -p "$work"/{lists,cache/archives}/partial; : > "$work/status"
printf 'deb [arch=arm64 signed-by=%s] %s trixie main\n' "$keyring" "$mirror" > "$work/sources.list"
cat > "$work/apt.conf" <<CONF
Dir::State::Lists "$work/lists"; Dir::State::status "$work/status"; Dir::Cache "$work/cache"; Dir::Cache::pkgcache "";
Dir::Etc::SourceList "$work/sources.list"; Dir::Etc::SourceParts "/dev/null";
APT::Architecture "arm64"; APT::Architectures { "arm64"; }; APT::Install-Recommends "false";
APT::Sandbox::User "root"; Acquire::Languages "none"; Acquire::Retries "3";
CONF
export APT_CONFIG="$work/apt.conf"
# The base image of a container may throw packages away as soon as they were fetched.
keep=(-o Binary::apt-get::APT::Keep-Downloaded-Packages=true -o 'DPkg::Post-Invoke=' -o 'APT::Update::Post-Invoke=')
timeout 300 apt-get -q "${keep[@]}" update
mapfile -t packages < <(sed 's/#.*//' "$root/image/packages/sysroot.txt" | tr -s ' \n' '\n' | sed '/^$/d')
timeout 900 apt-get -q --yes "${keep[@]}" --download-only install "${packages[@]}"
rm -rf "$part"; mkdir -p "$part"
# Debian of today has one /usr: these are links into it before any package is laid over them.
for name in lib bin sbin; do mkdir -p "$part/usr/$name"; ln -s "usr/$name" "$part/$name"; done
for deb in "$work"/cache/archives/*.deb; do dpkg-deb --fsys-tarfile "$deb" | tar --extract --keep-directory-symlink --no-same-owner -C "$part"; done
rm -rf "$part"/usr/share/{doc,man,locale,icons} "$part"/usr/{bin,sbin}
mkdir -p "$(dirname "$1")"; mv "$part" "$1"
