/* SPDX-License-Identifier: Apache-2.0 */
/* Reports of `parity`: files, and the verdict. */
#include "cli/parity.h"
#include "parity/report.h"
#include "report/file.h"
#include "report/json.h"

typedef clpti_parity_job job;

static clpt_status write_json(FILE *stream, const void *report, clpt_message *message)
{
    return clpti_json_write(stream, clpti_parity_json(report), message);
}

static clpt_status write_page(FILE *stream, const void *report, clpt_message *message)
{
    return clpti_parity_write_page(stream, report, message);
}

clpt_status clpti_parity_write_reports(job *j)
{
    clpt_status status = CLPT_OK;
    clpt_message *message = &j->session->message;
    const clpti_parity_run *runs[CLPTI_PARITY_RUNS + 1];
    clpti_parity_report report = {.runs = runs, .comparisons = j->comparisons, .comparison_count = j->comparison_count};
    for (int k = 0; k < j->run_count; k++) runs[report.run_count++] = &j->runs[k];
    if (j->v->against) runs[report.run_count++] = &j->against;
    if (j->v->json) CLPTI_TRY(clpti_report_write(j->v->json, write_json, &report, message));
    if (j->v->html) CLPTI_TRY(clpti_report_write(j->v->html, write_page, &report, message));
cleanup:
    return status;
}

/* The first failed finding, and its location; NULL: none. */
static const clpti_parity_finding *first_failure(const job *j, const clpti_parity_comparison **where)
{
    for (int c = 0; c < j->comparison_count; c++) {
        *where = &j->comparisons[c];
        for (int k = 0; k < (*where)->count; k++)
            if ((*where)->findings[k].verdict == CLPTI_PARITY_FAIL) return &(*where)->findings[k];
    }
    return NULL;
}

clpt_status clpti_parity_verdict_of(job *j)
{
    int failed = 0, judged = 0;
    char index_text[128] = "";
    const clpti_parity_comparison *where = NULL;
    const clpti_parity_finding *first = first_failure(j, &where);
    for (int c = 0; c < j->comparison_count; c++) {
        failed += clpti_parity_count(&j->comparisons[c], CLPTI_PARITY_FAIL);
        judged += j->comparisons[c].count - clpti_parity_count(&j->comparisons[c], CLPTI_PARITY_ABSENT);
    }
    if (!j->comparison_count) return CLPT_OK; /* only the reference, to be dumped */
    if (!judged) return clpti_fail(&j->session->message, CLPT_ERROR_FILE, "nothing could be compared");
    if (!first) return CLPT_OK;
    if (clpti_parity_was_compared(first) && first->expected->rank && first->difference.first_beyond >= 0)
        clpti_parity_index_text(first->expected, first->difference.first_beyond, index_text);
    bool rounding = first->item->stage->sensitive && !j->v->sensitivity && clpti_parity_was_compared(first);
    return clpti_fail(&j->session->message, CLPT_ERROR_DEVICE,
                      "%d of %d arrays differ; the first is %s/%s of %s%s%s: %s%s", failed, judged, first->item->name,
                      first->array, where->got->label, *index_text ? " at " : "", index_text, first->reason,
                      rounding ? " (--sensitivity shows the change caused by rounding alone)" : "");
}
