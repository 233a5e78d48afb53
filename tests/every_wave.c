/* SPDX-License-Identifier: Apache-2.0 */
/* Rows: waves, modes, the forward model, and their adjoints. */
#include "every.h"

#define CALL(name) static clpt_status name(clpt_context *c, const every_sizes *z, const clpt_array *a)

static const clpt_propagation spectrum = {CLPT_PROPAGATION_ANGULAR_SPECTRUM, 1e-10, 0.1, 1e-6, 0},
                              fresnel = {CLPT_PROPAGATION_FRESNEL, 1e-10, 0.2, 1e-6, 0.5};

CALL(diffract)
{
    (void)z;
    return clpt_diffract(c, a, a + 1);
}

CALL(propagate)
{
    (void)z;
    return clpt_propagate(c, a, &spectrum, false, a + 1);
}

CALL(propagate_back)
{
    (void)z;
    return clpt_propagate(c, a, &fresnel, true, a + 1);
}

CALL(gram)
{
    (void)z;
    return clpt_gram(c, a, a + 1);
}

CALL(orthogonalise) /* in place */
{
    clpt_status status = z->P && z->N ? clpt_array_copy(c, a, a + 1) : CLPT_OK;
    return status == CLPT_OK ? clpt_orthogonalise(c, a + 1) : status;
}

static clpt_status model(clpt_context *c, const clpt_array *a, const clpt_forward_options *options)
{
    clpt_scan *scan = NULL;
    clpt_status status = every_scan(c, a + 1, &scan);
    if (status == CLPT_OK) status = clpt_forward(c, a, scan, a + 2, options, a + 3);
    clpt_scan_destroy(&scan);
    return status;
}

CALL(forward)
{
    (void)z;
    return model(c, a, NULL);
}

CALL(forward_steps)
{
    (void)z;
    return model(c, a, &(clpt_forward_options){.smooth = 0.6, .probe_mask = true, .scale = 1.5, .amplitude = true});
}

CALL(forward_padded)
{
    (void)z;
    return model(c, a, &(clpt_forward_options){.pad = true});
}

CALL(forward_near)
{
    (void)z;
    return model(c, a, &(clpt_forward_options){.propagation = fresnel, .amplitude = true});
}

CALL(forward_counts)
{
    (void)z;
    return model(c, a, &(clpt_forward_options){.poisson = true, .seed = 5});
}

CALL(photon_scale)
{
    (void)z;
    clpt_scan *scan = NULL;
    clpt_status status = every_scan(c, a + 1, &scan);
    if (status == CLPT_OK) status = clpt_photon_scale(c, a, scan, a + 2, NULL, 1e4, a[3].data);
    clpt_scan_destroy(&scan);
    return status;
}

#define MODEL                                                                                                          \
    {"object", CLPT_TYPE_C64, "HW", EVERY_OBJECT}, {"positions", CLPT_TYPE_F64, "S2", EVERY_POSITIONS},                \
    {                                                                                                                  \
        "probe", CLPT_TYPE_C64, "PNN", EVERY_PROBE                                                                     \
    }

