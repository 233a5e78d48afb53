/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/solver.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/patches.h"
#include "core/memory.h"

static const clpti_engine *const engines[] = {&clpti_engine_rpie};
enum { engine_count = sizeof engines / sizeof *engines };

const char *clpt_engine_name(size_t index)
{
    return index < engine_count ? engines[index]->name : NULL;
}

clpt_solver_options clpt_solver_options_default(void)
{
    return (clpt_solver_options){.engine = "rpie", .object_alpha = 0.2, .probe_alpha = 0.2, .probe_start = 1};
}

/* ---- what engines share ---- */

clpti_selection clpti_solver_selection(const clpt_solver *solver, const clpti_order *order, int64_t first,
                                       int64_t count)
{
    int64_t corner = -(solver->side / 2);
    return (clpti_selection){.places = &solver->places,
                             .order = order,
                             .first = first,
                             .count = count,
                             .shift_x = corner,
                             .shift_y = corner};
}

static clpti_forward_args forward_of(const clpt_solver *s)
{
    return (clpti_forward_args){.object = clpti_view_of(s->object),
                                .height = s->height,
                                .width = s->width,
                                .probe = clpti_view_of(s->probe),
                                .modes = s->modes,
                                .size = s->side,
                                .scale = 1.0};
}

clpt_status clpti_solver_reserve(clpt_solver *solver, clpti_forward_room *room)
{
    clpti_forward_args forward = forward_of(solver);
    return clpti_forward_reserve(solver->context, &forward, false, room);
}

clpt_status clpti_solver_exit_step(clpt_solver *solver, const clpti_forward_room *room, const clpti_selection *at,
                                   bool only_error)
{
    clpt_status status = CLPT_OK;
    clpti_rows rows = {0};
    CLPTI_TRY(clpti_dataset_rows(&solver->data, at, &rows));
    clpti_exit_step_args step = {.forward = forward_of(solver),
                                 .room = room,
                                 .detector = CLPTI_DETECTOR_MODULUS,
                                 .measured = rows.measured,
                                 .mask = rows.mask,
                                 .mask_per_pattern = solver->data.source.mask_per_pattern,
                                 .rows_order = rows.order,
                                 .rows_first = rows.first,
                                 .only_error = only_error,
                                 .misfit = {solver->misfit, at->first},
                                 .total = {solver->total, at->first}};
    step.forward.at = *at;
    CLPTI_TRY(clpti_exit_step(solver->context, &step));
cleanup:
    clpti_rows_release(&rows);
    return status;
}

/* ---- checks ---- */

static clpt_status check_amplitudes(clpt_message *m, const clpt_measurement *d)
{
    int64_t pixels = d->side * d->side;
    for (int64_t s = 0; s < d->count; s++)
        for (int64_t i = 0; i < pixels; i++) {
            if (d->mask && !(d->mask[(d->mask_per_pattern ? s * pixels : 0) + i] > 0.0f)) continue;
            float a = d->amplitude[s * pixels + i];
            if (isfinite(a) && a >= 0.0f) continue;
            return clpti_fail(
                m, CLPT_ERROR_ARGUMENT,
                "clpt_solver_create: the amplitude of pattern %lld at row %lld, column %lld is %g; it must be 0 "
                "or more, or masked",
                (long long)s, (long long)(i / d->side), (long long)(i % d->side), (double)a);
        }
    return CLPT_OK;
}

/* Every patch must touch the object. */
static clpt_status check_positions(clpt_message *m, const clpt_measurement *d, int64_t height, int64_t width)
{
    double half = (double)(d->side / 2), side = (double)d->side;
    for (int64_t s = 0; s < d->count; s++) {
        double x = d->positions[2 * s] - half, y = d->positions[2 * s + 1] - half;
        if (x > -side && y > -side && x < (double)width && y < (double)height) continue;
        return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                          "clpt_solver_create: position %lld (%g, %g) lies off the object of %lld×%lld pixels",
                          (long long)s, d->positions[2 * s], d->positions[2 * s + 1], (long long)height,
                          (long long)width);
    }
    return CLPT_OK;
}

