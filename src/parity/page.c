/* SPDX-License-Identifier: Apache-2.0 */
/* The parity report as an HTML page. */
#include "report/page.h"
#include "parity/report.h"

static void print(FILE *stream, const void *results)
{
    const clpti_parity_report *report = results;
    for (int k = 0; k < report->comparison_count; k++) clpti_parity_print(stream, &report->comparisons[k], false);
}

clpt_status clpti_parity_write_page(FILE *stream, const clpti_parity_report *report, clpt_message *message)
{
    const clpti_page page = {.report = clpti_parity_json(report),
                             .pictures = clpti_parity_pictures(report),
                             .print = print,
                             .results = report};
    return clpti_page_write(stream, &page, message);
}
