#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check_log.sh LOG COMMAND …: runs the command, and fails when it left anything in the log.
log=$1
shift
mkdir -p "$(dirname "$log")"
rm -f "$log"
"$@"
result=$?
if [ -s "$log" ]; then
    echo "findings in $log:"
    head -n 60 "$log"
    exit 1
fi
exit $result
