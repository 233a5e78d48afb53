/* SPDX-License-Identifier: Apache-2.0 */
/* From the object to patches, groups and back. */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "parity/parts.h"

clpt_status clpti_parity_groups(clpti_parity_task *task)
{
    const clpti_parity_config *c = &task->problem->config;
    clpt_status status = CLPT_OK;
    clpt_array positions, indices, centres, offsets;
    int64_t each = c->grid * c->grid, *drawn = NULL;
    clpt_groups_options how = clpt_groups_options_default();
    how.groups = c->groups;
    how.grid = c->grid;
    how.neighbours = c->neighbours;
    how.seed = c->seed;
    CLPTI_TRY(clpti_parity_input(task, "positions", &positions));
    CLPTI_TRY(clpti_parity_numbers(task, "indices", 2, CLPT_SHAPE(c->groups, each), &indices));
    CLPTI_TRY(clpti_parity_numbers(task, "centres", 2, CLPT_SHAPE(c->groups, 2), &centres));
    CLPTI_TRY(clpti_parity_numbers(task, "offsets", 3, CLPT_SHAPE(c->groups, each, 2), &offsets));
    if (!(drawn = clpti_malloc(c->groups * each, sizeof *drawn)))
        CLPTI_TRY(clpti_fail(task->message, CLPT_ERROR_MEMORY, "no memory for %lld groups", (long long)c->groups));
    CLPTI_TRY(
        clpt_groups_draw(positions.data, positions.shape[0], &how, drawn, centres.data, offsets.data, task->message));
    for (int64_t k = 0; k < c->groups * each; k++) ((double *)indices.data)[k] = (double)drawn[k];
cleanup:
    free(drawn);
    return status;
}

clpt_status clpti_parity_warp(clpti_parity_task *task)
{
    static const struct {
        const char *name;
        clpt_interpolation interpolation;
        clpt_fill fill;
    } ways[] = {{"bilinear", CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_ZEROS},
                {"edge", CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_EDGE},
                {"nearest", CLPT_INTERPOLATION_NEAREST, CLPT_FILL_ZEROS}};
    clpt_status status = CLPT_OK;
    clpt_array object, transforms, out;
    CLPTI_TRY(clpti_parity_input(task, "object", &object));
    CLPTI_TRY(clpti_parity_input(task, "transforms", &transforms));
    object = clpt_array_host(object.data, object.type, 3, CLPT_SHAPE(1, object.shape[0], object.shape[1]));
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
        CLPTI_TRY(clpti_parity_out(task, ways[k].name, true, 3, object.shape, &out));
        CLPTI_TRY(clpti_parity_said(
            task, clpt_warp(task->context, &object, &transforms, ways[k].interpolation, ways[k].fill, &out)));
    }
cleanup:
    return status;
}

clpt_status clpti_parity_translate(clpti_parity_task *task)
{
    clpt_status status = CLPT_OK;
    clpt_array patches, shifts, out;
    CLPTI_TRY(clpti_parity_result(task, "patches", "patches", &patches));
    CLPTI_TRY(clpti_parity_input(task, "shifts", &shifts));
    CLPTI_TRY(clpti_parity_out(task, "moved", true, 3, patches.shape, &out));
    CLPTI_TRY(
        clpti_parity_said(task, clpt_translate(task->context, &patches, &shifts, CLPT_INTERPOLATION_BILINEAR, &out)));
cleanup:
    return status;
}

clpt_status clpti_parity_patches(clpti_parity_task *task)
{
    clpt_status status = CLPT_OK;
    clpt_scan *scan = NULL;
    clpt_array object, probe, positions, out;
    CLPTI_TRY(clpti_parity_input(task, "object", &object));
    CLPTI_TRY(clpti_parity_input(task, "probe", &probe));
    CLPTI_TRY(clpti_parity_input(task, "positions", &positions));
    CLPTI_TRY(clpti_parity_scan(task, &scan));
    CLPTI_TRY(clpti_parity_out(task, "patches", true, 3, CLPT_SHAPE(positions.shape[0], probe.shape[1], probe.shape[2]),
                               &out));
    CLPTI_TRY(clpti_parity_said(task, clpt_extract_scan(task->context, &object, scan, &out)));
cleanup:
    clpt_scan_destroy(&scan);
    return status;
}

