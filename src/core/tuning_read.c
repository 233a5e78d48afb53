/* SPDX-License-Identifier: Apache-2.0 */
/* Reader of the user's tuning file: "[key]" lines, each followed by "name = value" lines; "#" begins a comment. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/memory.h"
#include "core/tuning.h"

enum { largest_file = 1 << 20 };

static char *trimmed(char *text)
{
    static const char spaces[] = " \t\r\n";
    text += strspn(text, spaces);
    size_t length = strlen(text);
    while (length > 0 && strchr(spaces, text[length - 1])) length--;
    text[length] = '\0';
    return text;
}

clpti_tuning_line clpti_tuning_line_parse(char *line, char **name, char **value)
{
    char *text = trimmed(line), *equals;
    size_t length = strlen(text);
    *name = *value = text;
    if (length == 0 || text[0] == '#') return CLPTI_LINE_EMPTY;
    if (text[0] == '[') {
        if (text[length - 1] != ']') return CLPTI_LINE_BAD;
        text[length - 1] = '\0';
        *name = trimmed(text + 1);
        return **name ? CLPTI_LINE_KEY : CLPTI_LINE_BAD;
    }
    if (!(equals = strchr(text, '='))) return CLPTI_LINE_BAD;
    *equals = '\0';
    *name = trimmed(text);
    *value = trimmed(equals + 1);
    return **name && **value ? CLPTI_LINE_SETTING : CLPTI_LINE_BAD;
}

char *clpti_tuning_file_read(const char *path, const char **reason)
{
    struct stat entry;
    char *text = NULL;
    *reason = NULL;
    FILE *file = fopen(path, "rb");
    if (!file) {
        *reason = strerror(errno);
        return NULL;
    }
    if (fstat(fileno(file), &entry) != 0 || !S_ISREG(entry.st_mode))
        *reason = "it is not a regular file";
    else if (entry.st_size > largest_file)
        *reason = "it is larger than 1 MiB";
    else if (!(text = clpti_calloc(entry.st_size + 1, 1)))
        *reason = "no host memory";
    else if (fread(text, 1, (size_t)entry.st_size, file) != (size_t)entry.st_size)
        *reason = "it cannot be read completely";
    else if (memchr(text, '\0', (size_t)entry.st_size))
        *reason = "it is not text";
    fclose(file);
    if (!*reason) return text;
    free(text);
    return NULL;
}
