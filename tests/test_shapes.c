/* SPDX-License-Identifier: Apache-2.0 */
/* A hundred shapes in one context, for every operation and engine: each is right, and after a side's first calls no
 * program is built and no kernel made, whatever the sizes, counts, channels, modes and batches. No patterns at all is
 * an error that names the argument. test_all: more shapes; CLPTYCHO_TEST_MANY: more yet, and larger ones. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/explain.h"
#include "every.h"
#include "every_engine.h"
#include "layer_case.h"

static bool many(void)
{
    const char *text = getenv("CLPTYCHO_TEST_MANY");
    return text && *text;
}

/* ---- builds ---- */

static const char *const making[] = {"clBuildProgram", "clCreateProgramWithSource", "clCreateProgramWithBinary",
                                     "clCreateKernel" /* the last, see expect_no_builds */};
enum { MAKING = sizeof making / sizeof *making };

typedef struct builds {
    long calls[MAKING];
} builds;

static builds builds_now(void)
{
    builds b = {{0}};
    for (int i = 0; i < MAKING && layer_calls; i++) b.calls[i] = layer_calls(making[i]);
    return b;
}

/* CLBlast makes a kernel of a program that it has in every call. */
static void expect_no_builds(const builds *before, const char *what)
{
    builds now = builds_now();
    bool library = strstr(clpti_choices_summary(test_context), ": clblast") != NULL;
    for (int i = 0; i < (library ? MAKING - 1 : MAKING); i++)
        if (now.calls[i] != before->calls[i])
            fail_msg("%s: %s was called %ld times more; chosen so far:\n%s", what, making[i],
                     now.calls[i] - before->calls[i], clpti_choices_summary(test_context));
}

/* ---- shapes ---- */

static const int64_t sides[] = {7, 16, 31, 60, 64, 96, 97, 104, 128};
static const int64_t few_sides[] = {7, 16};
static const int64_t counts[] = {1, 2, 3, 5, 7, 11, 13, 31, 97, 101, 257};
enum { COUNTS = sizeof counts / sizeof *counts };

static int side_count(void)
{
    return test_small() ? 2 : (int)(sizeof sides / sizeof *sides);
}

static int64_t side_at(int i)
{
    return test_small() ? few_sides[i] : sides[i];
}

/* A reference context has only itself to compare with. */
static int shapes_of_a_side(void)
{
    return test_few() ? 2 : test_small() || test_is_reference() ? 3 : many() ? 100 : test_all() ? 23 : COUNTS;
}

/* The largest of the counts that keeps `pixels` a step within the limit, no larger than number `index` of them. */
static int64_t fitting(int index, int64_t pixels)
{
    int64_t limit = many() ? 2000000 : test_small() ? 4000 : 16000;
    int i = index % COUNTS;
    while (i > 0 && counts[i] * pixels > limit) i--;
    return counts[i];
}

static int64_t limit(int64_t value, int64_t maximum)
{
    return value < maximum ? value : maximum;
}

/* Shape number i of a side: counts, canvases and numbers of modes go their own ways. */
static clpti_sizes shape(int64_t side, int i)
{
    clpti_sizes z = {.N = side};
    z.M = side + (5 * i) % (side + 2);
    z.H = side + 1 + (7 * i) % 30;
    z.W = side + 1 + (11 * i + 3) % 41;
    z.C = limit(1 + i % 9, fitting(COUNTS - 1, z.M * z.M));
    z.P = limit(1 + (2 * i) % 9, fitting(COUNTS - 1, side * side));
    z.S = fitting(i, z.P * side * side);
    z.B = fitting(i + 4, z.H * z.W);
    z.G = fitting(3 * i + 1, z.C * (z.M * z.M + z.P * side * side));
    z.crop = 1 + (3 * i) % side;
    return z;
}

static void run(clpt_context *context, const every_case *test, const clpti_sizes *z)
{
    every_result result = every_run(context, test, z, (every_way){0});
    every_free(&result);
}

/* A side's first calls, with one mode: programs for several modes are built too, except a library's products of
 * modes, which one mode has no need of. */
static void warm_up(int64_t side)
{
    clpti_sizes z = {.B = 3,
                     .S = 5,
                     .G = 2,
                     .C = 2,
                     .P = 1,
                     .N = side,
                     .M = side + 3,
                     .H = side + 5,
                     .W = side + 8,
                     .crop = side / 2};
    for (int k = 0; every_case_at(k); k++) {
        const char *name = every_case_at(k)->name;
        int64_t maximum = !strcmp(name, "clpt_gram") || !strcmp(name, "clpt_orthogonalise") ? 2 : 1;
        for (z.P = 1; z.P <= maximum; z.P++) run(test_context, every_case_at(k), &z);
    }
}

