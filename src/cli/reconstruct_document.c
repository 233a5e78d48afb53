/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON document of `reconstruct`. */
#include <stdlib.h>

#include "cli/document.h"
#include "cli/reconstruct.h"
#include "cli/record.h"

void clpti_job_describe_sizes(const clpti_job *j)
{
    cJSON *scan = clpti_document_section(j->session, "scan"), *object = clpti_document_section(j->session, "object");
    clpti_document_number(scan, "patterns", (double)j->scan.count);
    clpti_document_number(scan, "frames", (double)j->scan.frames);
    clpti_document_number(scan, "side", (double)j->measured);
    clpti_document_number(scan, "padded_side", (double)j->scan.side);
    clpti_document_number(scan, "mean_counts", clpti_mean_counts(&j->scan, NULL));
    clpti_document_text(scan, "layout", j->scan.format);
    clpti_document_number(object, "height", (double)j->object.shape[0]);
    clpti_document_number(object, "width", (double)j->object.shape[1]);
    clpti_document_number(clpti_document_section(j->session, "probe"), "modes", (double)j->probe.shape[0]);
}

static void describe_figures(const clpti_job *j)
{
    cJSON *root = clpti_document(j->session);
    clpti_document_number(root, "r_factor", j->result.r_factor);
    clpti_document_number(root, "poisson", j->result.poisson);
    clpti_document_number(root, "iterations", (double)j->done);
    clpti_document_number(root, "first_iteration", (double)j->first);
    clpti_document_numbers(root, "errors", j->errors, j->done);
    clpti_document_number(root, "seconds_iterating", j->seconds);
}

/* Options as given, values used, and origin, as recorded in the result. */
static clpt_status add_text(void *user, const char *name, const char *text, clpt_message *message)
{
    (void)message;
    clpti_document_text(user, name, text);
    return CLPT_OK;
}

static clpt_status add_number(void *user, const char *name, double number, clpt_message *message)
{
    (void)message;
    clpti_document_number(user, name, number);
    return CLPT_OK;
}

static void describe_record(clpti_job *j)
{
    cJSON *record = clpti_document_section(j->session, "record");
    clpti_record_texts(&j->result, add_text, record, &j->session->message);
    clpti_record_numbers(&j->result, add_number, record, &j->session->message);
}

static void list_outputs(const clpti_job *j)
{
    const char *ending;
    clpti_document_output(j->session, j->path);
    for (int k = 0; (ending = clpti_result_picture(k)); ++k) {
        char *picture = clpti_result_path(j->path, ending);
        if (picture) clpti_document_output(j->session, picture);
        free(picture);
    }
    if (j->v->dump) clpti_document_output(j->session, j->v->dump);
}

void clpti_job_describe(clpti_job *j)
{
    if (!clpti_document(j->session)) return;
    clpti_job_describe_sizes(j);
    describe_figures(j);
    describe_record(j);
    list_outputs(j);
}
