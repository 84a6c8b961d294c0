#!/bin/sh
# How much of the branches the unit tests take: cover.sh BUILD. Prints a table
# and fails where a folder of the rules has too few. V=1 lists each file's
# branches that were not taken. The programs must be there (make cover).
set -eu
cd "$(dirname "$0")/../.."
build=$1
wanted=${WANTED:-90}

find "$build/obj" -name '*.gcda' -delete
for t in "$build"/unit/test_*; do
	"$t" >"$build/out" 2>&1 || { cat "$build/out"; exit 1; }
done
# What an optimizer would drop is no branch of ours.
report() {
	gcovr -r . --object-directory "$build/obj" "$build/obj" -f fcgi/ \
		--exclude-unreachable-branches --exclude-throw-branches "$@"
}
report --csv >"$build/cover.csv"
[ -z "${V:-}" ] || report --branches
awk -F , -v wanted="$wanted" -f tests/cover/table.awk "$build/cover.csv"
