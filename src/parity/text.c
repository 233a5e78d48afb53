/* SPDX-License-Identifier: Apache-2.0 */
/* The parity report as text in a terminal. */
#include <string.h>

#include "parity/report.h"

enum { BINS_SHOWN = 9 }; /* bins of the histogram: up to 128-255 */

static void print_shape(FILE *stream, const clpti_tensor *tensor)
{
    char text[64] = "scalar";
    size_t used = 0;
    for (int axis = 0; axis < tensor->rank && used < sizeof text - 22; axis++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%lld", axis ? "x" : "",
                                 (long long)tensor->shape[axis]);
    fprintf(stream, " %-18s", text);
}

bool clpti_parity_was_compared(const clpti_parity_finding *f)
{
    return f->got && f->expected && f->difference.compared + f->difference.left_out > 0;
}

static void print_line(FILE *stream, const clpti_parity_finding *f)
{
    char name[128];
    snprintf(name, sizeof name, "%s/%s", f->item->name, f->array);
    fprintf(stream, "%-32s", name);
    if (!clpti_parity_was_compared(f)) {
        fprintf(stream, " %s: %s\n", clpti_parity_verdict_names[f->verdict], f->reason);
        return;
    }
    print_shape(stream, f->expected);
    fprintf(stream, " %9.2e %9.2e %9.1e %7lld  %s", f->difference.largest, f->difference.rms, f->tolerance,
            (long long)f->difference.ulp_most, clpti_parity_verdict_names[f->verdict]);
    if (*clpti_parity_rule_text(f->check->rule)) fprintf(stream, "  (%s)", clpti_parity_rule_text(f->check->rule));
    if (f->perturbed > 0) fprintf(stream, "  (sensitivity to 1 ulp in the start: %.1e)", f->perturbed);
    if (f->check->part > 0) fprintf(stream, "  (%g %% may differ)", 100 * f->check->part);
    fputc('\n', stream);
}

static void print_values(FILE *stream, const char *label, const clpti_parity_statistics *s, const clpti_tensor *tensor)
{
    if (tensor->rank == 0) return;
    fprintf(stream, "    %-22s %s min %.6g, max %.6g, mean %.6g, std %.6g", label,
            clpti_parity_is_complex(tensor->type) ? "magnitude" : "value", s->minimum, s->maximum, s->mean,
            s->deviation);
    if (s->not_finite) fprintf(stream, ", not finite %lld", (long long)s->not_finite);
    fputc('\n', stream);
}

static void print_ulps(FILE *stream, const clpti_parity_difference *d)
{
    char text[48];
    int64_t all = 0, more = 0;
    for (int k = 0; k < CLPTI_PARITY_ULP_BINS; k++) {
        all += d->ulps[k];
        if (k >= BINS_SHOWN) more += d->ulps[k];
    }
    if (all < 2) return;
    fprintf(stream, "    %-22s", "float32 ulp");
    for (int k = 0; k < BINS_SHOWN; k++)
        if (d->ulps[k])
            fprintf(stream, " %s: %.3g %%,", clpti_parity_ulp_text(k, text), 100 * (double)d->ulps[k] / (double)all);
    if (more) fprintf(stream, " more: %.3g %%,", 100 * (double)more / (double)all);
    fprintf(stream, " max %lld\n", (long long)d->ulp_most);
}

static void print_element(FILE *stream, const char *label, const clpti_parity_finding *f, int64_t index)
{
    char index_text[128], got[80], expected[80];
    if (index < 0) return;
    fprintf(stream, "    %-22s %s%s%s, reference %s\n", label,
            f->expected->rank ? clpti_parity_index_text(f->expected, index, index_text) : "",
            f->expected->rank ? " " : "", clpti_parity_value(f->got, index, got),
            clpti_parity_value(f->expected, index, expected));
}

static void print_details(FILE *stream, const clpti_parity_finding *f)
{
    const clpti_parity_difference *d = &f->difference;
    if (!clpti_parity_was_compared(f)) return;
    if (*f->reason) fprintf(stream, "    %s\n", f->reason);
    print_values(stream, "got", &f->got_values, f->got);
    print_values(stream, "reference", &f->expected_values, f->expected);
    print_ulps(stream, d);
    if (d->left_out) fprintf(stream, "    %-22s %lld elements\n", "not compared", (long long)d->left_out);
    print_element(stream, "first beyond tolerance", f, d->first_beyond);
    if (d->first_different != d->first_beyond) print_element(stream, "first different", f, d->first_different);
    if (d->largest > 0 && d->largest_at != d->first_different)
        print_element(stream, "largest difference", f, d->largest_at);
}

/* Differences of how the two were run; omitted against the reference, where nearly all facts differ by design. */
static void print_differences(FILE *stream, const clpti_parity_comparison *c)
{
    const char *got = clpti_parity_manifest_text(c->got, CLPTI_PARITY_RUN, "device");
    const char *expected = clpti_parity_manifest_text(c->expected, CLPTI_PARITY_RUN, "device");
    if ((got && !strcmp(got, "reference")) || (expected && !strcmp(expected, "reference"))) return;
    for (const char *line = c->differences; *line;) {
        int length = (int)strcspn(line, "\n");
        if (strncmp(line, "why ", 4) != 0 && strncmp(line, "enqueued ", 9) != 0)
            fprintf(stream, "  differs: %.*s\n", length, line);
        line += length + (line[length] == '\n');
    }
}

void clpti_parity_print(FILE *stream, const clpti_parity_comparison *c, bool brief)
{
    fprintf(stream, "%s against %s\n", c->got->label, c->expected->label);
    print_differences(stream, c);
    fprintf(stream, "%-32s %-18s %9s %9s %9s %7s\n", "stage/array", "shape", "largest", "rms", "tolerance", "ulp");
    for (int k = 0; k < c->count; k++) {
        const clpti_parity_finding *f = &c->findings[k];
        print_line(stream, f);
        if (!brief || f->verdict == CLPTI_PARITY_FAIL) print_details(stream, f);
    }
    fprintf(stream, "%d pass, %d fail, %d absent\n\n", clpti_parity_count(c, CLPTI_PARITY_PASS),
            clpti_parity_count(c, CLPTI_PARITY_FAIL), clpti_parity_count(c, CLPTI_PARITY_ABSENT));
}
