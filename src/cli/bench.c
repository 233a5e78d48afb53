/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho bench: times and accuracy of every operation and engine on every device. */
#include <stdlib.h>
#include <string.h>

#include "bench/output.h"
#include "bench/sweep.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "core/words.h"
#include "report/file.h"
#include "report/json.h"

typedef struct values {
    clpti_texts devices, compare, read;
    const char *operations, *sizes, *csv, *json, *html;
    int64_t count, rounds;
    bool quick, full, list, fail_on_regression;
} values;

static const clpt_option options[] = {
    {.name = "device",
     .kind = CLPT_OPTION_TEXT,
     .value = "NAME",
     .offset = offsetof(values, devices),
     .flags = CLPTI_OPTION_REPEATED,
     .help = "measure this device, named as elsewhere; may be repeated (default: all devices)"},
    {.name = "operations",
     .kind = CLPT_OPTION_TEXT,
     .value = "LIST",
     .offset = offsetof(values, operations),
     .help = "operations and engines, comma-separated, with wildcards * and ? (default: all)"},
    {.name = "list",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, list),
     .help = "list them with their sizes, without measuring"},
    {.name = "quick",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, quick),
     .help = "few sizes and samples: seconds per device"},
    {.name = "full",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, full),
     .help = "more sizes, all samples, no reduction of sizes for slow devices: minutes per device"},
    {.name = "sizes",
     .kind = CLPT_OPTION_TEXT,
     .value = "LIST",
     .offset = offsetof(values, sizes),
     .help = "sides in pixels, comma-separated, instead of the default ones; the number of items gives the same number "
             "of pixels"},
    {.name = "count",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, count),
     .minimum = 1,
     .maximum = 1e7,
     .help = "items (patterns, images, groups) per call (default: suited to the operation and the device)"},
    {.name = "rounds",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, rounds),
     .minimum = 3,
     .maximum = 100000,
     .help = "samples per figure (default: 50, 5 with --quick; fewer if a call is long)"},
    {.name = "csv",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, csv),
     .help = "write the figures as comma-separated values"},
    {.name = "json",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, json),
     .help = "write them as JSON, for --compare and --read"},
    {.name = "html",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, html),
     .help = "write one HTML page with plots and tables"},
    {.name = "compare",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE.json",
     .offset = offsetof(values, compare),
     .flags = CLPTI_OPTION_REPEATED,
     .help = "compare with an earlier run: measure its numbers of items, and report changes; may be repeated"},
    {.name = "read",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE.json",
     .offset = offsetof(values, read),
     .flags = CLPTI_OPTION_REPEATED,
     .help = "read figures from a file instead of measuring, such as those of another machine; may be repeated"},
    {.name = "fail-on-regression",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, fail_on_regression),
     .help = "exit with status 1 if --compare finds a figure slower or broken"},
    {.name = NULL}};

typedef struct job {
    clpti_session *session;
    const values *v;
    clpti_bench_request request;
    clpti_bench_report report, earlier[CLPTI_TEXTS_MAX];
    clpti_bench_comparison comparisons[CLPTI_TEXTS_MAX];
    int earlier_count, comparison_count;
} job;

/* ---- selection ---- */

