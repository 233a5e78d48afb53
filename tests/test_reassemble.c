/* SPDX-License-Identifier: Apache-2.0 */
/* Patches merged onto canvases of groups and scans, against the reference. */
#include "op_case.h"

#include <math.h>
#include <stdlib.h>

#include "moved.h"

static const clpt_type types[] = {CLPT_TYPE_F32, CLPT_TYPE_C64};

/* ---- Groups ---- */

static void judge_group(const op_case *c, const char *name, const test_field *got, const test_field *expected)
{
    const test_field *offsets = &c->inputs[1], *probe = &c->inputs[2];
    clpt_weight by = c->options.weight;
    int64_t size = c->inputs[0].shape[2];
    double mean[2] = {0, 0};
    for (int64_t k = 0; c->options.recenter && k < offsets->count; k++)
        mean[k % 2] += test_get(offsets, k, 0) / (double)(offsets->count / 2);
    double *weight = by == CLPT_WEIGHT_PROBE ? test_probe_power(probe) : test_central_mask(size);
    double *sum = test_moved_sum(weight, size, offsets, mean, expected->shape[1]);
    uint8_t *skipped =
        test_near_cutoff(sum, expected->shape[0], expected->shape[1] * expected->shape[2], by == CLPT_WEIGHT_PROBE);
    if (by == CLPT_WEIGHT_CENTRE)
        test_centre_close(name, got, expected, sum, TEST_LINEAR);
    else
        test_close(name, got, expected, TEST_LINEAR, by == CLPT_WEIGHT_NONE ? NULL : skipped);
    free(weight);
    free(sum);
    free(skipped);
}

/* Offsets whose fractions come close to 0 and 1, also after recentring (their mean is ½): there a mask's border value
 * is divided by itself plus 1e-3, so that both bilinear weights need all their digits. Some are whole. */
static void set_offsets(test_field *offsets, uint64_t seed, double reach)
{
    int64_t pairs = offsets->count / 2;
    for (int64_t i = 0; i < offsets->count; i++) {
        int64_t k = i / 2, mirror = pairs - 1 - k;
        double whole = floor(test_random(seed, 3 * (uint64_t)i, -reach, reach));
        double fraction = test_random(seed, 3 * (uint64_t)i + 1, 1e-4, 0.4999);
        if (test_random(seed, 3 * (uint64_t)i + 2, 0, 1) < 0.5) fraction += 0.5;
        if (k % 7 == 3) fraction = 0;
        if (k < mirror) test_set(offsets, i, 0, whole + fraction);
        if (k == mirror) test_set(offsets, i, 0, 0.5);
        if (k > mirror) test_set(offsets, i, 0, 1 - test_get(offsets, 2 * mirror + i % 2, 0));
    }
}

static void check_group(const int64_t n[4], clpt_type type, clpt_weight weight, clpt_centring centring)
{
    op_case c = {.name = test_text("reassemble_group [%lld, %lld, %lld] on %lld %s, weight %d%s", (long long)n[0],
                                   (long long)n[1], (long long)n[2], (long long)n[3], test_type_name(type), (int)weight,
                                   centring == CLPT_CENTRING_MEAN ? ", recentred" : ""),
                 .operation = "reassemble-group",
                 .options = {.weight = weight, .recenter = centring == CLPT_CENTRING_MEAN},
                 .sizes = {.M = n[3]},
                 .inputs = {test_field_random(type, 5, OP_SHAPE(n[0], n[1], n[2], n[2])),
                            test_field_new(CLPT_TYPE_F64, OP_SHAPE(n[0], n[1], 2)),
                            test_field_random(CLPT_TYPE_C64, 6, OP_SHAPE(2, n[2], n[2]))},
                 .judge = judge_group};
    set_offsets(&c.inputs[1], 70 + (uint64_t)n[2], (double)(n[3] - n[2]) / 2 + 3);
    op_check(&c);
}

