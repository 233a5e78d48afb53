/* SPDX-License-Identifier: Apache-2.0 */
/* Times of every FFT provider and of every variant of the dense products on one device: the figures behind the order of
 * providers and the tuning entries of gram and rotate. Medians of calls enqueued back to back.
 *
 * Run: provider_times DEVICE [SIDE …] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buffer/buffer.h"
#include "cl/runtime.h"
#include "clptycho/clptycho.h"
#include "core/poisson.h"
#include "fft/fft.h"
#include "ops/ops.h"

enum { samples = 9, fft_pixels = 1 << 24 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef struct work {
    clpt_context *context;
    clpti_fft *fft;
    clpti_gram_args gram;
    clpti_rotate_args rotate;
    clpt_status (*run)(struct work *);
} work;

static clpt_status run_fft(work *w)
{
    int64_t count = fft_pixels / (w->fft->side * w->fft->side);
    return clpti_fft_run(w->fft, count < 1 ? 1 : count < w->fft->capacity ? count : w->fft->capacity, CLPTI_FORWARD);
}

static clpt_status run_gram(work *w)
{
    return clpti_gram(w->context, &w->gram);
}

static clpt_status run_rotate(work *w)
{
    return clpti_rotate(w->context, &w->rotate);
}

/* Median seconds of a call; < 0 after a failure. A sample is as many calls as take about 20 ms. */
static double seconds(work *w)
{
    double found[samples];
    int calls = 1;
    if (w->run(w) != CLPT_OK || clpt_context_finish(w->context) != CLPT_OK) return -1;
    double start = now();
    if (w->run(w) != CLPT_OK || clpt_context_finish(w->context) != CLPT_OK) return -1;
    double once = now() - start;
    if (once < 0.02) calls = (int)(0.02 / (once + 1e-6)) + 1;
    for (int s = 0; s < samples; s++) {
        start = now();
        for (int i = 0; i < calls; i++)
            if (w->run(w) != CLPT_OK) return -1;
        if (clpt_context_finish(w->context) != CLPT_OK) return -1;
        found[s] = (now() - start) / calls;
        if (once > 1 && s == 0) return found[0];
    }
    qsort(found, samples, sizeof *found, ascending);
    return found[samples / 2];
}

static clpt_context *open_with(const char *device, const char *fft, const char *variants)
{
    clpt_context_options options = clpt_context_options_default();
    clpt_message message;
    clpt_context *context = NULL;
    options.device = device;
    options.fft = fft;
    options.variants = variants;
    if (clpt_context_create(&options, &context, &message) == CLPT_OK) return context;
    fprintf(stderr, "provider_times: %s\n", message.text);
    return NULL;
}

static void show(double value)
{
    if (value < 0)
        printf("  %10s", "-");
    else
        printf("  %10.1f", 1e6 * value);
    fflush(stdout);
}

static void time_side(const char *device, int64_t side)
{
    printf("%6lld", (long long)side);
    for (size_t i = 0; clpti_fft_provider_name(i); i++) {
        work w = {.run = run_fft, .context = open_with(device, clpti_fft_provider_name(i), NULL)};
        double found = -1;
        if (w.context && clpti_fft_get(w.context, side, 1, &w.fft) == CLPT_OK) found = seconds(&w);
        show(found);
        clpt_context_destroy(&w.context);
    }
    puts("");
}

static clpt_status fill(clpt_buffer *buffer, int64_t count)
{
    float *values = malloc((size_t)count * 2 * sizeof *values);
    if (!values) return CLPT_ERROR_MEMORY;
    for (int64_t i = 0; i < 2 * count; i++) values[i] = (float)clpti_uniform(7, 0, (uint64_t)i) - 0.5f;
    clpt_status status = clpti_upload(clpti_view_of(buffer), values, count);
    free(values);
    return status;
}

static double time_dense(const char *device, const char *variants, clpt_status (*run)(work *), int64_t modes,
                         int64_t count)
{
    work w = {.run = run, .context = open_with(device, NULL, variants)};
    clpt_buffer *from = NULL, *to = NULL, *matrix = NULL;
    double found = -1;
    if (w.context && clpti_buffer_create(w.context, CLPTI_COMPLEX, modes * count, &from) == CLPT_OK &&
        clpti_buffer_create(w.context, CLPTI_COMPLEX, modes * count, &to) == CLPT_OK &&
        clpti_buffer_create(w.context, CLPTI_COMPLEX, modes * modes, &matrix) == CLPT_OK &&
        fill(from, modes * count) == CLPT_OK && fill(matrix, modes * modes) == CLPT_OK) {
        w.gram = (clpti_gram_args){clpti_view_of(from), modes, count, clpti_view_of(matrix)};
        w.rotate = (clpti_rotate_args){.modes = clpti_view_of(from),
                                       .out = clpti_view_of(to),
                                       .mode_count = modes,
                                       .count = count,
                                       .matrix = clpti_view_of(matrix)};
        found = seconds(&w);
    }
    clpt_buffer_destroy(&from);
    clpt_buffer_destroy(&to);
    clpt_buffer_destroy(&matrix);
    clpt_context_destroy(&w.context);
    return found;
}

static void time_products(const char *device)
{
    static const int64_t modes[] = {2, 5, 16, 64}, sides[] = {64, 128, 256, 1024};
    puts("\nmodes   side  gram: clblast  general  rotate: clblast  general   (microseconds)");
    for (size_t m = 0; m < sizeof modes / sizeof *modes; m++)
        for (size_t s = 0; s < sizeof sides / sizeof *sides; s++) {
            int64_t count = sides[s] * sides[s];
            printf("%5lld %6lld", (long long)modes[m], (long long)sides[s]);
            show(time_dense(device, "gram=clblast", run_gram, modes[m], count));
            show(time_dense(device, "gram=general", run_gram, modes[m], count));
            show(time_dense(device, "rotate=clblast", run_rotate, modes[m], count));
            show(time_dense(device, "rotate=general", run_rotate, modes[m], count));
            puts("");
        }
}

int main(int argc, char **argv)
{
    static const int64_t usual[] = {4,   8,   12,  15,  16,  17,  20,   31,   48,   64,   77,   90,
                                    96,  100, 104, 128, 150, 169, 192,  200,  256,  286,  300,  320,
                                    343, 384, 400, 450, 500, 512, 600,  625,  640,  672,  700,  720,
                                    768, 800, 832, 896, 900, 960, 1000, 1024, 1100, 1280, 1536, 2048};
    if (argc < 2) return fprintf(stderr, "usage: provider_times DEVICE [SIDE ...]\n"), 2;
    printf("side");
    for (size_t i = 0; clpti_fft_provider_name(i); i++) printf("  %10s", clpti_fft_provider_name(i));
    puts("   (microseconds for as many transforms as have 16.8 million pixels, or as fit the plan)");
    if (argc > 2)
        for (int i = 2; i < argc; i++) time_side(argv[1], atoll(argv[i]));
    else
        for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) time_side(argv[1], usual[i]);
    time_products(argv[1]);
    return 0;
}
