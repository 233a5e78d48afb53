/* SPDX-License-Identifier: Apache-2.0 */
/* Operations on G groups of `each` patches: PtychoPINN's physics layer and its parts. Offsets are multiples of 1/256:
 * float32 holds their fractions exactly, so that a merge weight that nearly vanishes is the same on every device. */
#include "bench/rows.h"

#include <stdlib.h>

static int64_t canvas_side(const clpti_bench_problem *p)
{
    return 3 * p->size.side / 2;
}

static clpt_status add_patches(clpti_bench_problem *p, clpt_message *message)
{
    const clpti_bench_size *s = &p->size;
    return clpti_bench_input(p, CLPT_TYPE_C64, true, 4, CLPT_SHAPE(s->count, s->each, s->side, s->side), -0.5, 0.5,
                             message);
}

static clpt_status add_canvas(clpti_bench_problem *p, clpt_message *message)
{
    int64_t side = canvas_side(p);
    return clpti_bench_input(p, CLPT_TYPE_C64, true, 3, CLPT_SHAPE(p->size.count, side, side), -0.5, 0.5, message);
}

static clpt_status add_offsets(clpti_bench_problem *p, clpt_message *message)
{
    double reach = 10.0 * (double)p->size.side / 64.0;
    int at = p->array_count;
    clpt_status status =
        clpti_bench_geometry(p, true, 3, CLPT_SHAPE(p->size.count, p->size.each, 2), -reach, reach, message);
    double *xy = p->arrays[at].data;
    for (int64_t i = 0; status == CLPT_OK && i < 2 * p->size.count * p->size.each; i++) xy[i] = rint(xy[i] * 256) / 256;
    return status;
}

static clpt_status output_patches(clpti_bench_problem *p, clpt_type type)
{
    const clpti_bench_size *s = &p->size;
    return clpti_bench_output(p, type, true, 4, CLPT_SHAPE(s->count, s->each, s->side, s->side));
}

static clpt_status output_offsets(clpti_bench_problem *p, clpt_message *message)
{
    return clpti_bench_numbers(p, CLPT_TYPE_F64, true, 3, CLPT_SHAPE(p->size.count, p->size.each, 2), message);
}

static const clpt_array *array(const clpti_bench_problem *p, int which)
{
    return &p->arrays[which].array;
}

/* ---- extraction ---- */

clpt_status clpti_bench_set_up_extract_group(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_canvas(p, message));
    CLPTI_TRY(add_offsets(p, message));
    CLPTI_TRY(output_patches(p, CLPT_TYPE_C64));
cleanup:
    return status;
}

clpt_status clpti_bench_run_extract_group(clpti_bench_problem *p)
{
    return clpt_extract_group(p->context, array(p, 0), array(p, 1), array(p, 2));
}

clpt_status clpti_bench_set_up_extract_group_adjoint(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_canvas(p, message));
    CLPTI_TRY(add_offsets(p, message));
    CLPTI_TRY(add_patches(p, message));
    CLPTI_TRY(clpti_bench_output(p, CLPT_TYPE_C64, true, 3, p->arrays[0].shape));
    CLPTI_TRY(output_offsets(p, message));
cleanup:
    return status;
}

clpt_status clpti_bench_run_extract_group_adjoint(clpti_bench_problem *p)
{
    return clpt_extract_group_adjoint(p->context, array(p, 0), array(p, 1), array(p, 2), array(p, 3), array(p, 4));
}

/* ---- reassembly ---- */

clpt_status clpti_bench_set_up_reassemble_group(clpti_bench_problem *p, clpt_message *message)
{
    int64_t side = canvas_side(p);
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_patches(p, message));
    CLPTI_TRY(add_offsets(p, message));
    CLPTI_TRY(clpti_bench_output(p, CLPT_TYPE_C64, true, 3, CLPT_SHAPE(p->size.count, side, side)));
cleanup:
    return status;
}