static const char *shape_text(const clpti_sizes *z)
{
    return test_text("B %d S %d G %d C %d P %d N %d M %d H %d W %d crop %d", (int)z->B, (int)z->S, (int)z->G, (int)z->C,
                     (int)z->P, (int)z->N, (int)z->M, (int)z->H, (int)z->W, (int)z->crop);
}

static double largest(const test_field *field)
{
    double maximum = 0;
    for (int64_t i = 0; i < field->count; i++)
        maximum = fmax(maximum, hypot(test_get(field, i, 0), test_get(field, i, 1)));
    return maximum;
}

/* Scale of the rounding of a result. A slope by a position or shift adds up N² products of either sign and
 * of about 1: of the size of N, unless they happen to cancel. What cancels by the formula (one patch: no weights change
 * its mean) is rounding of inputs of about 1. */
static double scale_of(const clpti_sizes *z, const char *output, const test_field *expected)
{
    double maximum = largest(expected);
    if (test_type_is_double(expected->type) && !strncmp(output, "d_", 2)) return fmax(maximum, (double)z->N);
    return maximum > 1e-3 ? maximum : 1;
}

static void compare(const char *name, const every_case *test, const test_field *got, const test_field *expected,
                    double scale)
{
    if (scale <= largest(expected)) {
        test_mostly_close(name, got, expected, test->tolerance, test->variant->fraction);
        return;
    }
    for (int64_t i = 0; i < got->count; i++)
        for (int part = 0; part < 2; part++)
            if (!(fabs(test_get(got, i, part) - test_get(expected, i, part)) <= test->tolerance * scale))
                fail_msg("%s: element %lld is %g and should be %g", name, (long long)i, test_get(got, i, part),
                         test_get(expected, i, part));
}

static void check(const every_case *test, const clpti_sizes *z)
{
    every_result got = every_run(test_context, test, z, (every_way){0});
    every_result expected = every_run(test_reference, test, z, (every_way){0});
    for (int i = 0; i < got.count; i++) {
        char name[256];
        snprintf(name, sizeof name, "%s: %s, %s", test->name, got.names[i], shape_text(z));
        compare(name, test, &got.out[i], &expected.out[i], scale_of(z, got.names[i], &expected.out[i]));
    }
    every_free(&got);
    every_free(&expected);
}

static void every_shape_is_right_and_builds_nothing(void **state)
{
    (void)state;
    int done = 0;
    for (int s = 0; s < side_count(); s++) {
        warm_up(side_at(s));
        builds before = builds_now();
        for (int i = 0; i < shapes_of_a_side(); i++, done++) {
            clpti_sizes z = shape(side_at(s), i);
            for (int k = 0; every_case_at(k); k++) {
                check(every_case_at(k), &z);
                expect_no_builds(&before, test_text("%s, %s", every_case_at(k)->name, shape_text(&z)));
            }
        }
    }
    printf("%d shapes of every operation\n", done);
}

/* After all other sides, so that a side that was put aside comes back. */
static void sides_met_before_build_nothing(void **state)
{
    (void)state;
    builds before = builds_now();
    for (int s = 0; s < side_count(); s++) {
        warm_up(side_at(s));
        expect_no_builds(&before, test_text("side %d again", (int)side_at(s)));
    }
}

/* Some variants have several programs, by the number of modes: the first call with one or several of them has all that
 * any such number needs. Variants for GPUs, on every device; each at its cheapest side. */
static const struct forced {
    const char *variant, *test;
    int64_t side, numbers[6]; /* of modes: the first call's, and those that follow */
} forced[] = {{"probe_gradient=columns", "clpt_forward_adjoint", 16, {2, 3, 4, 5, 7, 9}},
              {"forward=n64", "clpt_forward", 64, {1, 2, 3, 9}},
              {"forward=n64", "clpt_forward", 64, {3, 1, 2, 9}},
              {"forward=split", "clpt_forward", 16, {1, 2, 3, 9}},
              {"forward=split", "clpt_forward", 16, {3, 1, 2, 9}},
              {"exit_step=n64", "clpt_forward_adjoint", 64, {1, 2, 3, 9}},
              {"exit_step=split", "clpt_forward_adjoint", 16, {1, 2, 3, 9}}};

