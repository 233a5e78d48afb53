/* SPDX-License-Identifier: Apache-2.0 */
/* Common part of the comparison programs: one problem (a scan over a random object), clptycho's forward model of it,
 * and two functions timed alternately within one process, so that other load on the machine affects both. */
#ifndef CLPTYCHO_BENCH_COMPARE_H
#define CLPTYCHO_BENCH_COMPARE_H

#include <stdint.h>

#include "clptycho/clptycho.h"

typedef struct compare_arguments {
    const char *device; /* as clpt_context_options.device */
    int threads, rounds;
    int64_t pixels; /* of all patterns together, a million a MiB: count = pixels / side² */
} compare_arguments;
/* --device NAME, --threads N, --rounds N, --count N (patterns of 64 × 64; larger ones are fewer); exits on others. */
compare_arguments compare_parse(int argc, char **argv, const char *device);

typedef struct compare_problem {
    int64_t count, side, height; /* patterns; their side; the object's side */
    float *object, *probe;       /* complex [height, height], [side, side] */
    double *positions;           /* [count, 2], centres (x, y) */
    clpt_context *context;
    clpt_buffer *object_buffer, *probe_buffer, *out_buffer;
    clpt_scan *scan;
} compare_problem;

void compare_open(compare_problem *problem, const compare_arguments *arguments, int64_t side);
void compare_close(compare_problem *problem);
/* Exits with the context's message on failure. */
void compare_check(clpt_context *context, clpt_status status);
/* Exits with a line on stderr. */
void compare_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* Enqueues clptycho's forward model, amplitude, into out_buffer; `state` is a compare_problem. */
void compare_forward(void *state);
/* Patterns [first, first + count) of out_buffer. */
void compare_read(compare_problem *problem, int64_t first, int64_t count, float *to);
/* Exit wave of one pattern, complex [side, side], in plain C: the bilinear patch times the probe. */
void compare_wave(const compare_problem *problem, int64_t pattern, float *wave);

typedef struct compare_times {
    double one, two, ratio;          /* median seconds, and the median of the rounds' ratios one / two */
    double fastest_one, fastest_two; /* seconds of the fastest rounds: nearer to the truth on a busy machine */
} compare_times;
/* Runs `one` and `two` in turn, each as often as lasts a few milliseconds, and waits for what they enqueued on the
 * problem's queue. */
compare_times compare_run(const compare_problem *problem, void (*one)(void *), void *one_state, void (*two)(void *),
                          void *two_state, int rounds);

/* Maximum difference relative to the maximum magnitude of `expected`. */
double compare_difference(const float *got, const float *expected, int64_t count);

double compare_now(void);

#endif
