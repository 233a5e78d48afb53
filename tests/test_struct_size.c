/* SPDX-License-Identifier: Apache-2.0 */
/* Public structs that may grow: callers compiled with a shorter or a longer struct than this library's. */
#include <stdlib.h>
#include <string.h>

#include "core/struct_size.h"
#include "support.h"

/* ---- Any such struct ---- */

typedef struct sample {
    size_t size;
    double first, second;
    const char *third;
} sample;

static const sample sample_defaults = {.first = 1, .second = 2, .third = "three"};
static const clpti_struct sample_struct = {"sample", sizeof(sample), &sample_defaults};

/* A later version of it. */
typedef struct longer {
    sample known;
    double fourth;
} longer;

static void expect_read(const void *given, double first, double second, const char *third)
{
    sample read;
    clpt_message message = {""};
    if (clpti_struct_read(&sample_struct, "f", given, &read, &message) != CLPT_OK) fail_msg("%s", message.text);
    assert_int_equal(read.size, sizeof read);
    assert_true(read.first == first && read.second == second);
    assert_string_equal(read.third, third);
}

static void expect_refused(const void *given, const char *words)
{
    sample read;
    clpt_message message = {""};
    assert_int_equal(clpti_struct_read(&sample_struct, "f", given, &read, &message), CLPT_ERROR_ARGUMENT);
    if (!strstr(message.text, words)) fail_msg("no '%s' in: %s", words, message.text);
}

static void fields_beyond_a_shorter_struct_take_their_defaults(void **state)
{
    (void)state;
    expect_read(NULL, 1, 2, "three");
    expect_read(&(sample){sizeof(sample), 7, 8, "nine"}, 7, 8, "nine");
    expect_read(&(sample){offsetof(sample, third), 7, 8, "nine"}, 7, 8, "three");
    expect_read(&(sample){offsetof(sample, second), 7, 8, "nine"}, 7, 2, "three");
    expect_read(&(sample){sizeof(size_t), 7, 8, "nine"}, 1, 2, "three");
}

static void a_longer_struct_is_accepted_while_its_new_fields_are_zero(void **state)
{
    (void)state;
    expect_read(&(longer){{sizeof(longer), 7, 8, "nine"}, 0}, 7, 8, "nine");
    expect_refused(&(longer){{sizeof(longer), 7, 8, "nine"}, 1}, "requires a later version");
}

static void a_struct_without_a_size_is_refused(void **state)
{
    (void)state;
    expect_refused(&(sample){0, 7, 8, "nine"}, "the size of sample is 0; set it to sizeof(sample)");
    expect_refused(&(sample){(size_t)-1, 7, 8, "nine"}, "the size of sample is");
}

static void init_writes_the_callers_size_and_no_further(void **state)
{
    (void)state;
    unsigned char memory[sizeof(longer) + 1];
    for (size_t size = sizeof(size_t); size <= sizeof(longer); size += sizeof(size_t)) {
        memset(memory, 0xab, sizeof memory);
        clpti_struct_init(&sample_struct, memory, size);
        sample expected = sample_defaults;
        expected.size = size;
        assert_memory_equal(memory, &expected, size < sizeof expected ? size : sizeof expected);
        for (size_t i = sizeof expected; i < size; i++) assert_int_equal(memory[i], 0);
        for (size_t i = size; i < sizeof memory; i++) assert_int_equal(memory[i], 0xab);
    }
    memset(memory, 0xab, sizeof memory);
    clpti_struct_init(&sample_struct, memory, sizeof(size_t) - 1);
    assert_int_equal(memory[0], 0xab);
    clpti_struct_init(&sample_struct, NULL, sizeof(sample));
}

/* ---- Those of the interface ---- */

static clpt_context *context;
static float object[16 * 16 * 2], wave[4 * 4 * 2], measured[4 * 4];

typedef clpt_status call(void *given, clpt_message *message);

static clpt_status context_status(clpt_status status, clpt_message *message)
{
    strcpy(message->text, clpt_context_get_message(context));
    return status;
}

static clpt_status open_context(void *given, clpt_message *message)
{
    clpt_context *made = NULL;
    clpt_status status = clpt_context_create(given, &made, message);
    clpt_context_destroy(&made);
    return status;
}

/* An object, a probe and a pattern, and a position of it. */
typedef struct scene {
    clpt_array object, probe, measured;
    clpt_scan *scan;
} scene;

static scene scene_new(void)
{
    scene s = {clpt_array_host(object, CLPT_TYPE_C64, 2, CLPT_SHAPE(16, 16)),
               clpt_array_host(wave, CLPT_TYPE_C64, 2, CLPT_SHAPE(4, 4)),
               clpt_array_host(measured, CLPT_TYPE_F32, 3, CLPT_SHAPE(1, 4, 4)), NULL};
    test_ok(context, clpt_scan_create(context, (const double[]){8, 8}, 1, &s.scan));
    return s;
}

