/* SPDX-License-Identifier: Apache-2.0 */
/* Operations on B images, waves or modes of N × N pixels. */
#include "bench/rows.h"

static const double epsilon = 0.1; /* of the edge-preserving variation */

static clpt_status add_stack(clpti_bench_problem *p, clpt_type type, double low, double high, clpt_message *message)
{
    const clpti_bench_size *s = &p->size;
    return clpti_bench_input(p, type, true, 3, CLPT_SHAPE(s->count, s->side, s->side), low, high, message);
}

static clpt_status output_stack(clpti_bench_problem *p, clpt_type type)
{
    const clpti_bench_size *s = &p->size;
    return clpti_bench_output(p, type, true, 3, CLPT_SHAPE(s->count, s->side, s->side));
}

static const clpt_array *array(const clpti_bench_problem *p, int which)
{
    return &p->arrays[which].array;
}

/* ---- warps ---- */

/* Eight numbers an image, a0 a1 a2 b0 b1 b2 c0 c1: near the identity, a few pixels moved, slightly projective. */
static clpt_status add_transforms(clpti_bench_problem *p, clpt_message *message)
{
    static const double base[8] = {1, 0, 0, 0, 1, 0, 0, 0}, reach[8] = {0.05, 0.05, 6, 0.05, 0.05, 6, 1e-4, 1e-4};
    int at = p->array_count;
    clpt_status status = clpti_bench_geometry(p, true, 2, CLPT_SHAPE(p->size.count, 8), -1.0, 1.0, message);
    double *numbers = p->arrays[at].data;
    for (int64_t i = 0; status == CLPT_OK && i < 8 * p->size.count; i++)
        numbers[i] = base[i % 8] + reach[i % 8] * numbers[i];
    return status;
}

clpt_status clpti_bench_set_up_warp(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_stack(p, CLPT_TYPE_C64, -0.5, 0.5, message));
    CLPTI_TRY(add_transforms(p, message));
    CLPTI_TRY(output_stack(p, CLPT_TYPE_C64));
cleanup:
    return status;
}

clpt_status clpti_bench_run_warp(clpti_bench_problem *p)
{
    return clpt_warp(p->context, array(p, 0), array(p, 1), CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_ZEROS, array(p, 2));
}

clpt_status clpti_bench_set_up_warp_adjoint(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_stack(p, CLPT_TYPE_C64, -0.5, 0.5, message));
    CLPTI_TRY(add_transforms(p, message));
    CLPTI_TRY(add_stack(p, CLPT_TYPE_C64, -0.5, 0.5, message));
    CLPTI_TRY(output_stack(p, CLPT_TYPE_C64));
    CLPTI_TRY(clpti_bench_numbers(p, CLPT_TYPE_F64, true, 2, CLPT_SHAPE(p->size.count, 8), message));
cleanup:
    return status;
}

clpt_status clpti_bench_run_warp_adjoint(clpti_bench_problem *p)
{
    return clpt_warp_adjoint(p->context, array(p, 0), array(p, 1), CLPT_INTERPOLATION_BILINEAR, CLPT_FILL_ZEROS,
                             array(p, 2), array(p, 3), array(p, 4));
}

static clpt_status add_shifts(clpti_bench_problem *p, clpt_message *message)
{
    return clpti_bench_geometry(p, true, 2, CLPT_SHAPE(p->size.count, 2), -8.0, 8.0, message);
}

clpt_status clpti_bench_set_up_translate(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_stack(p, CLPT_TYPE_C64, -0.5, 0.5, message));
    CLPTI_TRY(add_shifts(p, message));
    CLPTI_TRY(output_stack(p, CLPT_TYPE_C64));
cleanup:
    return status;
}

clpt_status clpti_bench_run_translate(clpti_bench_problem *p)
{
    return clpt_translate(p->context, array(p, 0), array(p, 1), CLPT_INTERPOLATION_BILINEAR, array(p, 2));
}

clpt_status clpti_bench_set_up_translate_adjoint(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_stack(p, CLPT_TYPE_C64, -0.5, 0.5, message));
    CLPTI_TRY(add_shifts(p, message));
    CLPTI_TRY(add_stack(p, CLPT_TYPE_C64, -0.5, 0.5, message));
    CLPTI_TRY(output_stack(p, CLPT_TYPE_C64));
    CLPTI_TRY(clpti_bench_numbers(p, CLPT_TYPE_F64, true, 2, CLPT_SHAPE(p->size.count, 2), message));
cleanup:
    return status;
}

clpt_status clpti_bench_run_translate_adjoint(clpti_bench_problem *p)
{
    return clpt_translate_adjoint(p->context, array(p, 0), array(p, 1), CLPT_INTERPOLATION_BILINEAR, array(p, 2),
                                  array(p, 3), array(p, 4));
}

/* ---- diffraction ---- */

clpt_status clpti_bench_set_up_diffract(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = add_stack(p, CLPT_TYPE_C64, -0.5, 0.5, message);
    return status == CLPT_OK ? output_stack(p, CLPT_TYPE_F32) : status;
}

clpt_status clpti_bench_run_diffract(clpti_bench_problem *p)
{
    return clpt_diffract(p->context, array(p, 0), array(p, 1));
}

