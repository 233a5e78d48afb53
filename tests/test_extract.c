/* SPDX-License-Identifier: Apache-2.0 */
/* Patches extracted from objects and canvases, against the reference. */
#include "op_case.h"

#include <math.h>

static const clpt_type types[] = {CLPT_TYPE_F32, CLPT_TYPE_C64};

static test_field random_pairs(int64_t count, uint64_t seed, double low_x, double high_x, double low_y, double high_y)
{
    test_field xy = test_field_new(CLPT_TYPE_F64, OP_SHAPE(count, 2));
    for (int64_t k = 0; k < count; k++) {
        test_set(&xy, 2 * k, 0, test_random(seed, 2 * (uint64_t)k, low_x, high_x));
        test_set(&xy, 2 * k + 1, 0, test_random(seed, 2 * (uint64_t)k + 1, low_y, high_y));
    }
    return xy;
}

static void extract_scan_any_shape_agrees_with_the_reference(void **state)
{
    (void)state;
    static const int64_t shapes[][4] = {/* height, width, scan positions, side */
                                        {1, 1, 3, 1},    {20, 31, 7, 5},  {31, 20, 4, 17}, {9, 50, 33, 8},
                                        {12, 12, 3, 24}, {40, 37, 1, 16}, {7, 9, 70, 2}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int kind = 0; kind < 2; kind++) {
            const int64_t *n = shapes[s];
            op_case c = {.name = test_text("extract_scan %d %s", (int)s, test_type_name(types[kind])),
                         .operation = "extract-scan",
                         .sizes = {.N = n[3]},
                         .inputs = {test_field_random(types[kind], 3, 2, n),
                                    random_pairs(n[2], 50 + s, -3, (double)n[1] + 3, -3, (double)n[0] + 3)}};
            test_set(&c.inputs[1], 0, 0, 4);
            test_set(&c.inputs[1], 1, 0, -2.5);
            op_check(&c);
        }
}

static void extract_scan_large_patches_agree_with_the_reference(void **state)
{
    (void)state;
    if (test_small()) skip();
    op_case c = {
        .name = "extract_scan of 104",
        .operation = "extract-scan",
        .sizes = {.N = 104},
        .inputs = {test_field_random(CLPT_TYPE_C64, 4, OP_SHAPE(230, 250)), random_pairs(20, 9, 40, 220, 40, 200)}};
    op_check(&c);
}

static void extract_scan_position_is_the_centre_pixel(void **state)
{
    (void)state;
    for (int64_t side = 1; side <= 6; side++) {
        test_field object = test_field_random(CLPT_TYPE_F32, 7, OP_SHAPE(20, 22));
        test_field patches = test_field_new(CLPT_TYPE_F32, OP_SHAPE(1, side, side));
        clpt_array in = test_array(&object), out = test_array(&patches);
        clpt_scan *scan = NULL;
        test_ok(test_context, clpt_scan_create(test_context, (double[]){11, 8}, 1, &scan));
        test_ok(test_context, clpt_extract_scan(test_context, &in, scan, &out));
        clpt_scan_destroy(&scan);
        for (int64_t v = 0; v < side; v++)
            for (int64_t u = 0; u < side; u++)
                assert_true(test_get(&patches, v * side + u, 0) ==
                            test_get(&object, (8 - side / 2 + v) * 22 + 11 - side / 2 + u, 0));
        test_field_free(&object);
        test_field_free(&patches);
    }
}

static void extract_group_any_shape_agrees_with_the_reference(void **state)
{
    (void)state;
    static const int64_t shapes[][4] = {/* groups, per group, patch side, canvas side */
                                        {1, 1, 1, 1},   {3, 4, 7, 7},  {2, 5, 8, 13},
                                        {5, 1, 17, 20}, {1, 9, 4, 31}, {30, 4, 5, 9}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int kind = 0; kind < 2; kind++) {
            const int64_t *n = shapes[s];
            test_field offsets = random_pairs(n[0] * n[1], 60 + s, -6, 6, -6, 6);
            op_case c = {.name = test_text("extract_group %d %s", (int)s, test_type_name(types[kind])),
                         .operation = "extract-group",
                         .sizes = {.N = n[2]},
                         .inputs = {test_field_random(types[kind], 3, OP_SHAPE(n[0], n[3], n[3])),
                                    op_numbers(offsets.data, OP_SHAPE(n[0], n[1], 2))}};
            test_field_free(&offsets);
            op_check(&c);
        }
}

