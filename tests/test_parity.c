/* SPDX-License-Identifier: Apache-2.0 */
/* Parity's parts that need no device: numbers of hand-made arrays, rules, and what is judged of two made-up runs.
 * `test_parity pages FOLDER` writes pages of these, for test_page.sh. */
#include "support.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page_case.h"
#include "parity/report.h"
#include "report/json.h"

static clpti_tensor tensor_of(clpt_type type, int rank, const int64_t *shape, const double *numbers)
{
    clpti_tensor tensor;
    assert_int_equal(clpti_tensor_create(type, rank, shape, &tensor, NULL), CLPT_OK);
    int64_t count = clpti_tensor_count(&tensor) * (clpti_parity_is_complex(type) ? 2 : 1);
    for (int64_t i = 0; i < count; i++)
        if (clpti_parity_is_double(type))
            ((double *)tensor.data)[i] = numbers[i];
        else
            ((float *)tensor.data)[i] = (float)numbers[i];
    return tensor;
}

#define NEAR(a, b) assert_true(fabs((a) - (double)(b)) <= 1e-12 * (1 + fabs((double)(b))))

static void statistics_of_magnitudes_leave_out_what_is_not_finite(void **state)
{
    (void)state;
    const double complex[] = {3, 4, NAN, 0, 0, 0, 0, -1, INFINITY, 2};
    clpti_tensor tensor = tensor_of(CLPT_TYPE_C64, 1, CLPT_SHAPE(5), complex);
    clpti_parity_statistics s = clpti_parity_statistics_of(&tensor);
    assert_int_equal(s.count, 5);
    assert_int_equal(s.not_finite, 2);
    NEAR(s.minimum, 0);
    NEAR(s.maximum, 5);
    NEAR(s.mean, 2);
    NEAR(s.deviation, sqrt(14.0 / 3)); /* of 5, 0, 1 */
    clpti_tensor_destroy(&tensor);

    tensor = tensor_of(CLPT_TYPE_F64, 1, CLPT_SHAPE(4), (double[]){-2, -4, -4, -6});
    s = clpti_parity_statistics_of(&tensor);
    NEAR(s.minimum, -6);
    NEAR(s.maximum, -2);
    NEAR(s.mean, -4);
    NEAR(s.deviation, sqrt(2));
    clpti_tensor_destroy(&tensor);
}

static void ulps_count_floats_between(void **state)
{
    (void)state;
    assert_int_equal(clpti_parity_ulps(1, 1), 0);
    assert_int_equal(clpti_parity_ulps(0.0, -0.0), 0);
    assert_int_equal(clpti_parity_ulps(1, 1 + (double)FLT_EPSILON), 1);
    assert_int_equal(clpti_parity_ulps(1 + 3 * (double)FLT_EPSILON, 1), 3);
    assert_int_equal(clpti_parity_ulps(1, 1 + 0.2 * (double)FLT_EPSILON), 0); /* both round to 1 */
    assert_int_equal(clpti_parity_ulps(-(double)FLT_TRUE_MIN, (double)FLT_TRUE_MIN), 2);
    assert_int_equal(clpti_parity_ulps(1, 2), 1 << 23);
    assert_int_equal(clpti_parity_ulps((double)FLT_MAX, -(double)FLT_MAX), 2LL * 0x7f7fffff);
    const struct {
        int64_t distance;
        int bin;
        const char *text;
    } bins[] = {{0, 0, "0"}, {1, 1, "1"}, {2, 2, "2-3"}, {3, 2, "2-3"}, {4, 3, "4-7"}, {1023, 10, "512-1023"}};
    char text[48];
    for (size_t k = 0; k < sizeof bins / sizeof *bins; k++) {
        assert_int_equal(clpti_parity_ulp_bin(bins[k].distance), bins[k].bin);
        assert_string_equal(clpti_parity_ulp_text(bins[k].bin, text), bins[k].text);
    }
    assert_true(clpti_parity_ulp_bin(2LL * 0x7f7fffff) < CLPTI_PARITY_ULP_BINS);
}