static clpt_status check_measurement(clpt_context *context, const clpt_measurement *d)
{
    clpt_message *m = &context->message;
    if (!d || !d->amplitude || !d->positions)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                          "clpt_solver_create: measurement, its amplitude or positions are NULL");
    int64_t all;
    if (d->count < 1 || d->side < 1 || d->count > INT32_MAX || d->side > INT32_MAX ||
        !clpti_multiply(d->count, d->side * d->side, &all))
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "clpt_solver_create: %lld patterns of side %lld", (long long)d->count,
                          (long long)d->side);
    return check_amplitudes(m, d);
}

static clpt_status check_options(clpt_message *m, clpt_solver_options *o, int64_t count)
{
    if (!o->engine) o->engine = "rpie";
    if (o->object_alpha == 0.0) o->object_alpha = 0.2;
    if (o->probe_alpha == 0.0) o->probe_alpha = 0.2;
    if (o->batch == 0) o->batch = (count + 9) / 10 > 16 ? (count + 9) / 10 : 16;
    if (o->batch < 0)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "clpt_solver_create: a batch of %lld patterns", (long long)o->batch);
    if (!(o->object_alpha > 0.0 && o->object_alpha <= 1.0) || !(o->probe_alpha > 0.0 && o->probe_alpha <= 1.0))
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "clpt_solver_create: alpha must lie in (0, 1], not %g and %g",
                          o->object_alpha, o->probe_alpha);
    if (o->batch > count) o->batch = count;
    return CLPT_OK;
}

static const clpti_engine *find_engine(const char *name)
{
    for (int i = 0; i < engine_count; i++)
        if (!strcmp(engines[i]->name, name)) return engines[i];
    return NULL;
}

/* ---- life ---- */

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
    CLPTI_TRY(clpti_places_create(context, d->positions, d->count, &s->places));
    CLPTI_TRY(clpti_dataset_create(context, d, &s->data));
    CLPTI_TRY(field_from(context, object, s->height * s->width, &s->object));
    CLPTI_TRY(field_from(context, probe, s->modes * s->side * s->side, &s->probe));
    CLPTI_TRY(clpti_buffer_create(context, CLPTI_REAL, d->count, &s->misfit));
    CLPTI_TRY(clpti_buffer_create(context, CLPTI_REAL, d->count, &s->total));
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
    clpt_solver_options o = options ? *options : clpt_solver_options_default();
    int64_t modes = 0;
    CLPTI_TRY(check_measurement(context, measurement));
    clpt_array positions = clpt_array_host(measurement->positions, CLPT_F64, 2, CLPT_SHAPE(measurement->count, 2));
    CLPTI_TRY(clpti_read_geometry(context, function, "positions", &positions, CLPTI_COORDINATE_LIMIT, &checked));
    CLPTI_TRY(clpti_check_array(context, function, "object", object, 2, 2, CLPTI_KIND_COMPLEX));
    CLPTI_TRY(clpti_check_probe(context, function, probe, measurement->side, &modes));
    CLPTI_TRY(check_positions(&context->message, measurement, object->shape[0], object->shape[1]));
    CLPTI_TRY(check_options(&context->message, &o, measurement->count));
    const clpti_engine *engine = find_engine(o.engine);
    if (!engine)
        CLPTI_TRY(
            clpti_fail(&context->message, CLPT_ERROR_ARGUMENT, "%s: no engine is called '%s'", function, o.engine));
    if (!(made = calloc(1, sizeof *made)))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "%s: no host memory for a solver", function));
    *made = (clpt_solver){.context = context,
                          .engine = engine,
                          .options = o,
                          .count = measurement->count,
                          .side = measurement->side,
                          .modes = modes,
                          .height = object->shape[0],
                          .width = object->shape[1],
                          .batch = o.batch};
    made->options.engine = engine->name; /* the caller's string may go */
    CLPTI_TRY(fill(made, measurement, object, probe));
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
    if (s->state) s->engine->destroy(s);
    clpt_buffer_destroy(&s->total);
    clpt_buffer_destroy(&s->misfit);
    clpt_buffer_destroy(&s->probe);
    clpt_buffer_destroy(&s->object);
    clpti_dataset_destroy(&s->data);
    clpti_places_destroy(&s->places);
    free(s);
    *solver = NULL;
}

