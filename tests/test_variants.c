/* SPDX-License-Identifier: Apache-2.0 */
/* Every variant that this device can run, forced, against the double-precision reference: also those that it would not
 * take by itself, such as a GPU's kernels on a CPU. */
#include <stdlib.h>
#include <string.h>

#include "solver_case.h"

static clpt_context *reference;

/* A small workspace for fields, so that those of a few patterns go through in several chunks. */
static clpt_context *forced(const char *variants)
{
    clpt_message message;
    clpt_context *context = NULL;
    clpt_context_options options = {
        .size = sizeof options, .device = test_device(), .variants = variants, .tuning = "field_bytes=300000"};
    if (clpt_context_create(&options, &context, &message) != CLPT_OK) fail_msg("cannot open: %s", message.text);
    return context;
}

/* ---- forward ---- */

static test_field predicted(clpt_context *context, int64_t side, int64_t modes, bool mask, clpt_status *status)
{
    enum { COUNT = 5, HEIGHT_MORE = 30 };
    int64_t height = side + HEIGHT_MORE;
    double positions[2 * COUNT];
    test_field object = test_field_random(CLPT_TYPE_C64, 1, 2, (int64_t[]){height, height - 3});
    test_field probe = test_field_random(CLPT_TYPE_C64, 2, 3, (int64_t[]){modes, side, side});
    test_field out = test_field_new(CLPT_TYPE_F64, 3, (int64_t[]){COUNT, side, side});
    clpt_forward_options options = {.size = sizeof options, .scale = 1.3, .probe_mask = mask, .amplitude = mask};
    clpt_scan *scan = NULL;
    /* Some patches stick out of the object. */
    test_random_fill(positions, 2 * COUNT, 3, (double)(side / 2) - 6, (double)(side / 2 + HEIGHT_MORE + 2));
    test_ok(context, clpt_scan_create(context, positions, COUNT, &scan));
    clpt_array o = test_array(&object), p = test_array(&probe), a = test_array(&out);
    *status = clpt_forward(context, &o, scan, &p, &options, &a);
    clpt_scan_destroy(&scan);
    test_field_free(&object);
    test_field_free(&probe);
    return out;
}

static void forward_every_variant_agrees_with_the_reference(void **state)
{
    (void)state;
    static const struct {
        const char *variants;
        int64_t side;
    } cases[] = {{"forward=n64", 64},      {"forward=split", 128}, {"forward=split", 256},
                 {"forward=split", 45},    {"forward=split", 104}, {"forward=split", 150},
                 {"forward=composed", 64}, {"forward=lanes", 64},  {"forward=lanes", 96}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int modes = 1; modes <= 3; modes += 2) {
            if (test_is_reference() || (test_small() && cases[i].side > 64)) continue;
            clpt_context *context = forced(cases[i].variants);
            clpt_status status, fine;
            test_field got = predicted(context, cases[i].side, modes, modes > 1, &status);
            test_field expected = predicted(reference, cases[i].side, modes, modes > 1, &fine);
            assert_int_equal(fine, CLPT_OK);
            if (status == CLPT_OK)
                test_close(test_text("%s, side %lld, %d modes", cases[i].variants, (long long)cases[i].side, modes),
                           &got, &expected, 2e-6, NULL);
            else if (!strstr(clpt_context_get_message(context), "does not apply"))
                fail_msg("%s", clpt_context_get_message(context));
            test_field_free(&got);
            test_field_free(&expected);
            clpt_context_destroy(&context);
        }
}

/* ---- steps of the engine ---- */