static void difference_finds_the_first_and_the_largest(void **state)
{
    (void)state;
    const double eps = (double)FLT_EPSILON;
    const double reference[] = {1, 2, -4, 0.5, 1, 1};
    const double numbers[] = {1, 2 + 2 * eps, -4, 0.5 + 4e-3, 1 - 2e-2, 1};
    clpti_tensor expected = tensor_of(CLPT_TYPE_F64, 2, CLPT_SHAPE(2, 3), reference),
                 got = tensor_of(CLPT_TYPE_F32, 2, CLPT_SHAPE(2, 3), numbers);
    clpti_parity_difference d;
    char text[128];
    clpti_parity_difference_of(&got, &expected, NULL, 0.9e-3, &d);
    assert_int_equal(d.compared, 6);
    assert_int_equal(d.different, 3);
    assert_int_equal(d.first_different, 1);
    assert_int_equal(d.beyond, 2);
    assert_int_equal(d.first_beyond, 3);
    assert_int_equal(d.largest_at, 4);
    assert_string_equal(clpti_parity_index_text(&expected, d.first_beyond, text), "[1, 0]");
    assert_string_equal(clpti_parity_index_text(&(clpti_tensor){.rank = 2, .shape = {0, 3}}, 0, text), "[0, 0]");
    assert_int_equal(d.not_finite, 0);
    NEAR(d.scale, 4);
    assert_true(fabs(d.largest - 5e-3) < 1e-7);
    assert_true(fabs(d.rms - sqrt((1e-6 + 25e-6) / 6)) < 1e-7);
    assert_int_equal(d.ulps[0], 3);
    assert_int_equal(d.ulps[1], 1);

    /* The same arrays with a factor that leaves the worst out and doubles the weight of another. */
    const double factor[] = {1, 1, 1, 8, 0, 1};
    clpti_parity_difference_of(&got, &expected, factor, 0.9e-3, &d);
    assert_int_equal(d.compared, 5);
    assert_int_equal(d.left_out, 1);
    assert_int_equal(d.largest_at, 3);
    assert_true(fabs(d.largest - 8e-3) < 1e-6);
    assert_true(fabs(d.rms - 8e-3 / sqrt(5)) < 1e-6); /* of what is compared */
    clpti_tensor_destroy(&got);
    clpti_tensor_destroy(&expected);
}

static void difference_of_complex_counts_both_parts(void **state)
{
    (void)state;
    clpti_tensor expected = tensor_of(CLPT_TYPE_C64, 1, CLPT_SHAPE(2), (double[]){3, 4, 0, 1}),
                 got = tensor_of(CLPT_TYPE_C64, 1, CLPT_SHAPE(2), (double[]){3, 4, 0.3, 1.4});
    clpti_parity_difference d;
    clpti_parity_difference_of(&got, &expected, NULL, 0.05, &d);
    assert_int_equal(d.different, 1);
    assert_int_equal(d.first_beyond, 1);
    assert_true(fabs(d.largest - 0.1) < 1e-7);
    int64_t all = 0;
    for (int k = 0; k < CLPTI_PARITY_ULP_BINS; k++) all += d.ulps[k];
    assert_int_equal(all, 4);
    clpti_tensor_destroy(&got);
    clpti_tensor_destroy(&expected);
}

static void difference_never_passes_what_is_not_finite(void **state)
{
    (void)state;
    const double bad[] = {NAN, INFINITY, -INFINITY};
    for (int k = 0; k < 3; k++)
        for (int both = 0; both < 2; both++) {
            clpti_tensor expected = tensor_of(CLPT_TYPE_F32, 1, CLPT_SHAPE(3), (double[]){1, both ? bad[k] : 2, 3}),
                         got = tensor_of(CLPT_TYPE_F32, 1, CLPT_SHAPE(3), (double[]){1, bad[k], 3});
            clpti_parity_difference d;
            clpti_parity_difference_of(&got, &expected, NULL, 1, &d);
            assert_int_equal(d.not_finite, 1);
            assert_int_equal(d.first_beyond, 1);
            assert_true(d.largest == 0 && d.rms == 0 && d.scale == 3);
            /* Left out, it is no matter. */
            clpti_parity_difference_of(&got, &expected, (double[]){1, 0, 1}, 1, &d);
            assert_int_equal(d.beyond, 0);
            clpti_tensor_destroy(&got);
            clpti_tensor_destroy(&expected);
        }
}

