/* SPDX-License-Identifier: Apache-2.0 */
/* Runs of `parity` on devices, reference and dumps, and the comparisons between them. */
#include <stdlib.h>
#include <string.h>

#include "cli/parity.h"
#include "parity/report.h"

typedef clpti_parity_job job;

/* ---- runs ---- */

/* A name given to --allow must exist. */
static clpt_status check_allowed(job *j, const clpti_parity_run *now)
{
    for (int k = 0; k < j->v->allow.count; k++) {
        const char *name = j->v->allow.items[k];
        if (!clpti_parity_may_differ(now, name) && !clpti_parity_may_differ(&j->against, name))
            return clpti_session_usage(j->session,
                                       "--allow %s: neither %s nor %s contains this name (see the message of a "
                                       "rejected dump; or data, or configuration)",
                                       name, j->session->arguments->operand, j->v->against);
    }
    return CLPT_OK;
}

/* Rejects a dump with data or configuration other than those of `now`. *same: all of them are equal. */
static clpt_status check_facts(job *j, const clpti_parity_run *now, bool *same)
{
    const char *file = j->session->arguments->operand;
    clpt_status status = check_allowed(j, now);
    if (status != CLPT_OK) return status;
    clpti_parity_differences *d = malloc(sizeof *d);
    if (!d) return clpti_fail(&j->session->message, CLPT_ERROR_MEMORY, "no memory for a list of differences");
    clpti_parity_manifest_compare(now, &j->against, j->v->allow.items, j->v->allow.count, d);
    *same = !d->data;
    if (*d->refused)
        status =
            clpti_fail(&j->session->message, CLPT_ERROR_ARGUMENT,
                       "%s and %s differ in data or configuration: %s (use --allow NAME for an intended difference)",
                       file, j->v->against, d->refused);
    free(d);
    return status;
}

/* The scan's own inputs; derived ones come from the dump of --against if data and configuration are equal, so that no
 * mask differs by rounding. */
static clpt_status start_from_scan(job *j)
{
    clpti_session *session = j->session;
    clpti_parity_run now = {.label = ""};
    bool same = false;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_parity_start(session, j->v, &j->problem));
    if (!j->v->against) goto cleanup;
    CLPTI_TRY(clpti_parity_manifest_problem(&now, &j->problem, &session->message));
    CLPTI_TRY(check_facts(j, &now, &same));
    if (same) CLPTI_TRY(clpti_parity_dump_problem(j->v->against, &j->against, &j->problem, &session->message));
cleanup:
    clpti_parity_run_free(&now);
    return status;
}

/* The requested stages; for a dump without --stages, all of its stages. */
static clpt_status make_plan(job *j)
{
    clpt_message *message = &j->session->message;
    char *names = NULL;
    clpt_status status = clpti_parity_plan_make(&j->problem.config, j->v->stages, &j->plan, message);
    if (status != CLPT_OK || !j->v->against) return status;
    if (!j->v->stages) {
        CLPTI_TRY(clpti_parity_dump_names(j->v->against, &j->plan, &names, message));
        CLPTI_TRY(clpti_parity_plan_make(&j->problem.config, names, &j->plan, message));
    }
    CLPTI_TRY(clpti_parity_dump_stages(j->v->against, &j->plan, &j->against, message));
cleanup:
    free(names);
    return status;
}

static clpt_status start(job *j)
{
    clpti_session *session = j->session;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_session_open_device(session, "reference", &session->context));
    if (session->arguments->operand)
        CLPTI_TRY(start_from_scan(j));
    else
        CLPTI_TRY(clpti_parity_dump_problem(j->v->against, &j->against, &j->problem, &session->message));
    CLPTI_TRY(clpti_parity_derive(&j->problem, session->context, &session->message));
    CLPTI_TRY(make_plan(j));
cleanup:
    return status;
}

static void stage_begins(void *user, const char *stage, int done, int count)
{
    job *j = user;
    j->progress.total = count;
    clpti_progress_show(&j->progress, done, stage);
}

/* "pocl 0:0"; a repeated device gets a number. */
static void set_label(const job *j, const clpt_device_info *device, clpti_parity_run *run)
{
    int before = 0;
    char name[64] = "reference";
    if (device->type != CLPT_DEVICE_REFERENCE)
        snprintf(name, sizeof name, "%s %d:%d", device->short_name, device->platform, device->device);
    for (int k = 0; k < j->run_count; k++) before += !strncmp(j->runs[k].label, name, strlen(name));
    if (before)
        snprintf(run->label, sizeof run->label, "%s again %d", name, before);
    else
        snprintf(run->label, sizeof run->label, "%s", name);
}

/* Writes into its own folder, "pocl-0-0". */
static clpt_status dump(job *j, const clpti_parity_run *run)
{
    char *folder = NULL;
    if (!j->v->dump) return CLPT_OK;
    if (asprintf(&folder, "%s/%s", j->v->dump, run->label) < 0)
        return clpti_fail(&j->session->message, CLPT_ERROR_MEMORY, "no memory for a path");
    for (char *c = folder + strlen(j->v->dump) + 1; *c; c++)
        if (*c == ' ' || *c == ':' || *c == '/') *c = '-';
    clpt_status status = clpti_parity_dump_write(folder, &j->problem, run, &j->session->message);
    free(folder);
    return status;
}

