/* SPDX-License-Identifier: Apache-2.0 */
/* What a solver refuses, before anything is made. */
#include <math.h>

#include "core/memory.h"
#include "solve/solver.h"

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

static clpt_status check_background(clpt_message *m, const clpt_measurement *d)
{
    for (int64_t i = 0; d->background && i < d->side * d->side; i++)
        if (!(isfinite(d->background[i]) && d->background[i] >= 0.0f))
            return clpti_fail(
                m, CLPT_ERROR_ARGUMENT,
                "clpt_solver_create: the background at row %lld, column %lld is %g; it must be counts, 0 or more",
                (long long)(i / d->side), (long long)(i % d->side), (double)d->background[i]);
    return CLPT_OK;
}

/* Every patch must touch the object. */
clpt_status clpti_check_positions(clpt_message *m, const clpt_measurement *d, int64_t height, int64_t width)
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

clpt_status clpti_check_measurement(clpt_context *context, const clpt_measurement *d)
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
    clpt_status status = check_background(m, d);
    return status == CLPT_OK ? check_amplitudes(m, d) : status;
}

static int64_t default_batch(const clpti_engine *engine, int64_t count)
{
    if (engine->batch == CLPTI_BATCH_ONE) return 1;
    if (engine->batch == CLPTI_BATCH_WHOLE) return count;
    return (count + 9) / 10 > 16 ? (count + 9) / 10 : 16;
}

static clpt_status check_batch(clpt_message *m, const clpti_engine *engine, int64_t count, int64_t *batch)
{
    if (*batch < 0)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "clpt_solver_create: a batch of %lld patterns", (long long)*batch);
    if (engine->batch == CLPTI_BATCH_ONE && *batch > 1)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                          "clpt_solver_create: '%s' updates after every pattern, not after batches of %lld; use 'rpie' "
                          "for batches",
                          engine->name, (long long)*batch);
    if (engine->batch == CLPTI_BATCH_WHOLE && *batch > 0 && *batch < count)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                          "clpt_solver_create: '%s' updates once for the whole scan, not after batches of %lld",
                          engine->name, (long long)*batch);
    if (*batch == 0) *batch = default_batch(engine, count);
    if (*batch > count) *batch = count;
    return CLPT_OK;
}

/* A number that must lie in [least, most]; 0 becomes `usual`. */
typedef struct number {
    const char *name;
    double *value, usual, least, most;
} number;

static clpt_status check_numbers(clpt_message *m, const number *numbers, int count)
{
    for (const number *n = numbers; n < numbers + count; n++) {
        if (*n->value == 0.0) *n->value = n->usual;
        if (!(*n->value >= n->least && *n->value <= n->most))
            return clpti_fail(m, CLPT_ERROR_ARGUMENT, "clpt_solver_create: %s must lie in [%g, %g], not %g", n->name,
                              n->least, n->most, *n->value);
    }
    return CLPT_OK;
}

/* First iterations of what is refined: 0 is never. */
static clpt_status check_starts(clpt_message *m, const clpt_solver_options *o)
{
    const struct {
        const char *name;
        int64_t value;
    } starts[] = {{"position_start", o->position_start},
                  {"intensity_start", o->intensity_start},
                  {"background_start", o->background_start},
                  {"orthogonalise", o->orthogonalise},
                  {"probe_centre", o->probe_centre},
                  {"opr_modes", o->opr_modes},
                  {"opr_start", o->opr_start}};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (starts[i].value < 0)
            return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                              "clpt_solver_create: %s must be 0 (never) or an iteration, not %lld", starts[i].name,
                              (long long)starts[i].value);
    return CLPT_OK;
}

