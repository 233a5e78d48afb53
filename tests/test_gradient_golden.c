/* SPDX-License-Identifier: Apache-2.0 */
/* Adjoints, losses, total variation and the physics layer against stored gradients in double precision. */
#include "golden.h"
#include "vjp_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void free_fields(test_field *fields, int count)
{
    for (int i = 0; i < count; i++) test_field_free(&fields[i]);
}

/* Reads the numbers the gradients are compared with, holds the result against them, and frees both. */
static void expect_gradient(clpti_npz *npz, const char *name, test_field *got)
{
    test_field expected = golden_field(npz, "%s", name);
    golden_close(name, got, &expected, TEST_GRADIENT, NULL);
    test_field_free(&expected);
    test_field_free(got);
}

/* An empty array for the gradient that is stored by that name. */
static test_field gradient_for(clpti_npz *npz, const char *name)
{
    test_field expected = golden_field(npz, "%s", name);
    test_field result = test_type_is_complex(expected.type)
                            ? golden_result(&expected)
                            : test_field_new(CLPT_TYPE_F64, expected.rank, expected.shape);
    test_field_free(&expected);
    return result;
}

static void value_close(const char *name, double got, double expected, double tolerance)
{
    if (test_is_reference()) tolerance = TEST_STORED_F64;
    if (!(fabs(got - expected) <= tolerance * fabs(expected)))
        fail_msg("%s is %.15g and should be %.15g: %.2e", name, got, expected, fabs(got - expected) / fabs(expected));
}

static void translate_adjoint_agrees(void **state)
{
    (void)state;
    clpti_npz *npz = golden_open("translate_adjoint");
    test_field in[] = {golden_field(npz, "img"), golden_field(npz, "shift_xy"), golden_field(npz, "cotangent")};
    test_field d[] = {gradient_for(npz, "dimg"), gradient_for(npz, "dshift")};
    clpt_array images = test_array(&in[0]), shifts = test_array(&in[1]), cotangent = test_array(&in[2]);
    clpt_array d_images = test_array(&d[0]), d_shifts = test_array(&d[1]);
    test_ok(test_context, clpt_translate_adjoint(test_context, &images, &shifts, CLPT_INTERPOLATION_BILINEAR,
                                                 &cotangent, &d_images, &d_shifts));
    expect_gradient(npz, "dimg", &d[0]);
    expect_gradient(npz, "dshift", &d[1]);
    free_fields(in, 3);
    clpti_npz_close(&npz);
}

static void total_variation_agrees(void **state)
{
    (void)state;
    static const char *const names[] = {"tv_squares", "tv_edge"};
    clpti_npz *npz = golden_open("tv");
    test_field object = golden_field(npz, "object");
    clpt_array from = test_array(&object);
    for (int kind = 0; kind < 2; kind++) {
        const char *d_name = test_text("d_%s", names[kind]);
        test_field d = gradient_for(npz, d_name);
        clpt_array to = test_array(&d);
        double value = 0, epsilon = golden_number(npz, "epsilon");
        test_ok(test_context, clpt_variation_evaluate(test_context, (clpt_variation)kind, &from, epsilon, &value, &to));
        value_close(names[kind], value, golden_number(npz, "%s", names[kind]), TEST_LOSS);
        expect_gradient(npz, d_name, &d);
    }
    test_field_free(&object);
    clpti_npz_close(&npz);
}

/* ---- Physics layer ---- */

static void check_layer(clpti_npz *npz, int i, clpt_weight weight)
{
    test_field in[] = {golden_field(npz, "patches%d", i), golden_field(npz, "offsets_xy%d", i),
                       golden_field(npz, "probe%d", i), golden_field(npz, "cotangent%d", i)};
    test_field expected = golden_field(npz, "amplitude%d", i), amplitude = golden_result(&expected);
    char names[3][32] = {"d_patches", "d_offsets", "d_probe"};
    test_field d[3];
    clpt_array d_arrays[3];
    for (int j = 0; j < 3; j++) {
        strcat(names[j], test_text("%d", i));
        d[j] = gradient_for(npz, names[j]);
        d_arrays[j] = test_array(&d[j]);
    }
    clpt_array patches = test_array(&in[0]), offsets = test_array(&in[1]), probe = test_array(&in[2]);
    clpt_array cotangent = test_array(&in[3]), to = test_array(&amplitude);
    int64_t canvas = (int64_t)golden_number(npz, "M%d", i);
    test_ok(test_context, clpt_physics_layer(test_context, &patches, &offsets, &probe, weight, canvas, &to));
    golden_close(test_text("amplitude %d", i), &amplitude, &expected, TEST_DIFFRACT, NULL);
    test_ok(test_context, clpt_physics_layer_adjoint(test_context, &patches, &offsets, &probe, weight, canvas,
                                                     &cotangent, &d_arrays[0], &d_arrays[1], &d_arrays[2]));
    for (int j = 0; j < 3; j++) expect_gradient(npz, names[j], &d[j]);
    free_fields(in, 4);
    test_field_free(&expected);
    test_field_free(&amplitude);
}

