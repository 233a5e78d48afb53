/* SPDX-License-Identifier: Apache-2.0 */
/* Rows: losses, total variation, and gradients of a batch. */
#include <stdlib.h>

#include "every.h"

#define CALL(name) static clpt_status name(clpt_context *c, const every_sizes *z, const clpt_array *a)

/* intensity, measured, mask, value, d_intensity */
CALL(poisson_of)
{
    (void)z;
    return clpt_loss_evaluate(c, CLPT_LOSS_POISSON, a, a + 1, a + 2, a[3].data, a + 4);
}

CALL(amplitude_of)
{
    (void)z;
    return clpt_loss_evaluate(c, CLPT_LOSS_AMPLITUDE, a, a + 1, a + 2, a[3].data, a + 4);
}

CALL(mae_of)
{
    (void)z;
    return clpt_loss_evaluate(c, CLPT_LOSS_AMPLITUDE_L1, a, a + 1, a + 2, a[3].data, a + 4);
}

CALL(squares)
{
    (void)z;
    return clpt_variation_evaluate(c, CLPT_VARIATION_QUADRATIC, a, 0, a[1].data, a + 2);
}

CALL(edge)
{
    (void)z;
    return clpt_variation_evaluate(c, CLPT_VARIATION_TOTAL, a, 0.1, a[1].data, a + 2);
}

/* object, positions, probe, measured, mask, value, d_object, d_probe, d_positions; `list`: every other pattern, from
 * the last on */
static clpt_status gradient(clpt_context *c, clpt_loss loss, const clpt_array *a, bool list)
{
    clpt_scan *scan = NULL;
    clpt_forward_gradients g = {.d_object = a + 6, .d_probe = a + 7, .d_positions = a + 8};
    int64_t all = a[1].shape[0], count = (all + 1) / 2;
    int32_t *patterns = malloc((size_t)count * sizeof *patterns + 1);
    assert_non_null(patterns);
    for (int64_t i = 0; i < count; i++) patterns[i] = (int32_t)(all - 1 - 2 * i);
    clpt_status status = every_scan(c, a + 1, &scan);
    if (status == CLPT_OK)
        status =
            clpt_gradient(c, loss, a, scan, a + 2, list ? patterns : NULL, count, a + 3, a + 4, NULL, a[5].data, &g);
    clpt_scan_destroy(&scan);
    free(patterns);
    return status;
}

CALL(poisson)
{
    (void)z;
    return gradient(c, CLPT_LOSS_POISSON, a, false);
}

CALL(amplitude_list)
{
    (void)z;
    return gradient(c, CLPT_LOSS_AMPLITUDE, a, true);
}

CALL(mae)
{
    (void)z;
    return gradient(c, CLPT_LOSS_AMPLITUDE_L1, a, false);
}

#define LOSS_OF                                                                                                        \
    {"intensity", CLPT_TYPE_F32, "SNN", EVERY_COUNTS}, {"measured", CLPT_TYPE_F32, "SNN", EVERY_COUNTS},               \
        {"mask", CLPT_TYPE_F32, "SNN", EVERY_MASK}, {"value", CLPT_TYPE_F64, "1", EVERY_OUT},                          \
    {                                                                                                                  \
        "d_intensity", CLPT_TYPE_F32, "SNN", EVERY_OUT                                                                 \
    }

#define VARIATION                                                                                                      \
    {"object", CLPT_TYPE_C64, "HW", EVERY_RANDOM}, {"value", CLPT_TYPE_F64, "1", EVERY_OUT},                           \
    {                                                                                                                  \
        "d_object", CLPT_TYPE_C64, "HW", EVERY_OUT                                                                     \
    }

#define BATCH(mask, rows)                                                                                              \
    {"object", CLPT_TYPE_C64, "HW", EVERY_OBJECT}, {"positions", CLPT_TYPE_F64, "S2", EVERY_POSITIONS},                \
        {"probe", CLPT_TYPE_C64, "PNN", EVERY_PROBE}, {"measured", CLPT_TYPE_F32, "SNN", EVERY_COUNTS},                \
        {"mask", CLPT_TYPE_F32, mask, EVERY_MASK}, {"value", CLPT_TYPE_F64, "1", EVERY_OUT},                           \
        {"d_object", CLPT_TYPE_C64, "HW", EVERY_OUT}, {"d_probe", CLPT_TYPE_C64, "PNN", EVERY_OUT},                    \
    {                                                                                                                  \
        "d_positions", CLPT_TYPE_F64, rows, EVERY_OUT                                                                  \
    }

const every_row every_loss[] = {
    {"clpt_loss_evaluate, poisson", 0, TEST_GRADIENT, 0, {LOSS_OF}, poisson_of},
    {"clpt_loss_evaluate, amplitude", 0, TEST_GRADIENT, 0, {LOSS_OF}, amplitude_of},
    {"clpt_loss_evaluate, mae", 0, TEST_GRADIENT, 1e-3, {LOSS_OF}, mae_of}, /* signs of differences that round to 0 */
    {"clpt_variation_evaluate, squares", 0, TEST_GRADIENT, 0, {VARIATION}, squares},
    {"clpt_variation_evaluate, edge", 0, TEST_GRADIENT, 0, {VARIATION}, edge},
    {"clpt_gradient, poisson", 0, TEST_GRADIENT, 0, {BATCH("SNN", "S2")}, poisson},
    {"clpt_gradient, amplitude, a list", 0, TEST_GRADIENT, 0, {BATCH("SNN", "T2")}, amplitude_list},
    {"clpt_gradient, mae, one mask", 0, TEST_GRADIENT, 0, {BATCH("NN", "S2")}, mae},
    {0}};
