# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# Sourced by the scripts beside it: where things are, what must be installed, how to build.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
BUILD="$ROOT/build"
export LC_ALL=C.UTF-8

# What is installed, by purpose. libdpdk-dev brings every poll-mode driver; meson brings python3.
BUILD_PACKAGES=(gcc libc6-dev libcunit1-dev libdpdk-dev libjansson-dev liblmdb-dev libssl-dev
	meson ninja-build pkg-config python3)
TEST_PACKAGES=(ethtool iproute2 iputils-ping)
FUZZ_PACKAGES=(clang-14 libclang-rt-14-dev)

say() {
	printf '==> %s\n' "$*"
}

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# Run quietly; show what it printed only when it fails.  quietly LOGFILE COMMAND...
quietly() {
	local log=$1
	shift
	mkdir -p "$(dirname "$log")"
	if ! "$@" >"$log" 2>&1 </dev/null; then
		tail -n 60 "$log" >&2
		return 1
	fi
}

# Print those of the packages that are not installed.
missing_packages() {
	local installed package
	installed=$(dpkg-query -W -f '${Package} ${Status}\n' "$@" 2>/dev/null || true)
	for package in "$@"; do
		grep -q "^$package install ok installed\$" <<<"$installed" || printf '%s\n' "$package"
	done
}

apt_install() {
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# need PACKAGES...: install what is missing, and ask the network for nothing when nothing is.
need() {
	local missing
	if ! command -v dpkg-query >/dev/null; then
		say "no dpkg here: taking it that these are installed in another way: $*"
		return
	fi
	mapfile -t missing < <(missing_packages "$@")
	if [ "${#missing[@]}" -eq 0 ]; then
		return
	fi
	if [ "$(id -u)" -ne 0 ]; then
		die "these packages are missing, and only root can install them:
    sudo apt-get install --no-install-recommends ${missing[*]}"
	fi
	say "installing ${#missing[@]} packages with what they need: ${missing[*]}"
	if quietly "$BUILD/install.log" apt_install "${missing[@]}" 2>/dev/null; then
		return
	fi
	say "refreshing the package lists"
	quietly "$BUILD/install.log" apt-get update ||
		die "the package lists cannot be read: is there a network, and are the sources right?"
	quietly "$BUILD/install.log" apt_install "${missing[@]}" ||
		die "installation failed; all of it is in $BUILD/install.log"
}

# configure DIR [MESON-OPTIONS...]: a build directory of this very tree, with these options.
configure() {
	local dir=$1
	shift
	if [ -e "$dir/build.ninja" ] && grep -qsF "\"source\": \"$ROOT\"" "$dir/meson-info/meson-info.json"; then
		if [ $# -gt 0 ]; then
			quietly "$dir/configure.log" meson setup --reconfigure "$dir" "$ROOT" "$@"
		fi
		return
	fi
	rm -rf "${dir:?}/build.ninja" "$dir/meson-info" "$dir/meson-private"
	quietly "$dir.configure.log" meson setup "$dir" "$ROOT" "$@" || return 1
	mv "$dir.configure.log" "$dir/configure.log"
}

# compile DIR [TARGETS...]
compile() {
	local dir=$1
	shift
	say "building in ${dir#"$ROOT"/}/"
	if [ -t 1 ]; then
		ninja -C "$dir" "$@"
	else
		quietly "$dir/compile.log" ninja -C "$dir" "$@"
	fi
}

# close_line PASSED FAILED SKIPPED: the last line of every script that tests; status says the same.
close_line() {
	printf '%d passed, %d failed, %d skipped\n' "$1" "$2" "$3"
	[ "$2" -eq 0 ]
}
