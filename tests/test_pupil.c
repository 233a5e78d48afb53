/* SPDX-License-Identifier: Apache-2.0 */
/* The pupil constraint: after an update the probe is the projection that the host works out in double precision, for
 * any engine, side and radius; nothing else changes. */
#include <math.h>

#include "fft/fft.h"
#include "fft/host_fft.h"
#include "solver_case.h"

enum { MODES = 2 };

/* The state after some iterations from the weaker probe. */
static clpt_solver *solver_of(const solver_case *c, const char *engine, double radius, int iterations)
{
    clpt_solver *solver = NULL;
    clpt_array object = test_array(&c->flat), probe = test_array(&c->weaker);
    clpt_solver_options options = test_options("engine=%s seed=4 probe-start=0 probe-pupil=%g", engine, radius);
    test_ok(test_context, clpt_solver_create(test_context, &c->measurement, &object, &probe, &options, &solver));
    for (int i = 0; i < iterations; i++) test_ok(test_context, clpt_solver_iterate(solver, NULL));
    return solver;
}

static test_field probe_of(const solver_case *c, clpt_solver *solver)
{
    test_field probe = test_field_new(CLPT_TYPE_C128, 3, c->probe.shape);
    clpt_array to = test_array(&probe);
    test_ok(test_context, clpt_solver_get_probe(solver, &to));
    return probe;
}

static test_field object_of(const solver_case *c, clpt_solver *solver)
{
    test_field object = test_field_new(test_is_reference() ? CLPT_TYPE_C128 : CLPT_TYPE_C64, 2, c->object.shape);
    clpt_array to = test_array(&object);
    test_ok(test_context, clpt_solver_get_object(solver, &to));
    return object;
}

static bool is_inside(int64_t index, int64_t side, double radius)
{
    int64_t row = (index / side + side / 2) % side - side / 2, column = (index % side + side / 2) % side - side / 2;
    return hypot((double)row, (double)column) <= radius * (double)side;
}

/* Cuts every mode off in double precision; returns the fraction of the power that lay outside. */
static double project(test_field *probe, double radius)
{
    double inside = 0, outside = 0, *values = probe->data;
    int64_t side = probe->shape[2], pixels = side * side;
    for (int64_t mode = 0; mode < probe->shape[0]; mode++) {
        double *far = values + 2 * mode * pixels;
        test_ok(test_reference, clpti_ref_fft2(far, side, 1, CLPTI_FORWARD));
        for (int64_t i = 0; i < pixels; i++) {
            bool kept = is_inside(i, side, radius);
            *(kept ? &inside : &outside) += far[2 * i] * far[2 * i] + far[2 * i + 1] * far[2 * i + 1];
            for (int part = 0; part < 2; part++) far[2 * i + part] *= kept ? 1.0 / (double)pixels : 0.0;
        }
        test_ok(test_reference, clpti_ref_fft2(far, side, 1, CLPTI_INVERSE));
    }
    return outside / (inside + outside);
}

static const double radii[] = {0.05, 0.2, 0.3};

/* One iteration: the object is that without the constraint, the probe its projection. */
static void probe_is_the_projection_of_the_one_without(void **state)
{
    (void)state;
    solver_case c = solver_case_new(MODES);
    const char *engine;
    for (size_t e = 0; (engine = test_small() && e ? NULL : clpt_engine_name(e)); e++)
        for (size_t r = 0; r < sizeof radii / sizeof *radii; r++) {
            clpt_solver *without = solver_of(&c, engine, 0, 1), *with = solver_of(&c, engine, radii[r], 1);
            test_field expected = probe_of(&c, without), got = probe_of(&c, with);
            test_field object = object_of(&c, without), same = object_of(&c, with);
            double outside = project(&expected, radii[r]);
            if (!(outside > 1e-6)) fail_msg("%s, radius %g: only %g was outside", engine, radii[r], outside);
            test_close(test_text("%s, radius %g", engine, radii[r]), &got, &expected, 2e-6, NULL);
            test_same_bits(engine, &same, &object);
            outside = project(&got, radii[r]);
            if (!(outside < 1e-12)) fail_msg("%s, radius %g: %g is outside still", engine, radii[r], outside);
            test_field_free(&expected), test_field_free(&got), test_field_free(&object), test_field_free(&same);
            clpt_solver_destroy(&without);
            clpt_solver_destroy(&with);
        }
    solver_case_free(&c);
}

/* A radius that reaches the corners keeps everything. */
static void wide_pupil_changes_only_roundings(void **state)
{
    (void)state;
    solver_case c = solver_case_new(MODES);
    clpt_solver *without = solver_of(&c, "rpie", 0, 1), *with = solver_of(&c, "rpie", 0.75, 1);
    test_field expected = probe_of(&c, without), got = probe_of(&c, with);
    test_close("wide pupil", &got, &expected, 2e-6, NULL);
    test_field_free(&expected), test_field_free(&got);
    clpt_solver_destroy(&without);
    clpt_solver_destroy(&with);
    solver_case_free(&c);
}

static void probe_that_is_kept_is_not_confined(void **state)
{
    (void)state;
    solver_case c = solver_case_new(MODES);
    clpt_solver *solver = NULL;
    clpt_array object = test_array(&c.flat), probe = test_array(&c.weaker);
    clpt_solver_options options = test_options("seed=4 probe-start=1 probe-pupil=0.1");
    test_ok(test_context, clpt_solver_create(test_context, &c.measurement, &object, &probe, &options, &solver));
    test_field before = probe_of(&c, solver);
    test_ok(test_context, clpt_solver_iterate(solver, NULL));
    test_field kept = probe_of(&c, solver);
    test_same_bits("kept probe", &kept, &before);
    test_ok(test_context, clpt_solver_iterate(solver, NULL));
    test_field updated = probe_of(&c, solver);
    double outside = project(&updated, 0.1);
    assert_true(outside < 1e-12);
    test_field_free(&before), test_field_free(&kept), test_field_free(&updated);
    clpt_solver_destroy(&solver);
    solver_case_free(&c);
}

static void radius_out_of_range_is_refused(void **state)
{
    (void)state;
    static const double wrong[] = {-0.1, 1.5, NAN, INFINITY};
    solver_case c = solver_case_new(1);
    clpt_solver *solver = NULL;
    clpt_array object = test_array(&c.flat), probe = test_array(&c.weaker);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        clpt_solver_options options = test_options("engine=rpie");
        options.probe_pupil = wrong[i];
        test_fails(test_context, clpt_solver_create(test_context, &c.measurement, &object, &probe, &options, &solver),
                   CLPT_ERROR_ARGUMENT, "probe_pupil");
        assert_null(solver);
    }
    solver_case_free(&c);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probe_is_the_projection_of_the_one_without),
        cmocka_unit_test(wide_pupil_changes_only_roundings),
        cmocka_unit_test(probe_that_is_kept_is_not_confined),
        cmocka_unit_test(radius_out_of_range_is_refused),
    };
    return cmocka_run_group_tests_name("pupil", tests, test_open_both, test_close_both);
}
