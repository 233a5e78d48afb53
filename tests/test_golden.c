/* SPDX-License-Identifier: Apache-2.0 */
/* Stored cases of warps, diffraction and the forward model, through the public interface with host arrays. Those of
 * reassembly are in test_golden_patches.c. */
#include "golden.h"

#include <math.h>
#include <stdlib.h>

static clpt_array host(const test_field *field)
{
    return test_array(field);
}

/* ---- Warps ---- */

static void warp_one(clpti_npz *npz, int i, clpt_interpolation interpolation, clpt_fill fill)
{
    const char *way = interpolation == CLPT_INTERPOLATION_NEAREST ? "nearest" : "bilinear",
               *outside = fill == CLPT_FILL_EDGE ? "edge" : "zeros";
    const char *name = test_text("warp %d %s %s", i, way, outside);
    if (!golden_has(npz, "out%d_%s_%s", i, way, outside)) return;
    test_field images = golden_field(npz, "img%d", i), transforms = golden_field(npz, "M%d", i);
    test_field expected = golden_field(npz, "out%d_%s_%s", i, way, outside), got = golden_result(&expected);
    if (!golden_too_large(name, expected.count)) {
        clpt_array in = host(&images), by = host(&transforms), out = host(&got);
        test_ok(test_context, clpt_warp(test_context, &in, &by, interpolation, fill, &out));
        bool may_tie = interpolation == CLPT_INTERPOLATION_NEAREST && !test_is_reference();
        test_mostly_close(name, &got, &expected, golden_tolerance(&expected, TEST_WARP), may_tie ? TEST_NEAREST : 0);
    }
    test_field_free(&images);
    test_field_free(&transforms);
    test_field_free(&expected);
    test_field_free(&got);
}

static void warp_stored_cases_agree(void **state)
{
    (void)state;
    clpti_npz *npz = golden_open("warp");
    int cases = 0;
    for (; golden_has(npz, "img%d", cases); cases++)
        for (int k = 0; k < 4; k++)
            warp_one(npz, cases, k & 1 ? CLPT_INTERPOLATION_NEAREST : CLPT_INTERPOLATION_BILINEAR,
                     k & 2 ? CLPT_FILL_EDGE : CLPT_FILL_ZEROS);
    assert_int_equal(cases, 6);
    clpti_npz_close(&npz);
}

static void translate_one(const char *file, const char *out_name, clpt_interpolation interpolation)
{
    clpti_npz *npz = golden_open(file);
    test_field images = golden_field(npz, "img"), shifts = golden_field(npz, "shift_xy");
    test_field expected = golden_field(npz, "%s", out_name), got = golden_result(&expected);
    clpt_array in = host(&images), by = host(&shifts), out = host(&got);
    test_ok(test_context, clpt_translate(test_context, &in, &by, interpolation, &out));
    golden_close(test_text("%s %s", file, out_name), &got, &expected, TEST_LINEAR, NULL);
    test_field_free(&images);
    test_field_free(&shifts);
    test_field_free(&expected);
    test_field_free(&got);
    clpti_npz_close(&npz);
}

static void translate_stored_cases_agree(void **state)
{
    (void)state;
    translate_one("translate", "out_bilinear", CLPT_INTERPOLATION_BILINEAR);
    translate_one("translate", "out_nearest", CLPT_INTERPOLATION_NEAREST);
    translate_one("translate_adjoint", "out", CLPT_INTERPOLATION_BILINEAR);
}

/* ---- Diffraction ---- */

static void diffract_one(clpti_npz *npz, int i)
{
    test_field patch = golden_field(npz, "patch%d", i), probe = golden_field(npz, "probe%d", i);
    test_field expected = golden_field(npz, "amp0_%d", i), got = golden_result(&expected);
    test_field waves = test_field_new(CLPT_TYPE_C64, 3, patch.shape);
    int64_t pixels = patch.shape[1] * patch.shape[2];
    for (int64_t k = 0; k < waves.count; k++) {
        double re = test_get(&patch, k, 0), im = test_get(&patch, k, 1);
        double probe_re = test_get(&probe, k % pixels, 0), probe_im = test_get(&probe, k % pixels, 1);
        test_set(&waves, k, 0, re * probe_re - im * probe_im);
        test_set(&waves, k, 1, re * probe_im + im * probe_re);
    }
    if (!golden_too_large(test_text("diffract %d", i), expected.count)) {
        clpt_array in = host(&waves), out = host(&got);
        test_ok(test_context, clpt_diffract(test_context, &in, &out));
        golden_close(test_text("diffract %d", i), &got, &expected, TEST_DIFFRACT, NULL);
    }
    test_field_free(&patch);
    test_field_free(&probe);
    test_field_free(&waves);
    test_field_free(&expected);
    test_field_free(&got);
}

