/* SPDX-License-Identifier: Apache-2.0 */
/* One call of each of a few operations, of any size, for tests of choices and switches. */
#include "choice_case.h"

#include <stdlib.h>

const choice_sizes choice_small = {12, 14, 8, 3, 2};

clpt_status choice_forward(clpt_context *context, const choice_sizes *s)
{
    test_field object = test_field_random(CLPT_TYPE_C64, 1, 2, CLPT_SHAPE(s->height, s->width));
    test_field probe = test_field_random(CLPT_TYPE_C64, 2, 3, CLPT_SHAPE(s->modes, s->side, s->side));
    test_field out = test_field_new(CLPT_TYPE_F32, 3, CLPT_SHAPE(s->count, s->side, s->side));
    double *positions = malloc((size_t)(2 * s->count) * sizeof *positions);
    assert_non_null(positions);
    test_random_fill(positions, 2 * s->count, 3, 0, 20);
    clpt_array in = test_array(&object), modes = test_array(&probe), to = test_array(&out);
    clpt_scan *scan = NULL;
    clpt_status status = clpt_scan_create(context, positions, s->count, &scan);
    if (status == CLPT_OK) status = clpt_forward(context, &in, scan, &modes, NULL, &to);
    clpt_scan_destroy(&scan);
    free(positions);
    test_field_free(&object);
    test_field_free(&probe);
    test_field_free(&out);
    return status;
}

clpt_status choice_patches(clpt_context *context, const choice_sizes *s)
{
    test_field object = test_field_random(CLPT_TYPE_F32, 1, 2, CLPT_SHAPE(s->height, s->width));
    test_field cut = test_field_new(CLPT_TYPE_F32, 3, CLPT_SHAPE(s->count, s->side, s->side));
    double *positions = malloc((size_t)(2 * s->count) * sizeof *positions);
    assert_non_null(positions);
    test_random_fill(positions, 2 * s->count, 3, 0, 20);
    clpt_array in = test_array(&object), out = test_array(&cut);
    clpt_scan *scan = NULL;
    int64_t side = 0;
    clpt_status status = clpt_scan_create(context, positions, s->count, &scan);
    if (status == CLPT_OK) status = clpt_extract_scan(context, &in, scan, &out);
    if (status == CLPT_OK) status = clpt_scan_get_canvas(scan, s->side, &side, NULL);
    test_field canvas = test_field_new(CLPT_TYPE_F32, 2, CLPT_SHAPE(side, side));
    clpt_array whole = test_array(&canvas);
    if (status == CLPT_OK) status = clpt_reassemble_scan(context, &out, scan, s->side, &whole); /* gather */
    clpt_scan_destroy(&scan);
    free(positions);
    test_field_free(&object);
    test_field_free(&cut);
    test_field_free(&canvas);
    return status;
}

clpt_status choice_warp(clpt_context *context, const choice_sizes *s)
{
    test_field images = test_field_random(CLPT_TYPE_F32, 1, 3, CLPT_SHAPE(s->count, s->height, s->width));
    test_field out = test_field_new(CLPT_TYPE_F32, 3, images.shape);
    double numbers[] = {1, 0.1, 0.5, -0.1, 1, -1.25, 1e-3, 0};
    clpt_array in = test_array(&images), to = test_array(&out);
    clpt_array transform = clpt_array_host(numbers, CLPT_TYPE_F64, 2, CLPT_SHAPE(1, 8));
    clpt_status status = clpt_warp(context, &in, &transform, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_ZEROS, &to);
    test_field_free(&images);
    test_field_free(&out);
    return status;
}

clpt_status choice_gram(clpt_context *context, const choice_sizes *s)
{
    test_field modes = test_field_random(CLPT_TYPE_C64, 1, 3, CLPT_SHAPE(s->modes, s->side, s->side));
    clpt_array array = test_array(&modes);
    clpt_status status = clpt_orthogonalise(context, &array);
    test_field_free(&modes);
    return status;
}

clpt_status choice_reconstruct(clpt_context *context, const choice_sizes *s)
{
    test_field object = test_field_random(CLPT_TYPE_C64, 1, 2, CLPT_SHAPE(s->height, s->width));
    test_field probe = test_field_random(CLPT_TYPE_C64, 2, 3, CLPT_SHAPE(s->modes, s->side, s->side));
    test_field amplitude = test_field_new(CLPT_TYPE_F32, 3, CLPT_SHAPE(s->count, s->side, s->side));
    double *positions = malloc((size_t)(2 * s->count) * sizeof *positions);
    assert_non_null(positions);
    test_random_fill(positions, 2 * s->count, 3, 0, 9);
    clpt_measurement measurement = {.size = sizeof measurement,
                                    .amplitude = amplitude.data,
                                    .count = s->count,
                                    .side = s->side,
                                    .positions = positions};
    clpt_array start = test_array(&object), modes = test_array(&probe);
    clpt_solver *solver = NULL;
    clpt_solver_options options = test_options("probe-start=0");
    clpt_status status = clpt_solver_create(context, &measurement, &start, &modes, &options, &solver);
    if (status == CLPT_OK) status = clpt_solver_iterate(solver, NULL);
    clpt_solver_destroy(&solver);
    free(positions);
    test_field_free(&object);
    test_field_free(&probe);
    test_field_free(&amplitude);
    return status;
}