static void reassemble_group_any_shape_agrees_with_the_reference(void **state)
{
    (void)state;
    static const int64_t shapes[][4] = {/* groups, per group, patch side, canvas side */
                                        {1, 1, 4, 4},   {3, 4, 7, 12}, {2, 5, 8, 13},
                                        {4, 1, 17, 20}, {1, 9, 6, 31}, {20, 4, 5, 9}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int weight = CLPT_WEIGHT_NONE; weight <= CLPT_WEIGHT_PROBE; weight++)
            for (int kind = 0; kind < 2; kind++)
                check_group(shapes[s], types[kind], (clpt_weight)weight, (clpt_centring)((s + (size_t)weight) % 2));
}

static void reassemble_group_large_canvas_agrees_with_the_reference(void **state)
{
    (void)state;
    if (test_small()) skip();
    check_group((int64_t[]){3, 4, 104, 140}, CLPT_TYPE_C64, CLPT_WEIGHT_PROBE, CLPT_CENTRING_NONE);
    check_group((int64_t[]){3, 4, 64, 90}, CLPT_TYPE_C64, CLPT_WEIGHT_CENTRE_MASKED, CLPT_CENTRING_MEAN);
}

static void reassemble_group_side_of_one_has_no_mask(void **state)
{
    (void)state;
    test_field patches = test_field_random(CLPT_TYPE_F32, 1, OP_SHAPE(1, 1, 1, 1)),
               out = test_field_new(CLPT_TYPE_F32, OP_SHAPE(1, 3, 3));
    const double xy[2] = {0, 0};
    clpt_array in = test_array(&patches), to = test_array(&out),
               offsets = clpt_array_host(xy, CLPT_TYPE_F64, 3, CLPT_SHAPE(1, 1, 2));
    test_ok(test_context, clpt_reassemble_group(test_context, &in, &offsets, NULL, CLPT_WEIGHT_CENTRE_MASKED,
                                                CLPT_CENTRING_NONE, &to));
    for (int64_t i = 0; i < 9; i++) assert_true(test_get(&out, i, 0) == 0);
    test_ok(test_context,
            clpt_reassemble_group(test_context, &in, &offsets, NULL, CLPT_WEIGHT_NONE, CLPT_CENTRING_NONE, &to));
    for (int64_t i = 0; i < 9; i++) assert_true(test_get(&out, i, 0) == (i == 4 ? test_get(&patches, 0, 0) : 0));
    test_field_free(&patches);
    test_field_free(&out);
}

/* Groups of very different brightness keep their own cutoff, however the call is split. */
static void reassemble_group_probe_cutoff_is_each_groups_own(void **state)
{
    (void)state;
    test_field patches = test_field_new(CLPT_TYPE_F32, OP_SHAPE(2, 1, 4, 4)),
               probe = test_field_new(CLPT_TYPE_C64, OP_SHAPE(4, 4));
    test_field out = test_field_new(CLPT_TYPE_F32, OP_SHAPE(2, 4, 4));
    for (int64_t i = 0; i < 32; i++) test_set(&patches, i, 0, 1);
    for (int64_t i = 0; i < 16; i++) test_set(&probe, i, 0, i < 4 ? 1 : 5e-4); /* powers 1 and 2.5e-7 */
    const double xy[4] = {0, 0, 0, 1};                                         /* the second loses its bright row */
    clpt_array in = test_array(&patches), modes = test_array(&probe), to = test_array(&out);
    clpt_array offsets = clpt_array_host(xy, CLPT_TYPE_F64, 3, CLPT_SHAPE(2, 1, 2));
    test_ok(test_context,
            clpt_reassemble_group(test_context, &in, &offsets, &modes, CLPT_WEIGHT_PROBE, CLPT_CENTRING_NONE, &to));
    for (int64_t i = 0; i < 32; i++) {
        double expected = i < 16 ? i < 4 : i < 28;
        assert_true(fabs(test_get(&out, i, 0) - expected) < 1e-6);
    }
    test_field_free(&patches);
    test_field_free(&probe);
    test_field_free(&out);
}

/* ---- Scans ---- */

static void check_scan(int64_t count, int64_t side, int64_t crop, double reach, clpt_type type)
{
    op_case c = {.name = test_text("reassemble_scan %lld of %lld, crop %lld, %s", (long long)count, (long long)side,
                                   (long long)crop, test_type_name(type)),
                 .operation = "reassemble-scan",
                 .sizes = {.crop = crop},
                 .inputs = {test_field_random(type, 8, OP_SHAPE(count, side, side)),
                            test_field_new(CLPT_TYPE_F64, OP_SHAPE(count, 2))}};
    test_random_fill(c.inputs[1].data, 2 * count, 80 + (uint64_t)side, 500 - reach, 500 + reach);
    op_check(&c);
}