static void diffract_stored_cases_agree(void **state)
{
    (void)state;
    clpti_npz *npz = golden_open("diffract");
    int cases = 0;
    for (; golden_has(npz, "amp0_%d", cases); cases++) diffract_one(npz, cases);
    assert_int_equal(cases, 5);
    clpti_npz_close(&npz);
}

/* ---- Forward model ---- */

/* Patches one above the other are an object whose scan positions at their centres give them back. */
static void forward_of_patches(const char *name, const test_field *patch, const test_field *probe,
                               const clpt_forward_options *options, const test_field *expected)
{
    test_field got = golden_result(expected);
    int64_t count = patch->shape[0], side = patch->shape[1];
    double *positions = malloc(2 * (size_t)count * sizeof *positions);
    assert_non_null(positions);
    for (int64_t k = 0; k < count; k++) {
        positions[2 * k] = (double)(side / 2);
        positions[2 * k + 1] = (double)(k * side + side / 2);
    }
    if (!golden_too_large(name, expected->count)) {
        clpt_scan *scan = NULL;
        test_ok(test_context, clpt_scan_create(test_context, positions, count, &scan));
        clpt_array object = clpt_array_host(patch->data, patch->type, 2, CLPT_SHAPE(count * side, side));
        clpt_array modes = host(probe), out = host(&got);
        test_ok(test_context, clpt_forward(test_context, &object, scan, &modes, options, &out));
        golden_close(name, &got, expected, TEST_DIFFRACT, NULL);
        clpt_scan_destroy(&scan);
    }
    free(positions);
    test_field_free(&got);
}

static void forward_one(clpti_npz *npz, const char *name, int i, const clpt_forward_options *options)
{
    test_field patch = golden_field(npz, "patch%d", i), probe = golden_field(npz, "probe%d", i);
    test_field expected = golden_field(npz, "intensity%d", i);
    forward_of_patches(name, &patch, &probe, options, &expected);
    test_field_free(&patch);
    test_field_free(&probe);
    test_field_free(&expected);
}

static void forward_stored_intensities_agree(void **state)
{
    (void)state;
    clpti_npz *npz = golden_open("diffract");
    int cases = 0;
    for (; golden_has(npz, "patch%d", cases); cases++)
        forward_one(npz, test_text("diffract intensity %d", cases), cases, NULL);
    assert_int_equal(cases, 5);
    clpti_npz_close(&npz);
}

static void forward_stored_chains_agree(void **state)
{
    (void)state;
    clpti_npz *npz = golden_open("chain");
    int cases = 0;
    for (; golden_has(npz, "patch%d", cases); cases++) {
        clpt_forward_options options = clpt_forward_options_default();
        options.smooth = golden_number(npz, "sigma%d", cases);
        options.probe_mask = golden_number(npz, "mask%d", cases) != 0;
        options.scale = golden_number(npz, "scale%d", cases);
        options.pad = golden_number(npz, "pad%d", cases) != 0;
        forward_one(npz, test_text("chain %d", cases), cases, &options);
    }
    assert_int_equal(cases, 4);
    clpti_npz_close(&npz);
}

/* ---- Near fields ---- */

