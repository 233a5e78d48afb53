/* SPDX-License-Identifier: Apache-2.0 */
/* Common part of the comparison programs: options, the problem, clptycho's forward model, and timing. */
#include "compare.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { margin = 512, rounds_max = 999 };
static const double shortest = 0.005; /* seconds of a round */

void compare_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

void compare_check(clpt_context *context, clpt_status status)
{
    if (status != CLPT_OK) compare_fail("%s", clpt_context_get_message(context));
}

compare_arguments compare_parse(int argc, char **argv, const char *device)
{
    compare_arguments a = {.device = device, .threads = 2, .rounds = 21, .pixels = 1024 * 64 * 64};
    for (int i = 1; i + 1 < argc; i += 2) {
        int number = atoi(argv[i + 1]);
        if (!strcmp(argv[i], "--device"))
            a.device = argv[i + 1];
        else if (!strcmp(argv[i], "--threads") && number > 0 && number <= 256)
            a.threads = number;
        else if (!strcmp(argv[i], "--rounds") && number > 0 && number <= rounds_max)
            a.rounds = number;
        else if (!strcmp(argv[i], "--count") && number > 0)
            a.pixels = (int64_t)number * 64 * 64;
        else
            compare_fail("%s: '%s %s' is not an option; options are --device NAME, --threads N, --rounds N, --count N",
                         argv[0], argv[i], argv[i + 1]);
    }
    if (argc % 2 == 0) compare_fail("%s: '%s' requires a value", argv[0], argv[argc - 1]);
    return a;
}

double compare_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void *room(int64_t count, size_t size)
{
    void *memory = calloc((size_t)count, size);
    if (!memory) compare_fail("no host memory for %lld elements", (long long)count);
    return memory;
}

static float *noise(int64_t count)
{
    float *values = room(count, sizeof *values);
    for (int64_t i = 0; i < count; i++) values[i] = (float)rand() / (float)RAND_MAX - 0.5f;
    return values;
}

static clpt_buffer *upload(clpt_context *context, const float *values, int64_t count)
{
    clpt_buffer *made = NULL;
    compare_check(context, clpt_buffer_create(context, CLPT_TYPE_C64, count, &made));
    clpt_array from = clpt_array_host(values, CLPT_TYPE_C64, 1, &count), to = clpt_array_device(made, 0, 1, &count);
    compare_check(context, clpt_array_copy(context, &from, &to));
    return made;
}

void compare_open(compare_problem *p, const compare_arguments *a, int64_t side)
{
    clpt_message message;
    clpt_context_options options = clpt_context_options_default();
    int64_t count = a->pixels / (side * side);
    *p = (compare_problem){.count = count > 1 ? count : 1, .side = side, .height = side + margin};
    options.device = a->device;
    if (clpt_context_create(&options, &p->context, &message) != CLPT_OK) compare_fail("%s", message.text);
    srand(1);
    p->object = noise(2 * p->height * p->height);
    p->probe = noise(2 * side * side);
    p->positions = room(2 * p->count, sizeof *p->positions);
    for (int64_t i = 0; i < 2 * p->count; i++)
        p->positions[i] = 4.0 + (margin - 12.0) * rand() / (double)RAND_MAX + (double)(side / 2);
    p->object_buffer = upload(p->context, p->object, p->height * p->height);
    p->probe_buffer = upload(p->context, p->probe, side * side);
    compare_check(p->context, clpt_buffer_create(p->context, CLPT_TYPE_F32, p->count * side * side, &p->out_buffer));
    compare_check(p->context, clpt_scan_create(p->context, p->positions, p->count, &p->scan));
}

void compare_close(compare_problem *p)
{
    clpt_scan_destroy(&p->scan);
    clpt_buffer_destroy(&p->object_buffer);
    clpt_buffer_destroy(&p->probe_buffer);
    clpt_buffer_destroy(&p->out_buffer);
    clpt_context_destroy(&p->context);
    free(p->object);
    free(p->probe);
    free(p->positions);
}

