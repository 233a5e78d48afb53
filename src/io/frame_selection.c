/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of frames: "0:300", "::2", "7,40", "-10:", "random:300". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/poisson.h"
#include "io/scan_internal.h"

enum { random_stream = 0x5e1e };

/* "random:N" draws N frames that depend on N and the number of frames alone (Knuth, TAOCP 2, 3.4.2, algorithm S). */
static clpt_status select_random(const char *number, int64_t count, bool *chosen, clpt_message *message)
{
    char *end;
    int64_t sample = strtoll(number, &end, 10), taken = 0;
    if (*end || end == number || sample < 1)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "--patterns random:%s: give a positive number of frames",
                          number);
    for (int64_t s = 0; s < count; s++) {
        chosen[s] = (double)(count - s) * clpti_uniform(0, random_stream, (uint64_t)s) < (double)(sample - taken);
        taken += chosen[s];
    }
    return CLPT_OK;
}

/* One number of a range; an empty one keeps `number`. Negative ones count from the end. */
static bool parse_number(const char **text, int64_t count, bool step, int64_t *number)
{
    char *end;
    int64_t value = strtoll(*text, &end, 10);
    if (end == *text) return true;
    *text = end;
    *number = value < 0 && !step ? value + count : value;
    return true;
}

static clpt_status fail_item(const char *option, const char *item, int64_t count, clpt_message *message)
{
    return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                      "%s: '%.*s' is not a frame of 0 to %lld or a range START:STOP:STEP of them, as in 0:300, ::2 or "
                      "7,40",
                      option, (int)strcspn(item, ","), item, (long long)count - 1);
}

/* One item of a list: a frame, or a range like Python's. */
static clpt_status select_item(const char *option, const char **text, int64_t count, bool *chosen,
                               clpt_message *message)
{
    const char *item = *text;
    int64_t part[3] = {0, count, 1};
    int parts = 0;
    for (; parts < 3; parts++) {
        parse_number(text, count, parts == 2, &part[parts]);
        if (**text != ':') break;
        ++*text;
    }
    bool single = parts == 0;
    if ((**text && **text != ',') || *text == item || part[2] < 1 || (single && (part[0] < 0 || part[0] >= count)))
        return fail_item(option, item, count, message);
    int64_t stop = single ? part[0] + 1 : part[1];
    for (int64_t s = part[0] < 0 ? 0 : part[0]; s < stop && s < count; s += part[2]) {
        chosen[s] = true;
        if (part[2] >= count) break;
    }
    if (**text == ',') ++*text;
    return CLPT_OK;
}

static clpt_status select_list(const char *option, const char *text, int64_t count, bool *chosen, clpt_message *message)
{
    memset(chosen, 0, (size_t)count * sizeof *chosen);
    if (!*text) return fail_item(option, text, count, message);
    while (*text) {
        clpt_status status = select_item(option, &text, count, chosen, message);
        if (status != CLPT_OK) return status;
    }
    return CLPT_OK;
}

clpt_status clpti_frames_select(const char *patterns, const char *exclude, int64_t count, bool *used,
                                clpt_message *message)
{
    clpt_status status = CLPT_OK;
    for (int64_t s = 0; s < count; s++) used[s] = true;
    if (exclude) {
        CLPTI_TRY(select_list("--exclude", exclude, count, used, message));
        for (int64_t s = 0; s < count; s++) used[s] = !used[s];
    }
    if (patterns) {
        bool *chosen = malloc((size_t)count + 1);
        if (!chosen) return clpti_fail(message, CLPT_ERROR_MEMORY, "out of memory for a selection of frames");
        status = strncmp(patterns, "random:", 7) ? select_list("--patterns", patterns, count, chosen, message)
                                                 : select_random(patterns + 7, count, chosen, message);
        for (int64_t s = 0; status == CLPT_OK && s < count; s++) used[s] = used[s] && chosen[s];
        free(chosen);
    }
cleanup:
    return status;
}