/* Each wave propagated alone, and as the product of an object and a probe of ones. */
static void near_field_one(clpti_npz *npz, int i, clpt_propagation_kind kind)
{
    const char *way = kind == CLPT_PROPAGATION_FRESNEL ? "fresnel" : "angular",
               *name = test_text("near field %d %s", i, way);
    test_field waves = golden_field(npz, "psi%d", i), expected = golden_field(npz, "%s%d", way, i);
    test_field got = golden_result(&expected), ones = test_field_new(CLPT_TYPE_C64, 2, expected.shape + 1);
    test_field there = test_field_new(test_is_reference() ? CLPT_TYPE_C128 : CLPT_TYPE_C64, 3, waves.shape);
    clpt_propagation how = {.kind = kind,
                            .wavelength = golden_number(npz, "wavelength_m%d", i),
                            .distance = golden_number(npz, "z_m%d", i),
                            .pixel = golden_number(npz, "pixel_m%d", i)};
    clpt_forward_options options = {.size = sizeof options, .propagation = how};
    for (int64_t k = 0; k < ones.count; k++) test_set(&ones, k, 0, 1);
    clpt_array in = host(&waves), out = host(&there);
    test_ok(test_context, clpt_propagate(test_context, &in, &how, CLPT_DIRECTION_FORWARD, &out));
    for (int64_t k = 0; k < got.count; k++) {
        double re = test_get(&there, k, 0), im = test_get(&there, k, 1);
        test_set(&got, k, 0, re * re + im * im);
    }
    golden_close(name, &got, &expected, TEST_DIFFRACT, NULL);
    forward_of_patches(name, &waves, &ones, &options, &expected);
    test_field_free(&waves);
    test_field_free(&expected);
    test_field_free(&got);
    test_field_free(&ones);
    test_field_free(&there);
}

static void near_field_stored_cases_agree(void **state)
{
    (void)state;
    clpti_npz *npz = golden_open("near_field");
    int cases = 0;
    for (; golden_has(npz, "psi%d", cases); cases++) {
        near_field_one(npz, cases, CLPT_PROPAGATION_FRESNEL);
        near_field_one(npz, cases, CLPT_PROPAGATION_ANGULAR_SPECTRUM);
    }
    assert_int_equal(cases, 2);
    clpti_npz_close(&npz);
}

/* Patches and intensities of scans over an object, some of them over its border. */
static void scan_one(clpti_npz *npz, int i)
{
    test_field object = golden_field(npz, "obj%d", i), probe = golden_field(npz, "probe%d", i);
    test_field corners = golden_field(npz, "pos_xy%d", i);
    test_field patches = golden_field(npz, "patch%d", i), got_patches = golden_result(&patches);
    test_field intensity = golden_field(npz, "intensity%d", i), got_intensity = golden_result(&intensity);
    assert_int_equal(corners.type, CLPT_TYPE_F64);
    double *positions = corners.data;
    for (int64_t k = 0; k < corners.count; k++) positions[k] += (double)(probe.shape[1] / 2);
    clpt_scan *scan = NULL;
    test_ok(test_context, clpt_scan_create(test_context, positions, corners.shape[0], &scan));
    clpt_array in = host(&object), modes = host(&probe), out = host(&got_patches), far = host(&got_intensity);
    test_ok(test_context, clpt_extract_scan(test_context, &in, scan, &out));
    golden_close(test_text("gradient patch %d", i), &got_patches, &patches, TEST_LINEAR, NULL);
    if (!golden_too_large(test_text("gradient intensity %d", i), intensity.count)) {
        test_ok(test_context, clpt_forward(test_context, &in, scan, &modes, NULL, &far));
        golden_close(test_text("gradient intensity %d", i), &got_intensity, &intensity, TEST_DIFFRACT, NULL);
    }
    clpt_scan_destroy(&scan);
    test_field_free(&object);
    test_field_free(&probe);
    test_field_free(&corners);
    test_field_free(&patches);
    test_field_free(&got_patches);
    test_field_free(&intensity);
    test_field_free(&got_intensity);
}

static void scans_stored_patches_and_intensities_agree(void **state)
{
    (void)state;
    clpti_npz *npz = golden_open("gradient");
    int cases = 0;
    for (; golden_has(npz, "obj%d", cases); cases++) scan_one(npz, cases);
    assert_int_equal(cases, 3);
    clpti_npz_close(&npz);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(warp_stored_cases_agree),
        cmocka_unit_test(translate_stored_cases_agree),
        cmocka_unit_test(diffract_stored_cases_agree),
        cmocka_unit_test(forward_stored_intensities_agree),
        cmocka_unit_test(forward_stored_chains_agree),
        cmocka_unit_test(near_field_stored_cases_agree),
        cmocka_unit_test(scans_stored_patches_and_intensities_agree),
    };
    return cmocka_run_group_tests_name("golden", tests, test_open_both, test_close_both);
}
