/* SPDX-License-Identifier: Apache-2.0 */
/* Each patch and its weight, if any, are moved separately and multiplied afterwards. */
#include "ref/field.h"

#include <stdlib.h>

#include "core/memory.h"
#include "ops/ops.h"

/* The weight of a patch pixel: 1, the mask of the central block, or the power of the probe. NULL for
 * CLPT_WEIGHT_NONE. */
static double *make_weight(const clpti_reassemble_group_args *a)
{
    double *weight = clpti_calloc(a->size * a->size, sizeof *weight);
    if (!weight) return NULL;
    const double *power = clpti_host(a->power);
    int64_t low = a->size / 4, high = low + a->size / 2;
    for (int64_t v = 0; v < a->size; v++)
        for (int64_t u = 0; u < a->size; u++) {
            bool central = v >= low && v < high && u >= low && u < high;
            int64_t i = v * a->size + u;
            weight[i] = a->weight == CLPT_WEIGHT_PROBE ? power[i] : central;
        }
    return weight;
}

/* Adds patch c of group g to the group's sums. */
static void add_patch(const clpti_reassemble_group_args *a, int64_t g, int64_t c, const double *weight, double *canvas,
                      double *weight_sum)
{
    int64_t k = g * a->per_group + c, doubles = a->size * a->size * (a->complex ? 2 : 1);
    const double *position = a->at.positions->xy + 2 * clpti_selected(&a->at, k);
    clpti_image patch = {canvas ? clpti_host(a->patches) + k * doubles : NULL, a->complex, a->size, a->size};
    clpti_image mask = {weight, false, a->size, a->size};
    clpti_cell column = clpti_cell_of(-(position[0] + (double)a->at.shift_x));
    clpti_cell row = clpti_cell_of(-(position[1] + (double)a->at.shift_y));
    bool product = a->weight == CLPT_WEIGHT_CENTRE_MASKED || a->weight == CLPT_WEIGHT_PROBE;
    for (int64_t y = 0; y < a->side; y++)
        for (int64_t x = 0; x < a->side; x++) {
            double w = weight ? creal(clpti_image_bilinear(&mask, column, row, x, y)) : 0;
            weight_sum[y * a->side + x] += w;
            if (!canvas) continue;
            clpti_value value = clpti_image_bilinear(&patch, column, row, x, y);
            clpti_field_add(canvas, a->complex, y * a->side + x, product ? value * w : value);
        }
}

/* Stores the sums and their maximum, if requested. */
static void normalise(const clpti_reassemble_group_args *a, int64_t g, double *canvas, const double *weight_sum)
{
    int64_t pixels = a->side * a->side;
    double largest = 0, *total = clpti_host(a->total), *maximum = clpti_host(a->largest);
    for (int64_t i = 0; i < pixels; i++) largest = fmax(largest, weight_sum[i]);
    for (int64_t i = 0; total && i < pixels; i++) total[g * pixels + i] = weight_sum[i];
    if (maximum) maximum[g] = largest;
    for (int64_t i = 0; canvas && i < pixels; i++) {
        clpti_value value = clpti_field_get(canvas, a->complex, i);
        double sum = weight_sum[i];
        if (a->weight == CLPT_WEIGHT_CENTRE) value /= sum + 1e-3;
        if (a->weight == CLPT_WEIGHT_CENTRE_MASKED) value = sum <= 1e-6 ? 0 : value / (sum + 1e-3);
        if (a->weight == CLPT_WEIGHT_PROBE) value = sum <= 1e-6 * largest ? 0 : value / fmax(sum, 1e-12);
        clpti_field_set(canvas, a->complex, i, value);
    }
}

clpt_status clpti_ref_reassemble_group(clpt_context *context, const void *args)
{
    clpt_status status = CLPT_OK;
    const clpti_reassemble_group_args *a = args;
    int64_t pixels = a->side * a->side;
    double *weight = a->weight == CLPT_WEIGHT_NONE ? NULL : make_weight(a);
    double *weight_sum = clpti_calloc(pixels, sizeof *weight_sum);
    if (!weight_sum || (!weight && a->weight != CLPT_WEIGHT_NONE)) {
        status = clpti_fail(
            &context->message, CLPT_ERROR_MEMORY,
            "reassemble_group: out of host memory for the weights of a %lld×%lld canvas and %lld×%lld patches",
            (long long)a->side, (long long)a->side, (long long)a->size, (long long)a->size);
        goto cleanup;
    }
    for (int64_t g = 0; g < a->groups; g++) {
        double *canvas = a->canvas.buffer ? clpti_host(a->canvas) + g * pixels * (a->complex ? 2 : 1) : NULL;
        for (int64_t i = 0; i < pixels; i++) {
            if (canvas) clpti_field_set(canvas, a->complex, i, 0);
            weight_sum[i] = 0;
        }
        for (int64_t c = 0; c < a->per_group; c++) add_patch(a, g, c, weight, canvas, weight_sum);
        normalise(a, g, canvas, weight_sum);
    }
cleanup:
    free(weight);
    free(weight_sum);
    return status;
}
