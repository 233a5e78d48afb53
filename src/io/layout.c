/* SPDX-License-Identifier: Apache-2.0 */
/* Layouts of scans: parsing, built-in and user files, and recognition of a file by its arrays. */
#include "io/layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/memory.h"
#include "io/layout_values.h"

static const struct {
    const char *name;
    int minimum, maximum; /* words after it */
    bool sentence;        /* the rest of the line is one word */
} keys[] = {
    {"title", 1, 1, true},
    {"needs", 1, 1, true},
    {"match", 1, 6, false},
    {"counts", 1, 2, false},
    {"amplitudes", 1, 2, false},
    {"points", 3, 4, false},
    {"x", 2, 3, false},
    {"y", 2, 3, false},
    {"step.x", 2, 2, false},
    {"step.y", 2, 2, false},
    {"energy", 2, 2, false},
    {"wavelength", 2, 2, false},
    {"distance", 2, 2, false},
    {"pixel.x", 2, 2, false},
    {"pixel.y", 2, 2, false},
    {"object.pixel.x", 2, 2, false},
    {"object.pixel.y", 2, 2, false},
    {"mask", 2, 3, false},
    {"basis", 1, 1, false},
    {"probe", 1, 1, false},
    {"object", 1, 1, false},
    {"q.x", 2, 2, false},
    {"q.y", 2, 2, false},
    {"centre.x", 2, 2, false},
    {"centre.y", 2, 2, false},
    {"frames", 1, 1, false},
};
enum { key_count = sizeof keys / sizeof *keys, max_text = 1 << 20 };

static clpt_status split(const char *path, int64_t number, clpti_layout_line *line, clpt_message *message)
{
    static const char blanks[] = " \t\r";
    char *rest = NULL;
    int words = 0, k = 0;
    line->key = strtok_r(line->text, blanks, &rest);
    for (int i = 0; i < 6; i++) line->words[i] = "";
    while (k < key_count && strcmp(keys[k].name, line->key)) k++;
    if (k == key_count)
        return clpti_fail(message, CLPT_ERROR_FILE, "%s: line %lld: '%.60s' is not a key of a layout", path,
                          (long long)number, line->key);
    if (keys[k].sentence) {
        rest += rest ? strspn(rest, blanks) : 0;
        line->words[words++] = rest ? rest : "";
    }
    for (char *word; !keys[k].sentence && words < 6 && (word = strtok_r(NULL, blanks, &rest)) && *word != '#';)
        line->words[words++] = word;
    if (words >= keys[k].minimum && words <= keys[k].maximum) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_FILE, "%s: line %lld: '%s' requires %d to %d words after it, not %d", path,
                      (long long)number, keys[k].name, keys[k].minimum, keys[k].maximum, words);
}

clpt_status clpti_layout_parse(const char *path, const char *name, const char *text, clpti_file_layout *layout,
                               clpt_message *message)
{
    clpt_status status = CLPT_OK;
    int64_t number = 0, lines = 1;
    for (const char *c = text; *c; c++) lines += *c == '\n';
    *layout = (clpti_file_layout){.name = name, .lines = clpti_calloc(lines, sizeof *layout->lines)};
    if (!layout->lines) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory for a layout", path));
    while (*text) {
        size_t length = strcspn(text, "\n"), blank = strspn(text, " \t\r");
        number++;
        if (blank < length && text[blank] != '#') {
            clpti_layout_line *line = &layout->lines[layout->count];
            if (!(line->text = strndup(text, length)))
                CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory for a layout", path));
            layout->count++;
            CLPTI_TRY(split(path, number, line, message));
        }
        text += length + (text[length] == '\n');
    }
cleanup:
    if (status != CLPT_OK) clpti_layout_free(layout);
    return status;
}

void clpti_layout_free(clpti_file_layout *layout)
{
    for (int64_t i = 0; i < layout->count; i++) free(layout->lines[i].text);
    free(layout->lines);
    *layout = (clpti_file_layout){0};
}

static clpt_status read_file(const char *path, clpti_file_layout *layout, clpt_message *message)
{
    FILE *file = fopen(path, "rb");
    char *text = file ? clpti_calloc(max_text + 1, 1) : NULL;
    size_t got = text ? fread(text, 1, max_text, file) : 0;
    clpt_status status = CLPT_OK;
    if (!file)
        status =
            clpti_fail(message, CLPT_ERROR_FILE,
                       "'%s' is neither a layout nor a file that describes one; 'clptycho layouts' lists them", path);
    else if (!text)
        status = clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory for a layout", path);
    else if (got == max_text || strlen(text) != got)
        status = clpti_fail(message, CLPT_ERROR_FILE, "%s: is not the text of a layout", path);
    else
        status = clpti_layout_parse(path, "own layout", text, layout, message);
    free(text);
    if (file) fclose(file);
    return status;
}

clpt_status clpti_layout_find(const char *name, clpti_file_layout *layout, clpt_message *message)
{
    for (const clpti_layout_text *t = clpti_layout_texts; t->name; t++)
        if (!strcasecmp(t->name, name)) return clpti_layout_parse(t->name, t->name, t->text, layout, message);
    return read_file(name, layout, message);
}

static bool matches(const clpti_store *store, const clpti_file_layout *layout)
{
    const clpti_layout_line *line;
    for (int64_t i = 0; (line = clpti_layout_line_of(layout, "match", i)); i++) {
        bool all = true;
        for (int w = 0; w < 6 && *line->words[w]; w++) all = all && clpti_layout_has(store, line->words[w]);
        if (all) return true;
    }
    return false;
}

clpt_status clpti_layout_recognise(const clpti_store *store, clpti_file_layout *layout, clpt_message *message)
{
    *layout = (clpti_file_layout){0};
    for (const clpti_layout_text *t = clpti_layout_texts; t->name; t++) {
        clpt_status status = clpti_layout_parse(t->name, t->name, t->text, layout, message);
        if (status != CLPT_OK || matches(store, layout)) return status;
        clpti_layout_free(layout);
    }
    return CLPT_OK;
}

const clpti_layout_line *clpti_layout_line_of(const clpti_file_layout *layout, const char *key, int64_t index)
{
    for (int64_t i = 0; i < layout->count; i++)
        if (!strcmp(layout->lines[i].key, key) && index-- == 0) return &layout->lines[i];
    return NULL;
}

const char *clpti_layout_text_of(const clpti_file_layout *layout, const char *key)
{
    const clpti_layout_line *line = clpti_layout_line_of(layout, key, 0);
    return line ? line->words[0] : "";
}
