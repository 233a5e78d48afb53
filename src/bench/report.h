/* SPDX-License-Identifier: Apache-2.0 */
/* Results of a sweep: devices, each with its roofs and figures. All output and comparison uses them, whether they were
 * measured in this run or read from the JSON of an earlier one. */
#ifndef CLPTI_BENCH_REPORT_H
#define CLPTI_BENCH_REPORT_H

#include <math.h>

#include "core/status.h"

/* Seconds per call, over samples that are each the mean of `calls` calls. */
typedef struct clpti_bench_times {
    double median, spread, minimum; /* spread: third quartile − first */
    int64_t samples, calls;
} clpti_bench_times;

typedef enum clpti_bench_state {
    CLPTI_BENCH_GOOD,
    CLPTI_BENCH_WRONG,   /* measured, but outside the tolerance */
    CLPTI_BENCH_ERROR,   /* not measured: see `reason` */
    CLPTI_BENCH_SKIPPED, /* skipped intentionally: see `reason` */
    CLPTI_BENCH_STATES
} clpti_bench_state;

/* "good", "WRONG", "error", "skipped"; as in JSON and CSV. */
extern const char *const clpti_bench_state_names[CLPTI_BENCH_STATES];

/* Amount of work: `count` items of side × side pixels, each with `each` parts (modes, patches of a group). */
typedef struct clpti_bench_size {
    int64_t side, count, each;
} clpti_bench_size;

/* One operation at one size on one device. */
typedef struct clpti_bench_figure {
    char operation[48];
    char item[24], each[24]; /* name of an item, "pattern"; name of its parts, "modes" */
    clpti_bench_size size;
    clpti_bench_state state;
    char reason[600];
    double error, tolerance; /* maximum difference from the reference, relative to its maximum magnitude */
    clpti_bench_times times;
    double flop, bytes; /* of a call: by the formulas in docs/benchmarks.md */
    double joules;      /* of a call; NAN: unknown */
    char *choices;      /* variants and FFT providers used, one per line; owned; never NULL once added */
    char *explanation;  /* text of clpt_context_explain; owned by the measurement; NULL once added */
} clpti_bench_figure;

/* Place and time of a measurement. */
typedef struct clpti_bench_origin {
    char source[256]; /* file from which they were read; "" if measured in this run */
    char library[32]; /* version */
    char date[32];    /* UTC, "2026-11-22T15:00:00Z" */
    char system[160]; /* operating system and its release */
    char processor[128];
    char mode[16]; /* "quick", "default", "full" */
} clpti_bench_origin;

typedef struct clpti_bench_device {
    clpti_bench_origin origin;
    char name[192], short_name[24], type[16], platform[96], version[96], driver[96];
    int64_t units;
    double memory;    /* bytes */
    double copy, fma; /* roofs: bytes and float32 operations per second; 0: not measured */
    char energy[64];  /* source of the joules; "" if there is none */
    char reason[600]; /* the reason why the device gave no figures; "" */
    bool left_out;    /* skipped intentionally: the reason is not a failure */
    clpti_bench_figure *figures;
    int64_t figure_count, figure_capacity;
} clpti_bench_device;

typedef struct clpti_bench_report {
    clpti_bench_origin origin; /* of the current measurement */
    clpti_bench_device *devices;
    int64_t device_count;
} clpti_bench_report;

/* ---- report.c ---- */

/* The date, the machine and the library's version; no devices. */
void clpti_bench_report_begin(clpti_bench_report *report, const char *mode);
void clpti_bench_report_free(clpti_bench_report *report);
/* A device of the report's own origin. */
clpt_status clpti_bench_device_add(clpti_bench_report *report, clpti_bench_device **device, clpt_message *message);
/* Takes ownership of the figure's choices, also on failure. */
clpt_status clpti_bench_figure_add(clpti_bench_device *device, clpti_bench_figure *figure, clpt_message *message);
void clpti_bench_device_describe(clpti_bench_device *device, const clpt_device_info *info);

/* "1024 × 128²", "256 × 5 modes × 128²"; a scan without pixels "4096". */
const char *clpti_bench_size_text(const clpti_bench_figure *figure, char text[128]);
/* 12.3 µs: three digits and a unit; "-" if unknown. */
const char *clpti_bench_seconds_text(double seconds, char text[32]);
/* 1.23 k, M, G …: three digits; "-" if unknown. */
const char *clpti_bench_number_text(double number, char text[32]);

/* ---- values derived from a figure; NAN if unknown ---- */
double clpti_bench_items_rate(const clpti_bench_figure *figure);
double clpti_bench_flop_rate(const clpti_bench_figure *figure);
double clpti_bench_byte_rate(const clpti_bench_figure *figure);
/* Fractions of the device's roofs, 0 … 1 (more if caches are used). */
double clpti_bench_copy_share(const clpti_bench_device *device, const clpti_bench_figure *figure);
double clpti_bench_fma_share(const clpti_bench_device *device, const clpti_bench_figure *figure);
/* The lower roof at this figure's ratio of operations to bytes: "memory" or "arithmetic"; "" if unknown. */
const char *clpti_bench_bound(const clpti_bench_device *device, const clpti_bench_figure *figure);
/* True if it was measured, with correct or wrong results. */
bool clpti_bench_timed(const clpti_bench_figure *figure);
/* Figures in a state, over all devices; a device that failed as a whole counts as one error. */
int64_t clpti_bench_count(const clpti_bench_report *report, clpti_bench_state state);

#endif
