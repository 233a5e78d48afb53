/* SPDX-License-Identifier: Apache-2.0 */
#include "report/page.h"

static const char start[] = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
static const char style[] =
    "</title>\n<style>\n"
    ":root { color-scheme: light dark; --page: #f9f9f7; --card: #ffffff; --ink: #14140f; --soft: #55544f;\n"
    "  --faint: #8b8a84; --line: #dedcd4; --bad: #c02f2e; --good: #0d7a0d;\n"
    "  --c0: #2a78d6; --c1: #d9571d; --c2: #12936a; --c3: #b98100; --c4: #c84f80; --c5: #3f7d00; --c6: #5546b5;\n"
    "  --c7: #7a5a3c; }\n"
    "@media (prefers-color-scheme: dark) { :root { --page: #10100f; --card: #1b1b19; --ink: #f4f4f0; --soft: #c0bfb6;\n"
    "  --faint: #8f8e87; --line: #363632; --bad: #f07070; --good: #53b953;\n"
    "  --c0: #5a9ff0; --c1: #ee8351; --c2: #35b98a; --c3: #d3a02c; --c4: #e283a9; --c5: #7fb83f; --c6: #9d90f0;\n"
    "  --c7: #b8946f; } }\n"
    "body { margin: 0 auto; max-width: 1240px; padding: 1.5rem 1rem 4rem; background: var(--page); color: var(--ink);\n"
    "  font: 15px/1.5 system-ui, sans-serif; }\n"
    "h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .4rem; }\n"
    "h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; } p { margin: .3rem 0 .8rem; color: var(--soft); max-width: 56rem; "
    "}\n"
    ".card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .8rem; margin: .6rem "
    "0;\n"
    "  overflow-x: auto; }\n"
    "svg { display: block; width: 100%; min-width: 640px; height: auto; font: 12px system-ui, sans-serif; }\n"
    "svg text { fill: var(--soft); } svg .strong { fill: var(--ink); } svg .faint { fill: var(--faint); }\n"
    "svg .grid { stroke: var(--line); } svg .roof { stroke: var(--ink); stroke-width: 2; fill: none; }\n"
    "svg .past { stroke: var(--ink); stroke-width: 1.5; } svg .bad { stroke: var(--bad); fill: none; stroke-width: 2; "
    "}\n"
    "svg text.bad { fill: var(--bad); stroke: none; } svg .lead { stroke: var(--faint); stroke-width: .7; }\n"
    ".c0 { fill: var(--c0); } .c1 { fill: var(--c1); } .c2 { fill: var(--c2); } .c3 { fill: var(--c3); }\n"
    ".c4 { fill: var(--c4); } .c5 { fill: var(--c5); } .c6 { fill: var(--c6); } .c7 { fill: var(--c7); }\n"
    "table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; width: 100%; }\n"
    "th { text-align: left; color: var(--soft); font-weight: 600; } th.n, td.n { text-align: right; }\n"
    "th, td { padding: .22rem .45rem; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: top; "
    "}\n"
    "td.wide { white-space: normal; min-width: 9rem; } .bad { color: var(--bad); font-weight: 600; }\n"
    ".good { color: var(--good); font-weight: 600; } .soft { color: var(--soft); }\n"
    "summary { cursor: pointer; color: var(--soft); } pre { margin: .2rem 0; font-size: 12px; white-space: pre-wrap; "
    "}\n"
    ".key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .35em; }\n"
    ".k0 { background: var(--c0); } .k1 { background: var(--c1); } .k2 { background: var(--c2); }\n"
    ".k3 { background: var(--c3); } .k4 { background: var(--c4); } .k5 { background: var(--c5); }\n"
    ".k6 { background: var(--c6); } .k7 { background: var(--c7); }\n"
    ".figures { display: flex; flex-wrap: wrap; gap: 1rem; } figure { margin: .4rem 0; }\n"
    "figure img { display: block; max-width: 100%; image-rendering: pixelated; }\n"
    "figcaption { font-size: 12px; color: var(--soft); } table.small { width: auto; margin: .3rem 0; }\n"
    ".figures { display: flex; flex-wrap: wrap; gap: 1rem; } figure { margin: .4rem 0; }\n"
    "figure img { display: block; max-width: 100%; image-rendering: pixelated; }\n"
    "figcaption { font-size: 12px; color: var(--soft); } table.small { width: auto; margin: .3rem 0; }\n"
    "</style>\n</head>\n<body>\n";

void clpti_page_begin(FILE *stream, const char *title)
{
    fputs(start, stream);
    clpti_page_text(stream, title);
    fputs(style, stream);
}

void clpti_page_end(FILE *stream)
{
    fputs("</body>\n</html>\n", stream);
}

void clpti_page_text(FILE *stream, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", stream);
            break;
        case '<':
            fputs("&lt;", stream);
            break;
        case '>':
            fputs("&gt;", stream);
            break;
        case '"':
            fputs("&quot;", stream);
            break;
        default:
            fputc(*text, stream);
        }
    }
}

/* RFC 4648. */
static void put_base64(FILE *stream, const unsigned char *data, size_t bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t k = 0; k < bytes; k += 3) {
        size_t left = bytes - k < 3 ? bytes - k : 3;
        unsigned long bits = (unsigned long)data[k] << 16;
        if (left > 1) bits |= (unsigned long)data[k + 1] << 8;
        if (left > 2) bits |= data[k + 2];
        for (size_t digit = 0; digit < 4; digit++)
            fputc(digit <= left ? digits[bits >> (18 - 6 * digit) & 63] : '=', stream);
    }
}

void clpti_page_picture(FILE *stream, const unsigned char *png, size_t bytes, const char *alt)
{
    fputs("<img alt=\"", stream);
    clpti_page_text(stream, alt);
    fputs("\" src=\"data:image/png;base64,", stream);
    put_base64(stream, png, bytes);
    fputs("\" />", stream);
}
