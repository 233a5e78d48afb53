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

static clpt_status run_translate(clpt_context *context, const clpt_array *in, const clpt_array *out, const void *how)
{
    return clpt_translate(context, &in[0], &in[1], ((const image_how *)how)->interpolation, out);
}

static clpt_status translate_back(clpt_context *context, const clpt_array *in, const clpt_array *cotangent,
                                  const clpt_array *const *d, const void *how)
{
    return clpt_translate_adjoint(context, &in[0], &in[1], ((const image_how *)how)->interpolation, cotangent, d[0],
                                  d[1]);
}

/* At whole shifts the derivative is the one towards a growing source coordinate, which is a falling shift. */
static void translate_has_its_adjoint(void **state)
{
    (void)state;
    for (size_t i = 0; i < IMAGES; i++) {
        const image_how *n = &images[i];
        vjp_case c = {.name = test_text("translate %d", (int)i),
                      .input_count = 2,
                      .inputs = {{.field = image_field(n), .linear = true},
                                 {.field = vjp_places(2, -4, 4, n->whole, VJP_SHAPE(n->given, 2)),
                                  .geometry = true,
                                  .side = n->whole ? -1 : 0}},
                      .out = vjp_random(n->is_complex, 3, VJP_SHAPE(n->count, n->height, n->width)),
                      .run = run_translate,
                      .adjoint = translate_back,
                      .how = n};
        vjp_check(&c);
    }
}

static clpt_status run_warp(clpt_context *context, const clpt_array *in, const clpt_array *out, const void *how)
{
    const image_how *n = how;
    return clpt_warp(context, &in[0], &in[1], n->interpolation, n->fill, out);
}

static clpt_status warp_back(clpt_context *context, const clpt_array *in, const clpt_array *cotangent,
                             const clpt_array *const *d, const void *how)
{
    const image_how *n = how;
    return clpt_warp_adjoint(context, &in[0], &in[1], n->interpolation, n->fill, cotangent, d[0], d[1]);
}

/* Turned, scaled, moved and projective. */
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
        vjp_case c = {
            .name = test_text("warp %d", (int)i),
            .input_count = 2,
            .inputs =
                {{.field = image_field(n), .linear = true},
                 {.field = transforms, .geometry = true, .step = 1e-8, .units = units, .unit_count = n->eight ? 8 : 9}},
            .out = vjp_random(n->is_complex, 3, VJP_SHAPE(n->count, n->height, n->width)),
            .run = run_warp,
            .adjoint = warp_back,
            .how = n};
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

static clpt_status run_extract(clpt_context *context, const clpt_array *in, const clpt_array *out, const void *how)
{
    (void)how;
    return clpt_extract_group(context, &in[0], &in[1], out);
}

static clpt_status extract_back(clpt_context *context, const clpt_array *in, const clpt_array *cotangent,
                                const clpt_array *const *d, const void *how)
{
    (void)how;
    return clpt_extract_group_adjoint(context, &in[0], &in[1], cotangent, d[0], d[1]);
}

static void extract_group_has_its_adjoint(void **state)
{
    (void)state;
    for (size_t i = 0; i < GROUPS; i++) {
        const group_how *n = &groups[i];
        vjp_case c = {
            .name = test_text("extract_group %d", (int)i),
            .input_count = 2,
            .inputs = {{.field = vjp_random(n->is_complex, 1, VJP_SHAPE(n->groups, n->side, n->side)), .linear = true},
                       {.field = vjp_places(2, -reach(n), reach(n), n->whole, VJP_SHAPE(n->groups, n->per_group, 2)),
                        .geometry = true,
                        .side = n->whole ? -1 : 0}},
            .out = vjp_random(n->is_complex, 3, VJP_SHAPE(n->groups, n->per_group, n->size, n->size)),
            .run = run_extract,
            .adjoint = extract_back,
            .how = n};
        vjp_check(&c);
    }
}

static clpt_status run_reassemble(clpt_context *context, const clpt_array *in, const clpt_array *out, const void *how)
{
    const group_how *n = how;
    const clpt_array *probe = n->weight == CLPT_WEIGHT_PROBE ? &in[2] : NULL;
    return clpt_reassemble_group(context, &in[0], &in[1], probe, n->weight, n->centring, out);
}

static clpt_status reassemble_back(clpt_context *context, const clpt_array *in, const clpt_array *cotangent,
                                   const clpt_array *const *d, const void *how)
{
    const group_how *n = how;
    bool probe = n->weight == CLPT_WEIGHT_PROBE;
    return clpt_reassemble_group_adjoint(context, &in[0], &in[1], probe ? &in[2] : NULL, n->weight, n->centring,
                                         cotangent, d[0], d[1], probe ? d[2] : NULL);
}

static void reassemble_group_has_its_adjoint(void **state)
{
    (void)state;
    for (size_t i = 0; i < GROUPS; i++) {
        const group_how *n = &groups[i];
        bool probe = n->weight == CLPT_WEIGHT_PROBE;
        vjp_case c = {
            .name = test_text("reassemble_group %d", (int)i),
            .input_count = probe ? 3 : 2,
            .inputs = {{.field = vjp_random(n->is_complex, 1, VJP_SHAPE(n->groups, n->per_group, n->size, n->size)),
                        .linear = true},
                       {.field = vjp_places(2, -reach(n), reach(n), n->whole, VJP_SHAPE(n->groups, n->per_group, 2)),
                        .geometry = true,
                        .step = n->whole ? 1e-8 : 0, /* what is divided by may be as small as 1e-3 */
                        .side = n->whole ? 1 : 0}},
            .out = vjp_random(n->is_complex, 3, VJP_SHAPE(n->groups, n->side, n->side)),
            .run = run_reassemble,
            .adjoint = reassemble_back,
            .how = n};
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
