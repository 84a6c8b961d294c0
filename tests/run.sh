#!/bin/sh
# run.sh FILE...: runs these tests with node. With SECOND_TRY=n, up to n files in which
# something has failed are run once more, for machines that pause for seconds: what
# fails again has failed. Both runs are printed, and a line says that there were two.
cd "$(dirname "$0")/.." && mkdir -p "${BUILD:=build}" || exit
list=$BUILD/failed
rm -f "$list"
node --test --test-reporter=spec --test-reporter-destination=stdout \
	--test-reporter=./tests/failed.mjs --test-reporter-destination="$list" "$@" && exit
n=$(sort -u "$list" | wc -l)
if [ "$n" -eq 0 ] || [ "$n" -gt "${SECOND_TRY:-0}" ] || grep -qx undefined "$list"; then
	exit 1
fi
echo "=== failed, and run once more: $(sort -u "$list" | tr '\n' ' ')"
exec node --test --test-reporter=spec $(sort -u "$list")
