/* SPDX-License-Identifier: Apache-2.0 */
/* The state of a reconstruction: read and restored into a new solver, it continues with the same bits. */
#include <stdlib.h>
#include <string.h>

#include "solver_case.h"

#include "core/context.h"
#include "shared/position.h"
#include "solve/solver.h"

enum { arrays_max = clpti_state_capacity };

typedef struct saved {
    size_t count;
    clpt_solver_array arrays[arrays_max];
    test_field fields[arrays_max];
    int64_t iteration;
} saved;

static saved save(clpt_solver *solver)
{
    saved s = {.count = clpt_solver_get_state_count(solver), .iteration = clpt_solver_get_iteration(solver)};
    for (size_t i = 0; i < s.count; i++) {
        clpt_solver_array *array = &s.arrays[i];
        test_ok(test_context, clpt_solver_describe_state(solver, i, array));
        s.fields[i] = test_field_new(array->type, array->rank, array->shape);
        clpt_array to = test_array(&s.fields[i]);
        test_ok(test_context, clpt_solver_get_state(solver, i, &to));
    }
    return s;
}

static void restore(clpt_solver *solver, const saved *s)
{
    assert_int_equal(clpt_solver_get_state_count(solver), s->count);
    for (size_t i = 0; i < s->count; i++) {
        clpt_solver_array array;
        clpt_array from = test_array(&s->fields[i]);
        test_ok(test_context, clpt_solver_describe_state(solver, i, &array));
        assert_string_equal(array.name, s->arrays[i].name);
        test_ok(test_context, clpt_solver_set_state(solver, i, &from));
    }
    test_ok(test_context, clpt_solver_set_iteration(solver, s->iteration));
}

static void same(const char *name, const saved *a, const saved *b)
{
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->iteration, b->iteration);
    for (size_t i = 0; i < a->count; i++)
        test_same_bits(test_text("%s: %s", name, a->arrays[i].name), &a->fields[i], &b->fields[i]);
}

static void forget(saved *s)
{
    for (size_t i = 0; i < s->count; i++) test_field_free(&s->fields[i]);
}

static clpt_solver *solver_of(const solver_case *c, const char *engine)
{
    clpt_solver *solver = NULL;
    clpt_array object = test_array(&c->flat), probe = test_array(&c->weaker);
    clpt_solver_options options = clpt_solver_options_default();
    options.engine = engine;
    options.seed = 5;
    test_ok(test_context, clpt_solver_create(test_context, &c->measurement, &object, &probe, &options, &solver));
    return solver;
}

static void iterate(clpt_solver *solver, int times, double *error)
{
    for (int i = 0; i < times; i++) test_ok(test_context, clpt_solver_iterate(solver, error));
}

/* Every engine there is. */
static void state_put_back_goes_on_to_the_same_bits(void **state)
{
    (void)state;
    solver_case c = solver_case_new(2);
    int half = test_small() ? 1 : 3;
    for (size_t k = 0; clpt_engine_name(k); k++) {
        double error_whole = 0, error_resumed = -1;
        clpt_solver *whole = solver_of(&c, clpt_engine_name(k)), *resumed = solver_of(&c, clpt_engine_name(k));
        iterate(whole, half, NULL);
        saved middle = save(whole);
        iterate(whole, half, &error_whole);
        saved end = save(whole);
        assert_memory_not_equal(middle.fields[0].data, end.fields[0].data, (size_t)end.fields[0].count * 8);
        restore(resumed, &middle);
        iterate(resumed, half, &error_resumed);
        saved again = save(resumed);
        same(clpt_engine_name(k), &end, &again);
        assert_true(error_whole == error_resumed);
        saved *all[] = {&middle, &end, &again};
        for (size_t i = 0; i < 3; i++) forget(all[i]);
        clpt_solver_destroy(&whole);
        clpt_solver_destroy(&resumed);
    }
    solver_case_free(&c);
}

