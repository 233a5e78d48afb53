#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test_page.sh node|browser PROGRAM HELPER …: the pages that HELPERs write from made-up results are drawn, by Node.js in
# a document of its own or by a browser in two widths, and every figure on them is compared with the JSON inside.
kind=$1
program=$2
source=$(cd "$(dirname "$0")" && pwd)
shift 2
. "$source/command_support.sh"

mkdir pages
for helper; do "$helper" pages pages || fail "$helper wrote no pages"; done
[ "$(ls pages | wc -l)" = 5 ] || fail 'not five pages'

# browser WIDTH PAGE: the checks run as one more script of the page, whose result replaces it.
browser() {
    { cat "$2"; echo '<script>'; cat "$source/page_check.js"; cat <<'END'
addEventListener("load", () => {
    const broken = [...document.images].filter((image) => !image.complete || !image.naturalWidth);
    const { failures, count, expect } = pageChecks(document), root = document.documentElement;
    expect(broken.length === 0, `not an image: ${broken[0]?.alt}`);
    expect(root.scrollWidth <= root.clientWidth, `${root.scrollWidth} pixels wide of ${root.clientWidth}`);
    const lines = [`CHECKED ${count()} checks, ${failures.length} failures`, ...failures.slice(0, 20), "END"];
    document.body.textContent = lines.join("\n");
});
</script>
END
    } >checked.html
    "$program" --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" --window-size="$1",900 \
        --enable-logging=stderr --dump-dom "file://$work/checked.html" >dom.txt 2>log.txt
    sed -n '/CHECKED [0-9]/,/END/p' dom.txt
    grep -q 'CHECKED [0-9][0-9]* checks, 0 failures' dom.txt || fail "$2, $1 pixels wide"
    grep 'CONSOLE' log.txt && fail "$2: messages on the console"
}

case $kind in
node) "$program" "$source/page_run.js" pages/*.html || fail 'see above' ;;
browser) for page in pages/*.html; do browser 1400 "$page"; browser 500 "$page"; done ;;
esac
finish
