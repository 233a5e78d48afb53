/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/progress.h"
#include "cli/tune.h"
#include "core/memory.h"
#include "core/poisson.h"

enum { margin = 96, engine_batches = 2, longest_round = 200 };
static const double round_seconds = 0.01;

/* ---- inputs: functions of stream and index alone ---- */

static float noise(uint32_t stream, int64_t index)
{
    return (float)clpti_uniform(11, stream, (uint64_t)index) - 0.5f;
}

static clpt_status fill(clpti_tune_run *run, const clpt_array *to, uint32_t stream, bool positive,
                        clpt_message *message)
{
    clpt_status status = CLPT_OK;
    int64_t count = 1;
    for (int axis = 0; axis < to->rank; axis++) count *= to->shape[axis];
    bool complex = to->type == CLPT_TYPE_C64 || to->type == CLPT_TYPE_C128;
    int64_t numbers = complex ? 2 * count : count;
    float *values = clpti_malloc(numbers, sizeof *values);
    if (!values) return clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for %lld numbers", (long long)numbers);
    for (int64_t i = 0; i < numbers; i++) values[i] = positive ? 0.55f + noise(stream, i) : noise(stream, i);
    clpt_array from = clpt_array_host(values, complex ? CLPT_TYPE_C64 : CLPT_TYPE_F32, to->rank, to->shape);
    status = clpt_array_copy(run->context, &from, to);
    free(values);
    if (status != CLPT_OK) clpti_fail(message, status, "%s", clpt_context_get_message(run->context));
    return status;
}

static clpt_status reserve(clpti_tune_run *run, clpt_type type, int rank, const int64_t *shape, clpt_buffer **buffer,
                           clpt_array *array, clpt_message *message)
{
    int64_t count = 1;
    for (int axis = 0; axis < rank; axis++) count *= shape[axis];
    clpt_status status = clpt_buffer_create(run->context, type, count, buffer);
    if (status != CLPT_OK) return clpti_fail(message, status, "%s", clpt_context_get_message(run->context));
    *array = clpt_array_device(*buffer, 0, rank, shape);
    return CLPT_OK;
}

/* ---- made ready ---- */

static clpt_status open_context(const char *device, const char *tuning, clpt_context **context, clpt_message *message)
{
    clpt_context_options options = clpt_context_options_default();
    options.device = device;
    options.variants = "";
    options.fft = "auto";
    options.tuning = *tuning ? tuning : "off";
    return clpt_context_create(&options, context, message);
}

static clpt_status make_scan(clpti_tune_run *run, clpt_message *message)
{
    const clpti_tune_work *w = run->work;
    run->positions = clpti_malloc(2 * w->count, sizeof *run->positions);
    if (!run->positions) return clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for positions");
    for (int64_t i = 0; i < 2 * w->count; i++)
        run->positions[i] =
            2.0 + (margin - 5.0) * clpti_uniform(12, 1, (uint64_t)(2 * w->skipped + i)) + (double)(w->side / 2);
    clpt_status status = clpt_scan_create(run->context, run->positions, w->count, &run->scan);
    return status == CLPT_OK ? status : clpti_fail(message, status, "%s", clpt_context_get_message(run->context));
}

static clpt_status make_images(clpti_tune_run *run, clpt_message *message)
{
    const clpti_tune_work *w = run->work;
    clpt_status status = CLPT_OK;
    const int64_t object[] = {w->side + margin, w->side + margin}, probe[] = {1, w->side, w->side};
    const int64_t patterns[] = {w->count, w->side, w->side};
    CLPTI_TRY(reserve(run, CLPT_TYPE_C64, 2, object, &run->object, &run->object_shape, message));
    CLPTI_TRY(reserve(run, CLPT_TYPE_C64, 3, probe, &run->probe, &run->probe_shape, message));
    CLPTI_TRY(fill(run, &run->object_shape, 2, false, message));
    CLPTI_TRY(fill(run, &run->probe_shape, 3, false, message));
    if (w->kind == CLPTI_TUNE_FORWARD)
        CLPTI_TRY(reserve(run, CLPT_TYPE_F32, 3, patterns, &run->out, &run->out_shape, message));
    if (w->kind == CLPTI_TUNE_GRADIENT) {
        CLPTI_TRY(reserve(run, CLPT_TYPE_F32, 3, patterns, &run->in, &run->in_shape, message));
        CLPTI_TRY(fill(run, &run->in_shape, 4, true, message));
        CLPTI_TRY(reserve(run, CLPT_TYPE_C64, 2, object, &run->d_object, &run->d_object_shape, message));
        CLPTI_TRY(reserve(run, CLPT_TYPE_C64, 3, probe, &run->d_probe, &run->d_probe_shape, message));
    }
cleanup:
    return status;
}

