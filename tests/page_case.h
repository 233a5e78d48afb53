/* SPDX-License-Identifier: Apache-2.0 */
/* Check of the HTML page of a report: it contains the report and nothing else. */
#ifndef CLPT_TESTS_PAGE_CASE_H
#define CLPT_TESTS_PAGE_CASE_H

#include "support.h"

#include <stdio.h>

#include <cjson/cJSON.h>

/* A name that would end scripts, open elements and break lines, wherever it is not escaped. */
extern const char page_hostile[];

/* Fails unless a page has its template's markup and no more, inlines these documents and has this text where there is
 * no JavaScript. Deletes the documents. */
void page_check(const char *page, cJSON *report, cJSON *pictures, const char *text);

/* Writes FOLDER/NAME, for the check of drawn pages. */
void page_write(const char *folder, const char *name, const char *page);

#endif
