/* SPDX-License-Identifier: Apache-2.0 */
/* Comparison of two runs, stage by stage, with tolerances and rules. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "parity/dump.h"

const char *const clpti_parity_verdict_names[CLPTI_PARITY_VERDICTS] = {"pass", "FAIL", "absent"};

void clpti_parity_comparison_free(clpti_parity_comparison *comparison)
{
    for (int k = 0; k < comparison->count; k++) free(comparison->findings[k].factor);
    free(comparison->findings);
    free(comparison->differences);
    *comparison = (clpti_parity_comparison){0};
}

int clpti_parity_count(const clpti_parity_comparison *comparison, clpti_parity_verdict verdict)
{
    int count = 0;
    for (int k = 0; k < comparison->count; k++) count += comparison->findings[k].verdict == verdict;
    return count;
}

/* Iteration of an array: 3 of "object.3" if the check is of "object"; 1 of the check's own name; otherwise 0. */
static long iteration_of(const char *array, const char *check)
{
    size_t length = strlen(check);
    char *end;
    if (strncmp(array, check, length) != 0) return 0;
    if (!array[length]) return 1;
    if (array[length] != '.') return 0;
    long iteration = strtol(array + length + 1, &end, 10);
    return *end || iteration < 1 ? 0 : iteration;
}

static bool same_shape(const clpti_tensor *a, const clpti_tensor *b)
{
    bool same = a->rank == b->rank && clpti_parity_is_complex(a->type) == clpti_parity_is_complex(b->type);
    for (int axis = 0; same && axis < a->rank; axis++) same = a->shape[axis] == b->shape[axis];
    return same;
}

static void shape_text(const clpti_tensor *tensor, char text[160])
{
    size_t used = (size_t)snprintf(text, 160, "%s [", clpti_type_name(tensor->type));
    for (int axis = 0; axis < tensor->rank && used < 130; axis++)
        used += (size_t)snprintf(text + used, 160 - used, "%s%lld", axis ? ", " : "", (long long)tensor->shape[axis]);
    snprintf(text + used, 160 - used, "]");
}

static void fail_shapes(clpti_parity_finding *f)
{
    char got[160], expected[160];
    shape_text(f->got, got);
    shape_text(f->expected, expected);
    f->verdict = CLPTI_PARITY_FAIL;
    snprintf(f->reason, sizeof f->reason, "it is %s, expected %s", got, expected);
}

static void compare(const clpti_parity_problem *problem, clpti_parity_finding *f)
{
    clpt_message message = {.text = ""};
    f->got_values = clpti_parity_statistics_of(f->got);
    f->expected_values = clpti_parity_statistics_of(f->expected);
    if (!same_shape(f->got, f->expected)) {
        fail_shapes(f);
        return;
    }
    if (clpti_parity_factor(f->check->rule, problem, f->expected, &f->factor, &message) != CLPT_OK) {
        f->verdict = CLPTI_PARITY_FAIL;
        snprintf(f->reason, sizeof f->reason, "%.600s", message.text);
        return;
    }
    clpti_parity_difference_of(f->got, f->expected, f->factor, f->tolerance, &f->difference);
    const clpti_parity_difference *d = &f->difference;
    double allowed = f->check->part * (double)d->compared;
    f->verdict = d->not_finite || (double)d->beyond > allowed ? CLPTI_PARITY_FAIL : CLPTI_PARITY_PASS;
    if (f->verdict == CLPTI_PARITY_PASS) return;
    if (d->not_finite)
        snprintf(f->reason, sizeof f->reason, "%lld elements are not finite", (long long)d->not_finite);
    else
        snprintf(f->reason, sizeof f->reason, "%lld of %lld elements are beyond the tolerance", (long long)d->beyond,
                 (long long)d->compared);
}

static clpti_parity_finding *add(clpti_parity_comparison *c)
{
    if (c->count == c->capacity) {
        int capacity = 2 * c->capacity + 32;
        clpti_parity_finding *grown = realloc(c->findings, (size_t)capacity * sizeof *grown);
        if (!grown) return NULL;
        c->findings = grown;
        c->capacity = capacity;
    }
    c->findings[c->count] = (clpti_parity_finding){.item = NULL};
    return &c->findings[c->count++];
}

