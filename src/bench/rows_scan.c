/* SPDX-License-Identifier: Apache-2.0 */
/* Operations on a scan: S patterns at random positions over a random object, with a random probe of `each` modes. */
#include "bench/rows.h"

static clpt_status add_object(clpti_bench_problem *p, clpt_message *message)
{
    int64_t side = p->size.side + CLPTI_BENCH_MARGIN;
    return clpti_bench_input(p, CLPT_TYPE_C64, false, 2, CLPT_SHAPE(side, side), -0.5, 0.5, message);
}

static clpt_status add_positions(clpti_bench_problem *p, clpt_message *message)
{
    double low = 4.0 + (double)(p->size.side / 2), high = low + CLPTI_BENCH_MARGIN - 12.0;
    int at = p->array_count;
    clpt_status status = clpti_bench_geometry(p, true, 2, CLPT_SHAPE(p->size.count, 2), low, high, message);
    p->positions = p->arrays[at].data;
    return status;
}

static clpt_status add_probe(clpti_bench_problem *p, clpt_message *message)
{
    const clpti_bench_size *s = &p->size;
    return clpti_bench_input(p, CLPT_TYPE_C64, false, 3, CLPT_SHAPE(s->each, s->side, s->side), -0.5, 0.5, message);
}

/* ---- forward ---- */

enum { OBJECT, POSITIONS, PROBE, PATTERNS, D_OBJECT, D_PROBE };

static clpt_status add_model(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_object(p, message));
    CLPTI_TRY(add_positions(p, message));
    CLPTI_TRY(add_probe(p, message));
cleanup:
    return status;
}

clpt_status clpti_bench_set_up_forward(clpti_bench_problem *p, clpt_message *message)
{
    const clpti_bench_size *s = &p->size;
    clpt_status status = add_model(p, message);
    return status == CLPT_OK ? clpti_bench_output(p, CLPT_TYPE_F32, true, 3, CLPT_SHAPE(s->count, s->side, s->side))
                             : status;
}

clpt_status clpti_bench_run_forward(clpti_bench_problem *p)
{
    clpt_forward_options options = clpt_forward_options_default();
    options.amplitude = true;
    return clpt_forward(p->context, &p->arrays[OBJECT].array, p->scan, &p->arrays[PROBE].array, &options,
                        &p->arrays[PATTERNS].array);
}

clpt_status clpti_bench_run_forward_near(clpti_bench_problem *p)
{
    clpt_forward_options options = clpt_forward_options_default();
    options.amplitude = true;
    options.propagation = clpti_bench_near_field;
    return clpt_forward(p->context, &p->arrays[OBJECT].array, p->scan, &p->arrays[PROBE].array, &options,
                        &p->arrays[PATTERNS].array);
}

/* Object, positions, probe, something real of every pattern, and the gradients by object and probe. */
static clpt_status add_gradients(clpti_bench_problem *p, double low, double high, clpt_message *message)
{
    const clpti_bench_size *s = &p->size;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_model(p, message));
    CLPTI_TRY(clpti_bench_input(p, CLPT_TYPE_F32, true, 3, CLPT_SHAPE(s->count, s->side, s->side), low, high, message));
    CLPTI_TRY(clpti_bench_output(p, CLPT_TYPE_C64, false, 2, p->arrays[OBJECT].shape));
    CLPTI_TRY(clpti_bench_output(p, CLPT_TYPE_C64, false, 3, p->arrays[PROBE].shape));
cleanup:
    return status;
}

clpt_status clpti_bench_set_up_forward_adjoint(clpti_bench_problem *p, clpt_message *message)
{
    return add_gradients(p, -0.5, 0.5, message);
}

clpt_status clpti_bench_run_forward_adjoint(clpti_bench_problem *p)
{
    clpt_forward_gradients gradients = {.d_object = &p->arrays[D_OBJECT].array, .d_probe = &p->arrays[D_PROBE].array};
    return clpt_forward_adjoint(p->context, &p->arrays[OBJECT].array, p->scan, &p->arrays[PROBE].array, NULL,
                                &p->arrays[PATTERNS].array, &gradients);
}