static clpt_status forward(void *given, clpt_message *message)
{
    scene s = scene_new();
    clpt_status status = clpt_forward(context, &s.object, s.scan, &s.probe, given, &s.measured);
    clpt_scan_destroy(&s.scan);
    return context_status(status, message);
}

static clpt_status forward_adjoint(void *given, clpt_message *message)
{
    scene s = scene_new();
    clpt_status status = clpt_forward_adjoint(context, &s.object, s.scan, &s.probe, NULL, &s.measured, given);
    clpt_scan_destroy(&s.scan);
    return context_status(status, message);
}

static clpt_status gradient(void *given, clpt_message *message)
{
    scene s = scene_new();
    double value = 0;
    clpt_gradient_args *args = given;
    args->object = &s.object;
    args->scan = s.scan;
    args->probe = &s.probe;
    args->measured = &s.measured;
    clpt_status status = clpt_gradient(context, args, &value, NULL);
    clpt_scan_destroy(&s.scan);
    return context_status(status, message);
}

static clpt_status draw_groups(void *given, clpt_message *message)
{
    static const double positions[8] = {0, 0, 0, 1, 1, 0, 1, 1};
    int64_t indices[16];
    return clpt_groups_draw(positions, 4, given, indices, NULL, NULL, message);
}

static clpt_status compare(void *given, clpt_message *message)
{
    clpt_array a = clpt_array_host(object, CLPT_TYPE_C64, 2, CLPT_SHAPE(16, 16));
    clpt_comparison result = clpt_comparison_default();
    clpt_status status = clpt_compare(&a, &a, given, &result, message);
    clpt_comparison_free(&result);
    return status;
}

static clpt_status compare_into(void *given, clpt_message *message)
{
    clpt_array a = clpt_array_host(object, CLPT_TYPE_C64, 2, CLPT_SHAPE(16, 16));
    clpt_comparison *result = given;
    clpt_status status = clpt_compare(&a, &a, NULL, result, message);
    if (status == CLPT_OK) assert_true(result->height == 16 && result->nrmse < 1e-6 && result->aligned);
    clpt_comparison_free(result);
    assert_null(result->aligned);
    return status;
}

static clpt_status check_device(void *given, clpt_message *message)
{
    clpt_device_info *info = given;
    info->type = CLPT_DEVICE_REFERENCE;
    return clpt_device_run_check(info, message);
}

static clpt_status solve(void *given, clpt_message *message)
{
    static const double positions[2] = {8, 8};
    scene s = scene_new();
    clpt_solver *solver = NULL;
    clpt_measurement *m = given;
    m->amplitude = measured;
    m->count = 1;
    m->side = 4;
    m->positions = positions;
    clpt_status status = clpt_solver_create(context, m, &s.object, &s.probe, NULL, &solver);
    clpt_solver_destroy(&solver);
    clpt_scan_destroy(&s.scan);
    return context_status(status, message);
}

static clpt_status set_option(void *given, clpt_message *message)
{
    return clpt_solver_options_set(given, "engine", "lsqml", message);
}

typedef void init(void *target, size_t size);

static void init_context_options(void *target, size_t size)
{
    clpt_context_options_init(target, size);
}

static void init_forward_options(void *target, size_t size)
{
    clpt_forward_options_init(target, size);
}

static void init_forward_gradients(void *target, size_t size)
{
    clpt_forward_gradients_init(target, size);
}

static void init_gradient_args(void *target, size_t size)
{
    clpt_gradient_args_init(target, size);
}

static void init_groups_options(void *target, size_t size)
{
    clpt_groups_options_init(target, size);
}

static void init_compare_options(void *target, size_t size)
{
    clpt_compare_options_init(target, size);
}

static void init_comparison(void *target, size_t size)
{
    clpt_comparison_init(target, size);
}

static void init_device_info(void *target, size_t size)
{
    ((clpt_device_info *)target)->size = size;
}

static void init_measurement(void *target, size_t size)
{
    clpt_measurement_init(target, size);
}

static void init_solver_options(void *target, size_t size)
{
    clpt_solver_options_init(target, size);
}