static const char *failure_of(const clpti_parity_run *run, const char *stage)
{
    for (int k = 0; k < run->result_count; k++)
        if (!strcmp(run->results[k].stage, stage) && *run->results[k].failure) return run->results[k].failure;
    return NULL;
}

/* An array that a run failed to compute, or lost, fails; one that it never had is absent. */
static void judge_missing(const clpti_parity_comparison *c, clpti_parity_finding *f)
{
    const char *got = failure_of(c->got, f->item->name), *expected = failure_of(c->expected, f->item->name);
    f->verdict = got || expected ? CLPTI_PARITY_FAIL : CLPTI_PARITY_ABSENT;
    if (got || expected)
        snprintf(f->reason, sizeof f->reason, "%.80s does not have it: %.590s",
                 got ? c->got->label : c->expected->label, got ? got : expected);
    else
        snprintf(f->reason, sizeof f->reason, "%.200s does not have it",
                 f->expected ? c->got->label : c->expected->label);
}

static clpt_status judge_array(clpti_parity_comparison *c, const clpti_parity_problem *problem,
                               const clpti_parity_item *item, const clpti_parity_check *check, const char *array,
                               double tolerance, clpt_message *message)
{
    clpti_parity_finding *f = add(c);
    if (!f) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a finding");
    *f = (clpti_parity_finding){.item = item,
                                .check = check,
                                .tolerance = tolerance,
                                .got = clpti_parity_find(clpti_parity_results(c->got, item->name), array),
                                .expected = clpti_parity_find(clpti_parity_results(c->expected, item->name), array)};
    snprintf(f->array, sizeof f->array, "%s", array);
    f->perturbed = clpti_parity_sensitivity(problem->perturbed, item->name, array);
    f->tolerance = fmax(f->tolerance, CLPTI_PARITY_SENSITIVITY_FACTOR * f->perturbed);
    if (f->got && f->expected)
        compare(problem, f);
    else
        judge_missing(c, f);
    return CLPT_OK;
}

static clpt_status judge_check(clpti_parity_comparison *c, const clpti_parity_problem *problem,
                               const clpti_parity_item *item, const clpti_parity_check *check, double allowance,
                               clpt_message *message)
{
    clpt_status status = CLPT_OK;
    const clpti_parity_bundle *bundles[] = {clpti_parity_results(c->expected, item->name),
                                            clpti_parity_results(c->got, item->name)};
    for (int b = 0; b < 2; b++)
        for (int k = 0; bundles[b] && k < bundles[b]->count; k++) {
            const char *array = bundles[b]->arrays[k].name;
            long iteration = iteration_of(array, check->array);
            if (!iteration || (b == 1 && clpti_parity_find(bundles[0], array))) continue;
            if (!strcmp(array, "errors")) iteration = (long)bundles[b]->arrays[k].tensor.shape[0];
            CLPTI_TRY(
                judge_array(c, problem, item, check, array, allowance * (double)iteration * check->tolerance, message));
        }
cleanup:
    return status;
}

static clpt_status note_differences(clpti_parity_comparison *c, clpt_message *message)
{
    static const char *const all[] = {"data", "configuration"}; /* differences of these are refused elsewhere */
    clpti_parity_differences *d = clpti_malloc(1, sizeof *d);
    if (d) {
        clpti_parity_manifest_compare(c->got, c->expected, all, 2, d);
        c->differences = clpti_strdup(d->shown);
    }
    free(d);
    return c->differences ? CLPT_OK : clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the differences");
}

clpt_status clpti_parity_judge(const clpti_parity_problem *problem, const clpti_parity_plan *plan,
                               const clpti_parity_run *got, const clpti_parity_run *expected, double allowance,
                               clpti_parity_comparison *c, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    *c = (clpti_parity_comparison){.got = got, .expected = expected};
    CLPTI_TRY(note_differences(c, message));
    for (int k = 0; k < plan->count; k++) {
        const clpti_parity_item *item = &plan->items[k];
        int before = c->count;
        for (const clpti_parity_check *check = item->stage->checks; check->array; check++)
            CLPTI_TRY(judge_check(c, problem, item, check, allowance, message));
        if (c->count == before && clpti_parity_computes(item->stage)) /* absent in both runs: one line for the stage */
            CLPTI_TRY(judge_array(c, problem, item, item->stage->checks, item->stage->checks->array, 0, message));
    }
cleanup:
    return status;
}
