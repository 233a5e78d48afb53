/* SPDX-License-Identifier: Apache-2.0 */
/* The forward model by FFTW (a patient plan) with C around it on some threads, against clptycho's on a CPU device: the
 * same inputs, in one process, in turn; amplitudes compared.
 *
 * Run: compare_fftw [--device NAME] [--threads N] [--rounds N] [--count N] */
#include <fftw3.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>

#include "compare.h"

typedef struct worker worker;

typedef struct fftw_state {
    compare_problem *problem;
    fftwf_plan plan;
    float *out; /* [count, side, side], centred amplitudes */
    int threads;
    worker *workers;
} fftw_state;

struct worker {
    fftw_state *all;
    pthread_t thread;
    int64_t first, end;
    fftwf_complex *wave;
};

/* |wave|/N with zero frequency moved to [N/2, N/2]; sides are even. */
static void store_amplitude(const float *wave, int64_t side, float *out)
{
    const float scale = 1.0f / (float)side;
    for (int64_t v = 0; v < side; v++) {
        float *row = out + (v + side / 2) % side * side;
        for (int64_t half = 0; half < 2; half++) {
            const float *from = wave + 2 * (v * side + half * (side / 2));
            float *to = row + (1 - half) * (side / 2);
            for (int64_t u = 0; u < side / 2; u++)
                to[u] = scale * sqrtf(from[2 * u] * from[2 * u] + from[2 * u + 1] * from[2 * u + 1]);
        }
    }
}

static void *work(void *argument)
{
    worker *w = argument;
    compare_problem *p = w->all->problem;
    for (int64_t s = w->first; s < w->end; s++) {
        compare_wave(p, s, (float *)w->wave);
        fftwf_execute_dft(w->all->plan, w->wave, w->wave);
        store_amplitude((const float *)w->wave, p->side, w->all->out + s * p->side * p->side);
    }
    return NULL;
}

static void forward(void *state)
{
    fftw_state *f = state;
    for (int i = 1; i < f->threads; i++)
        if (pthread_create(&f->workers[i].thread, NULL, work, &f->workers[i])) compare_fail("no thread");
    work(&f->workers[0]);
    for (int i = 1; i < f->threads; i++) pthread_join(f->workers[i].thread, NULL);
}

static void compare_side(const compare_arguments *a, int64_t side)
{
    compare_problem p;
    compare_open(&p, a, side);
    int64_t pixels = side * side;
    worker workers[256];
    fftw_state f = {.problem = &p, .threads = a->threads, .workers = workers};
    float *got = fftwf_alloc_real((size_t)(p.count * pixels));
    f.out = fftwf_alloc_real((size_t)(p.count * pixels));
    if (!got || !f.out) compare_fail("no host memory for %lld patterns", (long long)p.count);
    for (int i = 0; i < a->threads; i++) {
        workers[i] = (worker){.all = &f,
                              .first = p.count * i / a->threads,
                              .end = p.count * (i + 1) / a->threads,
                              .wave = fftwf_alloc_complex((size_t)pixels)};
        if (!workers[i].wave) compare_fail("no host memory for a wave");
    }
    double start = compare_now();
    f.plan = fftwf_plan_dft_2d((int)side, (int)side, workers[0].wave, workers[0].wave, FFTW_FORWARD, FFTW_PATIENT);
    double planned = compare_now() - start;
    compare_times t = compare_run(&p, forward, &f, compare_forward, &p, a->rounds);
    compare_read(&p, 0, p.count, got);
    double difference = compare_difference(got, f.out, p.count * pixels);
    printf("%4lld x %lld^2: FFTW %9.3f ms, clptycho %9.3f ms: %.2f times FFTW's speed; fastest rounds "
           "%.3f and %.3f ms: %.2f; difference %.1e; planned in %.1f s\n",
           (long long)p.count, (long long)side, 1e3 * t.one, 1e3 * t.two, t.ratio, 1e3 * t.fastest_one,
           1e3 * t.fastest_two, t.fastest_one / t.fastest_two, difference, planned);
    fflush(stdout);
    fftwf_destroy_plan(f.plan);
    for (int i = 0; i < a->threads; i++) fftwf_free(workers[i].wave);
    fftwf_free(f.out);
    fftwf_free(got);
    compare_close(&p);
    if (!(difference <= 4e-6)) compare_fail("the results differ"); /* two float32 results, 2e-6 each */
}

int main(int argc, char **argv)
{
    compare_arguments a = compare_parse(argc, argv, "cpu");
    printf("forward model, bilinear, amplitude: %s on %d threads against clptycho %s on '%s', %d rounds in turn\n",
           fftwf_version, a.threads, clpt_version(), a.device, a.rounds);
    for (int64_t side = 64; side <= 256; side *= 2) compare_side(&a, side);
    return 0;
}
