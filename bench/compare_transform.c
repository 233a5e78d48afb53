/* SPDX-License-Identifier: Apache-2.0 */
/* A library's batched transform, timed on clptycho's queue against clptycho's forward model. */
#include "compare_transform.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct transform {
    const compare_library *library;
    void *plan;
    clpt_buffer *waves;
    compare_problem *problem;
} transform;

static void run(void *state)
{
    transform *t = state;
    t->library->enqueue(t->plan);
}

static void diffract(void *state)
{
    transform *t = state;
    compare_problem *p = t->problem;
    clpt_array waves = clpt_array_device(t->waves, 0, 3, CLPT_SHAPE(p->count, p->side, p->side));
    clpt_array out = clpt_array_device(p->out_buffer, 0, 3, CLPT_SHAPE(p->count, p->side, p->side));
    compare_check(p->context, clpt_diffract(p->context, &waves, &out));
}

static void fill(transform *t, float *waves)
{
    compare_problem *p = t->problem;
    int64_t pixels = p->side * p->side, all = p->count * pixels;
    for (int64_t s = 0; s < p->count; s++) compare_wave(p, s, waves + 2 * s * pixels);
    clpt_array from = clpt_array_host(waves, CLPT_TYPE_C64, 1, &all), to = clpt_array_device(t->waves, 0, 1, &all);
    compare_check(p->context, clpt_array_copy(p->context, &from, &to));
}

/* The library's transform of the exit waves against clptycho's amplitudes of the same patterns. */
static double difference(transform *t, float *waves)
{
    compare_problem *p = t->problem;
    int64_t side = p->side, pixels = side * side, all = p->count * pixels;
    float *got = malloc((size_t)all * sizeof *got), *expected = malloc((size_t)all * sizeof *expected);
    if (!got || !expected) compare_fail("no host memory for %lld patterns", (long long)p->count);
    fill(t, waves);
    run(t);
    clpt_array from = clpt_array_device(t->waves, 0, 1, &all), to = clpt_array_host(waves, CLPT_TYPE_C64, 1, &all);
    compare_check(p->context, clpt_array_copy(p->context, &from, &to));
    for (int64_t i = 0; i < all; i++) {
        int64_t s = i / pixels, v = i / side % side, u = i % side;
        int64_t to_pixel = s * pixels + (v + side / 2) % side * side + (u + side / 2) % side;
        expected[to_pixel] = hypotf(waves[2 * i], waves[2 * i + 1]) / (float)side;
    }
    compare_forward(p);
    compare_read(p, 0, p->count, got);
    double found = compare_difference(got, expected, all);
    free(got);
    free(expected);
    return found;
}

static void compare_side(const compare_arguments *a, const compare_library *library, int64_t side)
{
    compare_problem p;
    compare_open(&p, a, side);
    int64_t all = p.count * side * side;
    if (!clpt_context_get_cl_context(p.context)) compare_fail("'%s' is not an OpenCL device", a->device);
    transform t = {.library = library, .problem = &p};
    float *waves = malloc((size_t)all * 2 * sizeof *waves);
    if (!waves) compare_fail("no host memory for %lld waves", (long long)p.count);
    compare_check(p.context, clpt_buffer_create(p.context, CLPT_TYPE_C64, all, &t.waves));
    fill(&t, waves);
    double start = compare_now();
    t.plan = library->plan(&p, clpt_buffer_get_cl_mem(t.waves));
    run(&t);
    compare_check(p.context, clpt_context_finish(p.context));
    double planned = compare_now() - start, off = difference(&t, waves);
    /* In place, again and again: zeros, so that numbers do not grow. */
    for (int64_t i = 0; i < 2 * all; i++) waves[i] = 0;
    clpt_array from = clpt_array_host(waves, CLPT_TYPE_C64, 1, &all), to = clpt_array_device(t.waves, 0, 1, &all);
    compare_check(p.context, clpt_array_copy(p.context, &from, &to));
    compare_times whole = compare_run(&p, run, &t, compare_forward, &p, a->rounds);
    compare_times alone = compare_run(&p, run, &t, diffract, &t, a->rounds);
    printf("%4lld x %lld^2: %s's transform alone %9.3f ms; clptycho: forward model %9.3f ms (x%.2f), transform and "
           "modulus %9.3f ms "
           "(x%.2f); difference %.1e; planned in %.1f s\n",
           (long long)p.count, (long long)side, library->name, 1e3 * whole.one, 1e3 * whole.two, 1 / whole.ratio,
           1e3 * alone.two, 1 / alone.ratio, off, planned);
    fflush(stdout);
    library->destroy(t.plan);
    clpt_buffer_destroy(&t.waves);
    free(waves);
    compare_close(&p);
    if (!(off <= 4e-6)) compare_fail("the results differ"); /* two float32 results, 2e-6 each */
}

int compare_transform_main(int argc, char **argv, const compare_library *library)
{
    compare_arguments a = compare_parse(argc, argv, "auto");
    printf("clptycho %s against %s on '%s', %d rounds in turn; x: time as a multiple of %s's transform\n",
           clpt_version(), library->name, a.device, a.rounds, library->name);
    for (int64_t side = 64; side <= 256; side *= 2) compare_side(&a, library, side);
    return 0;
}
