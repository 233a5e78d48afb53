/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of reports: construction, writing, and reading with checked members. */
#include "report/json.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/memory.h"

bool clpti_json_add_text(cJSON *object, const char *name, const char *text)
{
    return cJSON_AddStringToObject(object, name, text) != NULL;
}

bool clpti_json_add_number(cJSON *object, const char *name, double number)
{
    if (!isfinite(number)) return cJSON_AddNullToObject(object, name) != NULL;
    return cJSON_AddNumberToObject(object, name, number) != NULL;
}

clpt_status clpti_json_write(FILE *stream, cJSON *root, clpt_message *message)
{
    char *text = root ? cJSON_Print(root) : NULL;
    if (text) fprintf(stream, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(root);
    return text ? CLPT_OK : clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the JSON text");
}

clpt_status clpti_json_fail(const clpti_json_context *at, const char *name, const char *what)
{
    return clpti_fail(at->message, CLPT_ERROR_FILE, "%s%s'%s' %s", at->path, *at->path ? ": " : "", name, what);
}

clpt_status clpti_json_text(const clpti_json_context *at, const cJSON *object, const char *name, char *text,
                            size_t size)
{
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!found) return clpti_json_fail(at, name, "is missing");
    if (!cJSON_IsString(found)) return clpti_json_fail(at, name, "is not a text");
    snprintf(text, size, "%s", found->valuestring);
    return CLPT_OK;
}

clpt_status clpti_json_number(const clpti_json_context *at, const cJSON *object, const char *name, bool unknown,
                              double *number)
{
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!found) return clpti_json_fail(at, name, "is missing");
    *number = (double)NAN;
    if (unknown && cJSON_IsNull(found)) return CLPT_OK;
    if (!cJSON_IsNumber(found) || !isfinite(found->valuedouble)) return clpti_json_fail(at, name, "is not a number");
    *number = found->valuedouble;
    return CLPT_OK;
}

clpt_status clpti_json_whole(const clpti_json_context *at, const cJSON *object, const char *name, int64_t *number)
{
    double found = 0;
    clpt_status status = clpti_json_number(at, object, name, false, &found);
    if (status == CLPT_OK && !(found >= 0 && found < 0x1p53 && rint(found) == found))
        status = clpti_json_fail(at, name, "is not an integer");
    if (status == CLPT_OK) *number = (int64_t)found;
    return status;
}

/* The whole file with a terminator; the caller frees it. */
static clpt_status read_file(const char *path, char **text, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    long size = 0;
    struct stat entry;
    FILE *file = fopen(path, "rb");
    if (file && fstat(fileno(file), &entry) == 0 && !S_ISREG(entry.st_mode))
        status = clpti_fail(message, CLPT_ERROR_FILE, "cannot be read: not a regular file");
    else if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0 || fseek(file, 0, SEEK_SET) != 0)
        status = clpti_fail(message, CLPT_ERROR_FILE, "cannot be read: %s", strerror(errno));
    else if (!(*text = clpti_calloc((int64_t)size + 1, 1)))
        status = clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for its %ld bytes", size);
    else if (fread(*text, 1, (size_t)size, file) != (size_t)size)
        status = clpti_fail(message, CLPT_ERROR_FILE, "cannot be read: %s",
                            ferror(file) ? strerror(errno) : "it shrank while it was read");
    if (file) fclose(file);
    return status;
}

/* Comments, from // to the end of the line and within slashes and stars, become spaces: line numbers stay. */
static void blank_comments(char *text)
{
    bool quoted = false;
    for (char *c = text; *c; c++) {
        if (quoted && *c == '\\' && c[1]) {
            c++;
        } else if (*c == '"') {
            quoted = !quoted;
        } else if (!quoted && c[0] == '/' && (c[1] == '/' || c[1] == '*')) {
            const bool block = c[1] == '*';
            char *end = block ? strstr(c + 2, "*/") : strchr(c, '\n');
            end = !end ? c + strlen(c) : block ? end + 2 : end;
            for (; c < end; c++)
                if (*c != '\n') *c = ' ';
            c--;
        }
    }
}

static clpt_status read_document(const char *path, bool comments, cJSON **root, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    char *text = NULL;
    const char *end = NULL;
    *root = NULL;
    CLPTI_TRY(read_file(path, &text, message));
    if (comments) blank_comments(text);
    if (!(*root = cJSON_ParseWithOpts(text, &end, true))) {
        int line = 1;
        for (const char *c = text; c < end; c++) line += *c == '\n';
        size_t length = strcspn(end, "\r\n");
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "is not complete JSON: line %d, at '%.*s'", line,
                             *end ? (int)(length < 20 ? length : 20) : 7, *end ? end : "its end"));
    }
cleanup:
    free(text);
    return status;
}

clpt_status clpti_json_read(const char *path, cJSON **root, clpt_message *message)
{
    return read_document(path, false, root, message);
}

clpt_status clpti_json_read_commented(const char *path, cJSON **root, clpt_message *message)
{
    return read_document(path, true, root, message);
}
