/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_compare: NRMSE, SSIM and Fourier ring correlation after alignment. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/struct_size.h"
#include "quality/image.h"

enum { SIDE_MIN = 16 }; /* of a region: required by the SSIM window and a few rings */

static const clpti_struct compare_options = {"clpt_compare_options", sizeof(clpt_compare_options), NULL};

void clpt_compare_options_init(clpt_compare_options *options, size_t size)
{
    clpti_struct_init(&compare_options, options, size);
}

static const clpti_struct comparison = {"clpt_comparison", sizeof(clpt_comparison), NULL};

void clpt_comparison_init(clpt_comparison *result, size_t size)
{
    clpti_struct_init(&comparison, result, size);
}

void clpt_comparison_free(clpt_comparison *result)
{
    if (!result) return;
    free(result->rings);
    free(result->aligned);
    result->rings = NULL;
    result->aligned = NULL;
    clpti_struct_init(&comparison, result, result->size);
}

/* ---- arguments ---- */

static clpt_status take_array(const clpt_array *array, const char *name, clpti_image *image, clpt_message *message)
{
    if (!array || !array->data || array->rank != 2 || array->shape[0] < 1 || array->shape[1] < 1 ||
        (array->type != CLPT_TYPE_C64 && array->type != CLPT_TYPE_C128))
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "clpt_compare: %s must be a complex matrix in host memory",
                          name);
    if (clpti_image_create(array->shape[0], array->shape[1], image) != CLPT_OK)
        return clpti_fail(message, CLPT_ERROR_MEMORY, "clpt_compare: out of host memory for %s of %lld×%lld", name,
                          (long long)array->shape[0], (long long)array->shape[1]);
    double *to = (double *)image->at;
    for (int64_t i = 0; i < 2 * image->height * image->width; i++) {
        to[i] =
            array->type == CLPT_TYPE_C128 ? ((const double *)array->data)[i] : (double)((const float *)array->data)[i];
        if (!isfinite(to[i]))
            return clpti_fail(message, CLPT_ERROR_ARGUMENT, "clpt_compare: %s is %g at row %lld, column %lld", name,
                              to[i], (long long)(i / 2 / image->width), (long long)(i / 2 % image->width));
    }
    return CLPT_OK;
}

/* The region, trimmed on either side to a length with a fast transform. */
static clpt_status take_region(const clpt_compare_options *o, const clpti_image *truth, clpt_comparison *r,
                               clpt_message *message)
{
    bool whole = o->height == 0 || o->width == 0;
    int64_t top = whole ? 0 : o->top, left = whole ? 0 : o->left;
    int64_t height = whole ? truth->height : o->height, width = whole ? truth->width : o->width;
    if (top < 0 || left < 0 || height < SIDE_MIN || width < SIDE_MIN || top > truth->height - height ||
        left > truth->width - width)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "clpt_compare: a region of %lld×%lld pixels at row %lld, column %lld of a truth of "
                          "%lld×%lld; it must lie inside the truth and have at least %d pixels per side",
                          (long long)height, (long long)width, (long long)top, (long long)left,
                          (long long)truth->height, (long long)truth->width, SIDE_MIN);
    r->height = clpti_quick_length_below(height);
    r->width = clpti_quick_length_below(width);
    r->top = top + (height - r->height) / 2;
    r->left = left + (width - r->width) / 2;
    return CLPT_OK;
}

/* ---- the window ---- */

/* Repeated three-pixel means along one axis: a Gaussian of σ = √(2/3·rounds). */
static void smooth(double *values, double *line, int64_t length, int64_t stride, int rounds)
{
    for (int round = 0; round < rounds; round++) {
        for (int64_t i = 0; i < length; i++) line[i] = values[i * stride];
        for (int64_t i = 0; i < length; i++)
            values[i * stride] = (line[i ? i - 1 : 0] + line[i] + line[i + 1 < length ? i + 1 : i]) / 3;
    }
}

/* Falls smoothly to zero inside the edges of the region, and of the mask if there is one. */
static clpt_status make_window(const clpt_comparison *r, const uint8_t *mask, double *weight)
{
    double *line = clpti_malloc(r->height > r->width ? r->height : r->width, sizeof *line);
    if (!line) return CLPT_ERROR_MEMORY;
    for (int64_t i = 0; i < r->height * r->width; i++) weight[i] = mask && !mask[i] ? 0 : 1;
    if (mask) {
        for (int64_t y = 0; y < r->height; y++) smooth(weight + y * r->width, line, r->width, 1, 24);
        for (int64_t x = 0; x < r->width; x++) smooth(weight + x, line, r->height, r->width, 24);
        for (int64_t i = 0; i < r->height * r->width; i++) weight[i] = mask[i] ? fmax(0, 2 * weight[i] - 1) : 0;
    }
    for (int64_t i = 0; i < r->height * r->width; i++)
        weight[i] *= clpti_edge_window(i / r->width, r->height) * clpti_edge_window(i % r->width, r->width);
    free(line);
    return CLPT_OK;
}

/* ---- figures ---- */

static double nrmse_of(const clpti_image *a, const clpti_image *t, const uint8_t *mask)
{
    double misfit = 0, power = 0;
    for (int64_t i = 0; i < t->height * t->width; i++) {
        if (mask && !mask[i]) continue;
        misfit += pow(cabs(a->at[i] - t->at[i]), 2);
        power += pow(cabs(t->at[i]), 2);
    }
    return power > 0 ? sqrt(misfit / power) : 0;
}

