/* SPDX-License-Identifier: Apache-2.0 */
/* One page that needs nothing else: what was run, and for every array how far it is off, where, and what that looks
 * like. */
#include <math.h>
#include <string.h>

#include "parity/report.h"
#include "report/page.h"

static void cell(FILE *stream, const char *text)
{
    fputs("<td class=\"wide\">", stream);
    clpti_page_text(stream, text ? text : "");
    fputs("</td>", stream);
}

/* ---- what was run ---- */

static void put_facts(FILE *stream, const clpti_parity_run *run)
{
    fputs("<details><summary>data, configuration, choices</summary><table class=\"small\">\n", stream);
    for (int k = 0; k < run->fact_count; k++) {
        const clpti_parity_fact *fact = &run->facts[k];
        fprintf(stream, "<tr><td class=\"soft\">%s</td>", clpti_parity_sections[fact->section]);
        cell(stream, fact->name);
        cell(stream, fact->text);
        fputs("</tr>\n", stream);
    }
    fputs("</table></details>", stream);
}

static void put_runs(FILE *stream, const clpti_parity_report *report)
{
    static const char *const names[] = {"program", "version", "device", "driver", "opencl"};
    enum { NAMES = sizeof names / sizeof *names };
    fputs("<h2>Runs</h2>\n<div class=\"card\"><table>\n<tr><th></th>", stream);
    for (int n = 0; n < NAMES; n++) fprintf(stream, "<th>%s</th>", names[n]);
    fputs("</tr>\n", stream);
    for (int k = 0; k < report->run_count; k++) {
        fputs("<tr>", stream);
        cell(stream, report->runs[k]->label);
        for (int n = 0; n < NAMES; n++)
            cell(stream, clpti_parity_fact_text(report->runs[k], CLPTI_PARITY_RUN, names[n]));
        fprintf(stream, "</tr>\n<tr><td colspan=\"%d\">", NAMES + 1);
        put_facts(stream, report->runs[k]);
        fputs("</td></tr>\n", stream);
    }
    fputs("</table></div>\n", stream);
}

/* ---- what was compared ---- */

static void put_differences(FILE *stream, const clpti_parity_comparison *c)
{
    if (!*c->differences) return;
    fputs("<details><summary>how the two were run differently</summary><pre>", stream);
    clpti_page_text(stream, c->differences);
    fputs("</pre></details>\n", stream);
}

static void put_shape(FILE *stream, const clpti_tensor *tensor)
{
    for (int axis = 0; axis < tensor->rank; axis++)
        fprintf(stream, "%s%lld", axis ? " × " : "", (long long)tensor->shape[axis]);
}

/* The part of the tolerance that is used, on a logarithmic scale from a thousandth to ten times. */
static void put_bar(FILE *stream, const clpti_parity_finding *f)
{
    double part = f->tolerance > 0 ? f->difference.largest / f->tolerance : 0;
    double length = part > 0 ? fmin(fmax((log10(part) + 3) / 4, 0.02), 1) : 0;
    fprintf(
        stream,
        "<td><svg viewBox=\"0 0 100 10\" style=\"min-width:0;width:100px\" role=\"img\" aria-label=\"%.2g of the "
        "tolerance\"><rect class=\"%s\" x=\"0\" y=\"1\" width=\"%.1f\" height=\"8\"/><line class=\"past\" x1=\"75\" "
        "x2=\"75\" y1=\"0\" y2=\"10\"/><title>%.2g of the tolerance</title></svg></td>",
        part, f->verdict == CLPTI_PARITY_FAIL ? "c1" : "c2", 100 * length, part);
}

static void put_numbers(FILE *stream, const clpti_parity_finding *f)
{
    fputs("<td class=\"n\">", stream);
    put_shape(stream, f->want);
    fprintf(stream, "</td><td class=\"n\">%.2e</td><td class=\"n\">%.2e</td><td class=\"n\">%.1e</td>",
            f->difference.largest, f->difference.rms, f->tolerance);
    put_bar(stream, f);
    fprintf(stream, "<td class=\"n\">%lld</td>", (long long)f->difference.ulp_most);
}

static void put_finding(FILE *stream, const clpti_parity_finding *f)
{
    static const char *const classes[CLPTI_PARITY_VERDICTS] = {"good", "bad", "soft"};
    bool compared = clpti_parity_was_compared(f);
    fprintf(stream, "<tr><td>%s/%s</td>", f->item->name, f->array);
    if (compared)
        put_numbers(stream, f);
    else
        fputs("<td colspan=\"6\"></td>", stream);
    fprintf(stream, "<td class=\"%s\">%s</td>", classes[f->verdict], clpti_parity_verdict_names[f->verdict]);
    cell(stream, *f->reason ? f->reason : clpti_parity_rule_text(f->check->rule));
    fputs("</tr>\n", stream);
    if (!compared) return;
    fprintf(stream, "<tr><td colspan=\"9\"><details%s><summary>elements, histogram, pictures</summary>\n",
            f->verdict == CLPTI_PARITY_FAIL ? " open" : "");
    clpti_parity_html_details(stream, f);
    fputs("</details></td></tr>\n", stream);
}

static void put_comparison(FILE *stream, const clpti_parity_comparison *c)
{
    int failed = clpti_parity_count(c, CLPTI_PARITY_FAIL);
    fputs("<h2>", stream);
    clpti_page_text(stream, c->got->label);
    fputs(" against ", stream);
    clpti_page_text(stream, c->want->label);
    fprintf(stream, "</h2>\n<p>%d pass, <span class=\"%s\">%d fail</span>, %d absent.</p>\n",
            clpti_parity_count(c, CLPTI_PARITY_PASS), failed ? "bad" : "soft", failed,
            clpti_parity_count(c, CLPTI_PARITY_ABSENT));
    put_differences(stream, c);
    fputs("<div class=\"card\"><table>\n<tr><th>stage/array</th><th class=\"n\">shape</th><th class=\"n\">largest</th>"
          "<th class=\"n\">rms</th><th class=\"n\">tolerance</th><th>of it, log</th><th class=\"n\">ulp</th><th></th>"
          "<th>rule</th></tr>\n",
          stream);
    for (int k = 0; k < c->count; k++) put_finding(stream, &c->findings[k]);
    fputs("</table></div>\n", stream);
}

void clpti_parity_write_html(FILE *stream, const clpti_parity_report *report)
{
    clpti_page_begin(stream, "clptycho parity");
    fputs(
        "<h1>clptycho parity</h1>\n<p>Every stage of the computation, from the same numbers. Differences are parts of "
        "the reference's largest magnitude; the line in a bar is the tolerance, each quarter of it a decade. Distances "
        "in last places (ulp) are shown, not judged.</p>\n",
        stream);
    put_runs(stream, report);
    for (int k = 0; k < report->comparison_count; k++) put_comparison(stream, &report->comparisons[k]);
    clpti_page_end(stream);
}