static clpt_status check_refinement(clpt_message *m, clpt_solver_options *o)
{
    const number numbers[] = {
        {"position_step", &o->position_step, 1, 0, 10},          {"position_limit", &o->position_limit, 0.5, 0, 100},
        {"position_stretch", &o->position_stretch, 0.5, -1, 10}, {"position_affine", &o->position_affine, 0, 0, 1},
        {"background_smooth", &o->background_smooth, 0, 0, 100}, {"position_range", &o->position_range, 10, 0, 1000}};
    clpt_status status = check_starts(m, o);
    return status == CLPT_OK ? check_numbers(m, numbers, sizeof numbers / sizeof *numbers) : status;
}

static clpt_status check_constraints(clpt_message *m, clpt_solver_options *o)
{
    const number numbers[] = {
        {"object_smooth", &o->object_smooth, 0, 0, 1}, {"object_tv", &o->object_tv, 0, 0, 1e6},
        {"object_least", &o->object_least, 0, 0, 1e6}, {"object_most", &o->object_most, 0, 0, 1e6},
        {"probe_support", &o->probe_support, 0, 0, 1}, {"probe_power", &o->probe_power, 0, 0, 1e30}};
    if (o->object_most > 0.0 && o->object_least > o->object_most)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "clpt_solver_create: object_least, %g, is more than object_most, %g",
                          o->object_least, o->object_most);
    return check_numbers(m, numbers, sizeof numbers / sizeof *numbers);
}

/* Whether probe modes can be rotated into each other between iterations. */
static clpt_status check_orthogonalise(clpt_message *m, const clpti_engine *engine, const clpt_solver_options *o)
{
    static const struct {
        const clpti_engine *engine;
        const char *keeps;
    } rows[] = {{&clpti_engine_dm, "a wave for every pattern and mode"},
                {&clpti_engine_raar, "a wave for every pattern and mode"},
                {&clpti_engine_ml, "a direction and a gradient for every mode"}};
    if (o->orthogonalise <= 0) return CLPT_OK;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (engine == rows[i].engine)
            return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                              "clpt_solver_create: '%s' keeps %s and takes no orthogonalise (%lld given); use 'rpie', "
                              "'epie' or 'lsqml', or make the result's modes orthogonal",
                              engine->name, rows[i].keeps, (long long)o->orthogonalise);
    if (o->opr_modes > 0)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                          "clpt_solver_create: opr_modes, %lld, belong to the first probe mode as it is, and "
                          "orthogonalise, %lld, would mix it with the others; give one of the two",
                          (long long)o->opr_modes, (long long)o->orthogonalise);
    return CLPT_OK;
}

static clpt_status check_centre(clpt_message *m, const clpt_solver_options *o)
{
    if (o->probe_centre <= 0 || o->propagation.kind == CLPT_PROPAGATION_FAR_FIELD) return CLPT_OK;
    return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                      "clpt_solver_create: probe_centre, %lld, moves exit waves, which a far field does not show and a "
                      "near field does; leave it out",
                      (long long)o->probe_centre);
}

/* What an engine cannot have beside itself. */
static clpt_status check_extensions(clpt_message *m, const clpti_engine *engine, clpt_solver_options *o)
{
    if (o->opr_modes > 0 && engine != &clpti_engine_rpie && engine != &clpti_engine_lsqml)
        return clpti_fail(
            m, CLPT_ERROR_ARGUMENT,
            "clpt_solver_create: '%s' has one probe for all patterns and takes no opr_modes (%lld given); "
            "use 'rpie' or 'lsqml'",
            engine->name, (long long)o->opr_modes);
    if (o->opr_modes > 64)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "clpt_solver_create: opr_modes must be at most 64, not %lld",
                          (long long)o->opr_modes);
    if (o->opr_modes > 0 && o->opr_start == 0) o->opr_start = 1;
    return CLPT_OK;
}

