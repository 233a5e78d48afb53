/* SPDX-License-Identifier: Apache-2.0 */
/* Check of the HTML page of a report. */
#include "page_case.h"

#include <stdlib.h>
#include <string.h>

#include "report/page.h"

const char page_hostile[] = "</script><img src=x onerror=hostile=1><!--<script>hostile=1</script>&lt;b&gt;\"'\\\n\t\x01"
                            "</pre></noscript>\xe2\x80\xa8\xe2\x80\xa9 \xc3\xbc\xff";

static int count(const char *text, const char *what)
{
    int found = 0;
    for (const char *at = strstr(text, what); at; at = strstr(at + 1, what)) found++;
    return found;
}

/* The text between two marks, of which the first occurs once; free with free(). */
static char *between(const char *page, const char *begin, const char *end)
{
    assert_int_equal(count(page, begin), 1);
    const char *from = strstr(page, begin) + strlen(begin), *to = strstr(from, end);
    assert_non_null(to);
    return strndup(from, (size_t)(to - from));
}

/* The text of HTML without elements. */
static void unescape(char *text)
{
    static const struct {
        const char *escape;
        char character;
    } escapes[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}};
    char *to = text;
    for (const char *at = text; *at; to++) {
        size_t k = 0;
        while (k < 3 && strncmp(at, escapes[k].escape, strlen(escapes[k].escape)) != 0) k++;
        *to = k < 3 ? escapes[k].character : *at;
        at += k < 3 ? strlen(escapes[k].escape) : 1;
    }
    *to = '\0';
}

static void same_document(const char *page, const char *id, cJSON *expected)
{
    char begin[64];
    snprintf(begin, sizeof begin, "<script type=\"application/json\" id=\"%s\">", id);
    char *inlined = between(page, begin, "</script>");
    assert_true(!strpbrk(inlined, "<>&") && !strstr(inlined, "\xe2\x80\xa8") && !strstr(inlined, "\xe2\x80\xa9"));
    cJSON *document = cJSON_Parse(inlined);
    assert_non_null(document);
    char *one = cJSON_PrintUnformatted(document), *two = cJSON_PrintUnformatted(expected);
    assert_string_equal(one, two);
    cJSON_free(one);
    cJSON_free(two);
    cJSON_Delete(document);
    cJSON_Delete(expected);
    free(inlined);
}

void page_check(const char *page, cJSON *report, cJSON *pictures, const char *text)
{
    /* Nothing that a report contains can open or close an element. */
    assert_int_equal(count(page, "<"), count(clpti_page_template, "<"));
    assert_int_equal(count(page, ">"), count(clpti_page_template, ">"));
    assert_int_equal(count(page, "default-src 'none'"), 1);
    assert_int_equal(count(page, "<link"), 0);
    assert_int_equal(count(page, "<script src"), 0);
    same_document(page, "report", report);
    same_document(page, "pictures", pictures);
    char *shown = between(page, "<pre>", "</pre>");
    unescape(shown);
    assert_string_equal(shown, text);
    free(shown);
}

void page_write(const char *folder, const char *name, const char *page)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(page, file) >= 0);
    assert_int_equal(fclose(file), 0);
}
