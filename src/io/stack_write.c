/* SPDX-License-Identifier: Apache-2.0 */
/* Files of images for other programs: float32 TIFF, NPY or HDF5. */
#include "io/stack_write.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "io/h5.h"
#include "io/npy.h"
#include "io/output.h"

static bool ends_in(const char *path, const char *ending)
{
    const size_t length = strlen(path), tail = strlen(ending);
    return length > tail && !strcasecmp(path + length - tail, ending);
}

bool clpti_stack_is_name(const char *path)
{
    return ends_in(path, ".tif") || ends_in(path, ".tiff") || ends_in(path, ".npy") || clpti_h5_is_name(path);
}

static clpt_status write_values(const clpti_stack *s, int64_t first, int64_t count, FILE *to)
{
    const int64_t pixels = s->height * s->width;
    return fwrite(s->values + first * pixels, sizeof(float), (size_t)(count * pixels), to) == (size_t)(count * pixels)
               ? CLPT_OK
               : CLPT_ERROR_FILE;
}

/* ---- NPY ---- */

static clpt_status write_npy(const clpti_stack *s, FILE *to)
{
    char header[CLPTI_NPY_HEADER_CAPACITY];
    const int64_t shape[3] = {s->count, s->height, s->width};
    const int one = s->count == 1;
    const size_t length = clpti_npy_write_header("f4", 3 - one, shape + one, header);
    if (fwrite(header, 1, length, to) != length) return CLPT_ERROR_FILE;
    return write_values(s, 0, s->count, to);
}

/* ---- TIFF ---- */

/* Baseline TIFF 6.0 in the byte order of this machine, one strip per page, with the description by which ImageJ reads
 * the unit (https://imagej.net/ij/docs/guide/, ij.io.TiffEncoder). */
enum { ENTRIES = 13, ENTRY_BYTES = 12, SHORT = 3, LONG = 4, RATIONAL = 5, ASCII = 2 };

typedef struct tag {
    uint16_t code, type;
    uint32_t count, value;
} tag;

static bool put(FILE *to, const void *data, size_t bytes)
{
    return fwrite(data, 1, bytes, to) == bytes;
}

static bool put_tag(FILE *to, const tag *t)
{
    const uint16_t small[2] = {(uint16_t)t->value, 0};
    const bool is_short = t->type == SHORT;
    return put(to, &t->code, 2) && put(to, &t->type, 2) && put(to, &t->count, 4) &&
           (is_short ? put(to, small, 4) : put(to, &t->value, 4));
}

/* Pixels per micrometre, or per pixel if the size is unknown. */
static void resolution_of(const clpti_stack *s, uint32_t ratio[2])
{
    const double each = s->pixel > 0 ? 1e-6 / s->pixel : 1;
    const double scale = each > 1 ? 4e9 / each : 4e9;
    ratio[0] = (uint32_t)lrint(fmin(each * fmin(scale, 1e6), 4e9));
    ratio[1] = (uint32_t)lrint(fmin(scale, 1e6));
}

/* The directory at `at`, then description and resolution, then the strip. */
static bool put_page(FILE *to, const clpti_stack *s, int64_t page, const char *description, uint32_t at)
{
    const uint32_t text = (uint32_t)strlen(description) + 1, size = (uint32_t)(s->height * s->width * 4);
    const uint32_t text_at = at + 2 + ENTRIES * ENTRY_BYTES + 4, ratio_at = text_at + (text + 1) / 2 * 2;
    const uint32_t strip = ratio_at + 8, next = page + 1 < s->count ? strip + size : 0;
    const uint16_t entries = ENTRIES;
    uint32_t ratio[2];
    resolution_of(s, ratio);
    const tag tags[ENTRIES] = {{256, LONG, 1, (uint32_t)s->width},
                               {257, LONG, 1, (uint32_t)s->height},
                               {258, SHORT, 1, 32}, /* bits */
                               {259, SHORT, 1, 1},  /* uncompressed */
                               {262, SHORT, 1, 1},  /* 0 is black */
                               {270, ASCII, text, text_at},
                               {273, LONG, 1, strip},
                               {277, SHORT, 1, 1}, /* samples per pixel */
                               {278, LONG, 1, (uint32_t)s->height},
                               {279, LONG, 1, size},
                               {282, RATIONAL, 1, ratio_at},
                               {283, RATIONAL, 1, ratio_at},
                               {339, SHORT, 1, 3}}; /* IEEE floating point */
    bool good = put(to, &entries, 2);
    for (int k = 0; k < ENTRIES; ++k) good = good && put_tag(to, &tags[k]);
    good = good && put(to, &next, 4) && put(to, description, text) && put(to, "", text % 2) && put(to, ratio, 8);
    return good && write_values(s, page, 1, to) == CLPT_OK;
}