static void physics_layer_agrees(void **state)
{
    (void)state;
    static const clpt_weight weights[] = {CLPT_WEIGHT_CENTRE_MASKED, CLPT_WEIGHT_PROBE, CLPT_WEIGHT_NONE,
                                          CLPT_WEIGHT_CENTRE_MASKED}; /* strings, weight{i}, in the file */
    clpti_npz *npz = golden_open("physics_layer");
    int cases = 0;
    for (; golden_has(npz, "patches%d", cases); cases++) check_layer(npz, cases, weights[cases % 4]);
    assert_int_equal(cases, 4);
    clpti_npz_close(&npz);
}

/* ---- Losses ---- */

static const char *const losses[] = {"poisson", "amplitude", "mae"};

/* The scan of a case, from the top-left corners that are stored. */
static clpt_scan *scan_of(clpti_npz *npz, int i, int64_t side)
{
    test_field corners = golden_field(npz, "pos_xy%d", i);
    for (int64_t j = 0; j < corners.count; j++) test_set(&corners, j, 0, test_get(&corners, j, 0) + (double)(side / 2));
    clpt_scan *scan = NULL;
    test_ok(test_context, clpt_scan_create(test_context, corners.data, corners.shape[0], &scan));
    test_field_free(&corners);
    return scan;
}

static void check_gradient(clpti_npz *npz, int i, int loss)
{
    test_field in[] = {golden_field(npz, "obj%d", i), golden_field(npz, "probe%d", i),
                       golden_field(npz, "measured%d", i), golden_field(npz, "mask%d", i)};
    clpt_array object = test_array(&in[0]), probe = test_array(&in[1]), measured = test_array(&in[2]);
    clpt_array mask = test_array(&in[3]), d_arrays[3];
    clpt_scan *scan = scan_of(npz, i, in[2].shape[1]);
    static const char *const what[] = {"dobj", "dprobe", "dpos"};
    char names[3][64];
    test_field d[3];
    for (int j = 0; j < 3; j++) {
        strcpy(names[j], test_text("%s%d_%s", losses[loss], i, what[j]));
        d[j] = gradient_for(npz, names[j]);
        d_arrays[j] = test_array(&d[j]);
    }
    clpt_forward_gradients gradients = {
        .size = sizeof gradients, .d_object = &d_arrays[0], .d_probe = &d_arrays[1], .d_positions = &d_arrays[2]};
    double value = 0, expected = golden_number(npz, "%s%d", losses[loss], i);
    const clpt_gradient_args args = {.size = sizeof args,
                                     .loss = (clpt_loss)loss,
                                     .object = &object,
                                     .scan = scan,
                                     .probe = &probe,
                                     .measured = &measured,
                                     .mask = &mask};
    test_ok(test_context, clpt_gradient(test_context, &args, &value, &gradients));
    value_close(test_text("%s%d", losses[loss], i), value, expected, TEST_LOSS);
    for (int j = 0; j < 3; j++) expect_gradient(npz, names[j], &d[j]);
    clpt_scan_destroy(&scan);
    free_fields(in, 4);
}

static void gradient_agrees(void **state)
{
    (void)state;
    clpti_npz *npz = golden_open("gradient");
    int cases = 0;
    for (; golden_has(npz, "obj%d", cases); cases++) {
        test_field measured = golden_field(npz, "measured%d", cases), probe = golden_field(npz, "probe%d", cases);
        int64_t waves = measured.count * probe.shape[0];
        test_field_free(&measured);
        test_field_free(&probe);
        if (golden_too_large(test_text("gradient %d", cases), waves)) continue;
        for (int loss = 0; loss < 3; loss++) check_gradient(npz, cases, loss);
    }
    assert_int_equal(cases, 3);
    clpti_npz_close(&npz);
}

/* The same losses of the intensities that are stored: rounded to float32, so that only the device's tolerance applies.
 */
static void loss_of_intensities_agrees(void **state)
{
    (void)state;
    clpti_npz *npz = golden_open("gradient");
    for (int i = 0; golden_has(npz, "obj%d", i); i++)
        for (int loss = 0; loss < 3; loss++) {
            if (test_small() && i) continue; /* one case suffices for the device */
            test_field in[] = {golden_field(npz, "intensity%d", i), golden_field(npz, "measured%d", i),
                               golden_field(npz, "mask%d", i)};
            clpt_array intensity = test_array(&in[0]), measured = test_array(&in[1]), mask = test_array(&in[2]);
            double value = 0, expected = golden_number(npz, "%s%d", losses[loss], i);
            test_ok(test_context,
                    clpt_loss_evaluate(test_context, (clpt_loss)loss, &intensity, &measured, &mask, &value, NULL));
            if (!(fabs(value - expected) <= TEST_LOSS * expected))
                fail_msg("%s%d is %.15g and should be %.15g", losses[loss], i, value, expected);
            free_fields(in, 3);
        }
    clpti_npz_close(&npz);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(translate_adjoint_agrees),   cmocka_unit_test(total_variation_agrees),
        cmocka_unit_test(physics_layer_agrees),       cmocka_unit_test(gradient_agrees),
        cmocka_unit_test(loss_of_intensities_agrees),
    };
    return cmocka_run_group_tests_name("gradient_golden", tests, test_open_both, test_close_both);
}