static clpt_status similarities(const clpti_image *a, const clpti_image *t, const uint8_t *mask, clpt_comparison *r)
{
    clpt_status status = CLPT_OK;
    int64_t count = t->height * t->width;
    clpti_value mean = 0;
    double *first = clpti_malloc(count, sizeof *first), *second = clpti_malloc(count, sizeof *second);
    if (!first || !second) CLPTI_TRY(CLPT_ERROR_MEMORY);
    for (int64_t i = 0; i < count; i++) {
        first[i] = cabs(a->at[i]);
        second[i] = cabs(t->at[i]);
        if (!mask || mask[i]) mean += t->at[i];
    }
    CLPTI_TRY(clpti_ssim(first, second, mask, t->height, t->width, &r->ssim_magnitude));
    for (int64_t i = 0; i < count; i++) {
        first[i] = carg(a->at[i] * conj(mean));
        second[i] = carg(t->at[i] * conj(mean));
    }
    CLPTI_TRY(clpti_ssim(first, second, mask, t->height, t->width, &r->ssim_phase));
cleanup:
    free(first);
    free(second);
    return status;
}

typedef struct comparer {
    clpti_image object, truth, region, aligned;
    uint8_t *mask; /* [height, width] of the region; NULL: all pixels */
    double *weight;
} comparer;

static clpt_status measure(comparer *c, const clpt_compare_options *o, clpt_comparison *r)
{
    clpt_status status = CLPT_OK;
    clpti_image_cut(&c->truth, r->top, r->left, &c->region);
    CLPTI_TRY(make_window(r, c->mask, c->weight));
    CLPTI_TRY(clpti_align(&c->object, &c->truth, r->top, r->left, c->weight, o, &r->alignment, &c->aligned));
    r->nrmse = nrmse_of(&c->aligned, &c->region, c->mask);
    CLPTI_TRY(similarities(&c->aligned, &c->region, c->mask, r));
    CLPTI_TRY(clpti_ring_correlation(&c->aligned, &c->region, c->weight, r));
cleanup:
    return status;
}

/* The mask within the region; an error if it leaves too few pixels. */
static clpt_status take_mask(const clpt_compare_options *o, const clpti_image *truth, const clpt_comparison *r,
                             uint8_t **mask, clpt_message *message)
{
    int64_t left = 0;
    if (!o->mask) return CLPT_OK;
    if (!(*mask = clpti_malloc(r->height * r->width, 1)))
        return clpti_fail(message, CLPT_ERROR_MEMORY, "clpt_compare: out of host memory for a mask");
    for (int64_t i = 0; i < r->height * r->width; i++) {
        (*mask)[i] = o->mask[(r->top + i / r->width) * truth->width + r->left + i % r->width] != 0;
        left += (*mask)[i];
    }
    if (left * 4 >= r->height * r->width) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                      "clpt_compare: the mask leaves %lld of %lld pixels of the region; at least a quarter is required",
                      (long long)left, (long long)(r->height * r->width));
}

static clpt_status compare(const clpt_array *object, const clpt_array *truth, const clpt_compare_options *o,
                           clpt_comparison *result, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    comparer c = {0};
    if (!(fabs(o->offset_x) < 1e9 && fabs(o->offset_y) < 1e9))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_ARGUMENT, "clpt_compare: an offset of (%g, %g); it must be finite",
                             o->offset_x, o->offset_y));
    CLPTI_TRY(take_array(object, "object", &c.object, message));
    CLPTI_TRY(take_array(truth, "truth", &c.truth, message));
    CLPTI_TRY(take_region(o, &c.truth, result, message));
    CLPTI_TRY(take_mask(o, &c.truth, result, &c.mask, message));
    status = clpti_image_create(result->height, result->width, &c.region);
    if (status == CLPT_OK) status = clpti_image_create(result->height, result->width, &c.aligned);
    if (status == CLPT_OK && !(c.weight = clpti_malloc(result->height * result->width, sizeof *c.weight)))
        status = CLPT_ERROR_MEMORY;
    if (status == CLPT_OK) status = measure(&c, o, result);
    if (status != CLPT_OK) CLPTI_TRY(clpti_fail(message, status, "clpt_compare: out of host memory"));
    result->aligned = (double *)c.aligned.at; /* ownership passes to the caller */
    c.aligned.at = NULL;
cleanup:
    clpti_image_destroy(&c.object);
    clpti_image_destroy(&c.truth);
    clpti_image_destroy(&c.region);
    clpti_image_destroy(&c.aligned);
    free(c.mask);
    free(c.weight);
    return status;
}

clpt_status clpt_compare(const clpt_array *object, const clpt_array *truth, const clpt_compare_options *options,
                         clpt_comparison *result, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpt_compare_options o;
    clpt_comparison made;
    if (!result) return clpti_fail(message, CLPT_ERROR_ARGUMENT, "clpt_compare: result must not be NULL");
    CLPTI_TRY(clpti_struct_read(&comparison, "clpt_compare", result, &made, message));
    clpti_struct_init(&comparison, &made, sizeof made);
    CLPTI_TRY(clpti_struct_read(&compare_options, "clpt_compare", options, &o, message));
    status = compare(object, truth, &o, &made, message);
    clpti_struct_write(&comparison, &made, result);
cleanup:
    return status;
}
