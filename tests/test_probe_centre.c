/* SPDX-License-Identifier: Apache-2.0 */
/* The probe brought back to the middle of its array between iterations: everything in its pixels and in the object's
 * moves by the same integer number of pixels, and nothing else changes. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "every_engine.h"

typedef struct shift {
    int64_t x, y;
} shift;

/* out(r) = in(r + d) for images of the last two dimensions; wrapping, or from the border's pixels. */
static test_field moved_by(const test_field *in, shift d, bool wraps)
{
    test_field out = test_field_new(in->type, in->rank, in->shape);
    int64_t height = in->rank > 1 ? in->shape[in->rank - 2] : 1, width = in->rank > 0 ? in->shape[in->rank - 1] : 1;
    for (int64_t i = 0; i < in->count; i++) {
        int64_t x = i % width + d.x, y = i / width % height + d.y, image = i / (height * width) * height * width;
        x = wraps ? (x + width) % width : x < 0 ? 0 : x >= width ? width - 1 : x;
        y = wraps ? (y + height) % height : y < 0 ? 0 : y >= height ? height - 1 : y;
        for (int part = 0; part < 2; part++) test_set(&out, i, part, test_get(in, image + y * width + x, part));
    }
    return out;
}

/* From the middle to the centre of mass of Σ_p |P_p|², in pixels. */
static void mass_centre(const test_field *probe, double at[2])
{
    int64_t side = probe->shape[probe->rank - 1];
    double total = 0;
    at[0] = at[1] = 0;
    for (int64_t i = 0; i < probe->count; i++) {
        double power = pow(test_get(probe, i, 0), 2) + pow(test_get(probe, i, 1), 2);
        total += power;
        at[0] += power * (double)(i % side - side / 2);
        at[1] += power * (double)(i / side % side - side / 2);
    }
    at[0] /= total;
    at[1] /= total;
}

static shift to_the_middle(const test_field *probe)
{
    double at[2];
    mass_centre(probe, at);
    return (shift){(int64_t)rint(at[0]), (int64_t)rint(at[1])};
}

/* A scan whose starting probe lies off the middle by a few pixels. */
static solver_case case_off_centre(int64_t modes)
{
    solver_case c = solver_case_new(modes);
    test_field aside = moved_by(&c.weaker, (shift){-4, 3}, true);
    test_field_free(&c.weaker);
    c.weaker = aside;
    return c;
}

static const test_field *named(const every_state *state, const char *name)
{
    for (int i = 0; i < state->count; i++)
        if (!strcmp(state->names[i], name)) return &state->fields[i];
    fail_msg("there is no '%s'", name);
    return NULL;
}

static void expect_moved(const char *engine, const char *name, const test_field *got, const test_field *before,
                         const solver_case *c, shift d)
{
    bool complex_pixels = (before->type == CLPT_TYPE_C64 || before->type == CLPT_TYPE_C128) && before->rank > 1;
    const int64_t *last = complex_pixels ? before->shape + before->rank - 2 : before->shape;
    bool probe = complex_pixels && last[0] == c->side && last[1] == c->side;
    bool object = complex_pixels && last[0] == c->height && last[1] == c->width;
    test_field expected = moved_by(before, probe || object ? d : (shift){0, 0}, probe);
    test_same_bits(test_text("%s: %s", engine, name), got, &expected);
    test_field_free(&expected);
}

/* Momentum, variable modes, waves, gradients and directions: whatever an engine's state holds, in one iteration with
 * and without. Errors are as met on the way, before the move. */
static void everything_in_those_pixels_moves_along(void **state)
{
    (void)state;
    static const every_options sets[] = {{"momentum", "seed=2 probe-start=0 momentum=0.5", 2, false},
                                         {"variable modes", "seed=2 probe-start=0 opr-modes=2 opr-start=1", 1, false}};
    for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
        solver_case c = case_off_centre(sets[s].modes);
        char options[128];
        every_options with = sets[s];
        snprintf(options, sizeof options, "%s probe-centre=2", sets[s].options);
        with.options = options;
        for (size_t k = 0; clpt_engine_name(k); k++) {
            const char *engine = clpt_engine_name(k);
            every_state still = every_reconstruct(test_context, &c, engine, &sets[s], 2);
            every_state centred = every_reconstruct(test_context, &c, engine, &with, 2);
            shift d = to_the_middle(named(&still, "probe"));
            if (d.x == 0 || d.y == 0) fail_msg("%s: the probe lies in the middle by itself", engine);
            assert_int_equal(centred.count, still.count);
            for (int i = 0; i < still.count; i++)
                if (strncmp(still.names[i], "R-factor", 8) != 0 && strncmp(still.names[i], "loss", 4) != 0)
                    expect_moved(engine, still.names[i], &centred.fields[i], &still.fields[i], &c, d);
            every_state_free(&still);
            every_state_free(&centred);
        }
        solver_case_free(&c);
    }
}

/* Error of an object against the true one, both with centred probes. */
static double distance(solver_case *c, const test_field *object)
{
    test_field truth = c->object;
    c->object = moved_by(&truth, to_the_middle(&c->probe), false);
    double far = solver_case_distance(c, object);
    test_field_free(&c->object);
    c->object = truth;
    return far;
}

