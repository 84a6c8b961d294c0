#!/bin/sh
# run.sh FOLDER TARGET SECONDS: one target of `make fuzz`. What it learns stays in
# FOLDER/corpus/, what it finds goes to tests/fuzz/corpus/, where `make test`
# replays it for ever.
set -eu
cd "$(dirname "$0")/../.."
learnt=$1/corpus/$2
mkdir -p "$learnt" "tests/fuzz/corpus/$2"
dict=tests/fuzz/$2.dict
more=
len=8192 # the longest message; escaped, and with what stands around it, it is more
case $2 in calls | json | form | records) len=49152 ;; esac
[ "$2" != image ] || more=tests/unit/images
# shellcheck disable=SC2086 # no words, or one
exec "$1/$2" -max_total_time="$3" -max_len="$len" -timeout=25 -rss_limit_mb=1024 -print_final_stats=1 \
    ${dict:+-dict=$dict} -artifact_prefix="tests/fuzz/corpus/$2/found-" "$learnt" "tests/fuzz/corpus/$2" $more
