/* SPDX-License-Identifier: Apache-2.0 */
/* Projective warps and translations of images, against the reference. */
#include "op_case.h"

#include <math.h>

static const clpt_type types[] = {CLPT_TYPE_F32, CLPT_TYPE_C64};

/* Rotated, scaled, tilted a little, and moved, about the middle of an image. */
static void make_transform(double *t, uint64_t seed, int64_t height, int64_t width)
{
    double angle = test_random(seed, 0, -3, 3), zoom = test_random(seed, 1, 0.6, 1.6);
    double cx = (double)(width - 1) / 2, cy = (double)(height - 1) / 2;
    t[0] = zoom * cos(angle), t[1] = -zoom * sin(angle), t[3] = -t[1], t[4] = t[0] * 1.1;
    t[2] = cx - t[0] * cx - t[1] * cy + test_random(seed, 2, -2, 2);
    t[5] = cy - t[3] * cx - t[4] * cy + test_random(seed, 3, -2, 2);
    t[6] = test_random(seed, 4, -0.3, 0.3) / (double)width;
    t[7] = test_random(seed, 5, -0.3, 0.3) / (double)height;
    t[8] = 1;
}

static test_field make_transforms(int64_t count, uint64_t seed, int64_t height, int64_t width)
{
    test_field transforms = test_field_new(CLPT_TYPE_F64, OP_SHAPE(count, 3, 3));
    for (int64_t k = 0; k < count; k++)
        make_transform((double *)transforms.data + 9 * k, seed + (uint64_t)k, height, width);
    return transforms;
}

static void check_warp(const int64_t shape[3], clpt_type type, int64_t given, clpt_interpolation interpolation,
                       clpt_fill fill)
{
    op_case c = {
        .name = test_text("warp [%lld, %lld, %lld] %s by %lld, %s, %s", (long long)shape[0], (long long)shape[1],
                          (long long)shape[2], test_type_name(type), (long long)given,
                          interpolation == CLPT_INTERPOLATION_NEAREST ? "nearest" : "bilinear",
                          fill == CLPT_FILL_EDGE ? "edge" : "zeros"),
        .operation = "warp",
        .options = {.interpolation = interpolation, .fill = fill},
        .inputs = {test_field_random(type, 1, 3, shape), make_transforms(given, 40, shape[1], shape[2])},
        .part = interpolation == CLPT_INTERPOLATION_NEAREST ? TEST_NEAREST : 0,
    };
    op_check(&c);
}

static void warp_any_shape_agrees_with_the_reference(void **state)
{
    (void)state;
    static const int64_t shapes[][4] = {/* images, height, width, transforms */
                                        {1, 1, 1, 1},  {3, 5, 7, 3},  {6, 17, 31, 3},
                                        {8, 31, 2, 2}, {4, 1, 40, 1}, {37, 9, 8, 37}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int way = 0; way < 8; way++)
            check_warp(shapes[s], types[way & 1], shapes[s][3],
                       way & 2 ? CLPT_INTERPOLATION_NEAREST : CLPT_INTERPOLATION_BILINEAR,
                       way & 4 ? CLPT_FILL_EDGE : CLPT_FILL_ZEROS);
    if (!test_small())
        check_warp((int64_t[]){6, 104, 97}, CLPT_TYPE_C64, 2, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_ZEROS);
}

/* Far along a side of 4096 a float32 coordinate would be off by 2e-4 of a pixel. */
static void warp_long_sides_keep_the_accuracy(void **state)
{
    (void)state;
    if (test_small()) skip();
    check_warp((int64_t[]){1, 7, 4096}, CLPT_TYPE_F32, 1, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_EDGE);
    double t[9] = {0.99991, 0.0003, 0.123456, -1e-5, 1.00007, 0.3, 3e-7, -2e-7, 1};
    for (int long_side = 1; long_side <= 2; long_side++)
        for (int fill = CLPT_FILL_ZEROS; fill <= CLPT_FILL_EDGE; fill++) {
            int64_t shape[3] = {1, 12, 12};
            shape[long_side] = 4096;
            op_case c = {.name = test_text("warp with side %d of 4096", long_side),
                         .operation = "warp",
                         .options = {.fill = (clpt_fill)fill},
                         .inputs = {test_field_random(CLPT_TYPE_C64, 2, 3, shape), op_numbers(t, OP_SHAPE(1, 3, 3))}};
            op_check(&c);
        }
}