clpt_status clpti_bench_set_up_diffract_adjoint(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(add_stack(p, CLPT_TYPE_C64, -0.5, 0.5, message));
    CLPTI_TRY(add_stack(p, CLPT_TYPE_F32, -0.5, 0.5, message));
    CLPTI_TRY(output_stack(p, CLPT_TYPE_C64));
cleanup:
    return status;
}

clpt_status clpti_bench_run_diffract_adjoint(clpti_bench_problem *p)
{
    return clpt_diffract_adjoint(p->context, array(p, 0), array(p, 1), array(p, 2));
}

clpt_status clpti_bench_sample_plan(clpti_bench_problem *p, double *seconds, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpt_context *context = NULL;
    clpti_bench_problem fresh = {0};
    clpt_context_options options = clpt_context_options_default();
    double first = 0.0, second = 0.0;
    options.device = p->device;
    CLPTI_TRY(clpt_context_create(&options, message, &context));
    CLPTI_TRY(clpti_bench_problem_open(&fresh, p->row, p->name, context, p->size, 0, message));
    CLPTI_TRY(clpti_bench_time_one(&fresh, &first, message));
    CLPTI_TRY(clpti_bench_time_one(&fresh, &second, message));
    *seconds = fmax(first - second, 0.0);
cleanup:
    clpti_bench_problem_close(&fresh);
    clpt_context_destroy(&context);
    return status;
}

/* ---- near fields ---- */

const clpt_propagation clpti_bench_near_field = {
    .kind = CLPT_PROPAGATION_ANGULAR_SPECTRUM, .wavelength = 1e-10, .distance = 5e-3, .pixel = 1e-7};

clpt_status clpti_bench_set_up_propagate(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = add_stack(p, CLPT_TYPE_C64, -0.5, 0.5, message);
    return status == CLPT_OK ? output_stack(p, CLPT_TYPE_C64) : status;
}

clpt_status clpti_bench_run_propagate(clpti_bench_problem *p)
{
    return clpt_propagate(p->context, array(p, 0), &clpti_bench_near_field, false, array(p, 1));
}

/* ---- losses ---- */

clpt_status clpti_bench_set_up_loss(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    p->value_count = 1;
    CLPTI_TRY(add_stack(p, CLPT_TYPE_F32, 0.1, 2.0, message));
    CLPTI_TRY(add_stack(p, CLPT_TYPE_F32, 0.0, 2.0, message));
    CLPTI_TRY(output_stack(p, CLPT_TYPE_F32));
cleanup:
    return status;
}

clpt_status clpti_bench_run_loss(clpti_bench_problem *p)
{
    return clpt_loss_evaluate(p->context, CLPT_LOSS_POISSON, array(p, 0), array(p, 1), NULL, &p->values[0],
                              array(p, 2));
}

clpt_status clpti_bench_set_up_variation(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    p->value_count = 1;
    CLPTI_TRY(
        clpti_bench_input(p, CLPT_TYPE_C64, false, 2, CLPT_SHAPE(p->size.side, p->size.side), -0.5, 0.5, message));
    CLPTI_TRY(clpti_bench_output(p, CLPT_TYPE_C64, false, 2, CLPT_SHAPE(p->size.side, p->size.side)));
cleanup:
    return status;
}

clpt_status clpti_bench_run_variation(clpti_bench_problem *p)
{
    return clpt_variation_evaluate(p->context, CLPT_VARIATION_TOTAL, array(p, 0), epsilon, &p->values[0], array(p, 1));
}

/* ---- modes ---- */

clpt_status clpti_bench_set_up_gram(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = add_stack(p, CLPT_TYPE_C64, -0.5, 0.5, message);
    return status == CLPT_OK
               ? clpti_bench_numbers(p, CLPT_TYPE_C128, false, 2, CLPT_SHAPE(p->size.count, p->size.count), message)
               : status;
}

clpt_status clpti_bench_run_gram(clpti_bench_problem *p)
{
    return clpt_gram(p->context, array(p, 0), array(p, 1));
}

/* Powers that fall fourfold from mode to mode: eigenvectors of equal powers would be anybody's choice. */
clpt_status clpti_bench_set_up_orthogonalise(clpti_bench_problem *p, clpt_message *message)
{
    clpt_status status = add_stack(p, CLPT_TYPE_C64, -0.5, 0.5, message);
    if (status != CLPT_OK) return status;
    float *modes = p->arrays[0].data;
    int64_t numbers = 2 * p->size.side * p->size.side;
    for (int64_t i = 0; i < numbers * p->size.count; i++) modes[i] *= (float)ldexp(1.0, -(int)(i / numbers));
    status = output_stack(p, CLPT_TYPE_C64);
    p->arrays[1].by_item = false; /* every mode from all of them */
    return status;
}

/* The operation works in place: a copy of the modes on the device comes first. */
clpt_status clpti_bench_run_orthogonalise(clpti_bench_problem *p)
{
    clpt_status status = clpt_array_copy(p->context, array(p, 0), array(p, 1));
    return status == CLPT_OK ? clpt_orthogonalise(p->context, array(p, 1)) : status;
}
