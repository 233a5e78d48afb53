/* SPDX-License-Identifier: Apache-2.0 */
/* Comparisons as text, JSON and an HTML page. */
#ifndef CLPTI_PARITY_REPORT_H
#define CLPTI_PARITY_REPORT_H

#include <cjson/cJSON.h>

#include "parity/dump.h"

/* Contents of a report. */
typedef struct clpti_parity_report {
    const clpti_parity_run *const *runs;
    int run_count;
    const clpti_parity_comparison *comparisons;
    int comparison_count;
} clpti_parity_report;

/* ---- text.c ---- */
void clpti_parity_print(FILE *stream, const clpti_parity_comparison *comparison, bool brief);
/* True if the two arrays were compared element by element. */
bool clpti_parity_was_compared(const clpti_parity_finding *finding);

/* ---- json.c, page.c, pictures.c ---- */

/* The document of --json (docs/parity.md); the caller deletes it; NULL: no memory. */
cJSON *clpti_parity_json(const clpti_parity_report *report);
/* Adds an element's coordinates, one per axis of its array; false: no memory. */
bool clpti_parity_json_coordinates(cJSON *object, const char *name, const clpti_tensor *tensor, int64_t index);
/* The HTML page. */
clpt_status clpti_parity_write_page(FILE *stream, const clpti_parity_report *report, clpt_message *message);
/* Pictures of that page: for each array of images that differ, the image with the first element beyond the tolerance,
 * else with the largest difference. An entry has `comparison` and `array` (their indices in the document), `image` (its
 * coordinates), `reduced_by` (elements per side of a pixel), and PNG files in base64: `amplitude`, `phase` of complex
 * arrays, and `difference`, in fractions of the largest magnitude on a logarithmic scale; `reason` if one is missing.
 * NULL: no memory. */
cJSON *clpti_parity_pictures(const clpti_parity_report *report);

#endif
