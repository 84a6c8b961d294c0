#!/bin/sh
# Everything a machine can say about the sources. Usage: run.sh [CPPFLAGS ...]
# (for clang-tidy and cppcheck; -I of the generated sql.h among them). Says
# nothing when all is well; V=1 shows what each check says; SINCE=REVISION lets
# the slow ones look only at the files that have changed since.
set -u
cd "$(dirname "$0")/../.." || exit 1
failed=0

# check NAME COMMAND...: the command's output matters only if it fails.
check() {
	name=$1
	shift
	if out=$("$@" 2>&1); then
		[ -z "${V:-}" ] || printf 'lint: %s\n%s\n' "$name" "$out"
	else
		printf 'lint: %s\n%s\n' "$name" "$out"
		failed=1
	fi
}

# each 'SCRIPT' ARGUMENTS...: runs the script for every file on standard input,
# two at a time, as $0 with the arguments; its output comes in one piece.
each() {
	script=$1
	shift
	xargs -r -I '{}' -P 2 sh -c \
	    "out=\$($script) || { printf '%s\n' \"\$out\"; exit 1; }" '{}' "$@"
}

# changed: of the files on standard input, those that SINCE lets through.
changed() {
	[ -n "${SINCE:-}" ] || { cat; return; }
	sort >"${TMPDIR:-/tmp}/lint.$$"
	git diff --name-only "$SINCE" -- fcgi www tests | sort |
	    comm -12 - "${TMPDIR:-/tmp}/lint.$$"
	rm -f "${TMPDIR:-/tmp}/lint.$$"
}

c_files() {
	find fcgi -name '*.[ch]' | sort
}

format() {
	find fcgi tests/unit tests/bench tests/fuzz tests/faults -name '*.[ch]' | xargs clang-format --dry-run -Werror
}

includes() {
	c_files | xargs awk -f tests/lint/includes.awk
}

budget() {
	find fcgi www/js www/css www/lang -name '*.[ch]' -o -name '*.js' \
	    -o -name '*.css' | sort | xargs awk -f tests/lint/budget.awk
}

tidy() {
	find fcgi -name '*.c' | sort | changed |
	    each 'clang-tidy --quiet "$0" -- -std=c11 "$@" 2>&1' "$@"
}

# gcc follows the ways through a function: twice freed, never closed, NULL.
analyzer() {
	find fcgi -name '*.c' | sort | changed |
	    each 'gcc -std=c11 -O1 -Wall -Wextra -Werror -fanalyzer "$@" -c -o /dev/null "$0" 2>&1' "$@"
}

cpp() {
	cppcheck --quiet -j 2 --std=c11 --inline-suppr --error-exitcode=1 \
	    --enable=warning,performance,portability \
	    --suppress=missingIncludeSystem "$@" fcgi
}

shell() {
	find nginx tests .ci -name '*.sh' -not -path '*/node_modules/*' |
	    each 'case $(head -n 1 "$0") in
		*bash*) bash -n "$0" 2>&1 ;;
		*) sh -n "$0" 2>&1 ;;
		esac'
}

script() {
	find www tests -name '*.js' -not -path '*/node_modules/*' -o \
	    -name '*.mjs' -not -path '*/node_modules/*' | changed |
	    each 'node --check "$0" 2>&1'
}

check format format
check includes includes
check budget budget
check shell shell
check script script
check cppcheck cpp "$@"
check analyzer analyzer "$@"
check clang-tidy tidy "$@"
exit $failed
