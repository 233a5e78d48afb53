/* SPDX-License-Identifier: Apache-2.0 */
/* Rows: patches of scans and groups, the physics layer, and their adjoints. */
#include "every.h"

#define CALL(name) static clpt_status name(clpt_context *c, const every_sizes *z, const clpt_array *a)

CALL(extract_scan)
{
    (void)z;
    clpt_scan *scan = NULL;
    clpt_status status = every_scan(c, a + 1, &scan);
    if (status == CLPT_OK) status = clpt_extract_scan(c, a, scan, a + 2);
    clpt_scan_destroy(&scan);
    return status;
}

CALL(extract_scan_adjoint)
{
    (void)z;
    clpt_scan *scan = NULL;
    clpt_status status = every_scan(c, a + 1, &scan);
    if (status == CLPT_OK) status = clpt_extract_scan_adjoint(c, a, scan, a + 2, a + 3, a + 4);
    clpt_scan_destroy(&scan);
    return status;
}

CALL(reassemble_scan)
{
    clpt_scan *scan = NULL;
    clpt_status status = every_scan(c, a + 1, &scan);
    if (status == CLPT_OK) status = clpt_reassemble_scan(c, a, scan, z->crop, a + 2);
    clpt_scan_destroy(&scan);
    return status;
}

CALL(reassemble_scan_adjoint)
{
    clpt_scan *scan = NULL;
    clpt_status status = every_scan(c, a + 1, &scan);
    if (status == CLPT_OK) status = clpt_reassemble_scan_adjoint(c, a, scan, z->crop, a + 2, a + 3, a + 4);
    clpt_scan_destroy(&scan);
    return status;
}

CALL(extract_group)
{
    (void)z;
    return clpt_extract_group(c, a, a + 1, a + 2);
}

CALL(extract_group_adjoint)
{
    (void)z;
    return clpt_extract_group_adjoint(c, a, a + 1, a + 2, a + 3, a + 4);
}

CALL(sum)
{
    (void)z;
    return clpt_reassemble_group(c, a, a + 1, NULL, CLPT_WEIGHT_NONE, false, a + 2);
}

CALL(sum_recentred)
{
    (void)z;
    return clpt_reassemble_group(c, a, a + 1, NULL, CLPT_WEIGHT_NONE, true, a + 2);
}

CALL(centre)
{
    (void)z;
    return clpt_reassemble_group(c, a, a + 1, NULL, CLPT_WEIGHT_CENTRE, false, a + 2);
}

CALL(centre_masked)
{
    (void)z;
    return clpt_reassemble_group(c, a, a + 1, NULL, CLPT_WEIGHT_CENTRE_MASKED, false, a + 2);
}

CALL(by_probe)
{
    (void)z;
    return clpt_reassemble_group(c, a, a + 1, a + 2, CLPT_WEIGHT_PROBE, false, a + 3);
}

CALL(centre_masked_adjoint)
{
    (void)z;
    return clpt_reassemble_group_adjoint(c, a, a + 1, NULL, CLPT_WEIGHT_CENTRE_MASKED, false, a + 2, a + 3, a + 4,
                                         NULL);
}

CALL(by_probe_adjoint)
{
    (void)z;
    return clpt_reassemble_group_adjoint(c, a, a + 1, a + 2, CLPT_WEIGHT_PROBE, true, a + 3, a + 4, a + 5, a + 6);
}

CALL(physics_layer)
{
    return clpt_physics_layer(c, a, a + 1, a + 2, CLPT_WEIGHT_PROBE, z->M, a + 3);
}

CALL(physics_layer_adjoint)
{
    return clpt_physics_layer_adjoint(c, a, a + 1, a + 2, CLPT_WEIGHT_NONE, z->M, a + 3, a + 4, a + 5, a + 6);
}

#define GROUPS                                                                                                         \
    {"patches", CLPT_TYPE_C64, "GCNN", EVERY_RANDOM},                                                                  \
    {                                                                                                                  \
        "offsets", CLPT_TYPE_F64, "GC2", EVERY_OFFSETS                                                                 \
    }

/* `center` divides by Σ mask + 1e-3, which is far smaller than the masks themselves in some pixels: what they lose to
 * rounding counts that much more. */
#define TEST_CENTRE 1e-4
/* Likewise the slope of a scan's mean where the edge of a patch covers a small part of a pixel. */
#define TEST_COVERAGE 5e-4