static void lists_begin_with_object_and_probe(void **state)
{
    (void)state;
    solver_case c = solver_case_new(2);
    for (size_t k = 0; clpt_engine_name(k); k++) {
        clpt_solver *solver = solver_of(&c, clpt_engine_name(k));
        clpt_solver_array array;
        test_ok(test_context, clpt_solver_describe_state(solver, 0, &array));
        assert_string_equal(array.name, "object");
        assert_int_equal(array.rank, 2);
        assert_int_equal(array.shape[0], c.height);
        assert_int_equal(array.shape[1], c.width);
        assert_int_equal(array.type, test_is_reference() ? CLPT_TYPE_C128 : CLPT_TYPE_C64);
        test_ok(test_context, clpt_solver_describe_state(solver, 1, &array));
        assert_string_equal(array.name, "probe");
        assert_memory_equal(array.shape, ((int64_t[]){2, c.side, c.side}), 3 * sizeof(int64_t));
        clpt_solver_destroy(&solver);
    }
    solver_case_free(&c);
}

static void wrong_arguments_are_named(void **state)
{
    (void)state;
    solver_case c = solver_case_new(1);
    clpt_solver *solver = solver_of(&c, "rpie");
    clpt_solver_array array;
    float few[8] = {0};
    clpt_array wrong = clpt_array_host(few, CLPT_TYPE_C64, 2, CLPT_SHAPE(2, 2)),
               real = clpt_array_host(few, CLPT_TYPE_F32, 2, CLPT_SHAPE(c.height, c.width));
    size_t count = clpt_solver_get_state_count(solver);
    test_fails(test_context, clpt_solver_describe_state(solver, count, &array), CLPT_ERROR_ARGUMENT,
               "does not exist|rpie");
    test_fails(test_context, clpt_solver_get_state(solver, count, &wrong), CLPT_ERROR_ARGUMENT, "does not exist");
    test_fails(test_context, clpt_solver_get_state(solver, 0, &wrong), CLPT_ERROR_ARGUMENT, "object|2");
    test_fails(test_context, clpt_solver_set_state(solver, 0, &real), CLPT_ERROR_ARGUMENT, "object|complex");
    test_fails(test_context, clpt_solver_set_state(solver, 0, NULL), CLPT_ERROR_ARGUMENT, "object");
    test_fails(test_context, clpt_solver_set_iteration(solver, -1), CLPT_ERROR_ARGUMENT, "-1");
    assert_int_equal(clpt_solver_get_state_count(NULL), 0);
    assert_int_equal(clpt_solver_get_state(NULL, 0, &wrong), CLPT_ERROR_ARGUMENT);
    clpt_solver_destroy(&solver);
    solver_case_free(&c);
}

/* ---- rows of every kind, by an engine of the test's own ---- */

static clpt_buffer *reals, *indices, *positions;
static double numbers[3];
static int changes;

static clpt_status changed(clpt_solver *solver)
{
    (void)solver;
    changes++;
    return CLPT_OK;
}

static int entries_of_every_kind(clpt_solver *solver, clpti_state_entry *entries, int capacity)
{
    (void)solver;
    int count = 0;
    assert_true(capacity >= 4);
    entries[count++] = (clpti_state_entry){.name = "reals", .rank = 2, .shape = {2, 3}, .buffer = reals};
    entries[count++] = (clpti_state_entry){.name = "indices", .rank = 1, .shape = {5}, .buffer = indices};
    if (positions)
        entries[count++] = (clpti_state_entry){.name = "places", .rank = 2, .shape = {2, 4}, .buffer = positions};
    entries[count++] =
        (clpti_state_entry){.name = "host", .rank = 1, .shape = {3}, .host = numbers, .changed = changed};
    return count;
}

