#!/bin/sh
# run.sh FILE...: runs these tests with node. With SECOND_TRY=n, if something fails in
# up to n files, these are run once more, for machines that pause for seconds: what
# fails again has failed. Both runs are printed, and a line says that there were two.
cd "$(dirname "$0")/.." || exit
if [ "${SECOND_TRY:-0}" -eq 0 ]; then
	exec node --test --test-reporter=spec "$@"
fi
failed=
for file; do
	node --test --test-reporter=spec "$file" || failed="$failed $file"
done
set -- $failed
[ $# -eq 0 ] && exit
echo "=== failed: $*"
[ $# -le "$SECOND_TRY" ] || exit 1
echo "=== run once more: $*"
exec node --test --test-reporter=spec "$@"
