/* SPDX-License-Identifier: Apache-2.0 */
/* Refinement of positions in a small simulated scan: from positions that are wrong towards the true ones, the same on
 * every device, and from a state that was put back. */
#include <math.h>
#include <stdlib.h>

#include "solver_case.h"

static double *wrong_positions(const solver_case *c, double maximum)
{
    double *wrong = malloc((size_t)(2 * c->count) * sizeof *wrong);
    assert_non_null(wrong);
    for (int64_t i = 0; i < 2 * c->count; i++)
        wrong[i] = c->positions[i] + test_random(41, (uint64_t)i, -maximum, maximum);
    return wrong;
}

/* Root mean square of the distances to the true positions, without the common shift. */
static double off(const solver_case *c, const double *positions)
{
    double mean[2] = {0}, sum = 0;
    for (int64_t i = 0; i < 2 * c->count; i++) mean[i % 2] += (positions[i] - c->positions[i]) / (double)c->count;
    for (int64_t i = 0; i < 2 * c->count; i++) sum += pow(positions[i] - c->positions[i] - mean[i % 2], 2);
    return sqrt(sum / (double)c->count);
}

static clpt_solver *solver_of(clpt_context *context, const solver_case *c, const double *positions,
                              const clpt_solver_options *options)
{
    clpt_solver *solver = NULL;
    clpt_measurement measurement = c->measurement;
    clpt_array flat = test_array(&c->flat), probe = test_array(&c->probe);
    measurement.positions = positions;
    test_ok(context, clpt_solver_create(context, &measurement, &flat, &probe, options, &solver));
    return solver;
}

static void iterate(clpt_context *context, clpt_solver *solver, int times)
{
    for (int i = 0; i < times; i++) test_ok(context, clpt_solver_iterate(solver, NULL));
}

static void positions_are_found_again(void **state)
{
    (void)state;
    if (test_small()) skip(); /* too few patterns, and too slow */
    solver_case c = solver_case_new(1);
    double *wrong = wrong_positions(&c, 1), *found = malloc((size_t)(2 * c.count) * sizeof *found);
    static const char *const engines[] = {"rpie", "lsqml", "raar"};
    for (int e = 0; e < 3; e++) {
        double r_fixed = 0, r_refined = 0;
        clpt_solver_options options = test_options("engine=%s probe-start=never", engines[e]);
        clpt_solver *fixed = solver_of(test_context, &c, wrong, &options);
        options.position_start = 5;
        options.position_dilation = true; /* of so few positions the errors have much of it */
        clpt_solver *refined = solver_of(test_context, &c, wrong, &options);
        iterate(test_context, fixed, 80);
        iterate(test_context, refined, 80);
        test_ok(test_context, clpt_solver_evaluate_r_factor(fixed, &r_fixed, NULL));
        test_ok(test_context, clpt_solver_evaluate_r_factor(refined, &r_refined, NULL));
        test_ok(test_context, clpt_solver_get_positions(fixed, found));
        assert_memory_equal(found, wrong, (size_t)(2 * c.count) * sizeof *found);
        test_ok(test_context, clpt_solver_get_positions(refined, found));
        if (!(off(&c, found) < 0.25 * off(&c, wrong) && r_refined < 0.5 * r_fixed))
            fail_msg("%s: positions off by %.3f of %.3f, R-factor %.4f of %.4f", engines[e], off(&c, found),
                     off(&c, wrong), r_refined, r_fixed);
        clpt_solver_destroy(&fixed);
        clpt_solver_destroy(&refined);
    }
    free(wrong);
    free(found);
    solver_case_free(&c);
}

/* Positions after some iterations from `start`. */
static double *refined_from(const solver_case *c, const double *start, const clpt_solver_options *options, int times)
{
    double *found = malloc((size_t)(2 * c->count) * sizeof *found);
    assert_non_null(found);
    clpt_solver *solver = solver_of(test_context, c, start, options);
    iterate(test_context, solver, times);
    test_ok(test_context, clpt_solver_get_positions(solver, found));
    clpt_solver_destroy(&solver);
    return found;
}

