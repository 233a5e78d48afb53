/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures of the differences of a parity report. */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "parity/report.h"
#include "report/json.h"

/* Sides in pixels: smaller pictures are enlarged, larger ones reduced; and the minimum side of an image. */
enum { MIN_SIDE = 192, MAX_SIDE = 384, MIN_IMAGE = 8 };

/* One image of two arrays: C128 of the reference, and F64 |got − reference| / scale. */
typedef struct slice {
    int64_t height, width, factor; /* one pixel covers factor × factor elements */
    double *expected, *error;      /* the error includes the rule's factor */
} slice;

static void fill(const clpti_parity_finding *f, int64_t start, int64_t width, slice *s)
{
    int64_t height = f->expected->shape[f->expected->rank - 2];
    for (int64_t i = 0; i < height * width; i++) {
        double a[2], b[2];
        int64_t y = i / width / s->factor, x = i % width / s->factor, at = y * s->width + x;
        if (y >= s->height || x >= s->width) continue; /* remainders at the edges */
        clpti_parity_element(f->got, start + i, &a[0], &a[1]);
        clpti_parity_element(f->expected, start + i, &b[0], &b[1]);
        double weight = f->factor ? fmax(f->factor[start + i], 0) : 1;
        double error = weight * hypot(a[0] - b[0], a[1] - b[1]) / (f->difference.scale > 0 ? f->difference.scale : 1);
        if (i / width % s->factor == 0 && i % width % s->factor == 0) {
            s->expected[2 * at] = b[0];
            s->expected[2 * at + 1] = b[1];
        }
        if (!(error <= s->error[at])) s->error[at] = error; /* maximum over a pixel */
    }
}

static int64_t index_of(const clpti_parity_finding *f)
{
    return f->difference.first_beyond >= 0 ? f->difference.first_beyond : f->difference.largest_at;
}

static bool has_images(const clpti_parity_finding *f)
{
    if (!clpti_parity_was_compared(f) || f->expected->rank < 2 || f->difference.different == 0 || index_of(f) < 0)
        return false;
    return f->expected->shape[f->expected->rank - 2] >= MIN_IMAGE &&
           f->expected->shape[f->expected->rank - 1] >= MIN_IMAGE;
}

/* Allocates the images; false: no memory. */
static bool cut(const clpti_parity_finding *f, slice *s)
{
    int64_t height = f->expected->shape[f->expected->rank - 2], width = f->expected->shape[f->expected->rank - 1];
    while (height / s->factor > MAX_SIDE || width / s->factor > MAX_SIDE) s->factor++;
    s->height = height / s->factor;
    s->width = width / s->factor;
    s->expected = clpti_calloc(s->height * s->width, 2 * sizeof *s->expected);
    s->error = clpti_calloc(s->height * s->width, sizeof *s->error);
    if (s->expected && s->error) fill(f, index_of(f) - index_of(f) % (height * width), width, s);
    return s->expected && s->error;
}

/* Base64 of RFC 4648; the caller frees it; NULL: no memory. */
static char *base64(const unsigned char *data, size_t bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *text = clpti_calloc((int64_t)(bytes / 3 * 4 + 5), 1), *to = text;
    for (size_t k = 0; text && k < bytes; k += 3) {
        size_t left = bytes - k < 3 ? bytes - k : 3;
        unsigned long bits = (unsigned long)data[k] << 16;
        if (left > 1) bits |= (unsigned long)data[k + 1] << 8;
        if (left > 2) bits |= data[k + 2];
        for (size_t digit = 0; digit < 4; digit++) *to++ = digit <= left ? digits[bits >> (18 - 6 * digit) & 63] : '=';
    }
    return text;
}

static bool add_picture(cJSON *object, const char *name, const slice *s, const void *values, clpt_type type,
                        clpti_picture kind)
{
    unsigned char *png = NULL;
    size_t bytes = 0;
    clpt_message message;
    if (clpti_picture_encode(values, type, s->height, s->width, kind, MIN_SIDE, &png, &bytes, &message) != CLPT_OK)
        return clpti_json_add_text(object, "reason", message.text);
    char *text = base64(png, bytes);
    bool good = text && clpti_json_add_text(object, name, text);
    free(text);
    free(png);
    return good;
}

static bool add_slice(cJSON *list, int comparison, int number, const clpti_parity_finding *f, const slice *s)
{
    const clpti_tensor images = {.rank = f->expected->rank - 2,
                                 .shape = {f->expected->shape[0], f->expected->shape[1]}};
    int64_t pixels = f->expected->shape[images.rank] * f->expected->shape[images.rank + 1];
    cJSON *object = cJSON_CreateObject();
    if (!object || !cJSON_AddItemToArray(list, object)) return false;
    return clpti_json_add_number(object, "comparison", comparison) && clpti_json_add_number(object, "array", number) &&
           clpti_parity_json_coordinates(object, "image", &images, index_of(f) / pixels) &&
           clpti_json_add_number(object, "reduced_by", (double)s->factor) &&
           add_picture(object, "amplitude", s, s->expected, CLPT_TYPE_C128, CLPTI_PICTURE_AMPLITUDE) &&
           (!clpti_parity_is_complex(f->expected->type) ||
            add_picture(object, "phase", s, s->expected, CLPT_TYPE_C128, CLPTI_PICTURE_PHASE)) &&
           add_picture(object, "difference", s, s->error, CLPT_TYPE_F64, CLPTI_PICTURE_LOG);
}

static bool add_finding(cJSON *list, int comparison, int number, const clpti_parity_finding *f)
{
    slice s = {.factor = 1};
    bool good = !has_images(f) || (cut(f, &s) && add_slice(list, comparison, number, f, &s));
    free(s.expected);
    free(s.error);
    return good;
}

cJSON *clpti_parity_pictures(const clpti_parity_report *report)
{
    cJSON *list = cJSON_CreateArray();
    bool good = list != NULL;
    for (int c = 0; c < report->comparison_count; c++)
        for (int k = 0; good && k < report->comparisons[c].count; k++)
            good = add_finding(list, c, k, &report->comparisons[c].findings[k]);
    if (good) return list;
    cJSON_Delete(list);
    return NULL;
}
