/* SPDX-License-Identifier: Apache-2.0 */
/* Benchmark reports as an HTML page. */
#include "report/page.h"
#include "bench/output.h"

static void print(FILE *stream, const void *results)
{
    clpti_bench_print(stream, results);
}

clpt_status clpti_bench_write_page(FILE *stream, const clpti_bench_results *results, clpt_message *message)
{
    const clpti_page page = {
        .report = clpti_bench_json(results), .pictures = cJSON_CreateArray(), .print = print, .results = results};
    return clpti_page_write(stream, &page, message);
}