static void exact_positions_stay(void **state)
{
    (void)state;
    if (test_small()) skip(); /* too few patterns, and too slow */
    solver_case c = solver_case_new(1);
    static const char *const engines[] = {"rpie", "lsqml", "raar"};
    for (int e = 0; e < 3; e++) {
        clpt_solver_options options = test_options("engine=%s probe-start=never position-start=100", engines[e]);
        double *found = refined_from(&c, c.positions, &options, 240);
        if (!(off(&c, found) < 0.05)) fail_msg("%s: exact positions ended off by %.3f", engines[e], off(&c, found));
        free(found);
    }
    solver_case_free(&c);
}

/* Positions about their mean by a linear map. */
static double *mapped_positions(const solver_case *c, double xx, double xy, double yx, double yy)
{
    double *wrong = malloc((size_t)(2 * c->count) * sizeof *wrong), mean[2] = {0};
    assert_non_null(wrong);
    for (int64_t i = 0; i < 2 * c->count; i++) mean[i % 2] += c->positions[i] / (double)c->count;
    for (int64_t k = 0; k < c->count; k++) {
        double x = c->positions[2 * k] - mean[0], y = c->positions[2 * k + 1] - mean[1];
        wrong[2 * k] = mean[0] + xx * x + xy * y;
        wrong[2 * k + 1] = mean[1] + yx * x + yy * y;
    }
    return wrong;
}

/* Σ of displacement times position, both about their means: of what an affine map has nothing, all four are 0. */
static double largest_affine_sum(const solver_case *c, const double *start, const double *found)
{
    double mean[4] = {0}, sums[4] = {0}, largest = 0;
    for (int64_t i = 0; i < 2 * c->count; i++) {
        mean[i % 2] += found[i] / (double)c->count;
        mean[2 + i % 2] += (found[i] - start[i]) / (double)c->count;
    }
    for (int64_t k = 0; k < c->count; k++)
        for (int j = 0; j < 4; j++)
            sums[j] += (found[2 * k + j / 2] - mean[j / 2]) *
                       (found[2 * k + j % 2] - start[2 * k + j % 2] - mean[2 + j % 2]) / (double)c->count;
    for (int j = 0; j < 4; j++) largest = fmax(largest, fabs(sums[j]));
    return largest;
}

static void stretch_is_found_unless_the_geometry_is_kept(void **state)
{
    (void)state;
    if (test_small()) skip(); /* too few patterns, and too slow */
    solver_case c = solver_case_new(1);
    double *wrong = mapped_positions(&c, 1.02, 0.01, -0.01, 0.98);
    static const char *const engines[] = {"rpie", "lsqml", "raar"};
    for (int e = 0; e < 3; e++) {
        clpt_solver_options options = test_options("engine=%s probe-start=never position-start=5", engines[e]);
        double *found = refined_from(&c, wrong, &options, 80);
        options.position_stretch = 0;
        double *kept = refined_from(&c, wrong, &options, 20);
        if (!(off(&c, found) < 0.25 * off(&c, wrong)))
            fail_msg("%s: positions off by %.3f of %.3f", engines[e], off(&c, found), off(&c, wrong));
        if (!(largest_affine_sum(&c, wrong, kept) < 1e-3 && largest_affine_sum(&c, wrong, found) > 1))
            fail_msg("%s: an affine map has a part of %g in displacements that should have none, and %g of others",
                     engines[e], largest_affine_sum(&c, wrong, kept), largest_affine_sum(&c, wrong, found));
        free(kept);
        free(found);
    }
    free(wrong);
    solver_case_free(&c);
}

/* By how much positions are dilated against the true ones. */
static double dilation(const solver_case *c, const double *positions)
{
    double mean[4] = {0}, spread = 0, common = 0;
    for (int64_t i = 0; i < 2 * c->count; i++) {
        mean[i % 2] += c->positions[i] / (double)c->count;
        mean[2 + i % 2] += positions[i] / (double)c->count;
    }
    for (int64_t i = 0; i < 2 * c->count; i++) {
        double at = c->positions[i] - mean[i % 2];
        spread += at * at;
        common += at * (positions[i] - mean[2 + i % 2]);
    }
    return common / spread - 1;
}