/* The patches of every group, [G, C, N, N], in memory that the caller frees. */
static clpt_status group_patches(clpti_parity_task *task, clpt_array *groups)
{
    clpt_array patches, indices;
    clpt_status status = clpti_parity_result(task, "patches", "patches", &patches);
    if (status == CLPT_OK) status = clpti_parity_input(task, "indices", &indices);
    if (status != CLPT_OK) return status;
    int64_t n = patches.shape[1], count = indices.shape[0] * indices.shape[1];
    size_t bytes = (size_t)(n * n) * clpti_type_size(patches.type);
    char *copy = clpti_malloc(count, bytes);
    if (!copy) return clpti_fail(task->message, CLPT_ERROR_MEMORY, "no memory for %lld patches", (long long)count);
    for (int64_t k = 0; k < count; k++)
        memcpy(copy + (size_t)k * bytes, (char *)patches.data + (size_t)((double *)indices.data)[k] * bytes, bytes);
    *groups = clpt_array_host(copy, patches.type, 4, CLPT_SHAPE(indices.shape[0], indices.shape[1], n, n));
    return CLPT_OK;
}

clpt_status clpti_parity_reassemble_group(clpti_parity_task *task)
{
    static const char *const names[] = {[CLPT_WEIGHT_NONE] = "none",
                                        [CLPT_WEIGHT_CENTRE] = "center",
                                        [CLPT_WEIGHT_CENTRE_MASKED] = "center_masked",
                                        [CLPT_WEIGHT_PROBE] = "probe"};
    clpt_status status = CLPT_OK;
    clpt_array patches = {0}, offsets, probe, cover, out;
    CLPTI_TRY(clpti_parity_input(task, "offsets", &offsets));
    CLPTI_TRY(clpti_parity_input(task, "probe", &probe));
    CLPTI_TRY(clpti_parity_input(task, "cover_center", &cover)); /* says the canvas's side */
    CLPTI_TRY(group_patches(task, &patches));
    for (int weight = CLPT_WEIGHT_NONE; weight <= CLPT_WEIGHT_PROBE; weight++) {
        CLPTI_TRY(clpti_parity_out(task, names[weight], true, 3, cover.shape, &out));
        CLPTI_TRY(clpti_parity_said(task, clpt_reassemble_group(task->context, &patches, &offsets,
                                                                weight == CLPT_WEIGHT_PROBE ? &probe : NULL,
                                                                (clpt_weight)weight, CLPT_CENTRING_NONE, &out)));
    }
cleanup:
    free(patches.data);
    return status;
}

clpt_status clpti_parity_reassemble_scan(clpti_parity_task *task)
{
    clpt_status status = CLPT_OK;
    clpt_scan *scan = NULL;
    clpt_array patches, canvas, origin;
    int64_t side = 0;
    CLPTI_TRY(clpti_parity_result(task, "patches", "patches", &patches));
    int64_t crop = patches.shape[1] / 2;
    CLPTI_TRY(clpti_parity_scan(task, &scan));
    CLPTI_TRY(clpti_parity_numbers(task, "origin", 1, CLPT_SHAPE(2), &origin));
    CLPTI_TRY(clpti_parity_said(task, clpt_scan_get_canvas(scan, crop, &side, origin.data)));
    CLPTI_TRY(clpti_parity_out(task, "canvas", true, 2, CLPT_SHAPE(side, side), &canvas));
    CLPTI_TRY(clpti_parity_said(task, clpt_reassemble_scan(task->context, &patches, scan, crop, &canvas)));
cleanup:
    clpt_scan_destroy(&scan);
    return status;
}

clpt_status clpti_parity_extract_group(clpti_parity_task *task)
{
    clpt_status status = CLPT_OK;
    clpt_array canvas, offsets, probe, out;
    CLPTI_TRY(clpti_parity_result(task, "reassemble_group", "none", &canvas));
    CLPTI_TRY(clpti_parity_input(task, "offsets", &offsets));
    CLPTI_TRY(clpti_parity_input(task, "probe", &probe));
    CLPTI_TRY(clpti_parity_out(task, "patches", true, 4,
                               CLPT_SHAPE(offsets.shape[0], offsets.shape[1], probe.shape[1], probe.shape[2]), &out));
    CLPTI_TRY(clpti_parity_said(task, clpt_extract_group(task->context, &canvas, &offsets, &out)));
cleanup:
    return status;
}

clpt_status clpti_parity_physics_layer(clpti_parity_task *task)
{
    clpt_status status = CLPT_OK;
    clpt_array patches = {0}, offsets, probe, cover, out;
    CLPTI_TRY(clpti_parity_input(task, "offsets", &offsets));
    CLPTI_TRY(clpti_parity_input(task, "probe", &probe));
    CLPTI_TRY(clpti_parity_input(task, "cover_center", &cover));
    CLPTI_TRY(group_patches(task, &patches));
    CLPTI_TRY(clpti_parity_out(task, "amplitude", false, 4, patches.shape, &out));
    CLPTI_TRY(clpti_parity_said(
        task, clpt_physics_layer(task->context, &patches, &offsets, &probe, CLPT_WEIGHT_NONE, cover.shape[1], &out)));
cleanup:
    free(patches.data);
    return status;
}
