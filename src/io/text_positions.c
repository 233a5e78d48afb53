/* SPDX-License-Identifier: Apache-2.0 */
/* Positions in a text: two numbers per line, x and y, separated by blanks, commas or semicolons. Lines that start with
 * anything else, such as a heading, are skipped before the first pair. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "io/scan_internal.h"

bool clpti_text_positions_is(const char *path)
{
    static const char *const endings[] = {".csv", ".txt", ".dat", ".tsv"};
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (length > 4 && !strcasecmp(path + length - 4, endings[i])) return true;
    return false;
}

static bool parse(const char *line, double pair[2])
{
    char *end;
    for (int k = 0; k < 2; k++) {
        line += strspn(line, k ? " \t,;" : " \t");
        pair[k] = strtod(line, &end);
        if (end == line) return false;
        line = end;
    }
    return true;
}

clpt_status clpti_text_positions_read(const char *path, double **pairs, int64_t *count, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    char line[4096];
    int64_t number = 0, capacity = 0;
    FILE *file = fopen(path, "r");
    *pairs = NULL;
    *count = 0;
    if (!file) return clpti_fail(message, CLPT_ERROR_FILE, "%s: %s", path, strerror(errno));
    while (fgets(line, sizeof line, file)) {
        double pair[2];
        number++;
        if (line[0] == '#' || line[strspn(line, " \t\r\n")] == '\0') continue;
        if (!parse(line, pair)) {
            if (*count == 0) continue;
            CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: line %lld: two numbers, x and y, are required", path,
                                 (long long)number));
        }
        if (*count == capacity) {
            double *grown = realloc(*pairs, (size_t)(2 * capacity + 64) * 2 * sizeof *grown);
            if (!grown) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory for positions", path));
            *pairs = grown;
            capacity = 2 * capacity + 64;
        }
        memcpy(*pairs + 2 * (*count)++, pair, sizeof pair);
    }
    if (*count == 0) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: has no line of two numbers", path));
cleanup:
    fclose(file);
    return status;
}
