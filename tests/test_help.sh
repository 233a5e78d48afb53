#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_help.sh SUITE COMMAND PAGES: help by groups, manual pages and completions. PAGES is the folder of generated pages.
# Suites: groups, manual, bash, zsh, fish. A shell or `man` that is not installed skips (77).
suite=$1
clptycho=$2
pages=$3
one_line=yes
. "$(dirname "$0")/command_support.sh"
PATH=$(dirname "$clptycho"):$PATH

groups_suite() {
    expect 0 '^Main options:' "$clptycho" reconstruct --help
    [ "$(wc -l <out.txt)" -le 90 ] || fail 'reconstruct --help is longer than 90 lines'
    grep -q -e '--position-limit PIXELS' out.txt && fail 'reconstruct --help explains every option'
    groups=$(sed -n '/^Groups/,$s/^  \([a-z-]*\)  *[0-9].*/\1/p' out.txt)
    for group in start engine probe object positions data near-field running; do
        echo "$groups" | grep -qx -e $group || fail "no group $group in --help"
    done
    # Every option is in one group or common, and 'all' shows all of them.
    expect 0 '' "$clptycho" reconstruct --help all
    sed -n 's/^  --\([a-z-]*\).*/\1/p' out.txt | sort >all.txt
    for group in $groups; do
        expect 0 "^  --" "$clptycho" help reconstruct $group
        sed -n 's/^  --\([a-z-]*\).*/\1/p' out.txt
    done >grouped.txt
    "$clptycho" reconstruct --help | sed -n '/^Common/,/^Groups/s/^  --\([a-z-]*\).*/\1/p' >>grouped.txt
    sort grouped.txt | diff - all.txt || fail 'groups do not have all options'
    expect 0 '^Near field:' "$clptycho" help reconstruct near field
    expect 0 '^Positions:' "$clptycho" reconstruct --help Positions
    expect 0 'position-step F' "$clptycho" reconstruct x.npz --help --position-step
    expect 0 'position-step F' "$clptycho" help reconstruct position-step
    expect 0 '  --device, -d NAME' "$clptycho" info --help device
    expect 2 'did you mean positions' "$clptycho" reconstruct --help posittions
    expect 2 'lists the options' "$clptycho" info --help nonsense
    expect 2 'bash|zsh|fish' "$clptycho" help --completion tcsh
    expect 0 '' "$clptycho" layouts -q
    [ -s out.txt ] && fail 'output in spite of -q'
    return 0
}

manual_suite() {
    command -v man >/dev/null && command -v groff >/dev/null || { echo 'no man'; exit 77; }
    for page in "$pages"/*.1; do
        MANROFFSEQ='' MANWIDTH=80 man --warnings -l "$page" >page.txt 2>warnings.txt || fail "man -l $page"
        [ -s warnings.txt ] && { fail "warnings of $page"; cat warnings.txt; }
        grep -q '^NAME' page.txt || fail "no NAME in $page"
    done
    for name in $("$clptycho" --help | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
        [ "$name" = help ] || [ -s "$pages/clptycho-$name.1" ] || fail "no manual page of $name"
    done
    MANWIDTH=80 man -l "$pages/clptycho-reconstruct.1" | col -b >page.txt
    "$clptycho" help reconstruct all | sed -n 's/^  --\([a-z-]*\).*/\1/p' >names.txt
    while read -r name; do grep -q -e "--$name" page.txt || fail "no --$name in the manual page"; done <names.txt
}

# completes LINE WORD …: the completions of LINE contain every WORD.
completes() {
    line=$1
    shift
    complete_line "$line" >completions.txt 2>err.txt
    [ -s err.txt ] && { fail "completion of '$line' writes to stderr"; cat err.txt; }
    for word in "$@"; do
        grep -qx -e "$word" completions.txt || { fail "no '$word' completes '$line'"; cat completions.txt; }
    done
}

all_lines() {
    : >a_scan.npz
    completes 'clptycho rec' reconstruct
    completes 'clptycho reconstruct --engine l' lsqml
    completes 'clptycho reconstruct --position-st' --position-start --position-step --position-stretch
    completes 'clptycho reconstruct a_s' a_scan.npz
    completes 'clptycho reconstruct --mask a_s' a_scan.npz
    completes 'clptycho info --devi' --device
    completes 'clptycho simulate --object ce' cells
}

bash_suite() {
    command -v bash >/dev/null || exit 77
    cat >line.bash <<'END'
source "$1"
read -ra COMP_WORDS <<<"$2"
[ "${2: -1}" = ' ' ] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_clptycho
printf '%s\n' "${COMPREPLY[@]}"
END
    complete_line() { bash line.bash "$pages/clptycho.bash" "$1"; }
    all_lines
    completes 'clptycho help reconstruct ' positions near-field
    completes 'clptycho reconstruct --device ' reference
}

fish_suite() {
    command -v fish >/dev/null || exit 77
    export HOME="$work"
    complete_line() { fish --no-config -c "source $pages/clptycho.fish; complete -C '$1'" | cut -f 1; }
    all_lines
}

zsh_suite() {
    command -v zsh >/dev/null || exit 77
    # A shell in a pseudo-terminal that prints its matches instead of inserting them.
    cat >line.zsh <<'END'
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PROMPT= RPROMPT=; fpath=($1 \$fpath); autoload -U compinit; compinit -u -d $PWD/dump
compadd() { [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]] && { builtin compadd \"\$@\"; return; }
  local -a found; builtin compadd -O found \"\$@\"; print -l -- \$found >>$PWD/found.txt; builtin compadd \"\$@\" }
zstyle ':completion:*' menu no; bindkey '^I' complete-word; bindkey -s '^X' ''; print READY"
while zpty -r shell line; do [[ $line == READY* ]] && break; done
zpty -w -n shell "$2"$'\t'
sleep 1
zpty -d shell
cat found.txt 2>/dev/null
END
    complete_line() {
        rm -f found.txt
        zsh -f line.zsh "$pages" "$1"
    }
    all_lines
}

"${suite}_suite"
finish