static clpt_status check_steps(clpt_message *m, const clpti_engine *engine, clpt_solver_options *o)
{
    if (o->step == 0.0) o->step = engine->step;
    if (!(o->step > 0.0 && o->step <= 2.0))
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "clpt_solver_create: step must lie in (0, 2], not %g", o->step);
    if (o->relaxation == 0.0) o->relaxation = engine->relaxation > 0.0 ? engine->relaxation : 1.0;
    if (!(o->relaxation > 0.0 && o->relaxation <= 1.0))
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "clpt_solver_create: relaxation must lie in (0, 1], not %g",
                          o->relaxation);
    if (o->intensity_start > 0 && engine == &clpti_engine_dm && o->relaxation == 1.0)
        return clpti_fail(
            m, CLPT_ERROR_ARGUMENT,
            "clpt_solver_create: intensity_start, %lld, needs an object and a probe that settle, and those "
            "of 'dm' with a relaxation of 1 do not; leave the relaxation at 0.9, or use 'raar'",
            (long long)o->intensity_start);
    if (o->momentum == 0.0) o->momentum = engine->momentum;
    if (!(o->momentum < 1.0))
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "clpt_solver_create: momentum must be below 1, not %g", o->momentum);
    return CLPT_OK;
}

static clpt_status check_alphas(clpt_message *m, const clpti_engine *engine, clpt_solver_options *o)
{
    if (o->object_alpha == 0.0) o->object_alpha = engine->alpha;
    if (o->probe_alpha == 0.0) o->probe_alpha = engine->alpha;
    if (engine->alpha == 1.0 && (o->object_alpha != 1.0 || o->probe_alpha != 1.0))
        return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                          "clpt_solver_create: '%s' has no alpha (%g and %g given); use 'rpie', or change its step",
                          engine->name, o->object_alpha, o->probe_alpha);
    if (!(o->object_alpha > 0.0 && o->object_alpha <= 1.0) || !(o->probe_alpha > 0.0 && o->probe_alpha <= 1.0))
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "clpt_solver_create: alpha must lie in (0, 1], not %g and %g",
                          o->object_alpha, o->probe_alpha);
    return CLPT_OK;
}

static clpt_status check_likelihood(clpt_message *m, const clpti_engine *engine, const clpt_solver_options *o)
{
    if (o->likelihood != CLPT_LIKELIHOOD_AMPLITUDE && o->likelihood != CLPT_LIKELIHOOD_POISSON)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "clpt_solver_create: there is no likelihood %d", (int)o->likelihood);
    if (o->likelihood == CLPT_LIKELIHOOD_POISSON && !engine->poisson)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                          "clpt_solver_create: '%s' projects on measured amplitudes and has no Poisson likelihood; use "
                          "'ml' or 'lsqml'",
                          engine->name);
    return CLPT_OK;
}

static clpt_status check_batches(clpt_message *m, const clpti_engine *engine, int64_t count, clpt_solver_options *o)
{
    if (o->batches != CLPT_BATCHES_RANDOM && o->batches != CLPT_BATCHES_COMPACT)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "clpt_solver_create: there are no batches of the kind %d",
                          (int)o->batches);
    if (o->batches == CLPT_BATCHES_COMPACT && engine->batch != CLPTI_BATCH_TENTH)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                          "clpt_solver_create: '%s' has no batches that could be compact; 'rpie' and 'lsqml' have",
                          engine->name);
    return check_batch(m, engine, count, &o->batch);
}

clpt_status clpti_check_options(clpt_message *m, const clpti_engine *engine, int64_t count, clpt_solver_options *o)
{
    clpt_status status = check_extensions(m, engine, o);
    if (status == CLPT_OK) status = check_steps(m, engine, o);
    if (status == CLPT_OK) status = check_refinement(m, o);
    if (status == CLPT_OK) status = check_constraints(m, o);
    if (status == CLPT_OK) status = check_orthogonalise(m, engine, o);
    if (status == CLPT_OK) status = check_centre(m, o);
    if (status == CLPT_OK) status = check_alphas(m, engine, o);
    if (status == CLPT_OK) status = check_likelihood(m, engine, o);
    return status == CLPT_OK ? check_batches(m, engine, count, o) : status;
}
