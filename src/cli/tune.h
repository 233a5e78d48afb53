/* SPDX-License-Identifier: Apache-2.0 */
/* What `clptycho tune` is made of: work that is timed, trials of a setting against what there is, and the user's rows.
 */
#ifndef CLPTI_CLI_TUNE_H
#define CLPTI_CLI_TUNE_H

#include "bench/problem.h"
#include "core/tuning.h"

/* ---- tune_work.c: work on one context, whose time and result depend on the tuning ---- */

typedef struct clpti_tune_work {
    const char *name;
    const char *row; /* of the benchmarks: an operation or an engine */
    int64_t side, count;
} clpti_tune_work;

/* Work prepared on a context of its own. */
typedef struct clpti_tune_run {
    const clpti_tune_work *work;
    clpt_context *context;
    clpti_bench_problem problem;
    int calls; /* in a round */
} clpti_tune_run;

/* On a context with these options and this tuning. Inputs are the same for every context. */
clpt_status clpti_tune_run_open(const clpt_context_options *device, const clpti_tune_work *work, const char *tuning,
                                clpti_tune_run *run, clpt_message *message);
void clpti_tune_run_close(clpti_tune_run *run);
/* Seconds of one call, the mean of run->calls of them. The failure's message is the context's. */
clpt_status clpti_tune_run_time(clpti_tune_run *run, double *seconds);

/* The reference's results of a work. */
clpt_status clpti_tune_expect(const clpti_tune_work *work, clpt_context *reference, clpti_bench_expected *expected,
                              clpt_message *message);
/* The first call of a run, compared with the reference. *error: the largest difference in units of the tolerance, NAN
 * where a result is not finite. */
clpt_status clpti_tune_run_check(clpti_tune_run *run, const clpti_bench_expected *expected, double *error,
                                 clpt_message *message);

/* ---- tune_trial.c: a setting against what there is ---- */

enum { CLPTI_TUNE_WORKS = 6, CLPTI_TUNE_SCREENED = 3, CLPTI_TUNE_CONFIRMED = 9 }; /* rounds */

/* Times of the same work in two contexts, measured in turn. */
typedef struct clpti_tune_ratio {
    bool measured;
    double seconds;     /* of the second, median */
    double ratio;       /* median of the rounds' ratios, second by first */
    int faster, rounds; /* rounds in which the second was faster, of all */
} clpti_tune_ratio;

/* Outside the noise: by at least a twentieth in the median, and in at least eight of nine rounds. With fewer rounds
 * only what is slower by a quarter counts as slower. */
bool clpti_tune_is_faster(const clpti_tune_ratio *ratio);
bool clpti_tune_is_slower(const clpti_tune_ratio *ratio);

/* Everything that trials share. */
typedef struct clpti_tune_setup {
    clpt_context_options device;
    clpti_tune_work works[CLPTI_TUNE_WORKS];
    char tuning[1024];                     /* the settings taken so far, "name=value,…" */
    clpti_tune_run base[CLPTI_TUNE_WORKS]; /* with these */
    clpt_context *reference;
    clpti_bench_expected expected[CLPTI_TUNE_WORKS];
} clpti_tune_setup;

typedef enum clpti_tune_verdict {
    CLPTI_TUNE_NO_EFFECT, /* no work chooses otherwise with it */
    CLPTI_TUNE_WRONG,     /* a result is not the reference's */
    CLPTI_TUNE_FAILED,    /* a call failed: the message says why */
    CLPTI_TUNE_SLOWER,    /* in some work, outside the noise */
    CLPTI_TUNE_SAME,
    CLPTI_TUNE_FASTER /* in some work outside the noise, in none slower */
} clpti_tune_verdict;

typedef struct clpti_tune_trial {
    clpti_tune_verdict verdict;
    clpti_tune_ratio works[CLPTI_TUNE_WORKS];
    double mean;  /* geometric, of the ratios measured */
    double error; /* the largest, as a part of the tolerance */
} clpti_tune_trial;

/* Opens the works of a device and the reference's results; checks what there is against them. */
clpt_status clpti_tune_setup_open(clpti_tune_setup *bench, const clpt_context_options *device,
                                  const clpti_tune_work *works, clpt_message *message);
void clpti_tune_setup_close(clpti_tune_setup *bench);
/* Opens the works anew with one more setting. */
clpt_status clpti_tune_setup_take(clpti_tune_setup *bench, const char *name, const char *value, clpt_message *message);
/* The last choice made for `what` in a run, NULL where none was. */
const clpti_choice *clpti_tune_choice(const clpti_tune_run *run, const char *what);
/* Tries name=value beside the settings taken so far, in all works that choose `name`; stops at the first that is wrong
 * or far slower. `message` says what failed. */
clpti_tune_trial clpti_tune_try(clpti_tune_setup *bench, const char *name, const char *value, int rounds,
                                clpt_message *message);

/* ---- tune_entries.c: the user's file ---- */

typedef struct clpti_tune_entry {
    char name[40], value[40], comment[160];
} clpti_tune_entry;

/* The text of a tuning file with this device's own rows for `names` replaced by `rows`; everything else stays as it
 * was, line by line. `old` may be NULL. NULL when memory ran out; free with free(). */
char *clpti_tune_entries_text(const char *old, const clpt_device_info *device, const char *const *names,
                              size_t name_count, const clpti_tune_entry *rows, size_t row_count);
bool clpti_tune_file_exists(const char *path);
/* Writes the file and the directory that it is in. */
clpt_status clpti_tune_entries_write(const char *path, const char *text, clpt_message *message);

#endif
