#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Fuzz what comes from outside: LISP messages and the configuration.
#
#   scripts/fuzz.sh [SECONDS]     time for each target, 60 if not given
#
# Inputs that were found stay in build-fuzz/corpus; one that breaks something is kept in
# build-fuzz/crashes and its name is printed: it belongs into a unit test.

. "$(dirname "$0")/lib.sh"

seconds=${1:-60}
case $seconds in
	-h | --help)
		sed -n '3,8s/^# \{0,1\}//p' "$0"
		exit 0
		;;
	'' | *[!0-9]*) die "usage: scripts/fuzz.sh [SECONDS]" ;;
esac

dir="$ROOT/build-fuzz"
targets=(fuzz_lisp fuzz_conf)
passed=0 failed=0

need "${BUILD_PACKAGES[@]}" "${FUZZ_PACKAGES[@]}"
CC=clang-14 configure "$dir" -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false \
	-Dc_args=-fsanitize=fuzzer-no-link
compile "$dir" "${targets[@]/#/test/fuzz/}"

fuzz() {
	local target=$1 room=${1#fuzz_}
	local found="$dir/corpus/$room" dictionary="$ROOT/test/fuzz/$room.dict" options=()
	mkdir -p "$found" "$dir/crashes"
	if [ -e "$dictionary" ]; then
		options+=(-dict="$dictionary")
	fi
	UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
		"$dir/test/fuzz/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
		-print_final_stats=1 -artifact_prefix="$dir/crashes/$target-" "${options[@]}" \
		"$found" "$ROOT/test/fuzz/corpus/$room"
}

for target in "${targets[@]}"; do
	say "$target for $seconds s"
	if quietly "$dir/$target.log" fuzz "$target"; then
		passed=$((passed + 1))
		sed -n 's/^stat::number_of_executed_units: */    runs: /p' "$dir/$target.log"
	else
		failed=$((failed + 1))
	fi
done
close_line "$passed" "$failed" 0