static const struct {
    const char *name;
    size_t size;
    init *init;
    call *call;
    bool whole; /* its first fields are required */
} structs[] = {
    {"clpt_context_options", sizeof(clpt_context_options), init_context_options, open_context, false},
    {"clpt_forward_options", sizeof(clpt_forward_options), init_forward_options, forward, false},
    {"clpt_forward_gradients", sizeof(clpt_forward_gradients), init_forward_gradients, forward_adjoint, false},
    {"clpt_gradient_args", sizeof(clpt_gradient_args), init_gradient_args, gradient, true},
    {"clpt_groups_options", sizeof(clpt_groups_options), init_groups_options, draw_groups, false},
    {"clpt_compare_options", sizeof(clpt_compare_options), init_compare_options, compare, false},
    {"clpt_comparison", sizeof(clpt_comparison), init_comparison, compare_into, true},
    {"clpt_device_info", sizeof(clpt_device_info), init_device_info, check_device, true},
    {"clpt_measurement", sizeof(clpt_measurement), init_measurement, solve, true},
    {"clpt_solver_options", sizeof(clpt_solver_options), init_solver_options, set_option, true},
};

/* The struct of a caller with `size` bytes, its last 8 bytes set to 1 where `set`; then the call. */
static void expect(size_t k, size_t size, bool set, clpt_status status, const char *words)
{
    unsigned char *given = calloc(1, structs[k].size + 8);
    const uint64_t one = 1;
    clpt_message message = {""};
    assert_non_null(given);
    structs[k].init(given, size);
    if (set) memcpy(given + size - sizeof one, &one, sizeof one);
    clpt_status got = structs[k].call(given, &message);
    if (got != status || !strstr(message.text, words))
        fail_msg("%s of %d bytes: status '%s', not '%s', and \"%s\"", structs[k].name, (int)size, clpt_status_name(got),
                 clpt_status_name(status), message.text);
    free(given);
}

static void every_public_struct_accepts_older_callers_and_refuses_what_it_does_not_know(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof structs / sizeof *structs; k++) {
        expect(k, structs[k].size, false, CLPT_OK, "");
        expect(k, structs[k].whole ? structs[k].size - 8 : sizeof(size_t), false, CLPT_OK, "");
        expect(k, structs[k].size + 8, false, CLPT_OK, "");
        expect(k, structs[k].size + 8, true, CLPT_ERROR_ARGUMENT, "requires a later version");
        expect(k, 0, false, CLPT_ERROR_ARGUMENT, test_text("the size of %s is 0", structs[k].name));
    }
}

static void options_of_an_older_caller_are_set_by_name_within_its_struct(void **state)
{
    (void)state;
    clpt_solver_options options = clpt_solver_options_default(), before;
    clpt_message message = {""};
    options.size = offsetof(clpt_solver_options, object_start);
    before = options;
    assert_int_equal(clpt_solver_options_set(&options, "object-tv", "0.5", &message), CLPT_ERROR_ARGUMENT);
    assert_non_null(strstr(message.text, "has no 'object-tv'"));
    assert_memory_equal(&options, &before, sizeof options);
    assert_int_equal(clpt_solver_options_set(&options, "step", "0.5", &message), CLPT_OK);
    before.step = 0.5;
    assert_memory_equal(&options, &before, sizeof options);
}

static void defaults_are_those_of_the_library(void **state)
{
    (void)state;
    clpt_forward_options options = clpt_forward_options_default();
    assert_true(options.size == sizeof options && options.scale == 1);
    assert_true(clpt_groups_options_default().grid == 2);
    assert_true(clpt_measurement_default().size == sizeof(clpt_measurement));
}

static int open_reference(void **state)
{
    (void)state;
    setenv("CLPTYCHO_DEVICE", "reference", 1);
    for (size_t i = 0; i < sizeof object / sizeof *object; i++) object[i] = (float)(i * 7 % 11) - 4;
    for (size_t i = 0; i < sizeof wave / sizeof *wave; i++) wave[i] = (float)(i % 5) + 1;
    for (size_t i = 0; i < sizeof measured / sizeof *measured; i++) measured[i] = 1;
    return clpt_context_create(NULL, &context, NULL) == CLPT_OK ? 0 : -1;
}

static int close_reference(void **state)
{
    (void)state;
    clpt_context_destroy(&context);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_beyond_a_shorter_struct_take_their_defaults),
        cmocka_unit_test(a_longer_struct_is_accepted_while_its_new_fields_are_zero),
        cmocka_unit_test(a_struct_without_a_size_is_refused),
        cmocka_unit_test(init_writes_the_callers_size_and_no_further),
        cmocka_unit_test(every_public_struct_accepts_older_callers_and_refuses_what_it_does_not_know),
        cmocka_unit_test(options_of_an_older_caller_are_set_by_name_within_its_struct),
        cmocka_unit_test(defaults_are_those_of_the_library),
    };
    return cmocka_run_group_tests(tests, open_reference, close_reference);
}