static void extract_single_offsets_equal_their_doubles(void **state)
{
    (void)state;
    const float singles[] = {0.3f, -1.7f, 2.25f, 0.1f};
    const double doubles[] = {0.3f, -1.7f, 2.25f, 0.1f};
    const clpt_array ways[] = {clpt_array_host(singles, CLPT_TYPE_F32, 3, CLPT_SHAPE(1, 2, 2)),
                               clpt_array_host(doubles, CLPT_TYPE_F64, 3, CLPT_SHAPE(1, 2, 2))};
    test_field canvas = test_field_random(CLPT_TYPE_C64, 3, OP_SHAPE(1, 9, 9)), out[2];
    for (int i = 0; i < 2; i++) {
        out[i] = test_field_new(CLPT_TYPE_C64, OP_SHAPE(1, 2, 6, 6));
        clpt_array in = test_array(&canvas), to = test_array(&out[i]);
        test_ok(test_context, clpt_extract_group(test_context, &in, &ways[i], &to));
    }
    test_same_bits("float32 offsets", &out[0], &out[1]);
    test_field_free(&canvas);
    test_field_free(&out[0]);
    test_field_free(&out[1]);
}

static void scan_bad_arguments_are_named(void **state)
{
    (void)state;
    clpt_context *c = test_context;
    clpt_scan *scan = NULL;
    const double positions[] = {1, 2, 3, NAN, 5, 1e10};
    test_fails(c, clpt_scan_create(c, NULL, 3, &scan), CLPT_ERROR_ARGUMENT, "clpt_scan_create|positions");
    test_fails(c, clpt_scan_create(c, positions, 0, &scan), CLPT_ERROR_ARGUMENT, "clpt_scan_create|0");
    test_fails(c, clpt_scan_create(c, positions, -4, &scan), CLPT_ERROR_ARGUMENT, "clpt_scan_create|-4");
    test_fails(c, clpt_scan_create(c, positions, 2, &scan), CLPT_ERROR_ARGUMENT, "row 1|nan");
    test_fails(c, clpt_scan_create(c, positions + 4, 1, &scan), CLPT_ERROR_ARGUMENT, "row 0|1e+10");
    assert_null(scan);
    assert_int_equal(clpt_scan_create(NULL, positions, 1, &scan), CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_scan_create(c, positions, 1, NULL), CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_scan_get_count(NULL), 0);
    clpt_scan_destroy(&scan);
    clpt_scan_destroy(NULL);
}

static void extract_scan_bad_arguments_are_named(void **state)
{
    (void)state;
    clpt_context *c = test_context;
    float image[2 * 8 * 9] = {0}, out[2 * 2 * 5 * 5];
    const clpt_array object = clpt_array_host(image, CLPT_TYPE_F32, 2, CLPT_SHAPE(8, 9));
    const clpt_array patches = clpt_array_host(out, CLPT_TYPE_F32, 3, CLPT_SHAPE(2, 5, 5));
    const clpt_array three = clpt_array_host(out, CLPT_TYPE_F32, 3, CLPT_SHAPE(3, 2, 2));
    const clpt_array oblong = clpt_array_host(out, CLPT_TYPE_F32, 3, CLPT_SHAPE(2, 5, 4));
    const clpt_array pairs = clpt_array_host(out, CLPT_TYPE_C64, 3, CLPT_SHAPE(2, 5, 5));
    clpt_scan *scan = NULL, *foreign = NULL;
    test_ok(c, clpt_scan_create(c, (double[]){4, 4, 5, 5}, 2, &scan));
    test_ok(test_reference, clpt_scan_create(test_reference, (double[]){4, 4, 5, 5}, 2, &foreign));
    assert_int_equal(clpt_extract_scan(NULL, &object, scan, &patches), CLPT_ERROR_ARGUMENT);
    test_fails(c, clpt_extract_scan(c, NULL, scan, &patches), CLPT_ERROR_ARGUMENT, "clpt_extract_scan|object|NULL");
    test_fails(c, clpt_extract_scan(c, &object, NULL, &patches), CLPT_ERROR_ARGUMENT, "clpt_extract_scan|scan|NULL");
    test_fails(c, clpt_extract_scan(c, &object, scan, NULL), CLPT_ERROR_ARGUMENT, "clpt_extract_scan|patches|NULL");
    test_fails(c, clpt_extract_scan(c, &object, foreign, &patches), CLPT_ERROR_ARGUMENT, "scan|another context");
    test_fails(c, clpt_extract_scan(c, &object, scan, &three), CLPT_ERROR_ARGUMENT, "patches|3|2 positions");
    test_fails(c, clpt_extract_scan(c, &object, scan, &oblong), CLPT_ERROR_ARGUMENT, "patches|square|5×4");
    test_fails(c, clpt_extract_scan(c, &object, scan, &pairs), CLPT_ERROR_ARGUMENT, "patches|real");
    test_ok(c, clpt_extract_scan(c, &object, scan, &patches));
    clpt_scan_destroy(&scan);
    clpt_scan_destroy(&foreign);
}