static void warp_half_pixels_and_vanishing_w_agree_exactly(void **state)
{
    (void)state;
    static const double exact[][9] = {{1, 0, 0.5, 0, 1, -0.5, 0, 0, 1},   /* ties */
                                      {1, 0, -3, 0, 1, -3, 1, 0, -3},     /* w = x − 3: negative, 0, positive */
                                      {0, 1, 0, 1, 0, 0, 0, 0, 1},        /* transposed */
                                      {1, 0, 1e12, 0, 1, -1e12, 0, 0, 1}, /* far outside */
                                      {-2, 0, 14, 0, -2, 14, 0, 0, -2}};  /* w < 0 throughout */
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++)
        for (int way = 0; way < 4; way++) {
            op_case c = {
                .name = test_text("warp by exact transform %d, way %d", (int)i, way),
                .operation = "warp",
                .options = {.interpolation = way & 1 ? CLPT_INTERPOLATION_NEAREST : CLPT_INTERPOLATION_BILINEAR,
                            .fill = way & 2 ? CLPT_FILL_EDGE : CLPT_FILL_ZEROS},
                .inputs = {test_field_random(CLPT_TYPE_F32, 3, OP_SHAPE(2, 9, 8)),
                           op_numbers(exact[i], OP_SHAPE(1, 3, 3))},
                .tolerance = 3e-7};
            op_check(&c);
        }
}

static test_field warp_by(const test_field *images, const clpt_array *transforms)
{
    test_field out = test_field_new(images->type, images->rank, images->shape);
    clpt_array in = test_array(images), to = test_array(&out);
    test_ok(test_context, clpt_warp(test_context, &in, transforms, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_EDGE, &to));
    return out;
}

static void warp_forms_of_a_transform_give_the_same_bits(void **state)
{
    (void)state;
    test_field transforms = make_transforms(2, 9, 10, 11);
    double *nine = transforms.data, eight[16];
    float singles[16];
    for (int i = 0; i < 16; i++) {
        singles[i] = (float)nine[9 * (i / 8) + i % 8];
        eight[i] = nine[9 * (i / 8) + i % 8] = singles[i];
    }
    test_field images = test_field_random(CLPT_TYPE_C64, 5, OP_SHAPE(4, 10, 11));
    const clpt_array forms[] = {clpt_array_host(nine, CLPT_TYPE_F64, 3, CLPT_SHAPE(2, 3, 3)),
                                clpt_array_host(eight, CLPT_TYPE_F64, 2, CLPT_SHAPE(2, 8)),
                                clpt_array_host(singles, CLPT_TYPE_F32, 2, CLPT_SHAPE(2, 8))};
    test_field first = warp_by(&images, &forms[0]);
    for (int i = 1; i < 3; i++) {
        test_field out = warp_by(&images, &forms[i]);
        test_same_bits(test_text("form %d", i), &out, &first);
        test_field_free(&out);
    }
    test_field_free(&first);
    test_field_free(&images);
    test_field_free(&transforms);
}