const every_row every_patch[] = {
    {"clpt_extract_scan",
     'S',
     TEST_LINEAR,
     0,
     {{"object", CLPT_TYPE_C64, "HW", EVERY_RANDOM},
      {"positions", CLPT_TYPE_F64, "S2", EVERY_POSITIONS},
      {"patches", CLPT_TYPE_C64, "SNN", EVERY_OUT}},
     extract_scan},
    {"clpt_extract_scan, real",
     'S',
     TEST_LINEAR,
     0,
     {{"object", CLPT_TYPE_F32, "HW", EVERY_RANDOM},
      {"positions", CLPT_TYPE_F64, "S2", EVERY_POSITIONS},
      {"patches", CLPT_TYPE_F32, "SNN", EVERY_OUT}},
     extract_scan},
    {"clpt_extract_scan_adjoint",
     0,
     TEST_GRADIENT,
     0,
     {{"object", CLPT_TYPE_C64, "HW", EVERY_RANDOM},
      {"positions", CLPT_TYPE_F64, "S2", EVERY_POSITIONS},
      {"cotangent", CLPT_TYPE_C64, "SNN", EVERY_RANDOM},
      {"d_object", CLPT_TYPE_C64, "HW", EVERY_OUT},
      {"d_positions", CLPT_TYPE_F64, "S2", EVERY_OUT}},
     extract_scan_adjoint},
    {"clpt_reassemble_scan",
     0,
     TEST_LINEAR,
     0,
     {{"patches", CLPT_TYPE_C64, "SNN", EVERY_RANDOM},
      {"positions", CLPT_TYPE_F64, "S2", EVERY_POSITIONS},
      {"canvas", CLPT_TYPE_C64, "LL", EVERY_OUT}},
     reassemble_scan},
    {"clpt_reassemble_scan_adjoint",
     0,
     TEST_COVERAGE,
     0,
     {{"patches", CLPT_TYPE_C64, "SNN", EVERY_RANDOM},
      {"positions", CLPT_TYPE_F64, "S2", EVERY_POSITIONS},
      {"cotangent", CLPT_TYPE_C64, "LL", EVERY_RANDOM},
      {"d_patches", CLPT_TYPE_C64, "SNN", EVERY_OUT},
      {"d_positions", CLPT_TYPE_F64, "S2", EVERY_OUT}},
     reassemble_scan_adjoint},
    {"clpt_extract_group",
     'G',
     TEST_LINEAR,
     0,
     {{"canvas", CLPT_TYPE_C64, "GMM", EVERY_RANDOM},
      {"offsets", CLPT_TYPE_F64, "GC2", EVERY_OFFSETS},
      {"patches", CLPT_TYPE_C64, "GCNN", EVERY_OUT}},
     extract_group},
    {"clpt_extract_group_adjoint",
     'G',
     TEST_GRADIENT,
     0,
     {{"canvas", CLPT_TYPE_F32, "GMM", EVERY_RANDOM},
      {"offsets", CLPT_TYPE_F64, "GC2", EVERY_OFFSETS},
      {"cotangent", CLPT_TYPE_F32, "GCNN", EVERY_RANDOM},
      {"d_canvas", CLPT_TYPE_F32, "GMM", EVERY_OUT},
      {"d_offsets", CLPT_TYPE_F64, "GC2", EVERY_OUT}},
     extract_group_adjoint},
    {"clpt_reassemble_group", 'G', TEST_LINEAR, 0, {GROUPS, {"canvas", CLPT_TYPE_C64, "GMM", EVERY_OUT}}, sum},
    {"clpt_reassemble_group, recentred",
     0,
     TEST_LINEAR,
     0,
     {GROUPS, {"canvas", CLPT_TYPE_C64, "GMM", EVERY_OUT}},
     sum_recentred},
    {"clpt_reassemble_group, center",
     'G',
     TEST_CENTRE,
     0,
     {GROUPS, {"canvas", CLPT_TYPE_C64, "GMM", EVERY_OUT}},
     centre},
    {"clpt_reassemble_group, center_masked",
     'G',
     TEST_LINEAR,
     0,
     {GROUPS, {"canvas", CLPT_TYPE_C64, "GMM", EVERY_OUT}},
     centre_masked},
    {"clpt_reassemble_group, probe",
     'G',
     TEST_LINEAR,
     0,
     {GROUPS, {"probe", CLPT_TYPE_C64, "PNN", EVERY_WEIGHT}, {"canvas", CLPT_TYPE_C64, "GMM", EVERY_OUT}},
     by_probe},
    {"clpt_reassemble_group_adjoint",
     'G',
     TEST_GRADIENT,
     0,
     {GROUPS,
      {"cotangent", CLPT_TYPE_C64, "GMM", EVERY_RANDOM},
      {"d_patches", CLPT_TYPE_C64, "GCNN", EVERY_OUT},
      {"d_offsets", CLPT_TYPE_F64, "GC2", EVERY_OUT}},
     centre_masked_adjoint},
    {"clpt_reassemble_group_adjoint, probe",
     0,
     TEST_GRADIENT,
     0,
     {GROUPS,
      {"probe", CLPT_TYPE_C64, "PNN", EVERY_WEIGHT},
      {"cotangent", CLPT_TYPE_C64, "GMM", EVERY_RANDOM},
      {"d_patches", CLPT_TYPE_C64, "GCNN", EVERY_OUT},
      {"d_offsets", CLPT_TYPE_F64, "GC2", EVERY_OUT},
      {"d_probe", CLPT_TYPE_C64, "PNN", EVERY_OUT}},
     by_probe_adjoint},
    {"clpt_physics_layer",
     'G',
     TEST_GRADIENT,
     0,
     {GROUPS, {"probe", CLPT_TYPE_C64, "PNN", EVERY_WEIGHT}, {"amplitude", CLPT_TYPE_F32, "GCNN", EVERY_OUT}},
     physics_layer},
    {"clpt_physics_layer_adjoint",
     0,
     TEST_GRADIENT,
     0,
     {GROUPS,
      {"probe", CLPT_TYPE_C64, "PNN", EVERY_WEIGHT},
      {"cotangent", CLPT_TYPE_F32, "GCNN", EVERY_RANDOM},
      {"d_patches", CLPT_TYPE_C64, "GCNN", EVERY_OUT},
      {"d_offsets", CLPT_TYPE_F64, "GC2", EVERY_OUT},
      {"d_probe", CLPT_TYPE_C64, "PNN", EVERY_OUT}},
     physics_layer_adjoint},
    {0}};