static clpt_status write_tiff(const clpti_stack *s, FILE *to)
{
    static const uint16_t one = 1;
    char description[160];
    const char *order = *(const unsigned char *)&one ? "II" : "MM";
    const uint16_t version = 42;
    const uint32_t first = 8;
    snprintf(description, sizeof description, "ImageJ=1.53a\nimages=%lld\nslices=%lld\nunit=%s\nloop=false\n",
             (long long)s->count, (long long)s->count, s->pixel > 0 ? "micron" : "pixel");
    bool good = put(to, order, 2) && put(to, &version, 2) && put(to, &first, 4);
    for (int64_t page = 0; good && page < s->count; ++page) {
        const long at = ftell(to);
        good = at >= 0 && put_page(to, s, page, description, (uint32_t)at);
    }
    return good ? CLPT_OK : CLPT_ERROR_FILE;
}

/* ---- HDF5 ---- */

static clpt_status write_h5(const char *path, const clpti_stack *s, clpt_message *message)
{
    clpti_h5_writer *w = NULL;
    char signal[64];
    const int64_t shape[3] = {s->count, s->height, s->width};
    const int one = s->count == 1;
    clpt_status status = clpti_h5_create(path, &w, message);
    CLPTI_TRY(status);
    CLPTI_TRY(clpti_h5_add(w, s->quantity, CLPT_TYPE_F32, 3 - one, shape + one, s->values, message));
    if (*s->unit) CLPTI_TRY(clpti_h5_note_text(w, s->quantity, "units", s->unit, message));
    if (s->pixel > 0) CLPTI_TRY(clpti_h5_note_real(w, s->quantity, "pixel_size_m", s->pixel, message));
    snprintf(signal, sizeof signal, "entry/data/%s", s->quantity);
    CLPTI_TRY(clpti_h5_add_link(w, signal, s->quantity, message));
    CLPTI_TRY(clpti_h5_note_text(w, NULL, "default", "entry", message));
    CLPTI_TRY(clpti_h5_note_text(w, "entry", "NX_class", "NXentry", message));
    CLPTI_TRY(clpti_h5_note_text(w, "entry", "default", "data", message));
    CLPTI_TRY(clpti_h5_note_text(w, "entry/data", "NX_class", "NXdata", message));
    CLPTI_TRY(clpti_h5_note_text(w, "entry/data", "signal", s->quantity, message));
    status = clpti_h5_commit(&w, message);
cleanup:
    clpti_h5_discard(&w);
    return status;
}

clpt_status clpti_stack_write(const char *path, const clpti_stack *s, clpt_message *message)
{
    const double bytes = 4.0 * (double)s->count * (double)s->height * (double)s->width;
    const bool tiff = ends_in(path, ".tif") || ends_in(path, ".tiff");
    clpti_output output = {0};
    clpt_status status = CLPT_OK;
    if (clpti_h5_is_name(path)) return write_h5(path, s, message);
    if (tiff && bytes > 4e9)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "%s: a TIFF cannot exceed 4 GB, and these images have %.3g; write .h5 or .npy", path, bytes);
    CLPTI_TRY(clpti_output_begin(path, &output, message));
    FILE *to = fopen(output.temporary, "wbe");
    status = !to ? CLPT_ERROR_FILE : tiff ? write_tiff(s, to) : write_npy(s, to);
    if (to && fclose(to) != 0) status = CLPT_ERROR_FILE;
    if (status != CLPT_OK)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: cannot be written: %s", path, strerror(errno)));
    CLPTI_TRY(clpti_output_commit(&output, message));
cleanup:
    clpti_output_discard(&output);
    return status;
}
