/* SPDX-License-Identifier: Apache-2.0 */
/* Times the operations and the engine on buffers of one device, each checked against the double-precision reference in
 * the same run on a part of its patterns. A figure is the time from the first call to the end of the last, over the
 * calls made, so that launches overlap as they do in use; the median of several such rounds.
 *
 * Run: bench_operations [--device NAME] [--small] */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clptycho/clptycho.h"

enum { rounds = 9, object_margin = 512, checked_patterns = 2 };

typedef struct bench {
    clpt_context *context, *reference;
    bool small;
} bench;

/* One problem: a scan over a random object with a random probe. */
typedef struct problem {
    int64_t count, side, height;
    float *object, *probe;
    double *positions;
    clpt_buffer *object_buffer, *probe_buffer, *patterns, *measured, *d_object, *d_probe;
    clpt_scan *scan;
} problem;

static void check(const bench *b, clpt_status status)
{
    if (status == CLPT_OK) return;
    fprintf(stderr, "bench_operations: %s\n", clpt_context_message(b->context));
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static float noise(void)
{
    return (float)rand() / (float)RAND_MAX - 0.5f;
}

static float *random_floats(int64_t count)
{
    float *values = malloc((size_t)count * sizeof *values);
    if (!values) exit(1);
    for (int64_t i = 0; i < count; i++) values[i] = noise();
    return values;
}

static clpt_buffer *buffer(const bench *b, clpt_type type, int64_t count, const float *values)
{
    clpt_buffer *made = NULL;
    check(b, clpt_buffer_create(b->context, type, count, &made));
    if (values) {
        clpt_array from = clpt_array_host(values, type, 1, &count), to = clpt_array_device(made, 0, 1, &count);
        check(b, clpt_array_copy(b->context, &from, &to));
    }
    return made;
}

static void set_up(const bench *b, problem *p, int64_t count, int64_t side)
{
    *p = (problem){.count = count, .side = side, .height = side + object_margin};
    p->object = random_floats(2 * p->height * p->height);
    p->probe = random_floats(2 * side * side);
    p->positions = malloc((size_t)count * 2 * sizeof *p->positions);
    if (!p->positions) exit(1);
    for (int64_t i = 0; i < 2 * count; i++)
        p->positions[i] = 4.0 + (object_margin - 12.0) * ((double)noise() + 0.5) + (double)(side / 2);
    p->object_buffer = buffer(b, CLPT_C64, p->height * p->height, p->object);
    p->probe_buffer = buffer(b, CLPT_C64, side * side, p->probe);
    p->patterns = buffer(b, CLPT_F32, count * side * side, NULL);
    check(b, clpt_scan_create(b->context, p->positions, count, &p->scan));
}

static void tear_down(problem *p)
{
    clpt_scan_destroy(&p->scan);
    clpt_buffer **all[] = {&p->object_buffer, &p->probe_buffer, &p->patterns, &p->measured, &p->d_object, &p->d_probe};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) clpt_buffer_destroy(all[i]);
    free(p->object);
    free(p->probe);
    free(p->positions);
}

/* ---- what is timed ---- */

typedef void (*work)(const bench *b, problem *p);

static clpt_array object_of(const problem *p)
{
    return clpt_array_device(p->object_buffer, 0, 2, CLPT_SHAPE(p->height, p->height));
}

static clpt_array probe_of(const problem *p)
{
    return clpt_array_device(p->probe_buffer, 0, 2, CLPT_SHAPE(p->side, p->side));
}

static clpt_array patterns_of(const problem *p, clpt_buffer *from)
{
    return clpt_array_device(from, 0, 3, CLPT_SHAPE(p->count, p->side, p->side));
}

static void forward(const bench *b, problem *p)
{
    clpt_array object = object_of(p), probe = probe_of(p), out = patterns_of(p, p->patterns);
    clpt_forward_options options = clpt_forward_options_default();
    options.amplitude = true;
    check(b, clpt_forward(b->context, &object, p->scan, &probe, &options, &out));
}

static void gradient(const bench *b, problem *p)
{
    if (!p->measured) p->measured = buffer(b, CLPT_F32, p->count * p->side * p->side, NULL);
    if (!p->d_object) p->d_object = buffer(b, CLPT_C64, p->height * p->height, NULL);
    if (!p->d_probe) p->d_probe = buffer(b, CLPT_C64, p->side * p->side, NULL);
    clpt_array object = object_of(p), probe = probe_of(p), measured = patterns_of(p, p->patterns);
    clpt_array d_object = clpt_array_device(p->d_object, 0, 2, CLPT_SHAPE(p->height, p->height));
    clpt_array d_probe = clpt_array_device(p->d_probe, 0, 2, CLPT_SHAPE(p->side, p->side));
    clpt_forward_gradients g = {.d_object = &d_object, .d_probe = &d_probe};

    check(b, clpt_gradient(b->context, CLPT_LOSS_AMPLITUDE, &object, p->scan, &probe, NULL, 0, &measured, NULL, NULL,
                           NULL, &g));
}