static void difference_from_zeros_is_beyond_every_tolerance(void **state)
{
    (void)state;
    clpti_tensor zeros = tensor_of(CLPT_TYPE_F32, 1, CLPT_SHAPE(2), (double[]){0, -0.0}),
                 got = tensor_of(CLPT_TYPE_F32, 1, CLPT_SHAPE(2), (double[]){0, 1e-30});
    clpti_parity_difference d;
    clpti_parity_difference_of(&got, &zeros, NULL, 1, &d);
    assert_int_equal(d.beyond, 1);
    clpti_parity_difference_of(&zeros, &zeros, NULL, 0, &d);
    assert_true(d.beyond == 0 && d.different == 0 && d.largest == 0);
    clpti_tensor_destroy(&got);
    clpti_tensor_destroy(&zeros);
}

/* ---- rules ---- */

static void give(clpti_parity_bundle *bundle, const char *name, clpti_tensor tensor)
{
    assert_int_equal(clpti_parity_take(bundle, name, &tensor, NULL), CLPT_OK);
}

static void rules_weigh_as_they_say(void **state)
{
    (void)state;
    clpti_parity_problem problem = {.config = {0}};
    clpt_message message;
    double *factor;
    give(&problem.inputs, "cover_center",
         tensor_of(CLPT_TYPE_F64, 3, CLPT_SHAPE(2, 1, 2), (double[]){0, 0.6, 1e-6, 3}));
    give(&problem.inputs, "cover_probe",
         tensor_of(CLPT_TYPE_F64, 3, CLPT_SHAPE(2, 1, 2), (double[]){5, 5e-6, 2, 5e-6}));
    clpti_tensor expected = tensor_of(CLPT_TYPE_F64, 3, CLPT_SHAPE(2, 1, 2), (double[]){1, 1, 1, 1});
    const struct {
        clpti_parity_rule_name rule;
        double factor[4];
    } cases[] = {{CLPTI_PARITY_CENTRE, {1e-3, 0.601, 1.001e-3, 3.001}},
                 {CLPTI_PARITY_COVERED, {0, 1, 0, 1}},
                 {CLPTI_PARITY_CENTRE_CUTOFF, {1, 1, 0, 1}},
                 {CLPTI_PARITY_PROBE_CUTOFF, {1, 0, 1, 1}}}; /* each group has a largest of its own */
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        assert_int_equal(clpti_parity_factor(cases[k].rule, &problem, &expected, &factor, &message), CLPT_OK);
        for (int i = 0; i < 4; i++) NEAR(factor[i], cases[k].factor[i]);
        free(factor);
    }
    assert_int_equal(clpti_parity_factor(CLPTI_PARITY_PLAIN, &problem, &expected, &factor, &message), CLPT_OK);
    assert_null(factor);
    assert_int_equal(clpti_parity_factor(CLPTI_PARITY_LIT, &problem, &expected, &factor, &message), CLPT_ERROR_FILE);
    assert_non_null(strstr(message.text, "light"));
    clpti_tensor_destroy(&expected);
    clpti_parity_problem_free(&problem);
}

/* ---- plans and judgement ---- */

static void plans_have_what_their_stages_take(void **state)
{
    (void)state;
    clpti_parity_plan plan;
    clpt_message message;
    clpti_parity_config config = {.engines = "rpie,dm"};
    assert_int_equal(clpti_parity_plan_make(&config, "extract_*,engine", &plan, &message), CLPT_OK);
    static const char *const names[] = {"patches", "reassemble_group", "extract_group", "engine_rpie", "engine_dm"};
    assert_int_equal(plan.count, 5);
    for (int k = 0; k < 5; k++) assert_string_equal(plan.items[k].name, names[k]);
    assert_string_equal(plan.items[4].engine, "dm");
    assert_int_equal(clpti_parity_plan_make(&config, "patch", &plan, &message), CLPT_ERROR_ARGUMENT);
    assert_non_null(strstr(message.text, "engine_dm"));
    assert_int_equal(clpti_parity_plan_make(&config, "patches,forwrd", &plan, &message), CLPT_ERROR_ARGUMENT);
    assert_non_null(strstr(message.text, "unknown stage 'forwrd'"));
    assert_int_equal(clpti_parity_plan_make(&config, NULL, &plan, &message), CLPT_OK);
    for (int k = 0; k < plan.count; k++) /* inputs of a stage come before it */
        for (int t = 0; plan.items[k].stage->takes[t]; t++) {
            bool before = false;
            for (int i = 0; i < k; i++) before = before || !strcmp(plan.items[i].name, plan.items[k].stage->takes[t]);
            assert_true(before);
        }
}

