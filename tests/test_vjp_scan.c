/* SPDX-License-Identifier: Apache-2.0 */
/* Adjoints of what works on a scan: patches, merging, diffraction, the forward model, the physics layer, and the
 * gradient of each loss in one call. */
#include "vjp_case.h"

#include <math.h>

typedef struct scan_how {
    int64_t count, size, height, width, modes, crop;
    bool is_complex, whole;
    clpt_forward_options options;
    int loss, masks; /* masks 0: none; 1: one for all; 2: one for each pattern */
} scan_how;

static vjp_input positions_of(const scan_how *n)
{
    return (vjp_input){.field =
                           vjp_positions(2, (double)(n->size / 2) - 2, (double)n->width - (double)(n->size / 2) + 2,
                                         n->whole, VJP_SHAPE(n->count, 2)),
                       .side = n->whole ? 1 : 0};
}

/* ---- Patches ---- */

static const scan_how patches[] = {
    {.count = 1, .size = 1, .height = 1, .width = 1, .crop = 1, .is_complex = true},
    {.count = 5, .size = 7, .height = 12, .width = 17, .crop = 5},
    {.count = 9, .size = 12, .height = 24, .width = 21, .crop = 12, .is_complex = true},
    {.count = 4, .size = 9, .height = 19, .width = 20, .crop = 4, .whole = true},
    {.count = 3, .size = 104, .height = 120, .width = 131, .crop = 60, .is_complex = true}};
#define PATCHES (sizeof patches / sizeof *patches - (test_small() ? 1 : 0))

static void extract_scan_has_its_adjoint(void **state)
{
    (void)state;
    for (size_t i = 0; i < PATCHES; i++) {
        const scan_how *n = &patches[i];
        vjp_case c = {
            .name = test_text("extract_scan %d", (int)i),
            .operation = "extract-scan",
            .sizes = {.N = n->size},
            .inputs = {{.field = vjp_random(n->is_complex, 1, VJP_SHAPE(n->height, n->width)), .linear = true},
                       positions_of(n)}};
        vjp_check(&c);
    }
}

static void reassemble_scan_has_its_adjoint(void **state)
{
    (void)state;
    for (size_t i = 0; i < PATCHES; i++) {
        const scan_how *n = &patches[i];
        if (n->whole) continue; /* the mean position is not whole */
        vjp_case c = {
            .name = test_text("reassemble_scan %d", (int)i),
            .operation = "reassemble-scan",
            .sizes = {.crop = n->crop},
            .inputs = {{.field = vjp_random(n->is_complex, 1, VJP_SHAPE(n->count, n->size, n->size)), .linear = true},
                       positions_of(n)}};
        vjp_check(&c);
    }
}

/* ---- Waves ---- */

static void diffract_has_its_adjoint(void **state)
{
    (void)state;
    static const int64_t shapes[][2] = {{1, 1}, {4, 8}, {3, 15}, {2, 104}};
    for (int i = 0; i < (test_small() ? 3 : 4); i++) {
        int64_t count = shapes[i][0], size = shapes[i][1];
        vjp_case c = {.name = test_text("diffract %d", i),
                      .operation = "diffract",
                      .inputs = {{.field = vjp_random(true, 1, VJP_SHAPE(count, size, size))}}};
        vjp_check(&c);
    }
}

/* ---- Forward model: object, probe, positions, scale ---- */

static const scan_how forwards[] = {
    {.count = 1, .size = 1, .height = 3, .width = 2, .modes = 1},
    {.count = 5, .size = 8, .height = 13, .width = 17, .modes = 2, .masks = 1, .loss = 1},
    {.count = 4, .size = 9, .height = 15, .width = 14, .modes = 1, .whole = true, .masks = 2, .loss = 2},
    {.count = 3, .size = 12, .height = 18, .width = 20, .modes = 3, .options = {.amplitude = true}, .masks = 2},
    {.count = 4,
     .size = 12,
     .height = 16,
     .width = 17,
     .modes = 2,
     .loss = 1,
     .options = {.smooth = 0.8, .probe_mask = true}},
    {.count = 3,
     .size = 12,
     .height = 12,
     .width = 11,
     .modes = 2,
     .loss = 2,
     .masks = 1,
     .options = {.pad = true, .smooth = 0.5, .amplitude = true}},
    {.count = 3, .size = 15, .height = 12, .width = 11, .modes = 1, .options = {.pad = true, .probe_mask = true}},
    {.count = 2, .size = 104, .height = 110, .width = 112, .modes = 1, .options = {.amplitude = true}, .loss = 1},
    {.count = 4,
     .size = 9,
     .height = 15,
     .width = 14,
     .modes = 2,
     .masks = 1,
     .options = {.propagation = {CLPT_PROPAGATION_FRESNEL, 1e-10, 1.1, 55e-6, 0.003}}},
    {.count = 3,
     .size = 16,
     .height = 20,
     .width = 21,
     .modes = 1,
     .loss = 1,
     .options = {.amplitude = true,
                 .smooth = 0.6,
                 .propagation = {CLPT_PROPAGATION_ANGULAR_SPECTRUM, 6e-7, 3e-6, 4e-7, 0}}},
    {.count = 5,
     .size = 8,
     .height = 13,
     .width = 17,
     .modes = 2,
     .masks = 2,
     .loss = 1,
     .options = {.subpixel = CLPT_SUBPIXEL_EXACT}},
    {.count = 3,
     .size = 9,
     .height = 15,
     .width = 14,
     .modes = 1,
     .options = {.subpixel = CLPT_SUBPIXEL_EXACT, .amplitude = true, .smooth = 0.6, .probe_mask = true}},
    {.count = 5,
     .size = 12,
     .height = 13,
     .width = 17,
     .modes = 2,
     .masks = 1,
     .loss = 2,
     .options = {.subpixel = CLPT_SUBPIXEL_BANK_2}},
    {.count = 3,
     .size = 16,
     .height = 20,
     .width = 21,
     .modes = 1,
     .loss = 1,
     .options = {.subpixel = CLPT_SUBPIXEL_BANK_8, .amplitude = true}},
};
#define FORWARDS (sizeof forwards / sizeof *forwards)