static void reassemble(const bench *b, problem *p)
{
    int64_t side = 0;
    check(b, clpt_scan_canvas(p->scan, p->side, &side, NULL));
    if (!p->measured) p->measured = buffer(b, CLPT_C64, p->count * p->side * p->side, NULL);
    if (!p->d_object) p->d_object = buffer(b, CLPT_C64, side * side, NULL);
    clpt_array patches = patterns_of(p, p->measured),
               canvas = clpt_array_device(p->d_object, 0, 2, CLPT_SHAPE(side, side));
    check(b, clpt_reassemble_scan(b->context, &patches, p->scan, p->side, &canvas));
}

/* The largest difference of a few patterns from the reference, relative to its largest amplitude. */
static double forward_error(const bench *b, problem *p)
{
    int64_t pixels = p->side * p->side, all = checked_patterns * pixels;
    float *got = malloc((size_t)all * sizeof *got);
    double *want = malloc((size_t)all * sizeof *want), worst = 0.0, most = 0.0;
    if (!got || !want) exit(1);
    clpt_scan *scan = NULL;
    check(b, clpt_scan_create(b->reference, p->positions, checked_patterns, &scan));
    clpt_array object = clpt_array_host(p->object, CLPT_C64, 2, CLPT_SHAPE(p->height, p->height));
    clpt_array probe = clpt_array_host(p->probe, CLPT_C64, 2, CLPT_SHAPE(p->side, p->side));
    clpt_array expected = clpt_array_host(want, CLPT_F64, 3, CLPT_SHAPE(checked_patterns, p->side, p->side));
    clpt_forward_options options = clpt_forward_options_default();
    options.amplitude = true;
    check(b, clpt_forward(b->reference, &object, scan, &probe, &options, &expected));
    clpt_array from = clpt_array_device(p->patterns, 0, 1, &all), to = clpt_array_host(got, CLPT_F32, 1, &all);
    check(b, clpt_array_copy(b->context, &from, &to));
    for (int64_t i = 0; i < all; i++) {
        most = fmax(most, want[i]);
        worst = fmax(worst, fabs((double)got[i] - want[i]));
    }
    clpt_scan_destroy(&scan);
    free(want);
    free(got);
    return worst / most;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median seconds of one call; the calls of a round are sized to last about a tenth of a second. */
static double time_of(const bench *b, problem *p, work run)
{
    double found[rounds];
    run(b, p);
    check(b, clpt_context_finish(b->context));
    double start = now();
    run(b, p);
    check(b, clpt_context_finish(b->context));
    double once = now() - start;
    int calls = (int)(0.1 / once) + 1;
    if (calls > 200) calls = 200;
    for (int r = 0; r < rounds; r++) {
        start = now();
        for (int i = 0; i < calls; i++) run(b, p);
        check(b, clpt_context_finish(b->context));
        found[r] = (now() - start) / calls;
    }
    qsort(found, rounds, sizeof *found, by_value);
    return found[rounds / 2];
}

static void row(const bench *b, const char *name, work run, int64_t count, int64_t side, bool checked)
{
    problem p;
    if (b->small) count = count / 16 > 0 ? count / 16 : 1;
    set_up(b, &p, count, side);
    double seconds = time_of(b, &p, run);
    printf("%-34s %6lld × %3lld²  %10.1f µs  %8.3f Mpatterns/s", name, (long long)count, (long long)side, 1e6 * seconds,
           1e-6 * (double)count / seconds);
    if (checked) printf("  error %.1e", forward_error(b, &p));
    printf("\n");
    fflush(stdout);
    tear_down(&p);
}

/* ---- the engine ---- */

static void engine(const bench *b, int64_t count, int64_t side, int64_t batch)
{
    problem p;
    if (b->small) count /= 8;
    set_up(b, &p, count, side);
    int64_t pixels = side * side, all = count * pixels;
    float *amplitude = malloc((size_t)all * sizeof *amplitude);
    double found[rounds];
    if (!amplitude) exit(1);
    forward(b, &p);
    clpt_array from = clpt_array_device(p.patterns, 0, 1, &all), to = clpt_array_host(amplitude, CLPT_F32, 1, &all);
    check(b, clpt_array_copy(b->context, &from, &to));
    clpt_measurement m = {.amplitude = amplitude, .count = count, .side = side, .positions = p.positions};
    clpt_solver_options options = clpt_solver_options_default();
    options.batch = batch;
    clpt_solver *solver = NULL;
    clpt_array object = object_of(&p), probe = probe_of(&p);
    check(b, clpt_solver_create(b->context, &m, &object, &probe, &options, &solver));
    for (int i = 0; i < 2; i++) check(b, clpt_solver_iterate(solver, NULL));
    check(b, clpt_context_finish(b->context));
    for (int r = 0; r < rounds; r++) {
        double start = now();
        for (int i = 0; i < 3; i++) check(b, clpt_solver_iterate(solver, NULL));
        check(b, clpt_context_finish(b->context));
        found[r] = (now() - start) / 3;
    }
    qsort(found, rounds, sizeof *found, by_value);
    printf("%-34s %6lld × %3lld²  %10.1f µs  %8.3f Mpatterns/s\n", "rPIE iteration", (long long)count, (long long)side,
           1e6 * found[rounds / 2], 1e-6 * (double)count / found[rounds / 2]);
    fflush(stdout);
    clpt_solver_destroy(&solver);
    free(amplitude);
    tear_down(&p);
}

/* ---- the physics layer ---- */

static void physics(const bench *b, int64_t groups, bool back)
{
    enum { each = 4, side = 64, canvas = 96 };
    int64_t patches = groups * each * side * side;
    float *field = random_floats(2 * patches), *probe = random_floats(2 * side * side),
          *offsets = random_floats(2 * groups * each);
    for (int64_t i = 0; i < 2 * groups * each; i++) offsets[i] *= 20.0f;
    clpt_buffer *in = buffer(b, CLPT_C64, patches, field), *light = buffer(b, CLPT_C64, side * side, probe);
    clpt_buffer *out = buffer(b, CLPT_F32, patches, field), *d_in = buffer(b, CLPT_C64, patches, NULL);
    const int64_t shape[] = {groups, each, side, side};
    clpt_array a = clpt_array_device(in, 0, 4, shape), l = clpt_array_device(light, 0, 2, CLPT_SHAPE(side, side));
    clpt_array o = clpt_array_host(offsets, CLPT_F32, 3, CLPT_SHAPE(groups, each, 2));
    clpt_array amplitude = clpt_array_device(out, 0, 4, shape), d = clpt_array_device(d_in, 0, 4, shape);
    double found[rounds];
    for (int r = -1; r < rounds; r++) {
        double start = now();
        for (int i = 0; i < 10; i++)
            check(b, back ? clpt_physics_layer_adjoint(b->context, &a, &o, &l, CLPT_WEIGHT_CENTER_MASKED, canvas,
                                                       &amplitude, &d, NULL, NULL)
                          : clpt_physics_layer(b->context, &a, &o, &l, CLPT_WEIGHT_CENTER_MASKED, canvas, &amplitude));
        check(b, clpt_context_finish(b->context));
        if (r >= 0) found[r] = (now() - start) / 10;
    }
    qsort(found, rounds, sizeof *found, by_value);
    printf("%-34s %6lld × 4 × %d²  %8.1f µs\n", back ? "physics layer, gradient" : "physics layer", (long long)groups,
           side, 1e6 * found[rounds / 2]);
    fflush(stdout);
    clpt_buffer **all[] = {&in, &light, &out, &d_in};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) clpt_buffer_destroy(all[i]);
    free(field);
    free(probe);
    free(offsets);
}