static void reassemble_scan_any_shape_agrees_with_the_reference(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        check_scan(1, 1, 1, 3, types[kind]);
        check_scan(7, 9, 4, 8, types[kind]);
        check_scan(40, 8, 8, 12, types[kind]);
        check_scan(33, 17, 11, 6, types[kind]);
        check_scan(5, 16, 1, 2.5, types[kind]);
    }
    if (!test_small()) check_scan(150, 64, 40, 60, CLPT_TYPE_C64);
}

/* ---- Arguments ---- */

static void reassemble_group_bad_arguments_are_named(void **state)
{
    (void)state;
    clpt_context *c = test_context;
    float in[2 * 3 * 5 * 5] = {0}, modes[2 * 5 * 5] = {0}, out[2 * 8 * 8];
    double xy[12] = {0}, bad[12] = {0, 0, 0, 0, 0, INFINITY};
    const clpt_array patches = clpt_array_host(in, CLPT_TYPE_F32, 4, CLPT_SHAPE(2, 3, 5, 5));
    const clpt_array offsets = clpt_array_host(xy, CLPT_TYPE_F64, 3, CLPT_SHAPE(2, 3, 2));
    const clpt_array endless = clpt_array_host(bad, CLPT_TYPE_F64, 3, CLPT_SHAPE(2, 3, 2));
    const clpt_array five = clpt_array_host(xy, CLPT_TYPE_F64, 2, CLPT_SHAPE(6, 2));
    const clpt_array canvas = clpt_array_host(out, CLPT_TYPE_F32, 3, CLPT_SHAPE(2, 8, 8));
    const clpt_array small = clpt_array_host(out, CLPT_TYPE_F32, 3, CLPT_SHAPE(2, 4, 4));
    const clpt_array three = clpt_array_host(out, CLPT_TYPE_F32, 3, CLPT_SHAPE(3, 6, 6));
    const clpt_array probe = clpt_array_host(modes, CLPT_TYPE_C64, 2, CLPT_SHAPE(5, 5));
    const clpt_array narrow = clpt_array_host(modes, CLPT_TYPE_C64, 3, CLPT_SHAPE(1, 4, 4));
    const clpt_array real_probe = clpt_array_host(modes, CLPT_TYPE_F32, 2, CLPT_SHAPE(5, 5));
    const struct {
        const clpt_array *patches, *offsets, *probe, *canvas;
        int weight;
        const char *words;
    } cases[] = {
        {NULL, &offsets, NULL, &canvas, CLPT_WEIGHT_NONE, "patches|NULL"},
        {&patches, NULL, NULL, &canvas, CLPT_WEIGHT_NONE, "offsets|NULL"},
        {&patches, &offsets, NULL, NULL, CLPT_WEIGHT_NONE, "canvas|NULL"},
        {&patches, &endless, NULL, &canvas, CLPT_WEIGHT_NONE, "offsets|row 2|inf"},
        {&patches, &five, NULL, &canvas, CLPT_WEIGHT_NONE, "offsets|2 dimensions|3"},
        {&patches, &offsets, NULL, &small, CLPT_WEIGHT_NONE, "side 5|side 4"},
        {&patches, &offsets, NULL, &three, CLPT_WEIGHT_NONE, "canvas|[3, 6, 6]|[2, 6, 6]"},
        {&patches, &offsets, NULL, &canvas, CLPT_WEIGHT_PROBE, "probe|NULL"},
        {&patches, &offsets, &narrow, &canvas, CLPT_WEIGHT_PROBE, "probe|[1, 4, 4]|[1, 5, 5]"},
        {&patches, &offsets, &real_probe, &canvas, CLPT_WEIGHT_PROBE, "probe|complex"},
        {&patches, &offsets, &probe, &canvas, 4, "weight 4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        test_fails(c,
                   clpt_reassemble_group(c, cases[i].patches, cases[i].offsets, cases[i].probe,
                                         (clpt_weight)cases[i].weight, CLPT_CENTRING_NONE, cases[i].canvas),
                   CLPT_ERROR_ARGUMENT, cases[i].words);
    test_fails(c, clpt_reassemble_group(c, &patches, &offsets, NULL, CLPT_WEIGHT_NONE, (clpt_centring)2, &canvas),
               CLPT_ERROR_ARGUMENT, "unknown centring 2");
    assert_int_equal(
        clpt_reassemble_group(NULL, &patches, &offsets, NULL, CLPT_WEIGHT_NONE, CLPT_CENTRING_NONE, &canvas),
        CLPT_ERROR_ARGUMENT);
    test_ok(c, clpt_reassemble_group(c, &patches, &offsets, &probe, CLPT_WEIGHT_PROBE, CLPT_CENTRING_NONE, &canvas));
}

static void reassemble_scan_bad_arguments_are_named(void **state)
{
    (void)state;
    clpt_context *c = test_context;
    float in[2 * 5 * 5] = {0}, out[12 * 12];
    const clpt_array patches = clpt_array_host(in, CLPT_TYPE_F32, 3, CLPT_SHAPE(2, 5, 5));
    const clpt_array one = clpt_array_host(in, CLPT_TYPE_F32, 3, CLPT_SHAPE(1, 5, 5));
    clpt_scan *scan = NULL;
    test_ok(c, clpt_scan_create(c, (double[]){10, 20, 12, 20}, 2, &scan));
    int64_t side = 0;
    double origin[2];
    test_ok(c, clpt_scan_get_canvas(scan, 4, &side, origin)); /* mean (11, 20), reach 1, made 2 */
    assert_int_equal(side, 8);
    assert_true(origin[0] == 11 - 2 - 2 && origin[1] == 20 - 2 - 2);
    const clpt_array canvas = clpt_array_host(out, CLPT_TYPE_F32, 2, CLPT_SHAPE(8, 8));
    const clpt_array wrong = clpt_array_host(out, CLPT_TYPE_F32, 2, CLPT_SHAPE(9, 9));
    test_fails(c, clpt_scan_get_canvas(scan, 0, &side, NULL), CLPT_ERROR_ARGUMENT, "crop|0");
    assert_int_equal(clpt_scan_get_canvas(NULL, 4, &side, NULL), CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_scan_get_canvas(scan, 4, NULL, NULL), CLPT_ERROR_ARGUMENT);
    test_fails(c, clpt_reassemble_scan(c, &patches, NULL, 4, &canvas), CLPT_ERROR_ARGUMENT, "scan|NULL");
    test_fails(c, clpt_reassemble_scan(c, NULL, scan, 4, &canvas), CLPT_ERROR_ARGUMENT, "patches|NULL");
    test_fails(c, clpt_reassemble_scan(c, &patches, scan, 4, NULL), CLPT_ERROR_ARGUMENT, "canvas|NULL");
    test_fails(c, clpt_reassemble_scan(c, &one, scan, 4, &canvas), CLPT_ERROR_ARGUMENT, "1 patterns|2 positions");
    test_fails(c, clpt_reassemble_scan(c, &patches, scan, 6, &canvas), CLPT_ERROR_ARGUMENT, "crop of 6|side 5");
    test_fails(c, clpt_reassemble_scan(c, &patches, scan, 4, &wrong), CLPT_ERROR_ARGUMENT, "canvas|[9, 9]|[8, 8]");
    test_ok(c, clpt_reassemble_scan(c, &patches, scan, 4, &canvas));
    clpt_scan_destroy(&scan);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reassemble_group_any_shape_agrees_with_the_reference),
        cmocka_unit_test(reassemble_group_large_canvas_agrees_with_the_reference),
        cmocka_unit_test(reassemble_group_side_of_one_has_no_mask),
        cmocka_unit_test(reassemble_group_probe_cutoff_is_each_groups_own),
        cmocka_unit_test(reassemble_scan_any_shape_agrees_with_the_reference),
        cmocka_unit_test(reassemble_group_bad_arguments_are_named),
        cmocka_unit_test(reassemble_scan_bad_arguments_are_named),
    };
    return cmocka_run_group_tests_name("reassemble", tests, op_open, op_close);
}