static clpti_parity_bundle *stage(clpti_parity_run *run, const char *name)
{
    clpti_parity_captured *result;
    assert_int_equal(clpti_parity_result_add(run, name, &result, NULL), CLPT_OK);
    return &result->arrays;
}

static void judgement_tells_failed_absent_and_iterations(void **state)
{
    (void)state;
    clpti_parity_problem problem = {.config = {.engines = "rpie"}};
    clpti_parity_plan plan;
    clpti_parity_run got = {.label = "a"}, expected = {.label = "b"};
    clpti_parity_comparison c;
    clpt_message message;
    give(&problem.inputs, "light", tensor_of(CLPT_TYPE_F64, 2, CLPT_SHAPE(1, 2), (double[]){4, 1}));
    give(stage(&got, "patches"), "patches", tensor_of(CLPT_TYPE_C64, 1, CLPT_SHAPE(2), (double[]){1, 0, 0, 2}));
    give(stage(&expected, "patches"), "patches",
         tensor_of(CLPT_TYPE_C128, 1, CLPT_SHAPE(2), (double[]){1, 1e-3, 0, 2}));
    give(stage(&expected, "warp"), "edge", tensor_of(CLPT_TYPE_C128, 1, CLPT_SHAPE(1), (double[]){1, 0}));
    give(stage(&got, "losses"), "mae", tensor_of(CLPT_TYPE_F64, 1, CLPT_SHAPE(2), (double[]){1, 1}));
    give(stage(&expected, "losses"), "mae", tensor_of(CLPT_TYPE_F64, 0, NULL, (double[]){1}));
    /* 3e-5 off where half the root of the light fell: within 3 iterations' tolerance, not within one. */
    for (int iteration = 1; iteration <= 3; iteration += 2) {
        char name[24];
        snprintf(name, sizeof name, "object.%d", iteration);
        clpti_parity_bundle *to = iteration == 1 ? stage(&got, "engine_rpie") : &got.results[2].arrays;
        give(to, name, tensor_of(CLPT_TYPE_C64, 2, CLPT_SHAPE(1, 2), (double[]){1, 0, 1 + 5e-5, 0}));
        to = iteration == 1 ? stage(&expected, "engine_rpie") : &expected.results[3].arrays;
        give(to, name, tensor_of(CLPT_TYPE_C128, 2, CLPT_SHAPE(1, 2), (double[]){1, 0, 1, 0}));
    }
    /* The errors of three iterations have the tolerance of the last. */
    give(&got.results[2].arrays, "errors", tensor_of(CLPT_TYPE_F64, 1, CLPT_SHAPE(3), (double[]){1, 1, 1 - 5e-5}));
    give(&expected.results[3].arrays, "errors", tensor_of(CLPT_TYPE_F64, 1, CLPT_SHAPE(3), (double[]){1, 1, 1}));
    assert_int_equal(clpti_parity_plan_make(&problem.config, "patches,warp,losses,engine", &plan, &message), CLPT_OK);
    assert_int_equal(clpti_parity_judge(&problem, &plan, &got, &expected, 1, &c, &message), CLPT_OK);
    static const struct {
        const char *array;
        clpti_parity_verdict verdict;
        const char *reason;
    } rows[] = {{"edge", CLPTI_PARITY_ABSENT, "a does not have it"},
                {"patches", CLPTI_PARITY_FAIL, "1 of 2 elements"},
                {"", CLPTI_PARITY_ABSENT, "does not have it"}, /* forward, which losses take */
                {"mae", CLPTI_PARITY_FAIL, "it is float64 [2], expected float64 []"},
                {"object.1", CLPTI_PARITY_FAIL, "1 of 2 elements"},
                {"object.3", CLPTI_PARITY_PASS, ""},
                {"errors", CLPTI_PARITY_PASS, ""}};
    assert_int_equal(c.count, 7);
    for (int k = 0; k < 7; k++) {
        if (*rows[k].array) assert_string_equal(c.findings[k].array, rows[k].array);
        assert_int_equal(c.findings[k].verdict, rows[k].verdict);
        assert_non_null(strstr(c.findings[k].reason, rows[k].reason));
    }
    assert_int_equal(c.findings[1].difference.first_beyond, 0);
    NEAR(c.findings[5].tolerance, 6e-5);
    NEAR(c.findings[6].tolerance, 6e-5);
    assert_int_equal(clpti_parity_count(&c, CLPTI_PARITY_FAIL), 3);
    clpti_parity_comparison_free(&c);
    clpti_parity_run_free(&got);
    clpti_parity_run_free(&expected);
    clpti_parity_problem_free(&problem);
}

