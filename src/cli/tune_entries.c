/* SPDX-License-Identifier: Apache-2.0 */
/* The user's tuning file, rewritten line by line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/tune.h"
#include "core/memory.h"
#include "io/output.h"

static bool among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(names[i], name)) return true;
    return false;
}

/* Comments written by the command precede their entry and are removed with it. */
static const char mark[] = "#: ";

static void print_entries(FILE *to, const clpti_tune_entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fprintf(to, "%s%s\n%s = %s\n", mark, entries[i].comment, entries[i].name, entries[i].value);
}

typedef struct rewriting {
    FILE *to;
    char key[256];
    const char *const *names;
    size_t name_count;
    const clpti_tune_entry *entries;
    size_t entry_count;
    bool mine, done; /* in this device's section; its entries are printed */
    char *comment;   /* of the next entry, not printed yet */
} rewriting;

static void print_comment(rewriting *r)
{
    if (r->comment) fprintf(r->to, "%s\n", r->comment);
    r->comment = NULL;
}

static void rewrite_line(rewriting *r, char *line, char *scratch)
{
    char *name, *value;
    strcpy(scratch, line);
    clpti_tuning_line kind = clpti_tuning_line_parse(scratch, &name, &value);
    if (kind == CLPTI_LINE_KEY) r->mine = !strcmp(name, r->key);
    if (r->mine && kind == CLPTI_LINE_SETTING && among(name, r->names, r->name_count)) {
        r->comment = NULL;
        return;
    }
    print_comment(r);
    if (r->mine && !strncmp(line, mark, sizeof mark - 1)) {
        r->comment = line;
        return;
    }
    fprintf(r->to, "%s\n", line);
    if (kind == CLPTI_LINE_KEY && r->mine && !r->done) {
        print_entries(r->to, r->entries, r->entry_count);
        r->done = true;
    }
}

char *clpti_tune_entries_text(const char *old, const clpt_device_info *device, const char *const *names,
                              size_t name_count, const clpti_tune_entry *entries, size_t entry_count)
{
    char *text = NULL,
         *copy = clpti_strdup(old ? old : "# Entries of `clptycho tune`, and your own: docs/devices.md\n");
    char *scratch = copy ? clpti_malloc((int64_t)strlen(copy) + 1, 1) : NULL;
    size_t size = 0;
    rewriting r = {.to = open_memstream(&text, &size),
                   .names = names,
                   .name_count = name_count,
                   .entries = entries,
                   .entry_count = entry_count};
    clpti_tuning_device_key(device, r.key, sizeof r.key);
    bool good = copy && scratch && r.to;
    if (good) {
        char *rest = copy;
        for (char *line; (line = strsep(&rest, "\n"));)
            if (rest || *line) rewrite_line(&r, line, scratch);
        print_comment(&r);
        if (!r.done && entry_count) {
            fprintf(r.to, "[%s]\n", r.key);
            print_entries(r.to, entries, entry_count);
        }
    }
    if (r.to && fclose(r.to) != 0) good = false;
    free(scratch);
    free(copy);
    if (good) return text;
    free(text);
    return NULL;
}

bool clpti_tune_file_exists(const char *path)
{
    struct stat entry;
    return stat(path, &entry) == 0;
}

static clpt_status make_directories(const char *path, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    char *directory = clpti_strdup(path);
    if (!directory) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a path");
    for (char *slash = strchr(directory + 1, '/'); slash && status == CLPT_OK; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(directory, 0777) != 0 && errno != EEXIST)
            status = clpti_fail(message, CLPT_ERROR_FILE, "%s: cannot create the directory %s: %s", path, directory,
                                strerror(errno));
        *slash = '/';
    }
    free(directory);
    return status;
}

clpt_status clpti_tune_entries_write(const char *path, const char *text, clpt_message *message)
{
    clpti_output output = {0};
    clpt_status status = make_directories(path, message);
    if (status == CLPT_OK) status = clpti_output_begin(path, &output, message);
    if (status != CLPT_OK) return status;
    FILE *file = fopen(output.temporary, "w");
    bool good = file && fputs(text, file) >= 0;
    if (file && fclose(file) != 0) good = false;
    if (good) return clpti_output_commit(&output, message);
    status = clpti_fail(message, CLPT_ERROR_FILE, "%s: cannot be written: %s", path, strerror(errno));
    clpti_output_discard(&output);
    return status;
}