static clpt_status check_operations(job *j)
{
    const char *names[128], *name;
    size_t count = 0;
    char pattern[64];
    while (count < sizeof names / sizeof *names && clpti_bench_operation(count, &name)) names[count++] = name;
    for (const char *at = j->v->operations; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        bool found = false;
        snprintf(pattern, sizeof pattern, "%.*s", (int)strcspn(at, ","), at);
        for (size_t k = 0; k < count; k++) found = found || clpti_bench_fits(pattern, names[k]);
        if (found) continue;
        const char *near = clpti_nearest_word(pattern, names, count);
        return clpti_session_usage(j->session, "no operation or engine '%s'%s%s%s; --list shows them", pattern,
                                   near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
    }
    return CLPT_OK;
}

static clpt_status read_sizes(job *j)
{
    const char *at = j->v->sizes;
    while (at) {
        char *end;
        long side = strtol(at, &end, 10);
        if (end == at || (*end && *end != ',') || side < 2 || side > 8192)
            return clpti_session_usage(j->session, "--sizes requires sides from 2 to 8192, such as 64,128, not '%s'",
                                       j->v->sizes);
        if (j->request.side_count == CLPTI_BENCH_NAMES)
            return clpti_session_usage(j->session, "--sizes accepts at most %d sides", CLPTI_BENCH_NAMES);
        j->request.sides[j->request.side_count++] = side;
        at = *end ? end + 1 : NULL;
    }
    return CLPT_OK;
}

/* An input file must not be an output file. */
static clpt_status check_spares(job *j)
{
    const values *v = j->v;
    const struct {
        const char *option, *path;
    } files[] = {{"--csv", v->csv}, {"--json", v->json}, {"--html", v->html}};
    const clpti_texts *const inputs[] = {&v->compare, &v->read};
    clpt_status status = CLPT_OK;
    for (size_t k = 0; k < sizeof files / sizeof *files; k++)
        for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
            for (int n = 0; n < inputs[i]->count; n++)
                CLPTI_TRY(clpti_output_refuse_overwrite(files[k].path, files[k].option, inputs[i]->items[n],
                                                        &j->session->message));
cleanup:
    return status;
}

/* All checks that can be made before hours of measuring. */
static clpt_status prepare(job *j)
{
    clpt_status status = CLPT_OK;
    const values *v = j->v;
    const char *const files[] = {v->csv, v->json, v->html};
    if (v->quick && v->full) return clpti_session_usage(j->session, "--quick and --full exclude each other");
    if (v->fail_on_regression && !v->compare.count)
        return clpti_session_usage(j->session, "--fail-on-regression requires --compare FILE.json");
    if (v->read.count && v->devices.count)
        return clpti_session_usage(j->session, "--read reads figures from files; it cannot be combined with --device");
    CLPTI_TRY(check_operations(j));
    CLPTI_TRY(read_sizes(j));
    for (size_t k = 0; k < sizeof files / sizeof *files; k++)
        if (files[k]) CLPTI_TRY(clpti_output_check(files[k], &j->session->message));
    CLPTI_TRY(check_spares(j));
    for (; j->earlier_count < v->compare.count; j->earlier_count++)
        CLPTI_TRY(clpti_bench_read_json(v->compare.items[j->earlier_count], &j->earlier[j->earlier_count],
                                        &j->session->message));
cleanup:
    if (status != CLPT_OK && j->earlier_count < v->compare.count) j->earlier_count++; /* frees what was read */
    return status;
}

static void print_list(void)
{
    const char *name;
    const clpti_benchmark *benchmark;
    char size[128];
    for (size_t k = 0; (benchmark = clpti_bench_operation(k, &name)); k++) {
        printf("%-26s %s\n", name, clpti_bench_summary(benchmark));
        for (const clpti_bench_case *c = benchmark->cases; c->level >= 0; c++) {
            clpti_bench_figure figure = {.size = c->size};
            snprintf(figure.each, sizeof figure.each, "%s", benchmark->each ? benchmark->each : "");
            printf("    %s%s\n", clpti_bench_size_text(&figure, size),
                   c->level == 0   ? "  (also --quick)"
                   : c->level == 2 ? "  (--full)"
                                   : "");
        }
    }
}

/* ---- output during the sweep ---- */

static void device_begins(void *user, const clpti_bench_device *device)
{
    (void)user;
    clpti_bench_print_device(stdout, device);
    fflush(stdout);
}

static void figure_done(void *user, const clpti_bench_device *device, const clpti_bench_figure *figure)
{
    (void)user;
    clpti_bench_print_figure(stdout, device, figure);
    fflush(stdout);
}

static void explained(void *user, const clpti_bench_figure *figure, const char *text)
{
    const job *j = user;
    clpti_session_explain(j->session, figure->operation, text);
}

/* Warnings of the library appear in the figures too; --verbose prints all of its lines. */
static void log_line(void *user, clpt_log_level level, const char *line)
{
    const job *j = user;
    if (j->session->arguments->verbose)
        fprintf(stderr, "clptycho: %s%s\n", level == CLPT_LOG_WARNING ? "warning: " : "", line);
}

static clpt_status measure(job *j)
{
    const values *v = j->v;
    clpti_bench_request *r = &j->request;
    const char *device = getenv("CLPTYCHO_DEVICE");
    r->level = v->quick ? 0 : v->full ? 2 : 1;
    for (; r->device_count < v->devices.count; r->device_count++)
        r->devices[r->device_count] = v->devices.items[r->device_count];
    if (!r->device_count && device && *device) r->devices[r->device_count++] = device;
    r->operations = v->operations;
    r->count = v->count;
    r->samples = v->rounds;
    r->earlier = j->earlier_count ? &j->earlier[0] : NULL;
    r->device_begins = device_begins;
    r->figure_done = figure_done;
    r->explained = explained;
    r->log = log_line;
    r->user = j;
    r->build = clpti_building_report;
    r->build_user = &j->session->building;
    clpti_bench_report_begin(&j->report, clpti_bench_efforts[r->level].name);
    return clpti_bench_sweep(r, &j->report, &j->session->message);
}

static clpt_status read_all(job *j)
{
    clpt_status status = CLPT_OK;
    clpti_bench_report_begin(&j->report, "");
    for (int k = 0; k < j->v->read.count; k++)
        CLPTI_TRY(clpti_bench_read_json(j->v->read.items[k], &j->report, &j->session->message));
    clpti_bench_print(stdout, &(clpti_bench_results){.report = &j->report});
cleanup:
    return status;
}

static clpt_status compare(job *j)
{
    clpt_status status = CLPT_OK;
    for (int k = 0; k < j->earlier_count; k++) {
        CLPTI_TRY(clpti_bench_compare(&j->earlier[k], &j->report, &j->comparisons[k], &j->session->message));
        j->comparison_count++;
        clpti_bench_print_comparison(stdout, &j->comparisons[k]);
    }
cleanup:
    return status;
}

/* ---- files ---- */

static clpt_status write_csv(FILE *stream, const void *results, clpt_message *message)
{
    (void)message;
    clpti_bench_write_csv(stream, ((const clpti_bench_results *)results)->report);
    return CLPT_OK;
}

static clpt_status write_json(FILE *stream, const void *results, clpt_message *message)
{
    return clpti_json_write(stream, clpti_bench_json(results), message);
}

static clpt_status write_page(FILE *stream, const void *results, clpt_message *message)
{
    return clpti_bench_write_page(stream, results, message);
}

static clpt_status write_files(job *j)
{
    const struct {
        const char *path;
        clpti_report_writer write;
    } files[] = {{j->v->csv, write_csv}, {j->v->json, write_json}, {j->v->html, write_page}};
    const clpti_bench_results results = {&j->report, j->comparisons, j->comparison_count};
    clpt_status status = CLPT_OK;
    for (size_t k = 0; k < sizeof files / sizeof *files; k++)
        if (files[k].path) CLPTI_TRY(clpti_report_write(files[k].path, files[k].write, &results, &j->session->message));
cleanup:
    return status;
}

/* Wrong figures and errors fail the command; so do regressions if requested. */
static clpt_status verdict(job *j)
{
    int64_t wrong = clpti_bench_count(&j->report, CLPTI_BENCH_WRONG);
    int64_t errors = clpti_bench_count(&j->report, CLPTI_BENCH_ERROR), regressions = 0;
    for (int k = 0; k < j->comparison_count; k++) regressions += clpti_bench_regressions(&j->comparisons[k]);
    if (!j->v->fail_on_regression) regressions = 0;
    if (!wrong && !errors && !regressions) return CLPT_OK;
    return clpti_fail(&j->session->message, CLPT_ERROR_DEVICE,
                      "%lld figures are wrong, %lld could not be measured, %lld regressions (see the table)",
                      (long long)wrong, (long long)errors, (long long)regressions);
}

static clpt_status run(clpti_session *session, const void *given)
{
    job j = {.session = session, .v = given};
    clpt_status status = CLPT_OK;
    CLPTI_TRY(prepare(&j));
    if (j.v->list) {
        print_list();
        goto cleanup;
    }
    CLPTI_TRY(j.v->read.count ? read_all(&j) : measure(&j));
    CLPTI_TRY(compare(&j));
    CLPTI_TRY(write_files(&j));
    CLPTI_TRY(verdict(&j));
cleanup:
    for (int k = 0; k < j.earlier_count; k++) clpti_bench_report_free(&j.earlier[k]);
    for (int k = 0; k < j.comparison_count; k++) clpti_bench_comparison_free(&j.comparisons[k]);
    clpti_bench_report_free(&j.report);
    return status;
}

const clpti_command clpti_command_bench = {
    .name = "bench",
    .summary = "measures times and accuracy of every operation and engine on every device",
    .details =
        "Each figure is compared with plain C in double precision; a wrong one is a failure, however fast. "
        "docs/benchmarks.md explains the measurement and the columns.\nThe exit status is 1 if a figure is wrong or "
        "could not be measured, or, with --fail-on-regression, if one became slower by more than the noise.",
    .example = "clptycho bench --quick --html bench.html\n"
               "  clptycho bench --device gpu --compare old.json --json new.json",
    .options = options,
    .values_size = sizeof(values),
    .run = run};
