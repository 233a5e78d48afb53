/* SPDX-License-Identifier: Apache-2.0 */
/* Stored cases of extraction and reassembly, through the public interface with host arrays. */
#include "golden.h"
#include "moved.h"

#include <math.h>
#include <stdlib.h>

typedef struct group_case {
    test_field patches, offsets, canvas, probe;
    int64_t groups, size, side;
} group_case;

static void reassemble_one(clpti_npz *npz, int i, const group_case *c, const char *stored, clpt_weight weight,
                           clpt_centring centring)
{
    const char *name = test_text("reassemble %d %s", i, stored);
    test_field expected = golden_field(npz, "reassemble%d_%s", i, stored), got = golden_result(&expected);
    clpt_array patches = test_array(&c->patches), offsets = test_array(&c->offsets), probe = test_array(&c->probe);
    clpt_array canvas = test_array(&got);
    test_ok(test_context,
            clpt_reassemble_group(test_context, &patches, &offsets, weight == CLPT_WEIGHT_PROBE ? &probe : NULL, weight,
                                  centring, &canvas));
    double mean[2] = {0, 0};
    for (int64_t k = 0; centring && k < c->offsets.count; k++)
        mean[k % 2] += test_get(&c->offsets, k, 0) / (double)(c->offsets.count / 2);
    double *power = weight == CLPT_WEIGHT_PROBE ? test_probe_power(&c->probe) : test_central_mask(c->size);
    double *sum = test_moved_sum(power, c->size, &c->offsets, mean, c->side);
    uint8_t *skipped = test_near_cutoff(sum, c->groups, c->side * c->side, weight == CLPT_WEIGHT_PROBE);
    if (weight == CLPT_WEIGHT_CENTRE)
        test_centre_close(name, &got, &expected, sum, golden_tolerance(&expected, TEST_LINEAR));
    else
        golden_close(name, &got, &expected, TEST_LINEAR, weight == CLPT_WEIGHT_NONE ? NULL : skipped);
    free(power);
    free(sum);
    free(skipped);
    test_field_free(&expected);
    test_field_free(&got);
}

static group_case load_group(clpti_npz *npz, int i)
{
    group_case c = {.patches = golden_field(npz, "patches%d", i),
                    .offsets = golden_field(npz, "offsets_xy%d", i),
                    .canvas = golden_field(npz, "canvas%d", i),
                    .probe = golden_field(npz, "probe%d", i)};
    c.groups = c.patches.shape[0];
    c.size = c.patches.shape[2];
    c.side = c.canvas.shape[1];
    assert_true((double)c.side == golden_number(npz, "M%d", i));
    return c;
}

static void free_group(group_case *c)
{
    test_field_free(&c->patches);
    test_field_free(&c->offsets);
    test_field_free(&c->canvas);
    test_field_free(&c->probe);
}

static void reassemble_group_stored_cases_agree(void **state)
{
    (void)state;
    clpti_npz *npz = golden_open("group");
    int cases = 0;
    for (; golden_has(npz, "patches%d", cases); cases++) {
        group_case c = load_group(npz, cases);
        if (!golden_too_large(test_text("reassemble %d", cases), c.canvas.count * c.patches.shape[1])) {
            reassemble_one(npz, cases, &c, "sum", CLPT_WEIGHT_NONE, CLPT_CENTRING_NONE);
            reassemble_one(npz, cases, &c, "center", CLPT_WEIGHT_CENTRE, CLPT_CENTRING_NONE);
            reassemble_one(npz, cases, &c, "center_masked", CLPT_WEIGHT_CENTRE_MASKED, CLPT_CENTRING_NONE);
            reassemble_one(npz, cases, &c, "probe", CLPT_WEIGHT_PROBE, CLPT_CENTRING_NONE);
            reassemble_one(npz, cases, &c, "center_recentered", CLPT_WEIGHT_CENTRE, CLPT_CENTRING_MEAN);
        }
        free_group(&c);
    }
    assert_int_equal(cases, 5);
    clpti_npz_close(&npz);
}

