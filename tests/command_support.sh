# SPDX-License-Identifier: Apache-2.0
# Sourced by the tests that run a program from outside, with $clptycho, and $device where they need one: an empty
# directory to work in, and what counts failures. They end with `finish`.
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

finish() {
    [ "$failures" = 0 ] || { echo "$failures failures"; exit 1; }
}

# A device that is not there skips.
find_device() {
    [ "$device" = reference ] && return
    "$clptycho" devices --device "$device" >/dev/null 2>&1 || { echo "no device $device"; exit 77; }
}

# expect STATUS PATTERN COMMAND …: the exit status; stdout and stderr together match PATTERN. With one_line set, what
# fails prints one line.
expect() {
    wanted=$1
    pattern=$2
    shift 2
    "$@" >out.txt 2>err.txt
    got=$?
    cat out.txt err.txt >both.txt
    [ "$got" = "$wanted" ] || { fail "exit status $got, not $wanted: $*"; cat both.txt; }
    [ -z "$pattern" ] || grep -q -e "$pattern" both.txt || { fail "no '$pattern' from: $*"; cat both.txt; }
    if [ -n "${one_line:-}" ] && [ "$wanted" != 0 ] && [ "$#" -gt 1 ]; then
        [ "$(wc -l <err.txt)" = 1 ] || { fail "not one line on stderr: $*"; cat err.txt; }
        grep -q 'clpt_[a-z]' err.txt && { fail "a C function in the message of: $*"; cat err.txt; }
    fi
}

# inlined PAGE: the report inside an HTML page.
inlined() { sed -n 's,^<script type="application/json" id="report">\(.*\)</script>$,\1,p' "$1"; }

# same_report PAGE JSON: the page inlines what the file contains, except white space, with <, > and & escaped.
same_report() {
    inlined "$1" | tr -d ' \t\n' >inlined.txt
    sed 's/&/\\u0026/g; s/</\\u003c/g; s/>/\\u003e/g' "$2" | tr -d ' \t\n' >written.txt
    { [ -s inlined.txt ] && cmp -s inlined.txt written.txt; } || fail "$1 does not inline $2"
}

# run ARGUMENTS …: the command succeeds on the device; out.txt and err.txt contain its output.
run() { "$clptycho" "$@" --device "$device" >out.txt 2>err.txt || { fail "$*"; cat err.txt; }; }

# The number behind the first "R-factor" of a file, out.txt if none is named.
r_of() { sed -n 's/^R-factor \([0-9.]*\).*/\1/p' "${1:-out.txt}"; }

# below NUMBER LIMIT NAME
below() { awk "BEGIN { exit !($1 < $2) }" || fail "$3: $1 is not below $2"; }