static void extract_group_bad_arguments_are_named(void **state)
{
    (void)state;
    clpt_context *c = test_context;
    float image[2 * 8 * 8] = {0}, out[2 * 3 * 9 * 9];
    double xy[2 * 3 * 2] = {0, 0, 0, NAN};
    const clpt_array canvas = clpt_array_host(image, CLPT_TYPE_F32, 3, CLPT_SHAPE(2, 8, 8));
    const clpt_array patches = clpt_array_host(out, CLPT_TYPE_F32, 4, CLPT_SHAPE(2, 3, 5, 5));
    const clpt_array larger = clpt_array_host(out, CLPT_TYPE_F32, 4, CLPT_SHAPE(2, 3, 9, 9));
    const clpt_array group = clpt_array_host(out, CLPT_TYPE_F32, 4, CLPT_SHAPE(1, 3, 5, 5));
    const clpt_array undefined = clpt_array_host(xy, CLPT_TYPE_F64, 3, CLPT_SHAPE(2, 3, 2));
    const clpt_array offsets = clpt_array_host(xy + 4, CLPT_TYPE_F64, 3, CLPT_SHAPE(2, 2, 2));
    test_fails(c, clpt_extract_group(c, &canvas, &undefined, &patches), CLPT_ERROR_ARGUMENT, "offsets|row 1|nan");
    test_fails(c, clpt_extract_group(c, &canvas, &offsets, &patches), CLPT_ERROR_ARGUMENT,
               "offsets|[2, 2, 2]|[2, 3, 2]");
    test_fails(c, clpt_extract_group(c, &canvas, &offsets, &larger), CLPT_ERROR_ARGUMENT, "side 9|side 8");
    test_fails(c, clpt_extract_group(c, &canvas, &offsets, &group), CLPT_ERROR_ARGUMENT, "canvas|[2, 8, 8]|[1, 8, 8]");
    test_fails(c, clpt_extract_group(c, &canvas, NULL, &patches), CLPT_ERROR_ARGUMENT, "offsets|NULL");
    test_fails(c, clpt_extract_group(c, NULL, &offsets, &patches), CLPT_ERROR_ARGUMENT, "canvas|NULL");
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(extract_scan_any_shape_agrees_with_the_reference),
        cmocka_unit_test(extract_scan_large_patches_agree_with_the_reference),
        cmocka_unit_test(extract_scan_position_is_the_centre_pixel),
        cmocka_unit_test(extract_group_any_shape_agrees_with_the_reference),
        cmocka_unit_test(extract_single_offsets_equal_their_doubles),
        cmocka_unit_test(scan_bad_arguments_are_named),
        cmocka_unit_test(extract_scan_bad_arguments_are_named),
        cmocka_unit_test(extract_group_bad_arguments_are_named),
    };
    return cmocka_run_group_tests_name("extract", tests, op_open, op_close);
}