static void moved_starts_are_a_last_place_off_and_raise_tolerances(void **state)
{
    (void)state;
    clpti_parity_problem problem = {.config = {.engines = "dm"}}, moved;
    clpti_parity_plan plan;
    clpti_parity_comparison sensitivity, c;
    clpti_parity_run expected = {.label = "reference"}, other = {.label = "moved"}, got = {.label = "device"};
    clpt_message message;
    give(&problem.inputs, "object",
         tensor_of(CLPT_TYPE_C64, 2, CLPT_SHAPE(1, 4), (double[]){1, 0, -2, 3, 1e-30, 5, 7, 8}));
    give(&problem.inputs, "positions", tensor_of(CLPT_TYPE_F64, 2, CLPT_SHAPE(1, 2), (double[]){1, 2}));
    assert_int_equal(clpti_parity_perturb(&problem, &moved, &message), CLPT_OK);
    const clpti_tensor *a = clpti_parity_find(&problem.inputs, "object"),
                       *b = clpti_parity_find(&moved.inputs, "object");
    int up = 0;
    for (int i = 0; i < 8; i++) {
        float x = ((float *)a->data)[i], y = ((float *)b->data)[i];
        assert_int_equal(clpti_parity_ulps((double)x, (double)y), 1);
        up += y > x;
    }
    assert_true(up > 0 && up < 8);
    assert_memory_equal(clpti_parity_find(&moved.inputs, "positions")->data,
                        clpti_parity_find(&problem.inputs, "positions")->data, 16);

    /* Moved by 1e-3, so that 2e-2 passes and 4e-2 does not. */
    give(stage(&expected, "engine_dm"), "probe.1", tensor_of(CLPT_TYPE_F64, 1, CLPT_SHAPE(2), (double[]){1, 1}));
    give(stage(&other, "engine_dm"), "probe.1", tensor_of(CLPT_TYPE_F64, 1, CLPT_SHAPE(2), (double[]){1, 1 + 1e-3}));
    give(stage(&got, "engine_dm"), "probe.1", tensor_of(CLPT_TYPE_F64, 1, CLPT_SHAPE(2), (double[]){1 + 2e-2, 1}));
    assert_int_equal(clpti_parity_plan_make(&problem.config, "engine", &plan, &message), CLPT_OK);
    assert_int_equal(clpti_parity_judge(&problem, &plan, &other, &expected, 1, &sensitivity, &message), CLPT_OK);
    for (int k = 0; k < 3; k++) {
        problem.perturbed = k ? &sensitivity : NULL;
        if (k == 2) ((double *)got.results[0].arrays.arrays[0].tensor.data)[0] = 1 + 4e-2;
        assert_int_equal(clpti_parity_judge(&problem, &plan, &got, &expected, 1, &c, &message), CLPT_OK);
        assert_int_equal(c.findings[0].verdict, k == 1 ? CLPTI_PARITY_PASS : CLPTI_PARITY_FAIL);
        NEAR(c.findings[0].tolerance, k ? CLPTI_PARITY_SENSITIVITY_FACTOR * 1e-3 : 2e-5);
        clpti_parity_comparison_free(&c);
    }
    clpti_parity_comparison_free(&sensitivity);
    clpti_parity_run_free(&expected);
    clpti_parity_run_free(&other);
    clpti_parity_run_free(&got);
    clpti_parity_problem_free(&moved);
    clpti_parity_problem_free(&problem);
}

