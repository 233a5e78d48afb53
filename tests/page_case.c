/* SPDX-License-Identifier: Apache-2.0 */
#include "page_case.h"

#include <stdio.h>
#include <string.h>

void page_check_tags(const char *text)
{
    char open[32][16];
    int depth = 0;
    for (const char *at = strchr(text, '<'); at; at = strchr(at + 1, '<')) {
        const char *end = strchr(at, '>');
        size_t length = strcspn(at + 1, " />\n");
        assert_non_null(end);
        if (at[1] == '!' || !strncmp(at, "<meta", 5) || end[-1] == '/') continue;
        if (at[1] != '/') {
            assert_true(depth < 32 && length > 0 && length < 16);
            snprintf(open[depth++], 16, "%.*s", (int)length, at + 1);
            continue;
        }
        length = (size_t)(end - at - 2);
        if (!depth-- || strlen(open[depth]) != length || strncmp(open[depth], at + 2, length) != 0)
            fail_msg("unexpected %.40s", at);
    }
    assert_int_equal(depth, 0);
}

int page_count(const char *text, const char *what)
{
    int count = 0;
    for (const char *at = strstr(text, what); at; at = strstr(at + 1, what)) count++;
    return count;
}

void page_asks_for_nothing(const char *text)
{
    static const char *const elsewhere[] = {"http:", "https:", "href=", "url(", "@import", "<script"};
    for (size_t k = 0; k < sizeof elsewhere / sizeof *elsewhere; k++)
        assert_int_equal(page_count(text, elsewhere[k]), 0);
    assert_int_equal(page_count(text, "src="), page_count(text, "src=\"data:image/png;base64,"));
}