/* Counts about as large as the intensities: |object|² and |probe|² are 1/6 on average. */
clpt_status clpti_bench_set_up_gradient(clpti_bench_problem *p, clpt_message *message)
{
    return add_gradients(p, 0.0, 2.0 * (double)p->size.each / 36.0, message);
}

static clpt_status run_gradient(clpti_bench_problem *p, double *value)
{
    clpt_forward_gradients gradients = {.d_object = &p->arrays[D_OBJECT].array, .d_probe = &p->arrays[D_PROBE].array};
    return clpt_gradient(p->context, CLPT_LOSS_AMPLITUDE, &p->arrays[OBJECT].array, p->scan, &p->arrays[PROBE].array,
                         NULL, 0, &p->arrays[PATTERNS].array, NULL, NULL, value, &gradients);
}

clpt_status clpti_bench_run_gradient(clpti_bench_problem *p)
{
    return run_gradient(p, NULL);
}

clpt_status clpti_bench_set_up_gradient_loss(clpti_bench_problem *p, clpt_message *message)
{
    p->value_count = 1;
    return clpti_bench_set_up_gradient(p, message);
}

clpt_status clpti_bench_run_gradient_loss(clpti_bench_problem *p)
{
    return run_gradient(p, &p->values[0]);
}

clpt_status clpti_bench_set_up_photon_scale(clpti_bench_problem *p, clpt_message *message)
{
    p->value_count = 1;
    return add_model(p, message);
}

clpt_status clpti_bench_run_photon_scale(clpti_bench_problem *p)
{
    return clpt_photon_scale(p->context, &p->arrays[OBJECT].array, p->scan, &p->arrays[PROBE].array, NULL, 1e6,
                             &p->values[0]);
}

/* ---- patches of an object ---- */

clpt_status clpti_bench_set_up_extract_scan(clpti_bench_problem *p, clpt_message *message)
{
    const clpti_bench_size *s = &p->size;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_object(p, message));
    CLPTI_TRY(add_positions(p, message));
    CLPTI_TRY(clpti_bench_output(p, CLPT_TYPE_C64, true, 3, CLPT_SHAPE(s->count, s->side, s->side)));
cleanup:
    return status;
}

clpt_status clpti_bench_run_extract_scan(clpti_bench_problem *p)
{
    return clpt_extract_scan(p->context, &p->arrays[OBJECT].array, p->scan, &p->arrays[2].array);
}

clpt_status clpti_bench_set_up_extract_scan_adjoint(clpti_bench_problem *p, clpt_message *message)
{
    const clpti_bench_size *s = &p->size;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_object(p, message));
    CLPTI_TRY(add_positions(p, message));
    CLPTI_TRY(clpti_bench_input(p, CLPT_TYPE_C64, true, 3, CLPT_SHAPE(s->count, s->side, s->side), -0.5, 0.5, message));
    CLPTI_TRY(clpti_bench_output(p, CLPT_TYPE_C64, false, 2, p->arrays[OBJECT].shape));
    CLPTI_TRY(clpti_bench_numbers(p, CLPT_TYPE_F64, true, 2, CLPT_SHAPE(s->count, 2), message));
cleanup:
    return status;
}

clpt_status clpti_bench_run_extract_scan_adjoint(clpti_bench_problem *p)
{
    return clpt_extract_scan_adjoint(p->context, &p->arrays[OBJECT].array, p->scan, &p->arrays[2].array,
                                     &p->arrays[3].array, &p->arrays[4].array);
}

/* ---- reassembly ---- */

enum { PATCHES, PLACES, CANVAS, BY_PATCHES, BY_PLACES };

/* Patches, positions, and the side of the canvas that they fill. */
static clpt_status add_patches(clpti_bench_problem *p, int64_t *canvas, clpt_message *message)
{
    const clpti_bench_size *s = &p->size;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_bench_input(p, CLPT_TYPE_C64, true, 3, CLPT_SHAPE(s->count, s->side, s->side), -0.5, 0.5, message));
    CLPTI_TRY(add_positions(p, message));
    CLPTI_TRY(clpti_bench_said(p->context, clpt_scan_create(p->context, p->positions, s->count, &p->scan), message));
    CLPTI_TRY(clpti_bench_said(p->context, clpt_scan_get_canvas(p->scan, s->side, canvas, NULL), message));