static const every_case *case_called(const char *name)
{
    int k = 0;
    while (every_case_at(k) && strcmp(every_case_at(k)->name, name) != 0) k++;
    if (!every_case_at(k)) fail_msg("no case is called '%s'", name);
    return every_case_at(k);
}

static void modes_of_a_forced_variant_build_once(void **state)
{
    (void)state;
    if (test_is_reference()) return;
    if (clpt_context_get_device(test_context)->local_memory < 39 * 1024) skip(); /* none of them applies */
    for (const struct forced *f = forced; f < forced + sizeof forced / sizeof *forced; f++) {
        if (test_few() && f->side > 16) continue;
        clpt_context_options options = {.size = sizeof options, .device = test_device(), .variants = f->variant};
        clpt_context *context = NULL;
        builds before = {{0}};
        clpti_sizes z = {.S = 3, .N = f->side, .H = f->side + 7, .W = f->side + 5};
        if (clpt_context_create(&options, &context, NULL) != CLPT_OK) fail_msg("cannot open '%s'", test_device());
        for (const int64_t *modes = f->numbers; modes < f->numbers + 6 && *modes; modes++) {
            z.P = *modes;
            run(context, case_called(f->test), &z);
            if (modes == f->numbers) before = builds_now();
            expect_no_builds(&before, test_text("%s: %d modes after %d", f->variant, (int)*modes, (int)f->numbers[0]));
        }
        clpt_context_destroy(&context);
    }
}

/* ---- engines ---- */

static test_field objects_of(clpt_context *context, const solver_case *c, const char *engine, int64_t batch)
{
    every_options options = {.options = batch ? test_text("seed=3 probe-start=0 batch=%lld", (long long)batch)
                                              : "seed=3 probe-start=0"};
    test_field object = test_field_new(CLPT_TYPE_C64, 2, c->object.shape);
    clpt_array to = test_array(&object);
    clpt_solver *solver = NULL;
    test_ok(context, every_solver(context, c, engine, &options, &solver));
    test_ok(context, clpt_solver_iterate(solver, NULL));
    test_ok(context, clpt_solver_get_object(solver, &to));
    clpt_solver_destroy(&solver);
    return object;
}

/* Some engines take one pattern at a time, or all. */
static bool takes_batch(const solver_case *c, const char *engine, int64_t batch)
{
    every_options options = {.options = batch ? test_text("batch=%lld", (long long)batch) : ""};
    clpt_solver *solver = NULL;
    clpt_status status = every_solver(test_reference, c, engine, &options, &solver);
    clpt_solver_destroy(&solver);
    return status == CLPT_OK || batch == 0;
}

static void check_engine(const solver_case *c, const char *engine, int64_t batch)
{
    static const double same_object = 1e-4; /* as test_engines: float32 over an iteration of divisions */
    test_field got = objects_of(test_context, c, engine, batch),
               expected = objects_of(test_reference, c, engine, batch);
    test_close(test_text("%s, %d patterns, %d modes, batches of %d", engine, (int)c->count, (int)c->modes, (int)batch),
               &got, &expected, same_object, NULL);
    test_field_free(&got);
    test_field_free(&expected);
}

/* Of an engine, with one pattern: what several need too (fold) is there from operations, unless those were small. */
static builds first_calls(solver_case *c, const char *engine, int64_t batch, int64_t all)
{
    int64_t count = c->count;
    for (int more = 0; more < (test_small() ? 2 : 1); more++) {
        if (more) c->count = c->measurement.count = all;
        if (!takes_batch(c, engine, batch)) break;
        test_field object = objects_of(test_context, c, engine, batch);
        test_field_free(&object);
    }
    c->count = c->measurement.count = count;
    return builds_now();
}

static void engines_take_any_count_and_batch(void **state)
{
    (void)state;
    static const int64_t batches[] = {0, 1, 3, 7};
    builds before = {{0}};
    for (int64_t modes = 1; modes <= (test_few() ? 1 : test_small() ? 2 : 3); modes++) {
        solver_case c = solver_case_new(modes);
        int64_t all = c.count;
        for (int i = 0; i < COUNTS && counts[i] <= all; i += test_small() ? 2 : 1) {
            c.count = c.measurement.count = counts[i];
            for (size_t k = 0; every_engine_name(k); k++)
                for (size_t b = 0; b < sizeof batches / sizeof *batches; b++) {
                    if (!takes_batch(&c, every_engine_name(k), batches[b])) continue;
                    if (i == 0 && modes == 1) before = first_calls(&c, every_engine_name(k), batches[b], all);
                    check_engine(&c, every_engine_name(k), batches[b]);
                    expect_no_builds(&before, test_text("%s, %d patterns", every_engine_name(k), (int)counts[i]));
                }
        }
        solver_case_free(&c);
    }
}