const every_row every_wave[] = {
    {"clpt_diffract",
     'B',
     TEST_DIFFRACT,
     0,
     {{"waves", CLPT_TYPE_C64, "BNN", EVERY_RANDOM}, {"amplitude", CLPT_TYPE_F32, "BNN", EVERY_OUT}},
     diffract},
    {"clpt_propagate",
     'B',
     TEST_DIFFRACT,
     0,
     {{"waves", CLPT_TYPE_C64, "BNN", EVERY_RANDOM}, {"out", CLPT_TYPE_C64, "BNN", EVERY_OUT}},
     propagate},
    {"clpt_propagate, back",
     'B',
     TEST_DIFFRACT,
     0,
     {{"waves", CLPT_TYPE_C64, "BNN", EVERY_RANDOM}, {"out", CLPT_TYPE_C64, "BNN", EVERY_OUT}},
     propagate_back},
    {"clpt_gram",
     0,
     TEST_GRADIENT,
     0,
     {{"modes", CLPT_TYPE_C64, "PNN", EVERY_RANDOM}, {"gram", CLPT_TYPE_C128, "PP", EVERY_OUT}},
     gram},
    {"clpt_orthogonalise",
     0,
     TEST_GRADIENT,
     1, /* eigenvectors near others turn by any angle: test_modes judges them */
     {{"modes", CLPT_TYPE_C64, "PNN", EVERY_RANDOM}, {"out", CLPT_TYPE_C64, "PNN", EVERY_OUT}},
     orthogonalise},
    {"clpt_forward", 'S', TEST_DIFFRACT, 0, {MODEL, {"intensity", CLPT_TYPE_F32, "SNN", EVERY_OUT}}, forward},
    {"clpt_forward, smoothed and masked",
     'S',
     TEST_DIFFRACT,
     0,
     {MODEL, {"intensity", CLPT_TYPE_F32, "SNN", EVERY_OUT}},
     forward_steps},
    {"clpt_forward, padded",
     'S',
     TEST_DIFFRACT,
     0,
     {MODEL, {"intensity", CLPT_TYPE_F32, "SNN", EVERY_OUT}},
     forward_padded},
    {"clpt_forward, near field",
     'S',
     TEST_DIFFRACT,
     0,
     {MODEL, {"intensity", CLPT_TYPE_F32, "SNN", EVERY_OUT}},
     forward_near},
    {"clpt_forward, counts",
     0,
     TEST_DIFFRACT,
     1e-3, /* rates that differ by rounding, now and then a count more */
     {MODEL, {"intensity", CLPT_TYPE_F32, "SNN", EVERY_OUT}},
     forward_counts},
    {"clpt_photon_scale", 0, TEST_DIFFRACT, 0, {MODEL, {"scale", CLPT_TYPE_F64, "1", EVERY_OUT}}, photon_scale},
    {0}};

/* ---- adjoints ---- */

CALL(diffract_adjoint)
{
    (void)z;
    return clpt_diffract_adjoint(c, a, a + 1, a + 2);
}

/* object, positions, probe, cotangent, d_object, d_probe, d_positions, d_scale */
static clpt_status back(clpt_context *c, const clpt_array *a, const clpt_forward_options *options)
{
    clpt_scan *scan = NULL;
    clpt_forward_gradients g = {.d_object = a + 4, .d_probe = a + 5, .d_positions = a + 6, .d_scale = a[7].data};
    clpt_status status = every_scan(c, a + 1, &scan);
    if (status == CLPT_OK) status = clpt_forward_adjoint(c, a, scan, a + 2, options, a + 3, &g);
    clpt_scan_destroy(&scan);
    return status;
}

CALL(forward_adjoint)
{
    (void)z;
    return back(c, a, NULL);
}

CALL(forward_steps_adjoint)
{
    (void)z;
    return back(c, a, &(clpt_forward_options){.smooth = 0.6, .scale = 1.5, .amplitude = true});
}

CALL(forward_near_adjoint)
{
    (void)z;
    return back(c, a, &(clpt_forward_options){.propagation = spectrum});
}

#define MODEL_ADJOINT                                                                                                  \
    MODEL, {"cotangent", CLPT_TYPE_F32, "SNN", EVERY_COUNTS}, {"d_object", CLPT_TYPE_C64, "HW", EVERY_OUT},            \
        {"d_probe", CLPT_TYPE_C64, "PNN", EVERY_OUT}, {"d_positions", CLPT_TYPE_F64, "S2", EVERY_OUT},                 \
    {                                                                                                                  \
        "d_scale", CLPT_TYPE_F64, "1", EVERY_OUT                                                                       \
    }

const every_row every_slope[] = {
    {"clpt_diffract_adjoint",
     'B',
     TEST_GRADIENT,
     0,
     {{"waves", CLPT_TYPE_C64, "BNN", EVERY_PROBE},
      {"cotangent", CLPT_TYPE_F32, "BNN", EVERY_RANDOM},
      {"d_waves", CLPT_TYPE_C64, "BNN", EVERY_OUT}},
     diffract_adjoint},
    {"clpt_forward_adjoint", 0, TEST_GRADIENT, 0, {MODEL_ADJOINT}, forward_adjoint},
    {"clpt_forward_adjoint, smoothed", 0, TEST_GRADIENT, 0, {MODEL_ADJOINT}, forward_steps_adjoint},
    {"clpt_forward_adjoint, near field", 0, TEST_GRADIENT, 0, {MODEL_ADJOINT}, forward_near_adjoint},
    {0}};