/* ---- reports ---- */

/* Two runs of one stage with images of 2×12×10 in which element [1, 3, 4] differs by a thousandth of the largest, and
 * losses of which one is not finite. */
typedef struct made_up {
    clpti_parity_problem problem;
    clpti_parity_plan plan;
    clpti_parity_run got, expected;
    const clpti_parity_run *runs[2];
    clpti_parity_comparison comparison;
} made_up;

static void make_up(made_up *m, const char *name)
{
    double numbers[480];
    clpt_message message;
    *m = (made_up){.problem = {.config = {.engines = ""}}, .expected = {.label = "reference"}};
    m->runs[0] = &m->expected;
    m->runs[1] = &m->got;
    snprintf(m->got.label, sizeof m->got.label, "%s", name);
    for (int i = 0; i < 480; i++) numbers[i] = i % 2 ? 0 : 1 + i % 100 / 100.0;
    give(stage(&m->expected, "patches"), "patches", tensor_of(CLPT_TYPE_C128, 3, CLPT_SHAPE(2, 12, 10), numbers));
    numbers[2 * (120 + 34)] += 2e-3;
    give(stage(&m->got, "patches"), "patches", tensor_of(CLPT_TYPE_C64, 3, CLPT_SHAPE(2, 12, 10), numbers));
    clpti_parity_bundle *to = stage(&m->expected, "losses");
    give(to, "poisson", tensor_of(CLPT_TYPE_F64, 0, NULL, (double[]){2}));
    give(to, "mae", tensor_of(CLPT_TYPE_F64, 0, NULL, (double[]){(double)NAN}));
    to = stage(&m->got, "losses");
    give(to, "poisson", tensor_of(CLPT_TYPE_F64, 0, NULL, (double[]){2}));
    give(to, "mae", tensor_of(CLPT_TYPE_F64, 0, NULL, (double[]){1}));
    assert_int_equal(clpti_parity_manifest_add(&m->got, CLPTI_PARITY_RUN, "driver", "<1>", NULL), CLPT_OK);
    assert_int_equal(clpti_parity_manifest_add(&m->got, CLPTI_PARITY_RUN, name, name, NULL), CLPT_OK);
    assert_int_equal(clpti_parity_manifest_add(&m->got, CLPTI_PARITY_DATA, "__proto__", name, NULL), CLPT_OK);
    assert_int_equal(clpti_parity_manifest_add(&m->expected, CLPTI_PARITY_RUN, "driver", "2", NULL), CLPT_OK);
    assert_int_equal(clpti_parity_plan_make(&m->problem.config, "patches,losses", &m->plan, &message), CLPT_OK);
    assert_int_equal(clpti_parity_judge(&m->problem, &m->plan, &m->got, &m->expected, 1, &m->comparison, &message),
                     CLPT_OK);
}

static void make_none(made_up *m)
{
    clpti_parity_comparison_free(&m->comparison);
    clpti_parity_run_free(&m->got);
    clpti_parity_run_free(&m->expected);
    clpti_parity_problem_free(&m->problem);
}

static clpti_parity_report report_of(const made_up *m)
{
    return (clpti_parity_report){m->runs, 2, &m->comparison, 1};
}

static char *written(const made_up *m, char kind)
{
    char *text = NULL;
    size_t size = 0;
    const clpti_parity_report report = report_of(m);
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    if (kind == 'j') assert_int_equal(clpti_json_write(stream, clpti_parity_json(&report), NULL), CLPT_OK);
    if (kind == 'h') assert_int_equal(clpti_parity_write_page(stream, &report, NULL), CLPT_OK);
    if (kind == 't') clpti_parity_print(stream, &m->comparison, false);
    assert_int_equal(fclose(stream), 0);
    return text;
}