static void dilation_is_found_where_asked_for(void **state)
{
    (void)state;
    if (test_small()) skip(); /* too few patterns, and too slow */
    solver_case c = solver_case_new(1);
    double *wrong = mapped_positions(&c, 1.02, 0, 0, 1.02);
    static const char *const engines[] = {"rpie", "lsqml", "raar"};
    for (int e = 0; e < 3; e++) {
        clpt_solver_options options = test_options("engine=%s probe-start=never position-start=5", engines[e]);
        double *kept = refined_from(&c, wrong, &options, 40);
        options.position_dilation = true;
        double *found = refined_from(&c, wrong, &options, 80);
        if (!(fabs(dilation(&c, kept) - 0.02) < 1e-3 && fabs(dilation(&c, found)) < 4e-3))
            fail_msg("%s: a dilation of 0.02 became %.4f, and %.4f where it should be found", engines[e],
                     dilation(&c, kept), dilation(&c, found));
        free(kept);
        free(found);
    }
    free(wrong);
    solver_case_free(&c);
}

/* Displacements that undo errors of the starts lead back to the middle on average. Removing that as a dilation
 * would leave positions shrunk by the fraction of errors in the starts' spread, here by 0.0009. */
static void errors_of_the_starts_do_not_shrink_the_scan(void **state)
{
    (void)state;
    if (test_small()) skip(); /* too few patterns, and too slow */
    solver_case c = solver_case_new(1);
    double *wrong = wrong_positions(&c, 1);
    for (int stretch = 0; stretch < 2; stretch++) {
        clpt_solver_options options =
            test_options("probe-start=never position-start=5 position-stretch=%.17g", 0.5 * stretch);
        double *found = refined_from(&c, wrong, &options, 80), change = dilation(&c, found) - dilation(&c, wrong);
        if (!(fabs(change) < 2e-4)) fail_msg("affine gain %d: dilated by %.2g", stretch, change);
        free(found);
    }
    free(wrong);
    solver_case_free(&c);
}

/* Counts of photons of the case's intensities: Poisson's where they are few (Knuth's product of uniform numbers), of
 * Gaussian errors elsewhere. */
static void add_noise(solver_case *c, double photons)
{
    double sum = 0;
    for (int64_t i = 0; i < c->amplitude.count; i++) sum += pow(test_get(&c->amplitude, i, 0), 2) / (double)c->count;
    for (int64_t i = 0; i < c->amplitude.count; i++) {
        double expected = photons / sum * pow(test_get(&c->amplitude, i, 0), 2), counts = 0, left = exp(-expected);
        uint64_t at = 128 * (uint64_t)i;
        if (expected < 20)
            for (double product = test_random(51, at++, 0, 1); product > left; product *= test_random(51, at++, 0, 1))
                counts++;
        else {
            for (int j = 0; j < 12; j++) counts += test_random(51, at++, -0.5, 0.5);
            counts = round(expected + sqrt(expected) * counts);
        }
        test_set(&c->amplitude, i, 0, sqrt(counts * sum / photons));
    }
}

/* An updated probe follows a dilation, and errors of few photons require one. */
static void noise_does_not_dilate_the_scan(void **state)
{
    (void)state;
    if (test_small()) skip(); /* too few patterns, and too slow */
    solver_case c = solver_case_new(1);
    static const char *const engines[] = {"rpie", "lsqml", "ml"};
    add_noise(&c, 2e4);
    for (int e = 0; e < 3; e++) {
        clpt_solver_options options = test_options("engine=%s position-start=5 probe-start=0", engines[e]);
        double *found = refined_from(&c, c.positions, &options, 80);
        options.position_dilation = true;
        double *dilated = refined_from(&c, c.positions, &options, 80);
        if (!(fabs(dilation(&c, found)) < 1e-3 && dilation(&c, dilated) > 1e-2))
            fail_msg("%s: exact positions were dilated by %.4f, and by %.4f where nothing holds them", engines[e],
                     dilation(&c, found), dilation(&c, dilated));
        free(found);
        free(dilated);
    }
    solver_case_free(&c);
}

