/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of tuning entries: parsing, and matching against a device. */
#include <stdio.h>
#include <string.h>

#include "core/tuning.h"

static const char *const level_names[CLPTI_TUNING_LEVELS] = {"device", "architecture", "vendor", "type"};
static const char *const type_names[] = {[CLPT_DEVICE_REFERENCE] = "reference",
                                         [CLPT_DEVICE_CPU] = "cpu",
                                         [CLPT_DEVICE_GPU] = "gpu",
                                         [CLPT_DEVICE_OTHER] = "other"};
enum { type_count = sizeof type_names / sizeof *type_names };

/* The first word of *text, which then points to the rest. */
static bool take_word(const char **text, char *word, size_t size)
{
    size_t length = strcspn(*text, " \t");
    if (length == 0 || length >= size) return false;
    memcpy(word, *text, length);
    word[length] = '\0';
    *text += length;
    *text += strspn(*text, " \t");
    return true;
}

static bool is_type(const char *text, clpt_device_type *type)
{
    for (int i = 0; i < type_count; i++)
        if (!strcmp(type_names[i], text)) {
            *type = (clpt_device_type)i;
            return true;
        }
    return false;
}

bool clpti_tuning_key_parse(const char *text, const clpt_device_info *device, clpti_tuning_level *level, bool *fits)
{
    char word[32];
    int found = 0;
    clpt_device_type type;
    if (!take_word(&text, word, sizeof word)) return false;
    while (found < CLPTI_TUNING_LEVELS && strcmp(level_names[found], word)) found++;
    if (found == CLPTI_TUNING_LEVELS) return false;
    *level = (clpti_tuning_level)found;
    *fits = true;
    if (*level != CLPTI_TUNING_TYPE) {
        if (!take_word(&text, word, sizeof word) || !*text) return false;
        *fits = !strcmp(word, device->short_name);
    }
    switch (*level) {
    case CLPTI_TUNING_DEVICE:
        *fits = *fits && !strcmp(text, device->name);
        return true;
    case CLPTI_TUNING_ARCHITECTURE:
        *fits = *fits && strcasestr(device->name, text);
        return true;
    default:
        if (!is_type(text, &type)) return false;
        *fits = *fits && type == device->type;
        return true;
    }
}

void clpti_tuning_device_key(const clpt_device_info *device, char *text, size_t size)
{
    snprintf(text, size, "%s %s %s", level_names[CLPTI_TUNING_DEVICE], device->short_name, device->name);
}
