#!/bin/sh
# valgrind.sh BUILD: memcheck over the unit tests; says nothing when all is well.
# A process that a test forks ends as it pleases: only what it does wrong counts.
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0
for t in "$1"/unit/test_*; do
	case $t in
	# The allocator that fails is not seen by valgrind, which has its own; one test
	# asks how long things take, and what a sandbox ends says no more.
	*/test_failing_[cmw]* | */test_crowd | */test_sandbox) continue ;;
	esac
	out=$(valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
		--child-silent-after-fork=yes --suppressions=tests/lint/valgrind.supp "$t" 2>&1) || {
		printf 'valgrind: %s\n%s\n' "$t" "$out"
		failed=1
	}
done
exit $failed