static void device_agrees_with_the_reference(void **state)
{
    (void)state;
    solver_case c = solver_case_new(2);
    double *wrong = wrong_positions(&c, 0.4);
    double *got = malloc((size_t)(4 * c.count) * sizeof *got), *expected = got + 2 * c.count;
    assert_non_null(got);
    clpt_solver_options options =
        test_options("engine=lsqml position-start=1 position-stretch=0.5 position-affine=0.1 probe-start=0");
    clpt_solver *here = solver_of(test_context, &c, wrong, &options);
    clpt_solver *there = solver_of(test_reference, &c, wrong, &options);
    iterate(test_context, here, 3);
    iterate(test_reference, there, 3);
    test_ok(test_context, clpt_solver_get_positions(here, got));
    test_ok(test_reference, clpt_solver_get_positions(there, expected));
    for (int64_t i = 0; i < 2 * c.count; i++)
        if (!(fabs(got[i] - expected[i]) < 1e-4))
            fail_msg("coordinate %lld is %.7g and should be %.7g", (long long)i, got[i], expected[i]);
    assert_true(fabs(got[0] - wrong[0]) > 1e-3);
    clpt_solver_destroy(&here);
    clpt_solver_destroy(&there);
    free(got);
    free(wrong);
    solver_case_free(&c);
}

/* Position by position and pixel by pixel the same bits as a run that was not interrupted. */
static void state_put_back_goes_on_to_the_same_bits(void **state)
{
    (void)state;
    solver_case c = solver_case_new(1);
    double *wrong = wrong_positions(&c, 0.4);
    double *got = malloc((size_t)(4 * c.count) * sizeof *got), *expected = got + 2 * c.count;
    assert_non_null(got);
    clpt_solver_options options = test_options("position-start=1 momentum=0.5 probe-start=0");
    clpt_solver *whole = solver_of(test_context, &c, wrong, &options);
    clpt_solver *resumed = solver_of(test_context, &c, wrong, &options);
    iterate(test_context, whole, 3);
    for (size_t i = 0; i < clpt_solver_get_state_count(whole); i++) {
        clpt_solver_array row;
        test_ok(test_context, clpt_solver_describe_state(whole, i, &row));
        test_field field = test_field_new(row.type, row.rank, row.shape);
        clpt_array numbers = test_array(&field);
        test_ok(test_context, clpt_solver_get_state(whole, i, &numbers));
        test_ok(test_context, clpt_solver_set_state(resumed, i, &numbers));
        test_field_free(&field);
    }
    test_ok(test_context, clpt_solver_set_iteration(resumed, 3));
    iterate(test_context, whole, 2);
    iterate(test_context, resumed, 2);
    test_ok(test_context, clpt_solver_get_positions(whole, expected));
    test_ok(test_context, clpt_solver_get_positions(resumed, got));
    assert_memory_equal(got, expected, (size_t)(2 * c.count) * sizeof *got);
    clpt_solver_destroy(&whole);
    clpt_solver_destroy(&resumed);
    free(got);
    free(wrong);
    solver_case_free(&c);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_are_found_again),
        cmocka_unit_test(exact_positions_stay),
        cmocka_unit_test(stretch_is_found_unless_the_geometry_is_kept),
        cmocka_unit_test(dilation_is_found_where_asked_for),
        cmocka_unit_test(errors_of_the_starts_do_not_shrink_the_scan),
        cmocka_unit_test(noise_does_not_dilate_the_scan),
        cmocka_unit_test(device_agrees_with_the_reference),
        cmocka_unit_test(state_put_back_goes_on_to_the_same_bits),
    };
    return cmocka_run_group_tests_name("refine", tests, test_open_both, test_close_both);
}
