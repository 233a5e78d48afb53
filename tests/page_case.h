/* SPDX-License-Identifier: Apache-2.0 */
/* What every page that is written must be. */
#ifndef CLPT_TESTS_PAGE_CASE_H
#define CLPT_TESTS_PAGE_CASE_H

#include "support.h"

/* Every element that opens must close, in order; <meta> and what ends in "/>" opens none. */
void page_check_tags(const char *text);
/* Nothing comes from elsewhere: pictures are within the page. */
void page_asks_for_nothing(const char *text);
int page_count(const char *text, const char *what);

#endif