static clpt_status make_patches(clpti_tune_run *run, clpt_message *message)
{
    const clpti_tune_work *w = run->work;
    const int64_t patches[] = {w->count, w->side, w->side};
    int64_t side = 0;
    clpt_status status = clpt_scan_get_canvas(run->scan, w->side, &side, NULL);
    const int64_t canvas[] = {side, side};
    CLPTI_TRY(status);
    CLPTI_TRY(reserve(run, CLPT_TYPE_C64, 3, patches, &run->in, &run->in_shape, message));
    CLPTI_TRY(fill(run, &run->in_shape, 5, false, message));
    CLPTI_TRY(reserve(run, CLPT_TYPE_C64, 2, canvas, &run->out, &run->out_shape, message));
cleanup:
    return status;
}

static clpt_status make_solver(clpti_tune_run *run, clpt_message *message)
{
    const clpti_tune_work *w = run->work;
    int64_t numbers = w->count * w->side * w->side;
    if (!run->amplitude && !(run->amplitude = clpti_malloc(numbers, sizeof *run->amplitude)))
        return clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for %lld patterns", (long long)w->count);
    for (int64_t i = 0; i < numbers; i++) run->amplitude[i] = 0.6f + noise(6, i);
    clpt_measurement measured = {
        .amplitude = run->amplitude, .count = w->count, .side = w->side, .positions = run->positions};
    clpt_solver_options options = clpt_solver_options_default();
    options.batch = (w->count + engine_batches - 1) / engine_batches;
    options.probe_start = 0;
    clpt_solver_destroy(&run->solver);
    clpt_status status =
        clpt_solver_create(run->context, &measured, &run->object_shape, &run->probe_shape, &options, &run->solver);
    return status == CLPT_OK ? status : clpti_fail(message, status, "%s", clpt_context_get_message(run->context));
}

clpt_status clpti_tune_run_open(const char *device, const clpti_tune_work *work, const char *tuning,
                                clpti_tune_run *run, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    *run = (clpti_tune_run){.work = work, .calls = 1};
    CLPTI_TRY(open_context(device, tuning, &run->context, message));
    CLPTI_TRY(make_scan(run, message));
    if (work->kind == CLPTI_TUNE_REASSEMBLE)
        CLPTI_TRY(make_patches(run, message));
    else
        CLPTI_TRY(make_images(run, message));
    if (work->kind == CLPTI_TUNE_ENGINE) CLPTI_TRY(make_solver(run, message));
cleanup:
    if (status != CLPT_OK) clpti_tune_run_close(run);
    return status;
}

void clpti_tune_run_close(clpti_tune_run *run)
{
    clpt_buffer **buffers[] = {&run->object, &run->probe, &run->in, &run->out, &run->d_object, &run->d_probe};
    clpt_solver_destroy(&run->solver);
    clpt_scan_destroy(&run->scan);
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) clpt_buffer_destroy(buffers[i]);
    clpt_context_destroy(&run->context);
    free(run->amplitude);
    free(run->positions);
    run->amplitude = NULL;
    run->positions = NULL;
}

/* ---- run ---- */

static clpt_status gradient(clpti_tune_run *run)
{
    double value;
    clpt_forward_gradients to = {.d_object = &run->d_object_shape, .d_probe = &run->d_probe_shape};
    return clpt_gradient(run->context, CLPT_LOSS_AMPLITUDE, &run->object_shape, run->scan, &run->probe_shape, NULL, 0,
                         &run->in_shape, NULL, NULL, &value, &to);
}

clpt_status clpti_tune_run_call(clpti_tune_run *run)
{
    clpt_forward_options options = clpt_forward_options_default();
    options.amplitude = true;
    switch (run->work->kind) {
    case CLPTI_TUNE_FORWARD:
        return clpt_forward(run->context, &run->object_shape, run->scan, &run->probe_shape, &options, &run->out_shape);
    case CLPTI_TUNE_GRADIENT:
        return gradient(run);
    case CLPTI_TUNE_REASSEMBLE:
        return clpt_reassemble_scan(run->context, &run->in_shape, run->scan, run->work->side, &run->out_shape);
    case CLPTI_TUNE_ENGINE:
        break;
    }
    return clpt_solver_iterate(run->solver, NULL);
}

static clpt_status time_calls(clpti_tune_run *run, int calls, double *seconds)
{
    clpt_status status = CLPT_OK;
    double start = clpti_seconds();
    for (int i = 0; i < calls; i++) CLPTI_TRY(clpti_tune_run_call(run));
    CLPTI_TRY(clpt_context_finish(run->context));
    *seconds = (clpti_seconds() - start) / calls;
cleanup:
    return status;
}

