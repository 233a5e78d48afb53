/* SPDX-License-Identifier: Apache-2.0 */
/* A page that needs nothing else: no script, no network, plots as SVG, colours for light and dark screens. */
#ifndef CLPTI_REPORT_PAGE_H
#define CLPTI_REPORT_PAGE_H

#include <stddef.h>
#include <stdio.h>

/* Up to <body>, with the style of all our pages: cards, tables, SVG; classes good, bad, soft, n (numbers), c0 … c7. */
void clpti_page_begin(FILE *stream, const char *title);
void clpti_page_end(FILE *stream);

/* Text with &, <, > and " made harmless. */
void clpti_page_text(FILE *stream, const char *text);

/* A PNG within the page. `alt` is what is said of it where it is not shown. */
void clpti_page_picture(FILE *stream, const unsigned char *png, size_t bytes, const char *alt);

#endif
