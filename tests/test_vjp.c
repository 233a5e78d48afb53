/* SPDX-License-Identifier: Apache-2.0 */
/* Adjoints of warp, translation, and of taking patches from groups and merging them. */
#include "vjp_case.h"

#include <math.h>

/* ---- Images ---- */

typedef struct image_how {
    int64_t count, height, width, given; /* images, and the geometries they share */
    bool is_complex, eight, whole;
    clpt_interpolation interpolation;
    clpt_fill fill;
} image_how;

static const image_how images[] = {
    {1, 1, 1, 1, true, false, false, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_ZEROS},
    {4, 5, 8, 2, false, true, false, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_ZEROS},
    {3, 17, 12, 3, true, true, false, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_EDGE},
    {3, 11, 13, 1, false, false, false, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_EDGE},
    {2, 9, 14, 1, true, false, true, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_ZEROS},
    {2, 16, 7, 2, true, false, false, CLPT_INTERPOLATION_NEAREST, CLPT_FILL_ZEROS},
    {2, 9, 9, 2, false, false, false, CLPT_INTERPOLATION_NEAREST, CLPT_FILL_EDGE},
    {1, 104, 104, 1, true, false, false, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_ZEROS},
};
#define IMAGES (sizeof images / sizeof *images - (test_small() ? 1 : 0))

static test_field image_field(const image_how *n)
{
    return vjp_random(n->is_complex, 1, VJP_SHAPE(n->count, n->height, n->width));
}

/* At whole shifts the derivative is the one towards a growing source coordinate, which is a falling shift. */
static void translate_has_its_adjoint(void **state)
{
    (void)state;
    for (size_t i = 0; i < IMAGES; i++) {
        const image_how *n = &images[i];
        vjp_case c = {.name = test_text("translate %d", (int)i),
                      .operation = "translate",
                      .options = {.interpolation = n->interpolation},
                      .inputs = {{.field = image_field(n), .linear = true},
                                 {.field = vjp_positions(2, -4, 4, n->whole, VJP_SHAPE(n->given, 2)),
                                  .side = n->whole ? -1 : 0}}};
        vjp_check(&c);
    }
}

/* Rotated, scaled, moved and projective. */
static test_field make_transforms(const image_how *n)
{
    test_field t = n->eight ? test_field_new(CLPT_TYPE_F64, 2, (int64_t[]){n->given, 8})
                            : test_field_new(CLPT_TYPE_F64, 3, (int64_t[]){n->given, 3, 3});
    int64_t pitch = n->eight ? 8 : 9;
    for (int64_t k = 0; k < n->given; k++) {
        double angle = test_random(5, 8 * (uint64_t)k, -1, 1), scale = test_random(5, 8 * (uint64_t)k + 1, 0.6, 1.4);
        double made[9] = {scale * cos(angle),
                          -scale * sin(angle),
                          test_random(5, 8 * (uint64_t)k + 2, 0.2, 4),
                          scale * sin(angle),
                          scale * cos(angle),
                          test_random(5, 8 * (uint64_t)k + 3, 0.2, 4),
                          0.003 + 0.001 * (double)k,
                          -0.002,
                          1};
        for (int64_t i = 0; i < pitch; i++) test_set(&t, k * pitch + i, 0, made[i]);
    }
    return t;
}

static void warp_has_its_adjoint(void **state)
{
    (void)state;
    for (size_t i = 0; i < IMAGES; i++) {
        const image_how *n = &images[i];
        if (n->whole) continue;               /* translate's affair */
        bool one = n->height * n->width == 1; /* the transform's point (0, 0) alone, outside the image */
        test_field transforms = make_transforms(n);
        if (one) test_set(&transforms, 2, 0, 0.4), test_set(&transforms, 5, 0, -0.3);
        double side = fmax((double)fmax(n->height, n->width), 1), square = side * side;
        double units[9] = {side, side, 1, side, side, 1, square, square, side};
        vjp_case c = {.name = test_text("warp %d", (int)i),
                      .operation = "warp",
                      .options = {.interpolation = n->interpolation, .fill = n->fill},
                      .inputs = {{.field = image_field(n), .linear = true},
                                 {.field = transforms, .step = 1e-8, .units = units, .unit_count = n->eight ? 8 : 9}}};
        vjp_check(&c);
    }
}

