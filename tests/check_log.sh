#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check_log.sh LOG COMMAND …: runs the command under Oclgrind, and fails when that left anything in its log.
log=$1
shift
mkdir -p "$(dirname "$log")"
rm -f "$log"
OCLGRIND_LOG=$log "$@"
result=$?
if [ -s "$log" ]; then
    echo "findings in $log:"
    head -n 60 "$log"
    exit 1
fi
exit $result