clpt_status clpti_bench_run_reassemble_group(clpti_bench_problem *p)
{
    return clpt_reassemble_group(p->context, array(p, 0), array(p, 1), NULL, CLPT_WEIGHT_CENTRE_MASKED, false,
                                 array(p, 2));
}

clpt_status clpti_bench_set_up_reassemble_group_adjoint(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_patches(p, message));
    CLPTI_TRY(add_offsets(p, message));
    CLPTI_TRY(add_canvas(p, message));
    CLPTI_TRY(output_patches(p, CLPT_TYPE_C64));
    CLPTI_TRY(output_offsets(p, message));
cleanup:
    return status;
}

clpt_status clpti_bench_run_reassemble_group_adjoint(clpti_bench_problem *p)
{
    return clpt_reassemble_group_adjoint(p->context, array(p, 0), array(p, 1), NULL, CLPT_WEIGHT_CENTRE_MASKED, false,
                                         array(p, 2), array(p, 3), array(p, 4), NULL);
}

/* ---- the physics layer ---- */

static clpt_status add_layer(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_patches(p, message));
    CLPTI_TRY(add_offsets(p, message));
    CLPTI_TRY(
        clpti_bench_input(p, CLPT_TYPE_C64, false, 2, CLPT_SHAPE(p->size.side, p->size.side), -0.5, 0.5, message));
cleanup:
    return status;
}

clpt_status clpti_bench_set_up_physics(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = add_layer(p, message);
    return status == CLPT_OK ? output_patches(p, CLPT_TYPE_F32) : status;
}

clpt_status clpti_bench_run_physics(clpti_bench_problem *p)
{
    return clpt_physics_layer(p->context, array(p, 0), array(p, 1), array(p, 2), CLPT_WEIGHT_CENTRE_MASKED,
                              canvas_side(p), array(p, 3));
}

clpt_status clpti_bench_set_up_physics_adjoint(clpti_bench_problem *p, clpt_message *message)
{
    const clpti_bench_size *s = &p->size;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_layer(p, message));
    CLPTI_TRY(clpti_bench_input(p, CLPT_TYPE_F32, true, 4, CLPT_SHAPE(s->count, s->each, s->side, s->side), -0.5, 0.5,
                                message));
    CLPTI_TRY(output_patches(p, CLPT_TYPE_C64));
cleanup:
    return status;
}

clpt_status clpti_bench_run_physics_adjoint(clpti_bench_problem *p)
{
    return clpt_physics_layer_adjoint(p->context, array(p, 0), array(p, 1), array(p, 2), CLPT_WEIGHT_CENTRE_MASKED,
                                      canvas_side(p), array(p, 3), array(p, 4), NULL, NULL);
}

/* ---- how groups are made: host work ---- */

enum { LEAST_POSITIONS = 16 };

clpt_status clpti_bench_set_up_groups(clpti_bench_problem *p, clpt_message *message)
{
    const clpti_bench_size *s = &p->size;
    int64_t positions = s->count > LEAST_POSITIONS ? s->count : LEAST_POSITIONS;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_bench_geometry(p, false, 2, CLPT_SHAPE(positions, 2), 0.0, CLPTI_BENCH_MARGIN, message));
    CLPTI_TRY(clpti_bench_geometry(p, false, 2, CLPT_SHAPE(s->count, 4), 0.0, 0.0, message)); /* indices */
    CLPTI_TRY(clpti_bench_numbers(p, CLPT_TYPE_F64, false, 2, CLPT_SHAPE(s->count, 2), message));
    CLPTI_TRY(clpti_bench_numbers(p, CLPT_TYPE_F64, false, 3, CLPT_SHAPE(s->count, 4, 2), message));
cleanup:
    return status;
}

clpt_status clpti_bench_run_groups(clpti_bench_problem *p)
{
    clpt_groups_options options = clpt_groups_options_default();
    options.neighbours = 7;
    options.groups = p->size.count;
    return clpt_groups_draw(p->arrays[0].data, p->arrays[0].shape[0], &options, p->arrays[1].data, p->arrays[2].data,
                            p->arrays[3].data, NULL);
}