static double number_of(const cJSON *object, const char *name)
{
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);
    assert_true(cJSON_IsNumber(found));
    return found->valuedouble;
}

static const char *text_of(const cJSON *object, const char *name)
{
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);
    assert_true(cJSON_IsString(found));
    return found->valuestring;
}

/* The entry of a list whose member has this text. */
static const cJSON *entry_of(const cJSON *list, const char *member, const char *text)
{
    const cJSON *one;
    cJSON_ArrayForEach(one, list)
    {
        if (!strcmp(text_of(one, member), text)) return one;
    }
    fail_msg("no entry with %s '%s'", member, text);
    return NULL;
}

static void json_holds_every_number(void **state)
{
    (void)state;
    made_up m;
    make_up(&m, "device");
    char *text = written(&m, 'j');
    cJSON *root = cJSON_Parse(text);
    assert_non_null(root);
    const cJSON *c = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "comparisons"), 0);
    const cJSON *arrays = cJSON_GetObjectItem(c, "arrays"), *bin;
    assert_true(number_of(c, "pass") == 1 && number_of(c, "fail") == 2);
    assert_string_equal(text_of(c, "got"), m.got.label);
    assert_string_equal(cJSON_GetArrayItem(cJSON_GetObjectItem(c, "differs"), 0)->valuestring, "driver: <1>, not 2");
    const cJSON *patches = entry_of(arrays, "array", "patches");
    assert_string_equal(text_of(patches, "verdict"), "fail");
    assert_true(number_of(patches, "beyond") == 1 && number_of(patches, "compared") == 240);
    assert_true(fabs(number_of(patches, "largest") - 2e-3 / 1.98) < 1e-6);
    const cJSON *first = cJSON_GetObjectItem(patches, "first_beyond");
    const cJSON *at = cJSON_GetObjectItem(first, "at");
    assert_int_equal(cJSON_GetArraySize(at), 3);
    static const int expected_index[] = {1, 3, 4};
    for (int axis = 0; axis < 3; axis++) assert_int_equal(cJSON_GetArrayItem(at, axis)->valueint, expected_index[axis]);
    double got = number_of(cJSON_GetObjectItem(first, "got"), "re");
    assert_true(fabs(got - number_of(cJSON_GetObjectItem(first, "reference"), "re") - 2e-3) < 1e-6);
    double all = 0;
    cJSON_ArrayForEach(bin, cJSON_GetObjectItem(patches, "ulp_histogram"))
    {
        all += cJSON_GetArrayItem(bin, 2)->valuedouble;
    }
    assert_true(all == 480);
    const cJSON *mae = entry_of(arrays, "array", "mae");
    assert_true(number_of(mae, "not_finite") == 1);
    assert_string_equal(text_of(cJSON_GetObjectItem(mae, "first_beyond"), "reference_text"), "nan");
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(cJSON_GetObjectItem(mae, "first_beyond"), "reference")));
    cJSON_Delete(root);
    free(text);
    make_none(&m);
}

static void pages_hold_the_json_and_nothing_else(void **state)
{
    (void)state;
    const char *const names[] = {"device", page_hostile};
    for (int k = 0; k < 2; k++) {
        made_up m;
        make_up(&m, names[k]);
        const clpti_parity_report report = report_of(&m);
        char *page = written(&m, 'h'), *text = written(&m, 't');
        page_check(page, clpti_parity_json(&report), clpti_parity_pictures(&report), text);
        free(text);
        free(page);
        make_none(&m);
    }
}

/* Base64 of a PNG file's first bytes, and no character that base64 lacks. */
static void is_png(const cJSON *object, const char *name)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *text = text_of(object, name);
    size_t length = strspn(text, digits);
    assert_true(strlen(text) % 4 == 0 && length > 200 && strlen(text) - length <= 2);
    assert_int_equal(strspn(text + length, "="), strlen(text) - length);
    assert_int_equal(strncmp(text, "iVBORw0KGgoAAAANSUhEUg", 22), 0);
}

