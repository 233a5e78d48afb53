/* SPDX-License-Identifier: Apache-2.0 */
/* clpt_solver: creation, iterations, results, and the table of engines. */
#include "solve/solver.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "arrays/patches.h"
#include "cl/runtime.h"
#include "core/memory.h"
#include "core/struct_size.h"
#include "ops/propagator.h"
#include "solve/extension.h"
#include "solve/options.h"

const clpt_solver_options *clpt_solver_get_options(const clpt_solver *solver)
{
    return solver ? &solver->options : NULL;
}

/* ---- creation and destruction ---- */

static const clpti_struct measurement_struct = {"clpt_measurement", sizeof(clpt_measurement), NULL};

void clpt_measurement_init(clpt_measurement *measurement, size_t size)
{
    clpti_struct_init(&measurement_struct, measurement, size);
}

static clpt_status field_from(clpt_context *context, const clpt_array *array, int64_t count, clpt_buffer **buffer)
{
    clpt_status status = clpti_buffer_create(context, CLPTI_COMPLEX, count, buffer);
    if (status != CLPT_OK) return status;
    clpt_array to = clpt_array_device(*buffer, 0, array->rank, array->shape);
    return clpt_array_copy(context, array, &to);
}

static clpt_status fill(clpt_solver *s, const clpt_measurement *d, const clpt_array *object, const clpt_array *probe)
{
    clpt_context *context = s->context;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_positions_create(context, d->positions, d->count, &s->positions));
    CLPTI_TRY(clpti_subpixel_create(context, s->options.subpixel, &s->positions, s->side, s->modes, &s->subpixel));
    CLPTI_TRY(clpti_propagator_take(context, "clpt_solver_create", &s->options.propagation, s->side, &s->propagator));
    CLPTI_TRY(clpti_dataset_create(context, d, &s->data));
    CLPTI_TRY(field_from(context, object, s->height * s->width, &s->object));
    CLPTI_TRY(field_from(context, probe, s->modes * s->side * s->side, &s->probe));
    CLPTI_TRY(clpti_buffer_create(context, CLPTI_REAL, d->count, &s->misfit));
    CLPTI_TRY(clpti_buffer_create(context, CLPTI_REAL, d->count, &s->total));
    CLPTI_TRY(clpti_extensions_create(s));
    if (!(s->state = clpti_part_get(&s->parts, s->engine->part, &context->message))) return CLPT_ERROR_MEMORY;
    CLPTI_TRY(s->engine->create(s));
cleanup:
    return status;
}

clpt_status clpt_solver_create(clpt_context *context, const clpt_measurement *measurement, const clpt_array *object,
                               const clpt_array *probe, const clpt_solver_options *options, clpt_solver **solver)
{
    static const char *const function = "clpt_solver_create";
    if (!context || !solver) return CLPT_ERROR_ARGUMENT;
    *solver = NULL;
    clpt_status status = CLPT_OK;
    clpt_solver *made = NULL;
    double *checked = NULL;
    const clpti_engine *engine = NULL;
    clpt_solver_options o;
    clpt_measurement given;
    int64_t modes = 0;
    CLPTI_TRY(clpti_solver_options_read(function, options, &o, &context->message));
    CLPTI_TRY(clpti_struct_read(&measurement_struct, function, measurement, &given, &context->message));
    CLPTI_TRY(clpti_check_measurement(context, &given));
    clpt_array positions = clpt_array_host(given.positions, CLPT_TYPE_F64, 2, CLPT_SHAPE(given.count, 2));
    CLPTI_TRY(clpti_read_geometry(context, function, "positions", &positions, CLPTI_COORDINATE_LIMIT, &checked));
    CLPTI_TRY(clpti_check_array(context, function, "object", object, 2, 2, CLPTI_KIND_COMPLEX));
    CLPTI_TRY(clpti_check_probe(context, function, probe, given.side, &modes));
    CLPTI_TRY(clpti_check_positions(&context->message, &given, object->shape[0], object->shape[1]));
    status = clpti_solver_options_resolve(&o, given.count, CLPTI_NAMING_FIELD, &engine, &context->message);
    if (status != CLPT_OK) clpti_message_prefix(&context->message, "%s", function);
    CLPTI_TRY(status);
    if (!(made = calloc(1, sizeof *made)))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "%s: no host memory for a solver", function));
    *made = (clpt_solver){.context = context,
                          .engine = engine,
                          .options = o,
                          .count = given.count,
                          .side = given.side,
                          .modes = modes,
                          .height = object->shape[0],
                          .width = object->shape[1],
                          .batch = o.batch};
    CLPTI_TRY(fill(made, &given, object, probe));
    made->data.source.positions = NULL;
    *solver = made;
    made = NULL;
cleanup:
    clpt_solver_destroy(&made);
    free(checked);
    return status;
}

void clpt_solver_destroy(clpt_solver **solver)
{
    if (!solver || !*solver) return;
    clpt_solver *s = *solver;
    clpti_cl_wait(NULL, &s->mark);
    clpti_parts_close(&s->parts);
    clpti_subpixel_destroy(&s->subpixel);
    clpt_buffer_destroy(&s->total);
    clpt_buffer_destroy(&s->misfit);
    clpt_buffer_destroy(&s->probe);
    clpt_buffer_destroy(&s->object);
    clpti_dataset_destroy(&s->data);
    clpti_positions_destroy(&s->positions);
    clpti_propagator_give(&s->propagator);
    free(s);
    *solver = NULL;
}

/* ---- iterations and results ---- */

static clpt_status observe(clpt_solver *s, double error)
{
    const clpt_solver_options *o = &s->options;
    if (!o->observer || o->observer(o->observer_user, s, s->iteration, error)) return CLPT_OK;
    return clpti_fail(&s->context->message, CLPT_ERROR_CANCELLED,
                      "clpt_solver_iterate: stopped by the observer after iteration %lld", (long long)s->iteration);
}

clpt_status clpt_solver_iterate(clpt_solver *solver, double *error)
{
    if (!solver) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    solver->version++;
    CLPTI_TRY(clpti_extensions_before(solver));
    CLPTI_TRY(solver->engine->iterate(solver));
    CLPTI_TRY(clpti_extensions_after(solver));
    solver->iteration++;
    if (!error && !solver->options.observer) return CLPT_OK;
    double met = 0;
    CLPTI_TRY(clpti_solver_read_error(solver, &met, NULL));
    if (error) *error = met;
    CLPTI_TRY(observe(solver, met));
cleanup:
    return status;
}

static clpt_status copy_out(clpt_solver *s, const char *name, clpt_buffer *from, int rank, const int64_t *shape,
                            const clpt_array *to)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_check_array(s->context, "clpt_solver", name, to, rank, rank, CLPTI_KIND_COMPLEX));
    CLPTI_TRY(clpti_check_shape(s->context, "clpt_solver", name, to, rank, shape, "the size at creation"));
    clpt_array whole = clpt_array_device(from, 0, rank, shape);
    CLPTI_TRY(clpt_array_copy(s->context, &whole, to));
cleanup:
    return status;
}

clpt_status clpt_solver_get_object(clpt_solver *solver, const clpt_array *object)
{
    if (!solver) return CLPT_ERROR_ARGUMENT;
    return copy_out(solver, "object", solver->object, 2, (int64_t[]){solver->height, solver->width}, object);
}

clpt_status clpt_solver_get_probe(clpt_solver *solver, const clpt_array *probe)
{
    if (!solver) return CLPT_ERROR_ARGUMENT;
    return copy_out(solver, "probe", solver->probe, 3, (int64_t[]){solver->modes, solver->side, solver->side}, probe);
}
