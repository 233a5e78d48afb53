/* SPDX-License-Identifier: Apache-2.0 */
#include "parity/report.h"
#include "report/page.h"

enum { BAR = 22, GAP = 4, HEIGHT = 90 }; /* of the histogram, pixels */

static void put_element(FILE *stream, const char *label, const clpti_parity_finding *f, int64_t index)
{
    char place[128], got[80], want[80];
    if (index < 0) return;
    fprintf(stream, "<tr><td>%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
            label, f->want->rank ? clpti_parity_place(f->want, index, place) : "",
            clpti_parity_value(f->got, index, got), clpti_parity_value(f->want, index, want));
}

static void put_elements(FILE *stream, const clpti_parity_finding *f)
{
    const clpti_parity_difference *d = &f->difference;
    if (d->first_different < 0 && d->first_beyond < 0) return;
    fputs("<table class=\"small\"><tr><th>element</th><th class=\"n\">at</th><th class=\"n\">got</th>"
          "<th class=\"n\">reference</th></tr>\n",
          stream);
    put_element(stream, "first beyond tolerance", f, d->first_beyond);
    put_element(stream, "first different", f, d->first_different);
    if (d->largest > 0) put_element(stream, "most different", f, d->largest_at);
    fputs("</table>\n", stream);
}

static void put_row(FILE *stream, const char *label, const clpti_parity_statistics *s, clpt_type type)
{
    fprintf(stream,
            "<tr><td>%s</td><td>%s</td><td class=\"n\">%.6g</td><td class=\"n\">%.6g</td><td class=\"n\">%.6g</td>"
            "<td class=\"n\">%.6g</td><td class=\"n\">%lld</td></tr>\n",
            label, clpti_type_name(type), s->least, s->most, s->mean, s->deviation, (long long)s->not_finite);
}

static void put_statistics(FILE *stream, const clpti_parity_finding *f)
{
    fprintf(stream,
            "<table class=\"small\"><tr><th>%s</th><th>type</th><th class=\"n\">min</th><th class=\"n\">max</th>"
            "<th class=\"n\">mean</th><th class=\"n\">std</th><th class=\"n\">not finite</th></tr>\n",
            clpti_parity_is_complex(f->want->type) ? "magnitudes" : "values");
    put_row(stream, "got", &f->got_values, f->got->type);
    put_row(stream, "reference", &f->want_values, f->want->type);
    fputs("</table>\n", stream);
    if (f->difference.left_out)
        fprintf(stream, "<p>%lld of %lld elements are not compared by its rule.</p>\n",
                (long long)f->difference.left_out, (long long)(f->difference.left_out + f->difference.compared));
}

/* Parts of all numbers by their distance in last places of float32. */
static void put_histogram(FILE *stream, const clpti_parity_difference *d)
{
    int64_t all = 0, most = 0;
    int last = 0;
    char text[48];
    for (int k = 0; k < CLPTI_PARITY_ULP_BINS; k++) {
        all += d->ulps[k];
        if (d->ulps[k] > most) most = d->ulps[k];
        if (d->ulps[k]) last = k;
    }
    if (all < 2 || last == 0) return;
    int width = (last + 1) * (BAR + GAP) + 8;
    fprintf(stream,
            "<p>Distances in last places of float32</p>\n<svg viewBox=\"0 0 %d %d\" style=\"min-width:0;width:%dpx\" "
            "role=\"img\" aria-label=\"histogram\">\n",
            width, HEIGHT + 34, width);
    for (int k = 0; k <= last; k++) {
        double part = (double)d->ulps[k] / (double)all, height = HEIGHT * (double)d->ulps[k] / (double)most;
        int x = k * (BAR + GAP) + 4;
        fprintf(
            stream,
            "<rect class=\"c0\" x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"><title>%s: %.3g %%</title></rect>\n",
            x, HEIGHT + 4 - height, BAR, height, clpti_parity_ulp_text(k, text), 100 * part);
        snprintf(text, sizeof text, k < 9 ? "%lld" : "2^%lld", k < 9 ? (k ? 1LL << (k - 1) : 0) : k - 1LL);
        fprintf(stream, "<text class=\"faint\" x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"9\">%s</text>\n",
                x + BAR / 2, HEIGHT + 16, text);
    }
    fprintf(stream, "<text class=\"faint\" x=\"4\" y=\"%d\">up to %lld</text>\n</svg>\n", HEIGHT + 30,
            (long long)d->ulp_most);
}

void clpti_parity_html_details(FILE *stream, const clpti_parity_finding *f)
{
    put_elements(stream, f);
    put_statistics(stream, f);
    put_histogram(stream, &f->difference);
    clpti_parity_html_pictures(stream, f);
}
