/* SPDX-License-Identifier: Apache-2.0 */
/* A report as one self-contained HTML page: page.html with its style and scripts, which draws the JSON inside it. */
#ifndef CLPTI_REPORT_PAGE_H
#define CLPTI_REPORT_PAGE_H

#include <stdio.h>

#include <cjson/cJSON.h>

#include "core/status.h"

typedef struct clpti_page {
    cJSON *report;   /* the document of --json; its identifying member selects the script that draws it */
    cJSON *pictures; /* a list of PNG files in base64, as that script expects them */
    void (*print)(FILE *stream, const void *results); /* the report as plain text, for browsers without JavaScript */
    const void *results;
} clpti_page;

/* Deletes both documents. Fails for NULL, a document for which memory was insufficient. */
clpt_status clpti_page_write(FILE *stream, const clpti_page *page, clpt_message *message);

extern const char clpti_page_template[]; /* generated from page.html; @text@, @report@ and @pictures@ are filled in */

#endif
