/* SPDX-License-Identifier: Apache-2.0 */
/* Rows: images, and their adjoints. */
#include "every.h"

#define CALL(name) static clpt_status name(clpt_context *c, const every_sizes *z, const clpt_array *a)

CALL(warp)
{
    (void)z;
    return clpt_warp(c, a, a + 1, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_ZEROS, a + 2);
}

CALL(warp_nearest)
{
    (void)z;
    return clpt_warp(c, a, a + 1, CLPT_INTERPOLATION_NEAREST, CLPT_FILL_EDGE, a + 2);
}

CALL(translate)
{
    (void)z;
    return clpt_translate(c, a, a + 1, CLPT_INTERPOLATION_BILINEAR, a + 2);
}

CALL(translate_nearest)
{
    (void)z;
    return clpt_translate(c, a, a + 1, CLPT_INTERPOLATION_NEAREST, a + 2);
}

CALL(warp_adjoint)
{
    (void)z;
    return clpt_warp_adjoint(c, a, a + 1, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_EDGE, a + 2, a + 3, a + 4);
}

CALL(warp_one_adjoint) /* one transform for all: its gradient sums over the images */
{
    (void)z;
    return clpt_warp_adjoint(c, a, a + 1, CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_ZEROS, a + 2, a + 3, a + 4);
}

CALL(translate_adjoint)
{
    (void)z;
    return clpt_translate_adjoint(c, a, a + 1, CLPT_INTERPOLATION_BILINEAR, a + 2, a + 3, a + 4);
}

const every_row every_image[] = {{"clpt_warp",
                                  'B',
                                  TEST_WARP,
                                  0,
                                  {{"images", CLPT_TYPE_C64, "BHW", EVERY_RANDOM},
                                   {"transforms", CLPT_TYPE_F64, "B8", EVERY_TRANSFORMS},
                                   {"out", CLPT_TYPE_C64, "BHW", EVERY_OUT}},
                                  warp},
                                 {"clpt_warp, nearest",
                                  'B',
                                  TEST_WARP,
                                  TEST_NEAREST,
                                  {{"images", CLPT_TYPE_F32, "BHW", EVERY_RANDOM},
                                   {"transforms", CLPT_TYPE_F64, "18", EVERY_TRANSFORMS},
                                   {"out", CLPT_TYPE_F32, "BHW", EVERY_OUT}},
                                  warp_nearest},
                                 {"clpt_translate",
                                  'B',
                                  TEST_LINEAR,
                                  0,
                                  {{"images", CLPT_TYPE_C64, "BHW", EVERY_RANDOM},
                                   {"shifts", CLPT_TYPE_F64, "B2", EVERY_SHIFTS},
                                   {"out", CLPT_TYPE_C64, "BHW", EVERY_OUT}},
                                  translate},
                                 {"clpt_translate, nearest",
                                  'B',
                                  TEST_LINEAR,
                                  0,
                                  {{"images", CLPT_TYPE_F32, "BHW", EVERY_RANDOM},
                                   {"shifts", CLPT_TYPE_F64, "B2", EVERY_SHIFTS},
                                   {"out", CLPT_TYPE_F32, "BHW", EVERY_OUT}},
                                  translate_nearest},
                                 {"clpt_warp_adjoint",
                                  'B',
                                  TEST_GRADIENT,
                                  0,
                                  {{"images", CLPT_TYPE_C64, "BHW", EVERY_RANDOM},
                                   {"transforms", CLPT_TYPE_F64, "B8", EVERY_TRANSFORMS},
                                   {"cotangent", CLPT_TYPE_C64, "BHW", EVERY_RANDOM},
                                   {"d_images", CLPT_TYPE_C64, "BHW", EVERY_OUT},
                                   {"d_transforms", CLPT_TYPE_F64, "B8", EVERY_OUT}},
                                  warp_adjoint},
                                 {"clpt_warp_adjoint, one transform",
                                  0,
                                  TEST_GRADIENT,
                                  0,
                                  {{"images", CLPT_TYPE_F32, "BHW", EVERY_RANDOM},
                                   {"transforms", CLPT_TYPE_F64, "18", EVERY_TRANSFORMS},
                                   {"cotangent", CLPT_TYPE_F32, "BHW", EVERY_RANDOM},
                                   {"d_images", CLPT_TYPE_F32, "BHW", EVERY_OUT},
                                   {"d_transforms", CLPT_TYPE_F64, "18", EVERY_OUT}},
                                  warp_one_adjoint},
                                 {"clpt_translate_adjoint",
                                  'B',
                                  TEST_GRADIENT,
                                  0,
                                  {{"images", CLPT_TYPE_F32, "BHW", EVERY_RANDOM},
                                   {"shifts", CLPT_TYPE_F64, "B2", EVERY_SHIFTS},
                                   {"cotangent", CLPT_TYPE_F32, "BHW", EVERY_RANDOM},
                                   {"d_images", CLPT_TYPE_F32, "BHW", EVERY_OUT},
                                   {"d_shifts", CLPT_TYPE_F64, "B2", EVERY_OUT}},
                                  translate_adjoint},
                                 {0}};
