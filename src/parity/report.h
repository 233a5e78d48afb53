/* SPDX-License-Identifier: Apache-2.0 */
/* Comparisons as text, JSON and a page. */
#ifndef CLPTI_PARITY_REPORT_H
#define CLPTI_PARITY_REPORT_H

#include "parity/dump.h"

/* Everything that a report tells of. */
typedef struct clpti_parity_report {
    const clpti_parity_run *const *runs;
    int run_count;
    const clpti_parity_comparison *comparisons;
    int comparison_count;
} clpti_parity_report;

/* ---- text.c ---- */
void clpti_parity_print(FILE *stream, const clpti_parity_comparison *comparison, bool brief);
/* Whether the two arrays could be compared number by number. */
bool clpti_parity_was_compared(const clpti_parity_finding *finding);

/* ---- json.c ---- */
clpt_status clpti_parity_write_json(FILE *stream, const clpti_parity_report *report, clpt_message *message);

/* ---- html.c, html_details.c ---- */
void clpti_parity_write_html(FILE *stream, const clpti_parity_report *report);
/* What a finding tells beyond its line: elements, statistics, histogram, pictures. */
void clpti_parity_html_details(FILE *stream, const clpti_parity_finding *finding);

/* ---- pictures.c ---- */

/* The reference's slice with the largest difference, amplitude and phase where complex, and the difference as parts of
 * the largest magnitude, on a logarithmic scale. Nothing for arrays that are no images. */
void clpti_parity_html_pictures(FILE *stream, const clpti_parity_finding *finding);

#endif