clpt_status clpti_tune_run_time(clpti_tune_run *run, double *seconds)
{
    clpt_status status = time_calls(run, run->calls, seconds);
    if (status != CLPT_OK || *seconds * run->calls >= round_seconds / 2 || run->calls >= longest_round) return status;
    /* Too short to be timed well: this round and the coming ones take more calls. */
    double calls = ceil(round_seconds / fmax(*seconds, 1e-7));
    run->calls = calls < longest_round ? (int)calls : longest_round;
    return time_calls(run, run->calls, seconds);
}

/* ---- results ---- */

static int64_t numbers_of(const clpt_array *array)
{
    int64_t count = array->type == CLPT_TYPE_C64 || array->type == CLPT_TYPE_C128 ? 2 : 1;
    for (int axis = 0; axis < array->rank; axis++) count *= array->shape[axis];
    return array->buffer ? count : 0;
}

static clpt_array host_like(const clpt_array *array, double *values)
{
    bool complex = array->type == CLPT_TYPE_C64 || array->type == CLPT_TYPE_C128;
    return clpt_array_host(values, complex ? CLPT_TYPE_C128 : CLPT_TYPE_F64, array->rank, array->shape);
}

/* The one or two arrays on the device that a run gives. */
static void find_results(const clpti_tune_run *run, clpt_array results[2])
{
    const clpti_tune_work *w = run->work;
    results[0] = w->kind == CLPTI_TUNE_ENGINE ? run->object_shape : run->out ? run->out_shape : run->d_object_shape;
    results[1] = w->kind == CLPTI_TUNE_ENGINE ? run->probe_shape : run->d_probe_shape;
    if (w->kind != CLPTI_TUNE_FORWARD || w->count <= 2 * CLPTI_TUNE_ENDS) return;
    results[0].shape[0] = CLPTI_TUNE_ENDS;
    results[1] = results[0];
    results[1].offset = (w->count - CLPTI_TUNE_ENDS) * w->side * w->side;
}

static clpt_status read_results(clpti_tune_run *run, const clpt_array results[2], const clpti_tune_result *to)
{
    clpt_status status = CLPT_OK;
    clpt_array first = host_like(&results[0], to->values), second = host_like(&results[1], to->values + to->first);
    if (run->work->kind == CLPTI_TUNE_ENGINE) {
        CLPTI_TRY(clpt_solver_get_object(run->solver, &first));
        CLPTI_TRY(clpt_solver_get_probe(run->solver, &second));
    } else {
        CLPTI_TRY(clpt_array_copy(run->context, &results[0], &first));
        if (to->second) CLPTI_TRY(clpt_array_copy(run->context, &results[1], &second));
    }
cleanup:
    return status;
}

clpt_status clpti_tune_run_result(clpti_tune_run *run, clpti_tune_result *result, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpt_array results[2];
    find_results(run, results);
    *result = (clpti_tune_result){.first = numbers_of(&results[0]), .second = numbers_of(&results[1])};
    result->values = clpti_malloc(result->first + result->second, sizeof *result->values);
    if (!result->values) return clpti_fail(message, CLPT_ERROR_MEMORY, "no host memory for a result");
    if (run->work->kind == CLPTI_TUNE_ENGINE) CLPTI_TRY(make_solver(run, message));
    status = clpti_tune_run_call(run);
    if (status == CLPT_OK) status = read_results(run, results, result);
    if (status != CLPT_OK) clpti_fail(message, status, "%s", clpt_context_get_message(run->context));
cleanup:
    if (status != CLPT_OK) clpti_tune_result_free(result);
    return status;
}

void clpti_tune_result_free(clpti_tune_result *result)
{
    free(result->values);
    *result = (clpti_tune_result){0};
}

static double worst(const double *got, const double *want, int64_t count)
{
    double most = 0, difference = 0;
    for (int64_t i = 0; i < count; i++) {
        double d = fabs(got[i] - want[i]);
        most = fmax(most, fabs(want[i]));
        if (isnan(d)) return d;
        difference = fmax(difference, d);
    }
    return count && most > 0 ? difference / most : difference;
}

bool clpti_tune_result_agrees(clpti_tune_kind kind, const clpti_tune_result *got, const clpti_tune_result *want,
                              double *error)
{
    /* CONVENTIONS' tolerances; of an engine, as in its tests. */
    static const double tolerances[][2] = {[CLPTI_TUNE_FORWARD] = {2e-6, 2e-6},
                                           [CLPTI_TUNE_GRADIENT] = {2e-5, 2e-5},
                                           [CLPTI_TUNE_REASSEMBLE] = {2e-6, 1},
                                           [CLPTI_TUNE_ENGINE] = {1e-4, 1e-5}};
    if (got->first != want->first || got->second != want->second) return false;
    double first = worst(got->values, want->values, want->first) / tolerances[kind][0];
    double second = worst(got->values + got->first, want->values + want->first, want->second) / tolerances[kind][1];
    *error = isnan(first) || isnan(second) ? NAN : fmax(first, second);
    return *error <= 1;
}
