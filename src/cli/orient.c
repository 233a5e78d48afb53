/* SPDX-License-Identifier: Apache-2.0 */
/* --orientation: parsing, and flips and transposes of positions and patterns. */
#include "cli/orient.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

static const struct {
    const char *word;
    size_t at;
} words[] = {{"transpose", offsetof(clpti_orientation, transpose)},
             {"flip-x", offsetof(clpti_orientation, flip_x)},
             {"flip-y", offsetof(clpti_orientation, flip_y)},
             {"pattern-transpose", offsetof(clpti_orientation, pattern_transpose)},
             {"pattern-flip-x", offsetof(clpti_orientation, pattern_flip_x)},
             {"pattern-flip-y", offsetof(clpti_orientation, pattern_flip_y)}};
enum { word_count = sizeof words / sizeof *words };

static bool *flag_of(clpti_orientation *orientation, size_t k)
{
    return (bool *)((char *)orientation + words[k].at);
}

clpt_status clpti_orientation_parse(clpti_session *session, const char *text, clpti_orientation *orientation)
{
    *orientation = (clpti_orientation){0};
    if (!strcmp(text, "none")) return CLPT_OK;
    for (const char *word = text; word;) {
        size_t length = strcspn(word, ","), k = 0;
        while (k < word_count && (strlen(words[k].word) != length || memcmp(words[k].word, word, length))) k++;
        if (k == word_count)
            return clpti_session_usage(session,
                                       "--orientation requires auto, none, or a comma-separated list of transpose, "
                                       "flip-x, flip-y, pattern-transpose, pattern-flip-x, pattern-flip-y, not '%s'",
                                       text);
        *flag_of(orientation, k) = true;
        word = word[length] ? word + length + 1 : NULL;
    }
    return CLPT_OK;
}

const char *clpti_orientation_text(const clpti_orientation *orientation, char text[96])
{
    clpti_orientation o = *orientation;
    size_t used = 0;
    text[0] = '\0';
    for (size_t k = 0; k < word_count; ++k)
        if (*flag_of(&o, k)) used += (size_t)snprintf(text + used, 96 - used, "%s%s", used ? "," : "", words[k].word);
    if (!used) snprintf(text, 96, "none");
    return text;
}

/* ---- applying ---- */

static void orient_positions(const clpti_orientation *o, double *pairs, int64_t count)
{
    for (int64_t s = 0; pairs && s < count; ++s) {
        double x = pairs[2 * s], y = pairs[2 * s + 1];
        double first = o->transpose ? y : x, second = o->transpose ? x : y;
        pairs[2 * s] = o->flip_x ? -first : first;
        pairs[2 * s + 1] = o->flip_y ? -second : second;
    }
}

/* Source of index i: mirrored about zero frequency [side/2], periodically, or about an image's middle. */
static int64_t mirrored(int64_t i, int64_t side, bool flip, bool image)
{
    if (!flip) return i;
    return image || side % 2 ? side - 1 - i : (side - i) % side;
}

static void orient_images(const clpti_orientation *o, float *images, int64_t count, int64_t side, bool near_field,
                          float *work)
{
    size_t bytes = (size_t)(side * side) * sizeof *work;
    for (int64_t s = 0; images && s < count; ++s) {
        float *image = images + s * side * side;
        memcpy(work, image, bytes);
        for (int64_t y = 0; y < side; ++y)
            for (int64_t x = 0; x < side; ++x) {
                int64_t row = mirrored(y, side, o->pattern_flip_y, near_field);
                int64_t column = mirrored(x, side, o->pattern_flip_x, near_field);
                image[y * side + x] = o->pattern_transpose ? work[column * side + row] : work[row * side + column];
            }
    }
}

clpt_status clpti_orientation_apply(const clpti_orientation *o, clpti_scan_file *scan, clpt_message *message)
{
    int64_t side = scan->side;
    orient_positions(o, scan->positions, scan->frames);
    orient_positions(o, scan->starts, scan->frames);
    if (!o->pattern_transpose && !o->pattern_flip_x && !o->pattern_flip_y) return CLPT_OK;
    float *work = clpti_malloc(side * side, sizeof *work);
    if (!work) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory to transpose a pattern");
    orient_images(o, scan->amplitude, scan->count, side, scan->near_field, work);
    orient_images(o, scan->mask, scan->mask_per_pattern ? scan->count : 1, side, scan->near_field, work);
    orient_images(o, scan->background, 1, side, scan->near_field, work);
    free(work);
    return CLPT_OK;
}

clpt_status clpti_orientation_take(clpti_session *session, const char *text, clpti_scan_file *scan)
{
    clpti_orientation orientation;
    if (!text) return CLPT_OK;
    if (!strcmp(text, "auto"))
        return clpti_session_usage(session,
                                   "--orientation requires the orientation printed by 'reconstruct' here, not 'auto'");
    clpt_status status = clpti_orientation_parse(session, text, &orientation);
    return status == CLPT_OK ? clpti_orientation_apply(&orientation, scan, &session->message) : status;
}
