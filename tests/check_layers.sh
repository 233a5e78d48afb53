#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check_layers.sh SOURCE_DIR [OBJECT_DIR]: a folder of src/ includes only itself and folders below it, and, where the objects of
# a build are given, calls only functions that these define. Lists every upward edge and fails if there is one.
set -u
source=$1
objects=${2:-}
LC_ALL=C
export LC_ALL

# Lowest first; folders of one line may use each other.
layers='clptycho
core
cl
buffer
fft
ops ref
arrays
solve
api
network
quality
io
catalogue
report
bench parity
cli'

# Input: "user used what" a line, of folders. Prints the edges that go up.
upward() {
    awk -v layers="$layers" '
        BEGIN { n = split(layers, line, "\n"); for (i = 1; i <= n; i++) { m = split(line[i], name, " "); for (j = 1; j <= m; j++) rank[name[j]] = i } }
        !($1 in rank) { print "folder " $1 " has no layer in tests/check_layers.sh"; next }
        !($2 in rank) { print "folder " $2 " has no layer in tests/check_layers.sh (" $3 ")"; next }
        rank[$2] > rank[$1] { print "src/" $1 " uses src/" $2 ", which is above it: " $3 }' | sort -u
}

includes() {
    cd "$source/src" && grep -rnE '^#include "[a-z]+/' --include='*.c' --include='*.h' . |
        sed -nE 's@^\./([a-z]+)/([^:]+):[0-9]+:#include "([a-z]+)/([^"]+)".*@\1 \3 \1/\2:\3/\4@p' | awk '$2 != "shared" && $2 != "common"'
}

# "KIND SYMBOL FOLDER OBJECT" for the objects whose sources are still there.
symbols() {
    cd "$objects" && for folder in $(echo "$layers" | tail -n +2); do
        for object in "$folder"/*.o; do
            [ -e "$source/src/${object%.o}" ] && echo "$object"
        done
    done | xargs nm -A | sed 's/:/ /' | awk '{ split($1, path, "/"); print $(NF - 1), $NF, path[1], $1 }'
}

# Every undefined symbol of an object beside the folder that defines it.
calls() {
    symbols | awk '$1 ~ /^[TDRB]$/ { folder[$2] = $3 } $1 == "U" { use[++n] = $0 }
        END { for (i = 1; i <= n; i++) { split(use[i], u, " "); if (u[2] in folder) print u[3], folder[u[2]], u[4] ":" u[2] } }'
}

# Public functions by the folder that defines them: the object's own folder, and src/api for contexts, devices and operations.
homes='clpt_version core
clpt_status_ core
clpt_buffer_ buffer
clpt_array_ arrays
clpt_scan_ arrays
clpt_solver_ solve
clpt_network_ network
clpt_engine_ solve
clpt_measurement_ solve
clpt_compar quality
clpt_coverage quality
clpt_lattice_power quality
clpt_ api'

public_functions() {
    symbols | awk -v homes="$homes" '
        BEGIN { n = split(homes, line, "\n"); for (i = 1; i <= n; i++) { split(line[i], h, " "); prefix[i] = h[1]; home[i] = h[2] } }
        $1 != "T" || $2 !~ /^clpt_/ { next }
        { for (i = 1; index($2, prefix[i]) != 1; i++); if ($3 != home[i] && !($3 == "api" && $2 ~ /_from_cl$|_cl_/)) print $2 " is defined in src/" $4 ", not in src/" home[i] }'
}

found=$( { (includes); [ -z "$objects" ] || (calls); } | upward; [ -z "$objects" ] || (public_functions))
[ -z "$found" ] && exit 0
echo "$found"
exit 1