static void translate_any_shape_agrees_with_the_reference(void **state)
{
    (void)state;
    static const int64_t shapes[][4] = {/* images, height, width, shifts */
                                        {1, 1, 1, 1},  {3, 5, 7, 3},  {6, 17, 31, 3},
                                        {8, 31, 2, 2}, {4, 1, 40, 1}, {37, 9, 8, 37}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int way = 0; way < 4; way++) {
            int64_t given = shapes[s][3];
            double shifts[2 * 37];
            test_random_fill(shifts, 2 * given, 7 + s, -4, 4);
            shifts[0] = -0.5, shifts[2 * given - 1] = 1.5; /* ties, and integer multiples of a half */
            op_case c = {
                .name = test_text("translate shape %d, way %d", (int)s, way),
                .operation = "translate",
                .options = {.interpolation = way & 2 ? CLPT_INTERPOLATION_NEAREST : CLPT_INTERPOLATION_BILINEAR},
                .inputs = {test_field_random(types[way & 1], 6, 3, shapes[s]), op_numbers(shifts, OP_SHAPE(given, 2))}};
            op_check(&c);
        }
}

static void translate_whole_pixels_copies(void **state)
{
    (void)state;
    test_field images = test_field_random(CLPT_TYPE_F32, 8, OP_SHAPE(2, 6, 5)),
               out = test_field_new(CLPT_TYPE_F32, OP_SHAPE(2, 6, 5));
    const double shifts[] = {2, -1, 1e6, 0};
    clpt_array in = test_array(&images), to = test_array(&out),
               by = clpt_array_host(shifts, CLPT_TYPE_F64, 2, CLPT_SHAPE(2, 2));
    test_ok(test_context, clpt_translate(test_context, &in, &by, CLPT_INTERPOLATION_BILINEAR, &to));
    for (int64_t y = 0; y < 6; y++)
        for (int64_t x = 0; x < 5; x++) {
            double expected = x >= 2 && y < 5 ? test_get(&images, (y + 1) * 5 + x - 2, 0) : 0;
            assert_true(test_get(&out, y * 5 + x, 0) == expected);
            assert_true(test_get(&out, 30 + y * 5 + x, 0) == 0);
        }
    test_field_free(&images);
    test_field_free(&out);
}

static void warp_bad_arguments_are_named(void **state)
{
    (void)state;
    clpt_context *c = test_context;
    float image[6 * 4 * 5] = {0}, out[6 * 4 * 5];
    double good[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1}, bad[27] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, NAN},
           four[36] = {0};
    const clpt_array images = clpt_array_host(image, CLPT_TYPE_F32, 3, CLPT_SHAPE(6, 4, 5));
    const clpt_array to = clpt_array_host(out, CLPT_TYPE_F32, 3, CLPT_SHAPE(6, 4, 5));
    const clpt_array one = clpt_array_host(good, CLPT_TYPE_F64, 3, CLPT_SHAPE(1, 3, 3));
    const clpt_array shape = clpt_array_host(out, CLPT_TYPE_F32, 3, CLPT_SHAPE(6, 5, 4));
    const clpt_array kind = clpt_array_host(out, CLPT_TYPE_C64, 3, CLPT_SHAPE(6, 4, 5));
    const clpt_array not_finite = clpt_array_host(bad, CLPT_TYPE_F64, 3, CLPT_SHAPE(3, 3, 3));
    const clpt_array too_many = clpt_array_host(four, CLPT_TYPE_F64, 3, CLPT_SHAPE(4, 3, 3));
    const clpt_array seven = clpt_array_host(four, CLPT_TYPE_F64, 2, CLPT_SHAPE(1, 7));
    const clpt_array none = clpt_array_host(image, CLPT_TYPE_F32, 3, CLPT_SHAPE(6, 0, 5));
    const clpt_array nowhere = clpt_array_host(NULL, CLPT_TYPE_F32, 3, CLPT_SHAPE(6, 4, 5));
    const clpt_array rank = clpt_array_host(image, CLPT_TYPE_F32, 2, CLPT_SHAPE(24, 5));
    assert_int_equal(clpt_warp(NULL, &images, &one, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_ZEROS, &to),
                     CLPT_ERROR_ARGUMENT);
    const struct {
        const clpt_array *images, *transforms, *out;
        const char *words;
    } cases[] = {
        {NULL, &one, &to, "clpt_warp|images|NULL"},
        {&images, NULL, &to, "clpt_warp|transforms|NULL"},
        {&images, &one, NULL, "clpt_warp|out|NULL"},
        {&images, &one, &shape, "clpt_warp|out|[6, 5, 4]|[6, 4, 5]"},
        {&images, &one, &kind, "clpt_warp|out|real"},
        {&images, &not_finite, &to, "clpt_warp|transforms|nan"},
        {&images, &too_many, &to, "clpt_warp|4 transforms|6 images"},
        {&images, &seven, &to, "clpt_warp|transforms|[1, 7]|[1, 8]"},
        {&none, &one, &none, "clpt_warp|images|[6, 0, 5]"},
        {&nowhere, &one, &to, "clpt_warp|images|neither"},
        {&rank, &one, &to, "clpt_warp|images|2 dimensions|3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        test_fails(c,
                   clpt_warp(c, cases[i].images, cases[i].transforms, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_ZEROS,
                             cases[i].out),
                   CLPT_ERROR_ARGUMENT, cases[i].words);
    test_ok(c, clpt_warp(c, &images, &one, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_ZEROS, &to));
}