/* Of these cases, an interpreter of kernels runs some that between them have modes, masks, padding, smoothing, a
 * near field and moved probes. */
static bool left_out(size_t i)
{
    return test_small() && i != 1 && i != 5 && i != 8 && i != 10 && i != 12;
}

static vjp_case forward_case(const char *operation, const scan_how *n)
{
    return (vjp_case){.operation = operation,
                      .options = {.model = n->options, .loss = (clpt_loss)n->loss},
                      .inputs = {{.field = vjp_random(true, 1, VJP_SHAPE(n->height, n->width))},
                                 positions_of(n),
                                 {.field = vjp_random(true, 4, VJP_SHAPE(n->modes, n->size, n->size))}},
                      .scale = 1.4};
}

static void forward_has_its_adjoint(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORWARDS; i++) {
        if (left_out(i)) continue;
        vjp_case c = forward_case("forward", &forwards[i]);
        c.name = test_text("forward %d", (int)i);
        vjp_check(&c);
    }
}

/* ---- The gradient of a batch in one call ---- */

/* Counts around the mean intensity, none where the mask is 0. */
static void add_counts(const scan_how *n, vjp_input *measured, vjp_input *mask)
{
    test_field counts = vjp_random(false, 7, VJP_SHAPE(n->count, n->size, n->size));
    test_field good = n->masks == 2 ? vjp_random(false, 8, VJP_SHAPE(n->count, n->size, n->size))
                                    : vjp_random(false, 8, VJP_SHAPE(n->size, n->size));
    for (int64_t i = 0; i < good.count; i++) test_set(&good, i, 0, test_get(&good, i, 0) > -0.6);
    for (int64_t i = 0; i < counts.count; i++)
        test_set(&counts, i, 0,
                 !n->masks || test_get(&good, i % good.count, 0) > 0 ? 5 + 4 * test_get(&counts, i, 0) : NAN);
    if (!n->masks) test_field_free(&good);
    *measured = (vjp_input){.field = counts, .fixed = true};
    *mask = (vjp_input){.field = good, .fixed = true};
}

static void gradient_is_that_of_the_loss(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORWARDS; i++) {
        if (left_out(i)) continue;
        vjp_case c = forward_case("gradient", &forwards[i]);
        c.name = test_text("gradient %d", (int)i);
        c.options.model.amplitude = false;
        add_counts(&forwards[i], &c.inputs[3], &c.inputs[4]);
        vjp_check(&c);
    }
}

/* ---- Physics layer ---- */

typedef struct layer_how {
    int64_t groups, per_group, size, side, modes;
    clpt_weight weight;
} layer_how;

static void physics_layer_has_its_adjoint(void **state)
{
    (void)state;
    static const layer_how layers[] = {{1, 1, 1, 2, 1, CLPT_WEIGHT_NONE},
                                       {2, 4, 12, 18, 1, CLPT_WEIGHT_NONE},
                                       {2, 3, 9, 13, 2, CLPT_WEIGHT_CENTRE_MASKED},
                                       {3, 2, 8, 12, 1, CLPT_WEIGHT_CENTRE},
                                       {2, 4, 15, 21, 2, CLPT_WEIGHT_PROBE}};
    for (int i = 0; i < 5; i++) {
        const layer_how *n = &layers[i];
        double reach = n->size == 1 ? 0.5 : 3;
        vjp_case c = {
            .name = test_text("physics_layer %d", i),
            .operation = "physics-layer",
            .options = {.weight = n->weight},
            .sizes = {.M = n->side},
            .inputs = {{.field = vjp_random(true, 1, VJP_SHAPE(n->groups, n->per_group, n->size, n->size))},
                       {.field = vjp_positions(2, -reach, reach, false, VJP_SHAPE(n->groups, n->per_group, 2))},
                       {.field = vjp_random(true, 4, VJP_SHAPE(n->modes, n->size, n->size))}}};
        vjp_check(&c);
    }
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(extract_scan_has_its_adjoint), cmocka_unit_test(reassemble_scan_has_its_adjoint),
        cmocka_unit_test(diffract_has_its_adjoint),     cmocka_unit_test(forward_has_its_adjoint),
        cmocka_unit_test(gradient_is_that_of_the_loss), cmocka_unit_test(physics_layer_has_its_adjoint),
    };
    return cmocka_run_group_tests_name("vjp_scan", tests, vjp_open, vjp_close);
}