/* ---- nothing ---- */

/* An argument of the case's call with an axis of that letter. */
static bool has_letter(const every_case *test, int array, char letter)
{
    return clpti_entry_uses(test->entry, array, &test->options) && strchr(test->entry->arrays[array]->shape, letter);
}

static void expect_refusal(const every_case *test, char letter, clpti_sizes z)
{
    every_result result = every_try(test_context, test, &z, (every_way){0});
    const char *message = clpt_context_get_message(test_context);
    bool named = false, by_name = !strncmp(message, test->entry->function, strlen(test->entry->function));
    for (int k = 0; test->entry->arrays[k]; k++)
        named = named || (has_letter(test, k, letter) && strstr(message, test->entry->arrays[k]->name));
    if (result.status != CLPT_ERROR_ARGUMENT || !named || !by_name || !strchr(message, '0'))
        fail_msg("%s without any %c: %s, message: %s", test->name, letter, clpt_status_name(result.status), message);
    every_free(&result);
}

/* An empty scan cannot be created: operations without other arrays of S entries fail there. */
static bool has_fields(const every_case *test, char letter)
{
    for (int k = 0; test->entry->arrays[k]; k++)
        if (has_letter(test, k, letter) && test->entry->arrays[k]->content != CLPTI_CONTENT_POSITIONS) return true;
    return false;
}

static void nothing_is_refused_by_name(void **state)
{
    (void)state;
    for (int k = 0; every_case_at(k); k++) {
        const every_case *test = every_case_at(k);
        for (const char *letter = "BSGCPN"; *letter; letter++) {
            clpti_sizes z = {.B = 3, .S = 5, .G = 2, .C = 2, .P = 2, .N = 8, .M = 11, .H = 13, .W = 12, .crop = 3};
            if (!has_fields(test, *letter)) continue;
            *(*letter == 'B'   ? &z.B
              : *letter == 'S' ? &z.S
              : *letter == 'G' ? &z.G
              : *letter == 'C' ? &z.C
              : *letter == 'P' ? &z.P
                               : &z.N) = 0;
            expect_refusal(test, *letter, z);
        }
    }
}

static void a_scan_or_measurement_of_nothing_is_refused(void **state)
{
    (void)state;
    clpt_scan *scan = NULL;
    clpt_buffer *buffer = NULL;
    clpt_message message = {0};
    double position[2] = {8, 8};
    float pattern[64] = {0};
    int64_t index[4];
    clpt_measurement none = {.size = sizeof none, .amplitude = pattern, .side = 8, .positions = position};
    test_field field = test_field_random(CLPT_TYPE_C64, 1, 2, CLPT_SHAPE(8, 8));
    clpt_array array = test_array(&field);
    test_fails(test_context, clpt_scan_create(test_context, position, 0, &scan), CLPT_ERROR_ARGUMENT,
               "clpt_scan_create|0");
    test_fails(test_context, clpt_buffer_create(test_context, CLPT_TYPE_F32, 0, &buffer), CLPT_ERROR_ARGUMENT,
               "at least 1 element|0");
    for (size_t k = 0; clpt_engine_name(k); k++) {
        clpt_solver *solver = NULL;
        clpt_solver_options options = test_options("engine=%s probe-start=0", clpt_engine_name(k));
        test_fails(test_context, clpt_solver_create(test_context, &none, &array, &array, &options, &solver),
                   CLPT_ERROR_ARGUMENT, "clpt_solver_create|0 patterns of side 8");
        assert_null(solver);
    }
    assert_int_equal(clpt_groups_draw(position, 0, NULL, index, NULL, NULL, &message), CLPT_ERROR_ARGUMENT);
    if (!strstr(message.text, "0")) fail_msg("clpt_groups_draw: %s", message.text);
    test_field_free(&field);
}

int main(void)
{
    layer_ask();
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_refused_by_name),
        cmocka_unit_test(a_scan_or_measurement_of_nothing_is_refused),
        cmocka_unit_test(every_shape_is_right_and_builds_nothing),
        cmocka_unit_test(sides_met_before_build_nothing),
        cmocka_unit_test(modes_of_a_forced_variant_build_once),
        cmocka_unit_test(engines_take_any_count_and_batch),
    };
    if (!layer_find()) printf("the OpenCL loader takes no layers: builds are not counted\n");
    return cmocka_run_group_tests_name("shapes", tests, test_open_both, test_close_both);
}