static void pictures_show_the_image_that_differs(void **state)
{
    (void)state;
    made_up m;
    make_up(&m, "device");
    const clpti_parity_report report = report_of(&m);
    cJSON *list = clpti_parity_pictures(&report);
    assert_int_equal(cJSON_GetArraySize(list), 1);
    const cJSON *one = cJSON_GetArrayItem(list, 0), *image = cJSON_GetObjectItem(one, "image");
    assert_true(number_of(one, "comparison") == 0);
    assert_string_equal(m.comparison.findings[(int)number_of(one, "array")].array, "patches");
    assert_int_equal(cJSON_GetArraySize(image), 1);
    assert_int_equal(cJSON_GetArrayItem(image, 0)->valueint, 1);
    assert_true(number_of(one, "reduced_by") == 1);
    is_png(one, "amplitude");
    is_png(one, "phase");
    is_png(one, "difference");
    assert_string_not_equal(text_of(one, "amplitude"), text_of(one, "phase"));
    assert_string_not_equal(text_of(one, "amplitude"), text_of(one, "difference"));
    cJSON_Delete(list);
    make_none(&m);
}

static void texts_name_elements_and_counts(void **state)
{
    (void)state;
    static const char *const parts[] = {"first beyond tolerance [1, 3, 4] 1.",
                                        "1 of 240 elements are beyond the tolerance", "1 elements are not finite",
                                        "1 pass, 2 fail, 1 absent"};
    made_up m;
    make_up(&m, "device");
    char *text = written(&m, 't');
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        const char *found = strstr(text, parts[k]);
        assert_true(found && !strstr(found + 1, parts[k]));
    }
    free(text);
    make_none(&m);
}

static void configurations_come_back_from_their_texts(void **state)
{
    (void)state;
    const clpti_parity_config config = {.count = 7,
                                        .seed = UINT64_MAX,
                                        .engines = "dm,raar",
                                        .alpha = 0.1,
                                        .probe_start = -1,
                                        .propagation = CLPT_PROPAGATION_FRESNEL,
                                        .wavelength = 1.0 / 3e10};
    clpti_parity_config back = {.count = 0};
    const char *name;
    char text[160];
    for (int k = 0; clpti_parity_config_text(&config, k, &name, text); k++)
        assert_true(clpti_parity_config_set(&back, name, text));
    assert_memory_equal(&config, &back, sizeof config);
    assert_false(clpti_parity_config_set(&back, "count", "7x"));
    assert_false(clpti_parity_config_set(&back, "colour", "7"));
}

static const struct {
    const char *page, *name;
} pages[] = {{"parity.html", "device"}, {"parity_hostile.html", page_hostile}};

static int write_pages(const char *folder)
{
    for (int k = 0; k < 2; k++) {
        made_up m;
        make_up(&m, pages[k].name);
        char *page = written(&m, 'h');
        page_write(folder, pages[k].page, page);
        free(page);
        make_none(&m);
    }
    return 0;
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statistics_of_magnitudes_leave_out_what_is_not_finite),
        cmocka_unit_test(ulps_count_floats_between),
        cmocka_unit_test(difference_finds_the_first_and_the_largest),
        cmocka_unit_test(difference_of_complex_counts_both_parts),
        cmocka_unit_test(difference_never_passes_what_is_not_finite),
        cmocka_unit_test(difference_from_zeros_is_beyond_every_tolerance),
        cmocka_unit_test(rules_weigh_as_they_say),
        cmocka_unit_test(plans_have_what_their_stages_take),
        cmocka_unit_test(judgement_tells_failed_absent_and_iterations),
        cmocka_unit_test(moved_starts_are_a_last_place_off_and_raise_tolerances),
        cmocka_unit_test(json_holds_every_number),
        cmocka_unit_test(pages_hold_the_json_and_nothing_else),
        cmocka_unit_test(pictures_show_the_image_that_differs),
        cmocka_unit_test(texts_name_elements_and_counts),
        cmocka_unit_test(configurations_come_back_from_their_texts),
    };
    if (count == 3 && !strcmp(arguments[1], "pages")) return write_pages(arguments[2]);
    return cmocka_run_group_tests_name("parity", tests, NULL, NULL);
}
