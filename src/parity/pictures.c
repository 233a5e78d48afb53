/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "parity/report.h"
#include "report/page.h"

enum { LEAST = 192, MOST = 384 }; /* sides in pixels: smaller images are enlarged, larger ones reduced */

/* An image cut out of two arrays: C128 of the reference, and F64 |got − want| / scale. */
typedef struct slice {
    int64_t height, width, factor; /* one pixel stands for factor × factor elements */
    double *want, *error;          /* the error as judged: times the rule's factor */
} slice;

static void fill(const clpti_parity_finding *f, int64_t start, int64_t width, slice *s)
{
    int64_t height = f->want->shape[f->want->rank - 2];
    for (int64_t i = 0; i < height * width; i++) {
        double a[2], b[2];
        int64_t y = i / width / s->factor, x = i % width / s->factor, at = y * s->width + x;
        if (y >= s->height || x >= s->width) continue; /* what is left at the edges */
        clpti_parity_element(f->got, start + i, &a[0], &a[1]);
        clpti_parity_element(f->want, start + i, &b[0], &b[1]);
        double weight = f->factor ? fmax(f->factor[start + i], 0) : 1;
        double error = weight * hypot(a[0] - b[0], a[1] - b[1]) / (f->difference.scale > 0 ? f->difference.scale : 1);
        if (i / width % s->factor == 0 && i % width % s->factor == 0) {
            s->want[2 * at] = b[0];
            s->want[2 * at + 1] = b[1];
        }
        if (!(error <= s->error[at])) s->error[at] = error; /* the worst one of a pixel */
    }
}

/* False where there is no image, or nothing differs, or no memory. */
static bool cut(const clpti_parity_finding *f, slice *s)
{
    int rank = f->want->rank;
    int64_t index = f->difference.first_beyond >= 0 ? f->difference.first_beyond : f->difference.largest_at;
    *s = (slice){.factor = 1};
    if (rank < 2 || f->difference.different == 0 || index < 0) return false;
    int64_t height = f->want->shape[rank - 2], width = f->want->shape[rank - 1];
    if (height < 8 || width < 8) return false;
    while (height / s->factor > MOST || width / s->factor > MOST) s->factor++;
    s->height = height / s->factor;
    s->width = width / s->factor;
    s->want = clpti_calloc(s->height * s->width, 2 * sizeof *s->want);
    s->error = clpti_calloc(s->height * s->width, sizeof *s->error);
    if (s->want && s->error) fill(f, index - index % (height * width), width, s);
    return s->want && s->error;
}

static void put(FILE *stream, const slice *s, const void *values, clpt_type type, clpti_picture kind,
                const char *caption)
{
    unsigned char *png = NULL;
    size_t bytes = 0;
    clpt_message message;
    if (clpti_picture_encode(values, type, s->height, s->width, kind, LEAST, &png, &bytes, &message) != CLPT_OK) {
        fputs("<p class=\"bad\">", stream);
        clpti_page_text(stream, message.text);
        fputs("</p>\n", stream);
        return;
    }
    fputs("<figure>", stream);
    clpti_page_picture(stream, png, bytes, caption);
    fputs("<figcaption>", stream);
    clpti_page_text(stream, caption);
    fputs("</figcaption></figure>\n", stream);
    free(png);
}

void clpti_parity_html_pictures(FILE *stream, const clpti_parity_finding *f)
{
    slice s;
    char place[128], caption[256];
    int rank = f->want->rank;
    if (cut(f, &s)) {
        int64_t index = f->difference.first_beyond >= 0 ? f->difference.first_beyond : f->difference.largest_at;
        const clpti_tensor images = {.rank = rank - 2, .shape = {f->want->shape[0], f->want->shape[1]}};
        clpti_parity_place(&images, index / (f->want->shape[rank - 2] * f->want->shape[rank - 1]), place);
        const char *rule = clpti_parity_rule_text(f->check->rule);
        bool complex = clpti_parity_is_complex(f->want->type);
        fputs("<div class=\"figures\">\n", stream);
        snprintf(caption, sizeof caption, "reference%s%s%s", rank > 2 ? " " : "", rank > 2 ? place : "",
                 complex ? ", amplitude" : "");
        put(stream, &s, s.want, CLPT_TYPE_C128, CLPTI_PICTURE_AMPLITUDE, caption);
        if (complex) put(stream, &s, s.want, CLPT_TYPE_C128, CLPTI_PICTURE_PHASE, "reference, phase");
        snprintf(caption, sizeof caption, "|got - reference| / %.3g%s%s%s", f->difference.scale, *rule ? ", " : "",
                 rule, s.factor > 1 ? ", the worst of each pixel's elements" : "");
        put(stream, &s, s.error, CLPT_TYPE_F64, CLPTI_PICTURE_LOG, caption);
        fputs("</div>\n", stream);
    }
    free(s.want);
    free(s.error);
}