/* ---- Groups ---- */

typedef struct group_how {
    int64_t groups, per_group, size, side, modes;
    bool is_complex, whole;
    clpt_centring centring;
    clpt_weight weight;
} group_how;

static const group_how groups[] = {
    {1, 1, 1, 1, 1, true, false, CLPT_CENTRING_NONE, CLPT_WEIGHT_NONE},
    {2, 4, 9, 14, 2, true, false, CLPT_CENTRING_MEAN, CLPT_WEIGHT_NONE},
    {1, 3, 8, 8, 1, false, false, CLPT_CENTRING_NONE, CLPT_WEIGHT_NONE},
    {2, 4, 12, 20, 1, true, false, CLPT_CENTRING_NONE, CLPT_WEIGHT_CENTRE},
    {3, 2, 7, 12, 1, true, false, CLPT_CENTRING_MEAN, CLPT_WEIGHT_CENTRE_MASKED},
    {1, 4, 12, 15, 2, false, false, CLPT_CENTRING_NONE, CLPT_WEIGHT_PROBE},
    {2, 3, 9, 16, 3, true, false, CLPT_CENTRING_MEAN, CLPT_WEIGHT_PROBE},
    {2, 2, 8, 13, 2, true, true, CLPT_CENTRING_NONE, CLPT_WEIGHT_NONE},
    {1, 3, 12, 17, 1, true, true, CLPT_CENTRING_NONE, CLPT_WEIGHT_CENTRE},
    {1, 4, 104, 120, 1, true, false, CLPT_CENTRING_NONE, CLPT_WEIGHT_NONE},
};
#define GROUPS (sizeof groups / sizeof *groups - (test_small() ? 1 : 0))

static double reach(const group_how *n)
{
    return n->size == 1 ? 1 : (double)(n->side - n->size) / 2 + 2;
}

static void extract_group_has_its_adjoint(void **state)
{
    (void)state;
    for (size_t i = 0; i < GROUPS; i++) {
        const group_how *n = &groups[i];
        vjp_case c = {
            .name = test_text("extract_group %d", (int)i),
            .operation = "extract-group",
            .sizes = {.N = n->size},
            .inputs = {{.field = vjp_random(n->is_complex, 1, VJP_SHAPE(n->groups, n->side, n->side)), .linear = true},
                       {.field = vjp_positions(2, -reach(n), reach(n), n->whole, VJP_SHAPE(n->groups, n->per_group, 2)),
                        .side = n->whole ? -1 : 0}}};
        vjp_check(&c);
    }
}

static void reassemble_group_has_its_adjoint(void **state)
{
    (void)state;
    for (size_t i = 0; i < GROUPS; i++) {
        const group_how *n = &groups[i];
        bool probe = n->weight == CLPT_WEIGHT_PROBE;
        vjp_case c = {
            .name = test_text("reassemble_group %d", (int)i),
            .operation = "reassemble-group",
            .options = {.weight = n->weight, .recenter = n->centring == CLPT_CENTRING_MEAN},
            .sizes = {.M = n->side},
            .inputs = {{.field = vjp_random(n->is_complex, 1, VJP_SHAPE(n->groups, n->per_group, n->size, n->size)),
                        .linear = true},
                       {.field = vjp_positions(2, -reach(n), reach(n), n->whole, VJP_SHAPE(n->groups, n->per_group, 2)),
                        .step = n->whole ? 1e-8 : 0, /* divisors may be as small as 1e-3 */
                        .side = n->whole ? 1 : 0}}};
        if (probe) c.inputs[2].field = vjp_random(true, 4, VJP_SHAPE(n->modes, n->size, n->size));
        vjp_check(&c);
    }
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(translate_has_its_adjoint),
        cmocka_unit_test(warp_has_its_adjoint),
        cmocka_unit_test(extract_group_has_its_adjoint),
        cmocka_unit_test(reassemble_group_has_its_adjoint),
    };
    return cmocka_run_group_tests_name("vjp", tests, vjp_open, vjp_close);
}