/* The sum of masks that the judgement of `center` leans on is the stored one. */
static void moved_sum_equals_the_stored_mask_sum(void **state)
{
    (void)state;
    clpti_npz *npz = golden_open("group");
    for (int i = 0; golden_has(npz, "patches%d", i); i++) {
        group_case c = load_group(npz, i);
        double *mask = test_central_mask(c.size),
               *sum = test_moved_sum(mask, c.size, &c.offsets, (double[2]){0, 0}, c.side);
        test_field expected = golden_field(npz, "mask_sum%d", i);
        test_field got = {.type = CLPT_TYPE_F64,
                          .rank = 3,
                          .count = expected.count,
                          .data = sum,
                          .shape = {expected.shape[0], expected.shape[1], expected.shape[2]}};
        test_close(test_text("mask_sum %d", i), &got, &expected, TEST_STORED_F32, NULL);
        free(mask);
        free(sum);
        test_field_free(&expected);
        free_group(&c);
    }
    clpti_npz_close(&npz);
}

static void extract_group_stored_cases_agree(void **state)
{
    (void)state;
    clpti_npz *npz = golden_open("group");
    for (int i = 0; golden_has(npz, "patches%d", i); i++) {
        group_case c = load_group(npz, i);
        test_field expected = golden_field(npz, "extract%d", i), got = golden_result(&expected);
        clpt_array canvas = test_array(&c.canvas), offsets = test_array(&c.offsets), out = test_array(&got);
        test_ok(test_context, clpt_extract_group(test_context, &canvas, &offsets, &out));
        golden_close(test_text("extract %d", i), &got, &expected, TEST_LINEAR, NULL);
        test_field_free(&expected);
        test_field_free(&got);
        free_group(&c);
    }
    clpti_npz_close(&npz);
}

static void reassemble_scan_one(clpti_npz *npz, int i)
{
    test_field patches = golden_field(npz, "patches%d", i), positions = golden_field(npz, "pos_xy%d", i);
    test_field expected = golden_field(npz, "out%d", i), got = golden_result(&expected);
    int64_t crop = (int64_t)golden_number(npz, "M%d", i), side = 0, count = patches.shape[0];
    assert_int_equal(positions.type, CLPT_TYPE_F64);
    clpt_scan *scan = NULL;
    test_ok(test_context, clpt_scan_create(test_context, positions.data, count, &scan));
    double origin[2], mean[2] = {0, 0};
    test_ok(test_context, clpt_scan_get_canvas(scan, crop, &side, origin));
    assert_int_equal(side, expected.shape[0]);
    for (int64_t k = 0; k < 2 * count; k++) mean[k % 2] += test_get(&positions, k, 0) / (double)count;
    int64_t pad = (side - crop) / 2;
    for (int axis = 0; axis < 2; axis++)
        assert_true(fabs(origin[axis] - (mean[axis] - (double)(crop / 2 + pad))) < 1e-9);
    if (!golden_too_large(test_text("scan %d", i), expected.count)) {
        clpt_array in = test_array(&patches), out = test_array(&got);
        test_ok(test_context, clpt_reassemble_scan(test_context, &in, scan, crop, &out));
        golden_close(test_text("scan %d", i), &got, &expected, TEST_LINEAR, NULL);
    }
    clpt_scan_destroy(&scan);
    test_field_free(&patches);
    test_field_free(&positions);
    test_field_free(&expected);
    test_field_free(&got);
}

static void reassemble_scan_stored_cases_agree(void **state)
{
    (void)state;
    clpti_npz *npz = golden_open("scan_reassemble");
    int cases = 0;
    for (; golden_has(npz, "patches%d", cases); cases++) reassemble_scan_one(npz, cases);
    assert_int_equal(cases, 3);
    clpti_npz_close(&npz);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moved_sum_equals_the_stored_mask_sum),
        cmocka_unit_test(extract_group_stored_cases_agree),
        cmocka_unit_test(reassemble_group_stored_cases_agree),
        cmocka_unit_test(reassemble_scan_stored_cases_agree),
    };
    return cmocka_run_group_tests_name("golden_patches", tests, test_open_both, test_close_both);
}