/* ---- use ---- */

/* Σ misfit / Σ total, and each pattern's own where asked for. */
static clpt_status read_error(clpt_solver *s, double *overall, double *per_pattern)
{
    clpt_status status = CLPT_OK;
    double misfit_sum = 0.0, total_sum = 0.0;
    double *misfit = clpti_malloc(s->count, sizeof *misfit), *total = clpti_malloc(s->count, sizeof *total);
    if (!misfit || !total)
        CLPTI_TRY(
            clpti_fail(&s->context->message, CLPT_ERROR_MEMORY, "no host memory for %lld errors", (long long)s->count));
    CLPTI_TRY(clpti_field_download(clpti_view_of(s->misfit), misfit, CLPT_F64, s->count));
    CLPTI_TRY(clpti_field_download(clpti_view_of(s->total), total, CLPT_F64, s->count));
    for (int64_t i = 0; i < s->count; i++) {
        misfit_sum += misfit[i];
        total_sum += total[i];
        if (per_pattern) per_pattern[i] = total[i] > 0.0 ? misfit[i] / total[i] : 0.0;
    }
    if (overall) *overall = total_sum > 0.0 ? misfit_sum / total_sum : 0.0;
cleanup:
    free(total);
    free(misfit);
    return status;
}

clpt_status clpt_solver_iterate(clpt_solver *solver, double *error)
{
    if (!solver) return CLPT_ERROR_ARGUMENT;
    clpt_status status = solver->engine->iterate(solver);
    if (status != CLPT_OK) return status;
    solver->iteration++;
    return error ? read_error(solver, error, NULL) : CLPT_OK;
}

clpt_status clpt_solver_r_factor(clpt_solver *solver, double *overall, double *per_pattern)
{
    if (!solver) return CLPT_ERROR_ARGUMENT;
    clpt_status status = CLPT_OK;
    clpti_forward_room room = {0};
    CLPTI_TRY(clpti_solver_reserve(solver, &room));
    for (int64_t first = 0; first < solver->count; first += room.chunk) {
        int64_t count = solver->count - first < room.chunk ? solver->count - first : room.chunk;
        clpti_selection at = clpti_solver_selection(solver, NULL, first, count);
        CLPTI_TRY(clpti_solver_exit_step(solver, &room, &at, true));
    }
    CLPTI_TRY(read_error(solver, overall, per_pattern));
cleanup:
    clpti_forward_release(&room);
    return status;
}

static clpt_status copy_out(clpt_solver *s, const char *name, clpt_buffer *from, int rank, const int64_t *shape,
                            const clpt_array *to)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_check_array(s->context, "clpt_solver", name, to, rank, rank, CLPTI_KIND_COMPLEX));
    CLPTI_TRY(clpti_check_shape(s->context, "clpt_solver", name, to, rank, shape, "the size it was given"));
    clpt_array whole = clpt_array_device(from, 0, rank, shape);
    CLPTI_TRY(clpt_array_copy(s->context, &whole, to));
cleanup:
    return status;
}

clpt_status clpt_solver_object(clpt_solver *solver, const clpt_array *object)
{
    if (!solver) return CLPT_ERROR_ARGUMENT;
    return copy_out(solver, "object", solver->object, 2, (int64_t[]){solver->height, solver->width}, object);
}

clpt_status clpt_solver_probe(clpt_solver *solver, const clpt_array *probe)
{
    if (!solver) return CLPT_ERROR_ARGUMENT;
    return copy_out(solver, "probe", solver->probe, 3, (int64_t[]){solver->modes, solver->side, solver->side}, probe);
}