static void rpie_every_variant_agrees_with_the_reference(void **state)
{
    (void)state;
    static const char *const variants[] = {"exit_step=composed,project=blocks",
                                           "exit_step=composed,project=general",
                                           "exit_step=composed,illuminate=general",
                                           "exit_step=composed",
                                           "object_gradient=composed,gather=general",
                                           "object_gradient=composed",
                                           "object_gradient=tile",
                                           "object_gradient=composed,gather=tile",
                                           "probe_gradient=general",
                                           "relax=general,largest=general",
                                           "probe_gradient=columns"};
    if (test_is_reference()) return;
    solver_case c = solver_case_new(1);
    clpt_solver_options options = clpt_solver_options_default();
    solver_run expected = solver_case_run(reference, &c, &options, false, 2);
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        clpt_context *context = forced(variants[i]);
        solver_run got = solver_case_run(context, &c, &options, false, 2);
        test_close(test_text("object with %s", variants[i]), &got.object, &expected.object, 1e-4, NULL);
        test_close(test_text("probe with %s", variants[i]), &got.probe, &expected.probe, 1e-5, NULL);
        solver_run_free(&got);
        clpt_context_destroy(&context);
    }
    solver_run_free(&expected);
    solver_case_free(&c);
}

/* ---- the physics layer ---- */

/* Amplitudes and the gradient with respect to the patches, one after the other. */
static void layer(clpt_context *context, clpt_weight weight, test_field *amplitude, test_field *d_patches)
{
    enum { GROUPS = 3, EACH = 4, SIDE = 18, CANVAS = 43 };
    const int64_t shape[] = {GROUPS, EACH, SIDE, SIDE};
    test_field patches = test_field_random(CLPT_TYPE_C64, 1, 4, shape);
    test_field probe = test_field_random(CLPT_TYPE_C64, 2, 3, (int64_t[]){2, SIDE, SIDE});
    test_field cotangent = test_field_random(CLPT_TYPE_F32, 3, 4, shape);
    test_field offsets = test_field_new(CLPT_TYPE_F64, 3, (int64_t[]){GROUPS, EACH, 2});
    test_random_fill(offsets.data, offsets.count, 4, -14, 14); /* some patches stick out */
    *amplitude = test_field_new(CLPT_TYPE_F64, 4, shape);
    *d_patches = test_field_new(CLPT_TYPE_C128, 4, shape);
    clpt_array a = test_array(&patches), o = test_array(&offsets), p = test_array(&probe);
    clpt_array out = test_array(amplitude), c = test_array(&cotangent), d = test_array(d_patches);
    test_ok(context, clpt_physics_layer(context, &a, &o, &p, weight, CANVAS, &out));
    test_ok(context, clpt_physics_layer_adjoint(context, &a, &o, &p, weight, CANVAS, &c, &d, NULL, NULL));
    test_field_free(&patches);
    test_field_free(&probe);
    test_field_free(&cotangent);
    test_field_free(&offsets);
}

static void layer_every_variant_agrees_with_the_reference(void **state)
{
    (void)state;
    static const char *const variants[] = {"reassemble_group=tile,merge_pull=columns,object_gradient=tile",
                                           "reassemble_group=general,merge_pull=general,object_gradient=composed"};
    if (test_is_reference()) return;
    for (int weight = CLPT_WEIGHT_NONE; weight <= CLPT_WEIGHT_PROBE; weight++)
        for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
            clpt_context *context = forced(variants[i]);
            test_field amplitude, d_patches, expected, d_expected;
            layer(context, (clpt_weight)weight, &amplitude, &d_patches);
            layer(reference, (clpt_weight)weight, &expected, &d_expected);
            test_close(test_text("weight %d, %s", weight, variants[i]), &amplitude, &expected, TEST_DIFFRACT, NULL);
            test_close(test_text("weight %d, %s, back", weight, variants[i]), &d_patches, &d_expected, TEST_GRADIENT,
                       NULL);
            test_field_free(&amplitude);
            test_field_free(&d_patches);
            test_field_free(&expected);
            test_field_free(&d_expected);
            clpt_context_destroy(&context);
        }
}

static int open_reference(void **state)
{
    (void)state;
    reference = test_open("reference", 0);
    return reference ? 0 : -1;
}

static int close_reference(void **state)
{
    (void)state;
    clpt_context_destroy(&reference);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forward_every_variant_agrees_with_the_reference),
        cmocka_unit_test(rpie_every_variant_agrees_with_the_reference),
        cmocka_unit_test(layer_every_variant_agrees_with_the_reference),
    };
    test_start();
    return cmocka_run_group_tests(tests, open_reference, close_reference);
}