void compare_forward(void *state)
{
    compare_problem *p = state;
    clpt_array object = clpt_array_device(p->object_buffer, 0, 2, CLPT_SHAPE(p->height, p->height));
    clpt_array probe = clpt_array_device(p->probe_buffer, 0, 2, CLPT_SHAPE(p->side, p->side));
    clpt_array out = clpt_array_device(p->out_buffer, 0, 3, CLPT_SHAPE(p->count, p->side, p->side));
    clpt_forward_options options = clpt_forward_options_default();
    options.amplitude = true;
    compare_check(p->context, clpt_forward(p->context, &object, p->scan, &probe, &options, &out));
}

void compare_read(compare_problem *p, int64_t first, int64_t count, float *to)
{
    int64_t pixels = p->side * p->side, all = count * pixels;
    clpt_array from = clpt_array_device(p->out_buffer, first * pixels, 1, &all);
    clpt_array host = clpt_array_host(to, CLPT_TYPE_F32, 1, &all);
    compare_check(p->context, clpt_array_copy(p->context, &from, &host));
}

void compare_wave(const compare_problem *p, int64_t pattern, float *wave)
{
    double left = p->positions[2 * pattern] - (double)(p->side / 2);
    double top = p->positions[2 * pattern + 1] - (double)(p->side / 2);
    int64_t column = (int64_t)floor(left), row = (int64_t)floor(top), pitch = 2 * p->height;
    float right_part = (float)(left - (double)column), lower_part = (float)(top - (double)row);
    for (int64_t v = 0; v < p->side; v++) {
        const float *upper = p->object + (row + v) * pitch + 2 * column, *lower = upper + pitch;
        const float *light = p->probe + 2 * v * p->side;
        float *out = wave + 2 * v * p->side;
        for (int64_t u = 0; u < p->side; u++) {
            float z[2];
            for (int part = 0; part < 2; part++) {
                float above = upper[2 * u + part] + right_part * (upper[2 * u + 2 + part] - upper[2 * u + part]);
                float below = lower[2 * u + part] + right_part * (lower[2 * u + 2 + part] - lower[2 * u + part]);
                z[part] = above + lower_part * (below - above);
            }
            out[2 * u] = z[0] * light[2 * u] - z[1] * light[2 * u + 1];
            out[2 * u + 1] = z[0] * light[2 * u + 1] + z[1] * light[2 * u];
        }
    }
}

double compare_difference(const float *got, const float *expected, int64_t count)
{
    double worst = 0, maximum = 0;
    for (int64_t i = 0; i < count; i++) {
        double difference = fabs((double)got[i] - (double)expected[i]);
        if (isnan(difference)) return difference;
        worst = fmax(worst, difference);
        maximum = fmax(maximum, fabs((double)expected[i]));
    }
    return worst / maximum;
}

/* ---- timing ---- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, by_value);
    return values[count / 2];
}

static double seconds_of(const compare_problem *p, void (*work)(void *), void *state, int calls)
{
    double start = compare_now();
    for (int i = 0; i < calls; i++) work(state);
    compare_check(p->context, clpt_context_finish(p->context));
    return (compare_now() - start) / calls;
}

static int calls_of(const compare_problem *p, void (*work)(void *), void *state)
{
    seconds_of(p, work, state, 1); /* programs are built, memory is touched */
    double once = seconds_of(p, work, state, 1);
    return once >= shortest ? 1 : (int)(shortest / once) + 1;
}

compare_times compare_run(const compare_problem *p, void (*one)(void *), void *one_state, void (*two)(void *),
                          void *two_state, int rounds)
{
    double ones[rounds_max] = {0}, twos[rounds_max] = {0}, ratios[rounds_max] = {0};
    int one_calls = calls_of(p, one, one_state), two_calls = calls_of(p, two, two_state);
    for (int r = 0; r < rounds; r++) {
        if (r % 2) twos[r] = seconds_of(p, two, two_state, two_calls);
        ones[r] = seconds_of(p, one, one_state, one_calls);
        if (r % 2 == 0) twos[r] = seconds_of(p, two, two_state, two_calls);
        ratios[r] = ones[r] / twos[r];
    }
    /* median() sorts. */
    compare_times times = {median(ones, rounds), median(twos, rounds), median(ratios, rounds), 0.0, 0.0};
    times.fastest_one = ones[0];
    times.fastest_two = twos[0];
    return times;
}
