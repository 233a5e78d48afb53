/* SPDX-License-Identifier: Apache-2.0 */
/* A report as one HTML page, with its JSON and pictures embedded in page.html. */
#include "report/page.h"

#include <stdlib.h>
#include <string.h>

/* Replaces one byte sequence that may be markup by a harmless one. */
typedef struct escape {
    const char *bytes, *text;
} escape;

static const escape html[] = {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {NULL, NULL}};
/* Inside JSON strings, the only places where these occur. U+2028 and U+2029 end a line of JavaScript. */
static const escape json[] = {
    {"&", "\\u0026"}, {"<", "\\u003c"}, {">", "\\u003e"}, {"\xe2\x80\xa8", "\\u2028"}, {"\xe2\x80\xa9", "\\u2029"},
    {NULL, NULL}};

static void put(FILE *stream, const char *text, const escape *escapes)
{
    while (*text) {
        const escape *e = escapes;
        while (e->bytes && strncmp(text, e->bytes, strlen(e->bytes)) != 0) e++;
        if (e->bytes)
            fputs(e->text, stream);
        else
            fputc(*text, stream);
        text += e->bytes ? strlen(e->bytes) : 1;
    }
}

/* Writes the template up to a mark; returns the rest. */
static const char *put_until(FILE *stream, const char *template, const char *mark)
{
    const char *end = strstr(template, mark);
    fwrite(template, 1, (size_t)(end - template), stream);
    return end + strlen(mark);
}

static char *printed(const clpti_page *page)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    page->print(stream, page->results);
    fclose(stream);
    return text;
}

static void put_page(FILE *stream, const char *text, const char *report, const char *pictures)
{
    const char *rest = put_until(stream, clpti_page_template, "@text@");
    put(stream, text, html);
    rest = put_until(stream, rest, "@report@");
    put(stream, report, json);
    rest = put_until(stream, rest, "@pictures@");
    put(stream, pictures, json);
    fputs(rest, stream);
}

clpt_status clpti_page_write(FILE *stream, const clpti_page *page, clpt_message *message)
{
    char *text = printed(page), *report = page->report ? cJSON_PrintUnformatted(page->report) : NULL;
    char *pictures = page->pictures ? cJSON_PrintUnformatted(page->pictures) : NULL;
    bool complete = text && report && pictures;
    if (complete) put_page(stream, text, report, pictures);
    cJSON_free(pictures);
    cJSON_free(report);
    free(text);
    cJSON_Delete(page->pictures);
    cJSON_Delete(page->report);
    return complete ? CLPT_OK : clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the page");
}