cleanup:
    return status;
}

clpt_status clpti_bench_set_up_reassemble_scan(clpti_bench_problem *p, clpt_message *message)
{
    int64_t canvas = 0;
    clpt_status status = add_patches(p, &canvas, message);
    return status == CLPT_OK ? clpti_bench_output(p, CLPT_TYPE_C64, false, 2, CLPT_SHAPE(canvas, canvas)) : status;
}

clpt_status clpti_bench_run_reassemble_scan(clpti_bench_problem *p)
{
    return clpt_reassemble_scan(p->context, &p->arrays[PATCHES].array, p->scan, p->size.side, &p->arrays[CANVAS].array);
}

/* With a scan made for it: places and tile lists are part of the time. */
clpt_status clpti_bench_run_reassemble_scan_new(clpti_bench_problem *p)
{
    clpt_scan *scan = NULL;
    clpt_status status = clpt_scan_create(p->context, p->positions, p->size.count, &scan);
    if (status == CLPT_OK)
        status =
            clpt_reassemble_scan(p->context, &p->arrays[PATCHES].array, scan, p->size.side, &p->arrays[CANVAS].array);
    clpt_scan_destroy(&scan);
    return status;
}

clpt_status clpti_bench_sample_lists(clpti_bench_problem *p, double *seconds, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    double uses[3] = {0.0};
    CLPTI_TRY(clpti_bench_said(p->context, clpt_scan_set_positions(p->scan, p->positions), message));
    for (int use = 0; use < 3; use++) CLPTI_TRY(clpti_bench_time_one(p, &uses[use], message));
    *seconds = fmax(uses[1] - uses[2], 0.0);
cleanup:
    return status;
}

clpt_status clpti_bench_set_up_reassemble_scan_adjoint(clpti_bench_problem *p, clpt_message *message)
{
    int64_t canvas = 0;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_patches(p, &canvas, message));
    CLPTI_TRY(clpti_bench_input(p, CLPT_TYPE_C64, false, 2, CLPT_SHAPE(canvas, canvas), -0.5, 0.5, message));
    CLPTI_TRY(clpti_bench_output(p, CLPT_TYPE_C64, true, 3, p->arrays[PATCHES].shape));
    CLPTI_TRY(clpti_bench_numbers(p, CLPT_TYPE_F64, true, 2, CLPT_SHAPE(p->size.count, 2), message));
    p->arrays[BY_PATCHES].by_item = false; /* by item, but each from the canvas of all: compared together */
    p->arrays[BY_PLACES].by_item = false;
cleanup:
    return status;
}

clpt_status clpti_bench_run_reassemble_scan_adjoint(clpti_bench_problem *p)
{
    return clpt_reassemble_scan_adjoint(p->context, &p->arrays[PATCHES].array, p->scan, p->size.side,
                                        &p->arrays[CANVAS].array, &p->arrays[BY_PATCHES].array,
                                        &p->arrays[BY_PLACES].array);
}

/* ---- the scan itself ---- */

clpt_status clpti_bench_set_up_scan(clpti_bench_problem *p, clpt_message *message)
{
    p->value_count = 3;
    return add_positions(p, message);
}

clpt_status clpti_bench_run_scan(clpti_bench_problem *p)
{
    clpt_scan *scan = NULL;
    int64_t side = 0;
    clpt_status status = clpt_scan_create(p->context, p->positions, p->size.count, &scan);
    if (status == CLPT_OK) status = clpt_scan_get_canvas(scan, 64, &side, &p->values[1]);
    p->values[0] = (double)side;
    clpt_scan_destroy(&scan);
    return status;
}

clpt_status clpti_bench_run_scan_move(clpti_bench_problem *p)
{
    int64_t side = 0;
    clpt_status status = clpt_scan_set_positions(p->scan, p->positions);
    if (status == CLPT_OK) status = clpt_scan_get_canvas(p->scan, 64, &side, &p->values[1]);
    p->values[0] = (double)side;
    return status;
}