static void translate_bad_arguments_are_named(void **state)
{
    (void)state;
    clpt_context *c = test_context;
    float image[6 * 4 * 5] = {0}, out[6 * 4 * 5];
    double shifts[24] = {0, 1, 2, INFINITY};
    const clpt_array images = clpt_array_host(image, CLPT_TYPE_F32, 3, CLPT_SHAPE(6, 4, 5));
    const clpt_array to = clpt_array_host(out, CLPT_TYPE_F32, 3, CLPT_SHAPE(6, 4, 5));
    const clpt_array endless = clpt_array_host(shifts, CLPT_TYPE_F64, 2, CLPT_SHAPE(2, 2));
    const clpt_array five = clpt_array_host(shifts, CLPT_TYPE_F64, 2, CLPT_SHAPE(5, 2));
    const clpt_array twelve = clpt_array_host(shifts, CLPT_TYPE_F64, 2, CLPT_SHAPE(12, 2));
    const clpt_array three = clpt_array_host(shifts, CLPT_TYPE_F64, 2, CLPT_SHAPE(6, 3));
    test_fails(c, clpt_translate(c, &images, &endless, CLPT_INTERPOLATION_BILINEAR, &to), CLPT_ERROR_ARGUMENT,
               "clpt_translate|row 1|inf");
    test_fails(c, clpt_translate(c, &images, &five, CLPT_INTERPOLATION_BILINEAR, &to), CLPT_ERROR_ARGUMENT,
               "clpt_translate|5 shifts|6 images");
    test_fails(c, clpt_translate(c, &images, &twelve, CLPT_INTERPOLATION_BILINEAR, &to), CLPT_ERROR_ARGUMENT,
               "12 shifts|6 images");
    test_fails(c, clpt_translate(c, &images, &three, CLPT_INTERPOLATION_BILINEAR, &to), CLPT_ERROR_ARGUMENT,
               "shifts|[6, 3]|[6, 2]");
    test_fails(c, clpt_translate(c, &images, NULL, CLPT_INTERPOLATION_BILINEAR, &to), CLPT_ERROR_ARGUMENT,
               "shifts|NULL");
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(warp_any_shape_agrees_with_the_reference),
        cmocka_unit_test(warp_long_sides_keep_the_accuracy),
        cmocka_unit_test(warp_half_pixels_and_vanishing_w_agree_exactly),
        cmocka_unit_test(warp_forms_of_a_transform_give_the_same_bits),
        cmocka_unit_test(translate_any_shape_agrees_with_the_reference),
        cmocka_unit_test(translate_whole_pixels_copies),
        cmocka_unit_test(warp_bad_arguments_are_named),
        cmocka_unit_test(translate_bad_arguments_are_named),
    };
    return cmocka_run_group_tests_name("warp", tests, op_open, op_close);
}
