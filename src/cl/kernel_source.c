/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel files: located, and their includes expanded on the host, since OpenCL drivers differ in include search. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cl/internal.h"
#include "core/memory.h"

enum { DEEPEST = 16, LARGEST_FILE = 16 << 20 };

typedef struct expander {
    const char *kernel_dir;
    clpti_expanded_source *out;
    size_t text_capacity, line_capacity;
    clpt_message *message;
} expander;

static clpt_status no_memory(expander *e)
{
    return clpti_fail(e->message, CLPT_ERROR_MEMORY, "out of memory while reading kernel files");
}

/* NULL text with CLPT_OK: no such file. */
static clpt_status read_override(expander *e, const char *name, char **text)
{
    clpt_status status = CLPT_OK;
    char path[4096];
    *text = NULL;
    if (!e->kernel_dir) return CLPT_OK;
    if (snprintf(path, sizeof path, "%s/%s", e->kernel_dir, name) >= (int)sizeof path)
        return clpti_fail(e->message, CLPT_ERROR_FILE, "the path of kernel file '%s' is too long", name);
    FILE *file = fopen(path, "rb");
    if (!file && errno == ENOENT) return CLPT_OK;
    if (!file) return clpti_fail(e->message, CLPT_ERROR_FILE, "kernel file '%s': %s", path, strerror(errno));
    char *whole = NULL;
    long bytes = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (bytes < 0 || bytes > LARGEST_FILE || fseek(file, 0, SEEK_SET) != 0)
        CLPTI_TRY(clpti_fail(e->message, CLPT_ERROR_FILE, "kernel file '%s' is unreadable or larger than %d bytes",
                             path, LARGEST_FILE));
    whole = clpti_calloc(bytes + 1, 1);
    if (!whole) CLPTI_TRY(no_memory(e));
    if (fread(whole, 1, (size_t)bytes, file) != (size_t)bytes)
        CLPTI_TRY(clpti_fail(e->message, CLPT_ERROR_FILE, "kernel file '%s' could not be read completely", path));
    *text = whole;
    whole = NULL;
cleanup:
    free(whole);
    fclose(file);
    return status;
}

static clpt_status find_text(expander *e, const char *name, const char *needed_by, char **text)
{
    clpt_status status = read_override(e, name, text);
    if (status != CLPT_OK || *text) return status;
    for (const clpti_source *source = clpti_sources; source->name; source++) {
        if (strcmp(source->name, name) != 0) continue;
        *text = clpti_strdup(source->text);
        return *text ? CLPT_OK : no_memory(e);
    }
    return clpti_fail(
        e->message, CLPT_ERROR_BUILD, "kernel file '%s'%s%s is neither embedded nor in the kernel directory '%s'", name,
        needed_by ? ", included by " : "", needed_by ? needed_by : "", e->kernel_dir ? e->kernel_dir : "(none)");
}

static clpt_status append_line(expander *e, const char *line, size_t length, int file, int number)
{
    clpti_expanded_source *out = e->out;
    if (out->length + length + 2 > e->text_capacity) {
        size_t capacity = 2 * (e->text_capacity + length) + 4096;
        char *longer = realloc(out->text, capacity);
        if (!longer) return no_memory(e);
        out->text = longer;
        e->text_capacity = capacity;
    }
    if (out->line_count == e->line_capacity) {
        size_t capacity = 2 * e->line_capacity + 256;
        struct clpti_origin *longer = realloc(out->origins, capacity * sizeof *longer);
        if (!longer) return no_memory(e);
        out->origins = longer;
        e->line_capacity = capacity;
    }
    memcpy(out->text + out->length, line, length);
    out->length += length;
    out->text[out->length++] = '\n';
    out->text[out->length] = '\0';
    out->origins[out->line_count++] = (struct clpti_origin){file, number};
    return CLPT_OK;
}

/* Recognises `#include "name"`; system includes are left for the compiler to reject. */
static bool is_include(const char *line, size_t length, char *name, size_t size)
{
    const char *at = line, *end = line + length;
    while (at < end && (*at == ' ' || *at == '\t')) at++;
    if (at == end || *at++ != '#') return false;
    while (at < end && (*at == ' ' || *at == '\t')) at++;
    if (end - at < 7 || memcmp(at, "include", 7) != 0) return false;
    at += 7;
    while (at < end && (*at == ' ' || *at == '\t')) at++;
    if (at == end || *at++ != '"') return false;
    const char *close = memchr(at, '"', (size_t)(end - at));
    if (!close || close == at || (size_t)(close - at) >= size) return false;
    memcpy(name, at, (size_t)(close - at));
    name[close - at] = '\0';
    return true;
}

static clpt_status expand_file(expander *e, const char *name, const char *needed_by, int depth)
{
    clpti_expanded_source *out = e->out;
    const int maximum = (int)(sizeof out->names / sizeof *out->names);
    for (int i = 0; i < out->name_count; i++)
        if (strcmp(out->names[i], name) == 0) return CLPT_OK;
    if (depth > DEEPEST || out->name_count == maximum)
        return clpti_fail(e->message, CLPT_ERROR_BUILD,
                          "kernel file '%s': includes nested deeper than %d, or more than %d files", name, DEEPEST,
                          maximum);

    clpt_status status = CLPT_OK;
    char *text = NULL, included[256];
    int file = out->name_count, number = 1;
    out->names[file] = clpti_strdup(name);
    if (!out->names[file]) return no_memory(e);
    out->name_count++;
    CLPTI_TRY(find_text(e, name, needed_by, &text));
    for (const char *line = text; *line; number++) {
        size_t length = strcspn(line, "\n");
        if (is_include(line, length, included, sizeof included))
            CLPTI_TRY(expand_file(e, included, name, depth + 1));
        else
            CLPTI_TRY(append_line(e, line, length, file, number));
        line += length + (line[length] == '\n');
    }
cleanup:
    free(text);
    return status;
}

clpt_status clpti_source_expand(const char *kernel_dir, const char *file, clpti_expanded_source *source,
                                clpt_message *message)
{
    *source = (clpti_expanded_source){0};
    expander e = {.kernel_dir = kernel_dir, .out = source, .message = message};
    clpt_status status = expand_file(&e, file, NULL, 0);
    if (status == CLPT_OK && !source->text)
        status = clpti_fail(message, CLPT_ERROR_BUILD, "kernel file '%s' is empty", file);
    if (status != CLPT_OK) clpti_source_release(source);
    return status;
}

void clpti_source_release(clpti_expanded_source *source)
{
    for (int i = 0; i < source->name_count; i++) free(source->names[i]);
    free(source->text);
    free(source->origins);
    *source = (clpti_expanded_source){0};
}