static void entries_of_every_kind_keep_their_bits(void **state)
{
    (void)state;
    solver_case c = solver_case_new(1);
    clpt_solver *solver = solver_of(&c, "rpie");
    const clpti_engine *real_engine = solver->engine;
    clpti_engine engine = *real_engine;
    engine.states = entries_of_every_kind;
    solver->engine = &engine;
    static const float fields[6] = {1, -2, 3e-20f, 4, 5, 6};
    static const int32_t whole[5] = {0, -1, 2147483647, 7, 8};
    static const clpt_position pairs[2] = {{-3, 40000, 0.3f, -1e-30f}, {5, 6, 0.75f, 0}};
    test_ok(test_context, clpti_buffer_create(test_context, CLPTI_REAL, 6, &reals));
    test_ok(test_context, clpti_buffer_create(test_context, CLPTI_INDEX, 5, &indices));
    if (!test_is_reference()) test_ok(test_context, clpti_buffer_create(test_context, CLPTI_POSITION, 2, &positions));
    test_ok(test_context, clpti_field_upload(clpti_view_of(reals), fields, CLPT_TYPE_F32, 6));
    test_ok(test_context, clpti_upload(clpti_view_of(indices), whole, 5));
    if (positions) test_ok(test_context, clpti_upload(clpti_view_of(positions), pairs, 2));
    memcpy(numbers, (double[]){0.1, -2, 3}, sizeof numbers);
    saved before = save(solver);
    assert_int_equal(before.count, positions ? 6 : 5);
    test_ok(test_context, clpti_zero(clpti_view_of(reals), 6));
    test_ok(test_context, clpti_zero(clpti_view_of(indices), 5));
    if (positions) test_ok(test_context, clpti_zero(clpti_view_of(positions), 2));
    memset(numbers, 0, sizeof numbers);
    changes = 0;
    restore(solver, &before);
    assert_int_equal(changes, 1);
    int32_t whole_now[5];
    clpt_position pairs_now[2];
    test_ok(test_context, clpti_download(clpti_view_of(indices), whole_now, 5));
    assert_memory_equal(whole_now, whole, sizeof whole);
    if (positions) {
        test_ok(test_context, clpti_download(clpti_view_of(positions), pairs_now, 2));
        assert_memory_equal(pairs_now, pairs, sizeof pairs);
    }
    assert_true(numbers[0] == 0.1 && numbers[1] == -2);
    saved after = save(solver);
    same("after", &before, &after);
    forget(&before);
    forget(&after);
    solver->engine = real_engine;
    clpt_solver_destroy(&solver);
    clpt_buffer_destroy(&reals);
    clpt_buffer_destroy(&indices);
    clpt_buffer_destroy(&positions);
    solver_case_free(&c);
}

/* ---- the observer ---- */

typedef struct watch {
    int64_t calls, stop_at, iteration;
    double error;
    test_field object;
} watch;

static bool look(void *user, clpt_solver *solver, int64_t iteration, double error)
{
    watch *w = user;
    clpt_array object = test_array(&w->object);
    test_ok(test_context, clpt_solver_get_object(solver, &object));
    w->calls++;
    w->iteration = iteration;
    w->error = error;
    return w->calls != w->stop_at;
}

static void observer_sees_each_iteration_and_stops_it(void **state)
{
    (void)state;
    solver_case c = solver_case_new(1);
    watch w = {.stop_at = 2, .object = test_field_new(CLPT_TYPE_C64, 2, c.object.shape)};
    clpt_solver *plain = solver_of(&c, "rpie"), *watched = NULL;
    clpt_array object = test_array(&c.flat), probe = test_array(&c.weaker), response;
    clpt_solver_options options = clpt_solver_options_default();
    options.seed = 5;
    options.observer = look;
    options.observer_user = &w;
    test_ok(test_context, clpt_solver_create(test_context, &c.measurement, &object, &probe, &options, &watched));
    test_ok(test_context, clpt_solver_iterate(watched, NULL));
    assert_true(w.calls == 1 && w.iteration == 1);
    double error_plain = 0, error_watched = 0;
    test_fails(test_context, clpt_solver_iterate(watched, &error_watched), CLPT_ERROR_CANCELLED, "iteration 2");
    assert_true(w.calls == 2 && clpt_solver_get_iteration(watched) == 2 && w.error == error_watched);
    iterate(plain, 2, &error_plain);
    assert_true(error_plain == error_watched);
    test_field of_plain = test_field_new(CLPT_TYPE_C64, 2, c.object.shape);
    response = test_array(&of_plain);
    test_ok(test_context, clpt_solver_get_object(plain, &response));
    test_same_bits("object as observed", &w.object, &of_plain);
    test_ok(test_context, clpt_solver_iterate(watched, NULL)); /* it can continue */
    assert_int_equal(w.iteration, 3);
    clpt_solver_destroy(&plain);
    clpt_solver_destroy(&watched);
    test_field_free(&of_plain);
    test_field_free(&w.object);
    solver_case_free(&c);
}

int main(void)
{
    test_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(state_put_back_goes_on_to_the_same_bits),
        cmocka_unit_test(lists_begin_with_object_and_probe),
        cmocka_unit_test(wrong_arguments_are_named),
        cmocka_unit_test(entries_of_every_kind_keep_their_bits),
        cmocka_unit_test(observer_sees_each_iteration_and_stops_it),
    };
    return cmocka_run_group_tests_name("state", tests, test_open_both, test_close_both);
}