static clpt_context *open_context(const char *device)
{
    clpt_message message;
    clpt_context_options options = clpt_context_options_default();
    clpt_context *context = NULL;
    options.device = device;
    if (clpt_context_create(&options, &message, &context) == CLPT_OK) return context;
    fprintf(stderr, "bench_operations: %s\n", message.text);
    exit(1);
}

int main(int argc, char **argv)
{
    const char *device = NULL;
    bench b = {0};
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--small"))
            b.small = true;
        else if (!strcmp(argv[i], "--device") && i + 1 < argc)
            device = argv[++i];
        else {
            fprintf(stderr, "usage: bench_operations [--device NAME] [--small]\n");
            return 2;
        }
    }
    b.context = open_context(device);
    b.reference = open_context("reference");
    const clpt_device_info *info = clpt_context_device(b.context);
    printf("%s, %s, driver %s, clptycho %s\n", info->name, info->version, info->driver, clpt_version());
    row(&b, "forward, amplitude", forward, 4096, 64, true);
    row(&b, "forward, amplitude", forward, 1024, 128, true);
    row(&b, "forward, amplitude", forward, 256, 256, true);
    row(&b, "loss and gradient (object, probe)", gradient, 4096, 64, false);
    row(&b, "reassemble_scan", reassemble, 4096, 64, false);
    for (int back = 0; back < 2; back++) {
        physics(&b, b.small ? 64 : 1024, back);
        physics(&b, 16, back);
    }
    engine(&b, 516, 128, 103);
    engine(&b, b.small ? 512 : 4096, 256, 103);
    printf("%s", clpt_context_choices(b.context));
    clpt_context_destroy(&b.context);
    clpt_context_destroy(&b.reference);
    return 0;
}