static clpt_status run_on(job *j, clpt_context *context)
{
    clpt_status status = CLPT_OK;
    clpt_message *message = &j->session->message;
    clpti_parity_run *run = &j->runs[j->run_count];
    set_label(j, clpt_context_get_device(context), run);
    j->run_count++;
    j->progress = clpti_progress_start(&j->session->building, run->label, j->plan.count);
    status = clpti_parity_capture(context, &j->problem, &j->plan, j->v->inputs ? &j->runs[0] : NULL, run, stage_begins,
                                  j, message);
    clpti_progress_end(&j->progress);
    CLPTI_TRY(status);
    CLPTI_TRY(clpti_parity_manifest_problem(run, &j->problem, message));
    CLPTI_TRY(clpti_parity_manifest_context(run, context, message));
    if (j->session->arguments->operand)
        CLPTI_TRY(clpti_parity_manifest_add(run, CLPTI_PARITY_RUN, "scan", j->session->arguments->operand, message));
    CLPTI_TRY(clpti_parity_manifest_add(run, CLPTI_PARITY_RUN, "inputs", j->v->inputs ? "reference" : "own", message));
    CLPTI_TRY(dump(j, run));
cleanup:
    return status;
}

static clpt_status run_device(job *j, const char *name)
{
    clpt_context *context = NULL;
    if (name && !strcmp(name, "reference")) return CLPT_OK; /* it always runs */
    clpt_status status = clpti_session_open_device(j->session, name, &context);
    if (status == CLPT_OK) status = run_on(j, context);
    clpti_session_close_device(j->session, &context);
    return status;
}

/* The change of these stages under rounding, for these data. */
static clpt_status find_sensitivity(job *j)
{
    clpt_status status = CLPT_OK;
    clpt_message *message = &j->session->message;
    clpti_parity_problem perturbed = {.config = {0}};
    if (!j->v->sensitivity) return CLPT_OK;
    CLPTI_TRY(clpti_parity_perturb(&j->problem, &perturbed, message));
    CLPTI_TRY(
        clpti_parity_capture(j->session->context, &perturbed, &j->plan, NULL, &j->perturbed_run, NULL, NULL, message));
    CLPTI_TRY(clpti_parity_judge(&j->problem, &j->plan, &j->perturbed_run, &j->runs[0], 1, &j->perturbed, message));
    j->problem.perturbed = &j->perturbed;
cleanup:
    clpti_parity_problem_free(&perturbed);
    return status;
}

/* Two dumps: the operand replaces a run. */
static clpt_status read_both(job *j)
{
    const char *folder = j->session->arguments->operand;
    clpt_message *message = &j->session->message;
    clpti_parity_run *run = &j->runs[0];
    bool same = false;
    clpt_status status = CLPT_OK;
    j->run_count = 1;
    CLPTI_TRY(clpti_parity_dump_facts(folder, run, message));
    CLPTI_TRY(check_facts(j, run, &same));
    CLPTI_TRY(clpti_parity_dump_problem(j->v->against, &j->against, &j->problem, message));
    CLPTI_TRY(make_plan(j));
    CLPTI_TRY(clpti_parity_dump_stages(folder, &j->plan, run, message));
cleanup:
    return status;
}

static bool two_dumps(const job *j)
{
    return j->session->arguments->operand && clpti_parity_is_folder(j->session->arguments->operand);
}

clpt_status clpti_parity_run_all(job *j)
{
    clpt_status status = CLPT_OK;
    const clpti_texts *devices = &j->v->devices;
    if (j->v->against) CLPTI_TRY(clpti_parity_dump_facts(j->v->against, &j->against, &j->session->message));
    if (two_dumps(j)) return read_both(j);
    CLPTI_TRY(start(j));
    CLPTI_TRY(run_on(j, j->session->context));
    CLPTI_TRY(find_sensitivity(j));
    for (int k = 0; k < devices->count; k++) CLPTI_TRY(run_device(j, devices->items[k]));
    if (!devices->count) CLPTI_TRY(run_device(j, NULL));
cleanup:
    return status;
}

/* ---- comparisons ---- */

static bool is_reference(const clpti_parity_run *run)
{
    const char *device = clpti_parity_manifest_text(run, CLPTI_PARITY_RUN, "device");
    return device && !strcmp(device, "reference");
}

/* The tolerance is doubled between two runs that may both have errors, of either sign. */
static clpt_status compare(job *j, const clpti_parity_run *got, const clpti_parity_run *expected)
{
    clpti_parity_comparison *c = &j->comparisons[j->comparison_count++];
    double allowance = is_reference(got) || is_reference(expected) ? 1 : 2;
    clpt_status status = clpti_parity_judge(&j->problem, &j->plan, got, expected, allowance, c, &j->session->message);
    if (status == CLPT_OK) clpti_parity_print(stdout, c, j->v->brief);
    return status;
}

clpt_status clpti_parity_compare_all(job *j)
{
    clpt_status status = CLPT_OK;
    if (two_dumps(j)) return compare(j, &j->runs[0], &j->against);
    for (int k = 1; k < j->run_count; k++) {
        CLPTI_TRY(compare(j, &j->runs[k], &j->runs[0]));
        if (k > 1) CLPTI_TRY(compare(j, &j->runs[k], &j->runs[1]));
    }
    if (!j->v->against) goto cleanup;
    CLPTI_TRY(compare(j, &j->against, &j->runs[0]));
    for (int k = 1; k < j->run_count; k++) CLPTI_TRY(compare(j, &j->runs[k], &j->against));
cleanup:
    return status;
}