static void expect_better(solver_case *c, const char *what, const every_state *aside, const every_state *centred)
{
    double off[2], at[2];
    mass_centre(named(aside, "probe"), off);
    mass_centre(named(centred, "probe"), at);
    if (!(off[0] > 2 && off[1] < -2)) fail_msg("%s: the probe went to the middle by itself", what);
    if (!(fabs(at[0]) < 0.55 && fabs(at[1]) < 0.55)) fail_msg("%s: the probe lies at %g, %g", what, at[0], at[1]);
    double r[2] = {test_get(named(aside, "R-factor"), 0, 0), test_get(named(centred, "R-factor"), 0, 0)};
    if (!(r[1] < 0.9 * r[0])) fail_msg("%s: R-factor %g aside and %g in the middle", what, r[0], r[1]);
    double far = distance(c, named(centred, "object"));
    if (!(far < 0.1)) fail_msg("%s: the object is %g from where it should be", what, far);
}

/* Without a support tails that come back on the other side see the wrong object; a support cuts them off. */
static void probe_comes_back_and_fits_no_worse(void **state)
{
    (void)state;
    solver_case c = case_off_centre(1);
    for (int supported = 0; supported < 2; supported++)
        for (size_t k = 0; clpt_engine_name(k); k++) {
            const char *engine = clpt_engine_name(k);
            every_options set = {.options =
                                     supported ? "seed=2 probe-start=0 probe-support=0.45" : "seed=2 probe-start=0"};
            every_state aside = every_reconstruct(test_context, &c, engine, &set, 24);
            set.options = supported ? "seed=2 probe-start=0 probe-centre=3 probe-support=0.45"
                                    : "seed=2 probe-start=0 probe-centre=3";
            every_state centred = every_reconstruct(test_context, &c, engine, &set, 24);
            expect_better(&c, test_text("%s%s", engine, supported ? " with a support" : ""), &aside, &centred);
            every_state_free(&aside);
            every_state_free(&centred);
        }
    solver_case_free(&c);
}

static void what_is_kept_stays_where_it_is(void **state)
{
    (void)state;
    solver_case c = case_off_centre(1);
    static const every_options kept[] = {{"the probe", "seed=2 probe-start=never", 1, false},
                                         {"the object", "seed=2 probe-start=0 object-start=never", 1, false}};
    for (size_t s = 0; s < sizeof kept / sizeof *kept; s++) {
        char options[128];
        every_options with = kept[s];
        snprintf(options, sizeof options, "%s probe-centre=1", kept[s].options);
        with.options = options;
        every_state expected = every_reconstruct(test_context, &c, "rpie", &kept[s], 2);
        every_state got = every_reconstruct(test_context, &c, "rpie", &with, 2);
        for (int i = 0; i < expected.count; i++)
            test_same_bits(test_text("%s kept: %s", kept[s].name, expected.names[i]), &got.fields[i],
                           &expected.fields[i]);
        every_state_free(&expected);
        every_state_free(&got);
    }
    solver_case_free(&c);
}

/* Broken off between two moves. */
static void state_put_back_goes_on_to_the_same_bits(void **state)
{
    (void)state;
    solver_case c = case_off_centre(2);
    for (size_t k = 0; clpt_engine_name(k); k++) {
        static const every_options set = {.options = "seed=3 probe-start=0 momentum=0.5 probe-centre=2"};
        clpt_solver *whole = NULL, *resumed = NULL;
        test_ok(test_context, every_solver(test_context, &c, clpt_engine_name(k), &set, &whole));
        test_ok(test_context, every_solver(test_context, &c, clpt_engine_name(k), &set, &resumed));
        for (int i = 0; i < 3; i++) test_ok(test_context, clpt_solver_iterate(whole, NULL));
        solver_case_put_state(test_context, whole, resumed);
        solver_case_expect_same(test_context, whole, resumed, 2);
        clpt_solver_destroy(&whole);
        clpt_solver_destroy(&resumed);
    }
    solver_case_free(&c);
}

static void near_fields_are_refused(void **state)
{
    (void)state;
    solver_case c = solver_case_new(1);
    clpt_solver *solver = NULL;
    static const every_options set = {
        .options = "probe-centre=3 propagation=fresnel wavelength=1e-10 distance=0.05 detector-pixel=1e-6"};
    test_fails(test_context, every_solver(test_context, &c, "rpie", &set, &solver), CLPT_ERROR_ARGUMENT,
               "probe_centre = 3|near");
    solver_case_free(&c);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_in_those_pixels_moves_along),
        cmocka_unit_test(probe_comes_back_and_fits_no_worse),
        cmocka_unit_test(what_is_kept_stays_where_it_is),
        cmocka_unit_test(state_put_back_goes_on_to_the_same_bits),
        cmocka_unit_test(near_fields_are_refused),
    };
    return cmocka_run_group_tests_name("probe_centre", tests, test_open_both, test_close_both);
}
