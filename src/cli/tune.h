/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of `clptycho tune`: timed work, trials of a setting against the current one, and the user's entries. */
#ifndef CLPTI_CLI_TUNE_H
#define CLPTI_CLI_TUNE_H

#include "bench/problem.h"
#include "core/tuning.h"

/* ---- tune_work.c: work on one context, whose time and result depend on the tuning ---- */

typedef struct clpti_tune_work {
    const char *name;
    const char *benchmark; /* of the benchmarks: an operation or an engine */
    int64_t side, count;
} clpti_tune_work;

/* Work prepared on its own context. */
typedef struct clpti_tune_run {
    const clpti_tune_work *work;
    clpt_context *context;
    clpti_bench_problem problem;
    int calls; /* per round */
} clpti_tune_run;

/* On a context with these options and this tuning. Inputs are the same for every context. */
clpt_status clpti_tune_run_open(const clpt_context_options *device, const clpti_tune_work *work, const char *tuning,
                                clpti_tune_run *run, clpt_message *message);
void clpti_tune_run_close(clpti_tune_run *run);
/* Seconds per call, the mean of run->calls calls. The message of a failure is the context's. */
clpt_status clpti_tune_run_time(clpti_tune_run *run, double *seconds);

/* The reference's results of a work. */
clpt_status clpti_tune_expect(const clpti_tune_work *work, clpt_context *reference, clpti_bench_expected *expected,
                              clpt_message *message);
/* The first call of a run, compared with the reference. *error: the maximum difference in units of the tolerance, NAN
 * if a result is not finite. */
clpt_status clpti_tune_run_check(clpti_tune_run *run, const clpti_bench_expected *expected, double *error,
                                 clpt_message *message);

/* ---- tune_trial.c: a setting against the current one ---- */

enum { CLPTI_TUNE_WORKS = 6, CLPTI_TUNE_SCREENED = 3, CLPTI_TUNE_CONFIRMED = 9 }; /* rounds */

/* Times of the same work in two contexts, measured alternately. */
typedef struct clpti_tune_ratio {
    bool measured;
    double seconds;     /* of the second, median */
    double ratio;       /* median of the rounds' ratios, second by first */
    int faster, rounds; /* rounds in which the second was faster; total rounds */
} clpti_tune_ratio;

/* Outside the noise: by at least a twentieth in the median, and in at least eight of nine rounds. With fewer rounds
 * only a ratio of a quarter more counts as slower. */
bool clpti_tune_is_faster(const clpti_tune_ratio *ratio);
bool clpti_tune_is_slower(const clpti_tune_ratio *ratio);

/* State common to all trials. */
typedef struct clpti_tune_setup {
    clpt_context_options device;
    clpti_tune_work works[CLPTI_TUNE_WORKS];
    char tuning[1024];                     /* the settings adopted so far, "name=value,…" */
    clpti_tune_run base[CLPTI_TUNE_WORKS]; /* with these */
    clpt_context *reference;
    clpti_bench_expected expected[CLPTI_TUNE_WORKS];
} clpti_tune_setup;

typedef enum clpti_tune_verdict {
    CLPTI_TUNE_NO_EFFECT, /* it changes no choice of any work */
    CLPTI_TUNE_WRONG,     /* a result differs from the reference */
    CLPTI_TUNE_FAILED,    /* a call failed, with a message */
    CLPTI_TUNE_SLOWER,    /* for some work, outside the noise */
    CLPTI_TUNE_SAME,
    CLPTI_TUNE_FASTER /* for some work outside the noise, for none slower */
} clpti_tune_verdict;

typedef struct clpti_tune_trial {
    clpti_tune_verdict verdict;
    clpti_tune_ratio works[CLPTI_TUNE_WORKS];
    double mean;  /* geometric, of the ratios measured */
    double error; /* the maximum, relative to the tolerance */
} clpti_tune_trial;

/* Opens the works of a device and computes the reference's results; checks the current setting against them. */
clpt_status clpti_tune_setup_open(clpti_tune_setup *bench, const clpt_context_options *device,
                                  const clpti_tune_work *works, clpt_message *message);
void clpti_tune_setup_close(clpti_tune_setup *bench);
/* Reopens the works with one more setting. */
clpt_status clpti_tune_setup_take(clpti_tune_setup *bench, const char *name, const char *value, clpt_message *message);
/* The last choice for `what` in a run, NULL if there is none. */
const clpti_choice *clpti_tune_choice(const clpti_tune_run *run, const char *what);
/* Tries name=value in addition to the settings adopted so far, in all works that choose `name`; stops at the first that
 * is wrong or far slower. Failures have a `message`. */
clpti_tune_trial clpti_tune_try(clpti_tune_setup *bench, const char *name, const char *value, int rounds,
                                clpt_message *message);

/* ---- tune_entries.c: the user's file ---- */

typedef struct clpti_tune_entry {
    char name[40], value[40], comment[160];
} clpti_tune_entry;

/* The text of a tuning file with this device's own entries for `names` replaced by `entries`; all other lines are
 * unchanged. `old` may be NULL. Freed with free(); NULL if out of memory. */
char *clpti_tune_entries_text(const char *old, const clpt_device_info *device, const char *const *names,
                              size_t name_count, const clpti_tune_entry *entries, size_t entry_count);
bool clpti_tune_file_exists(const char *path);
/* Writes the file, and creates its directory. */
clpt_status clpti_tune_entries_write(const char *path, const char *text, clpt_message *message);

#endif
