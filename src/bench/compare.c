/* SPDX-License-Identifier: Apache-2.0 */
/* Comparison of a benchmark report with an earlier one: figures matched, and classified as faster, slower, broken or
 * fixed. */
#include "bench/output.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

const char *const clpti_bench_verdict_names[CLPTI_BENCH_VERDICTS] = {
    [CLPTI_BENCH_SAME] = "same",      [CLPTI_BENCH_FASTER] = "faster", [CLPTI_BENCH_SLOWER] = "SLOWER",
    [CLPTI_BENCH_BROKEN] = "BROKEN",  [CLPTI_BENCH_MENDED] = "mended", [CLPTI_BENCH_ADDED] = "new",
    [CLPTI_BENCH_MISSING] = "missing"};

static bool same_device(const clpti_bench_device *a, const clpti_bench_device *b)
{
    return !strcmp(a->name, b->name) && !strcmp(a->short_name, b->short_name);
}

/* The device of `now` with the same position among devices of its name as `device` in `before`; NULL: none. */
static const clpti_bench_device *counterpart(const clpti_bench_report *before, const clpti_bench_device *device,
                                             const clpti_bench_report *now)
{
    int64_t ahead = 0;
    for (const clpti_bench_device *d = before->devices; d < device; d++) ahead += same_device(d, device);
    for (int64_t k = 0; k < now->device_count; k++)
        if (same_device(&now->devices[k], device) && ahead-- == 0) return &now->devices[k];
    return NULL;
}

static const clpti_bench_figure *find(const clpti_bench_device *device, const clpti_bench_figure *figure)
{
    for (int64_t k = 0; k < device->figure_count; k++) {
        const clpti_bench_figure *f = &device->figures[k];
        if (!strcmp(f->operation, figure->operation) && f->size.side == figure->size.side &&
            f->size.count == figure->size.count && f->size.each == figure->size.each)
            return f;
    }
    return NULL;
}

static clpti_bench_verdict judge(const clpti_bench_figure *before, const clpti_bench_figure *now)
{
    bool was = before->state == CLPTI_BENCH_GOOD, is = now->state == CLPTI_BENCH_GOOD;
    if (was != is) return was ? CLPTI_BENCH_BROKEN : CLPTI_BENCH_MENDED;
    if (!clpti_bench_timed(before) || !clpti_bench_timed(now)) return CLPTI_BENCH_SAME;
    double difference = now->times.median - before->times.median;
    double noise = now->times.spread + before->times.spread;
    if (fabs(difference) <= noise || fabs(difference) <= CLPTI_BENCH_NOISE * before->times.median)
        return CLPTI_BENCH_SAME;
    return difference > 0 ? CLPTI_BENCH_SLOWER : CLPTI_BENCH_FASTER;
}

static void add(clpti_bench_comparison *c, const clpti_bench_device *device_before, const clpti_bench_device *device,
                const clpti_bench_figure *before, const clpti_bench_figure *now, clpti_bench_verdict verdict)
{
    bool both = before && now && clpti_bench_timed(before) && clpti_bench_timed(now);
    double ratio = both && before->times.median > 0 ? now->times.median / before->times.median : (double)NAN;
    c->changes[c->count++] = (clpti_bench_change){device, device_before, before, now, verdict, ratio};
}

static void compare_devices(clpti_bench_comparison *c, const clpti_bench_device *before, const clpti_bench_device *now)
{
    c->shared++;
    for (int64_t k = 0; k < now->figure_count; k++) {
        const clpti_bench_figure *f = &now->figures[k], *old = find(before, f);
        add(c, before, now, old, f, old ? judge(old, f) : CLPTI_BENCH_ADDED);
    }
    bool failed = *now->reason && !now->left_out; /* then all good figures are broken */
    for (int64_t k = 0; k < before->figure_count; k++) {
        const clpti_bench_figure *old = &before->figures[k];
        if (find(now, old)) continue;
        bool broken = failed && old->state == CLPTI_BENCH_GOOD;
        add(c, before, now, old, NULL, broken ? CLPTI_BENCH_BROKEN : CLPTI_BENCH_MISSING);
    }
}

clpt_status clpti_bench_compare(const clpti_bench_report *before, const clpti_bench_report *now,
                                clpti_bench_comparison *comparison, clpt_message *message)
{
    int64_t capacity = 0;
    for (int64_t d = 0; d < before->device_count; d++) capacity += before->devices[d].figure_count;
    for (int64_t d = 0; d < now->device_count; d++) capacity += now->devices[d].figure_count;
    *comparison = (clpti_bench_comparison){.before = before};
    comparison->changes = clpti_calloc(capacity, sizeof *comparison->changes);
    if (!comparison->changes)
        return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory to compare %lld figures", (long long)capacity);
    for (int64_t d = 0; d < before->device_count; d++) {
        const clpti_bench_device *same = counterpart(before, &before->devices[d], now);
        if (same) compare_devices(comparison, &before->devices[d], same);
    }
    return CLPT_OK;
}

void clpti_bench_comparison_free(clpti_bench_comparison *comparison)
{
    free(comparison->changes);
    comparison->changes = NULL;
}

int64_t clpti_bench_verdict_count(const clpti_bench_comparison *comparison, clpti_bench_verdict verdict)
{
    int64_t count = 0;
    for (int64_t k = 0; k < comparison->count; k++) count += comparison->changes[k].verdict == verdict;
    return count;
}

int64_t clpti_bench_regressions(const clpti_bench_comparison *comparison)
{
    return clpti_bench_verdict_count(comparison, CLPTI_BENCH_SLOWER) +
           clpti_bench_verdict_count(comparison, CLPTI_BENCH_BROKEN);
}

bool clpti_bench_is_change(clpti_bench_verdict verdict)
{
    return verdict != CLPTI_BENCH_SAME && verdict != CLPTI_BENCH_ADDED && verdict != CLPTI_BENCH_MISSING;
}

static bool moved(double before, double now)
{
    return before > 0 && now > 0 && fabs(now - before) > 0.1 * before;
}

const char *clpti_bench_roofs_changed(const clpti_bench_change *change, char text[160])
{
    const clpti_bench_device *a = change->device_before, *b = change->device;
    char numbers[4][32];
    text[0] = '\0';
    if (moved(a->copy, b->copy) || moved(a->fma, b->fma))
        snprintf(text, 160, "copy %sB/s -> %sB/s, multiply-add %sFLOP/s -> %sFLOP/s",
                 clpti_bench_number_text(a->copy, numbers[0]), clpti_bench_number_text(b->copy, numbers[1]),
                 clpti_bench_number_text(a->fma, numbers[2]), clpti_bench_number_text(b->fma, numbers[3]));
    return text;
}
