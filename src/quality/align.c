/* SPDX-License-Identifier: Apache-2.0 */
/* Shift, ramp, scale and phase between two reconstructions.
 *
 * A ramp e^{ikx} on one of them shifts its spectrum, so a plain cross-correlation finds no shift. Products of
 * neighbours, q(x) = o(x + 1)·conj o(x), only gain the constant factor e^{ik}: their correlation gives the shift in
 * whole pixels for any ramp. With that shift, object·conj(truth) is the ramp itself, found as a peak of its spectrum.
 * Once the ramp is removed, cross-correlation gives the remaining shift. The last two are repeated once, as each
 * depends slightly on the other. */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "quality/image.h"

enum { MARGIN = 16 }; /* pixels around the region used by a shift by Fourier transform */

typedef struct aligner {
    const clpti_image *object;
    clpti_image truth; /* its region */
    int64_t top, left;
    const double *weight; /* [height, width] */
    const clpt_compare_options *options;
    clpt_alignment *found;
    clpti_image moved;       /* the object over the region, shifted, with the ramp removed */
    clpti_image work, other; /* of the same size */
    double *ys, *xs;         /* coordinates or frequencies */
} aligner;

/* ---- steps ---- */

/* The object at the current shift, with its ramp removed. */
static clpt_status move_object(aligner *a)
{
    clpt_status status = CLPT_OK;
    clpti_image wide = {0};
    int64_t height = a->truth.height, width = a->truth.width;
    double whole_x = rint(a->found->shift_x), whole_y = rint(a->found->shift_y);
    double rest_x = a->found->shift_x - whole_x, rest_y = a->found->shift_y - whole_y;
    double middle_y = 0.5 * (double)(height - 1) + MARGIN, middle_x = 0.5 * (double)(width - 1) + MARGIN;
    CLPTI_TRY(clpti_image_create(clpti_quick_length_above(height + 2 * MARGIN),
                                 clpti_quick_length_above(width + 2 * MARGIN), &wide));
    clpti_image_cut(a->object, a->top + (int64_t)whole_y - MARGIN, a->left + (int64_t)whole_x - MARGIN, &wide);
    for (int64_t y = 0; y < wide.height; y++)
        for (int64_t x = 0; x < wide.width; x++)
            wide.at[y * wide.width + x] *=
                cexp(-I * (a->found->ramp_x * ((double)x - middle_x) + a->found->ramp_y * ((double)y - middle_y)));
    if (rest_x != 0 || rest_y != 0) {
        double unit = 2 * acos(-1), size = (double)(wide.height * wide.width);
        CLPTI_TRY(clpti_image_transform(&wide, -1));
        for (int64_t y = 0; y < wide.height; y++)
            for (int64_t x = 0; x < wide.width; x++)
                wide.at[y * wide.width + x] *= cexp(I * unit *
                                                    (clpti_frequency(y, wide.height) * rest_y / (double)wide.height +
                                                     clpti_frequency(x, wide.width) * rest_x / (double)wide.width)) /
                                               size;
        CLPTI_TRY(clpti_image_transform(&wide, 1));
    }
    clpti_image_cut(&wide, MARGIN, MARGIN, &a->moved);
cleanup:
    clpti_image_destroy(&wide);
    return status;
}

/* to = weight·(from − its weighted mean) */
static void without_mean(const aligner *a, const clpti_image *from, clpti_image *to)
{
    clpti_value sum = 0;
    double total = 0;
    int64_t count = from->height * from->width;
    for (int64_t i = 0; i < count; i++) {
        sum += a->weight[i] * from->at[i];
        total += a->weight[i];
    }
    for (int64_t i = 0; i < count; i++) to->at[i] = a->weight[i] * (from->at[i] - sum / total);
}

/* work = spectrum of work · conj(spectrum of other) */
static clpt_status cross_spectrum(aligner *a)
{
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_image_transform(&a->work, -1));
    CLPTI_TRY(clpti_image_transform(&a->other, -1));
    for (int64_t i = 0; i < a->work.height * a->work.width; i++) a->work.at[i] *= conj(a->other.at[i]);
cleanup:
    return status;
}

/* Index of the maximum over entries whose frequency is at most a quarter of the lengths. */
static int64_t largest_within(const double *values, int64_t height, int64_t width)
{
    int64_t best = 0;
    for (int64_t i = 0; i < height * width; i++) {
        bool far = fabs(clpti_frequency(i / width, height)) > (double)height / 4 ||
                   fabs(clpti_frequency(i % width, width)) > (double)width / 4;
        if (!far && values[i] > values[best]) best = i;
    }
    return best;
}

/* ---- shift in whole pixels, for any ramp ---- */

/* q = from(· + step)·conj from, the last line repeated. */
static void neighbours(const clpti_image *from, bool down, clpti_image *q)
{
    int64_t height = from->height, width = from->width;
    for (int64_t y = 0; y < height; y++)
        for (int64_t x = 0; x < width; x++) {
            int64_t here = y * width + x;
            int64_t next = down ? (y + 1 < height ? here + width : here) : (x + 1 < width ? here + 1 : here);
            q->at[here] = from->at[next] * conj(from->at[here]);
        }
}

static clpt_status find_whole_shift(aligner *a)
{
    clpt_status status = CLPT_OK;
    int64_t height = a->truth.height, width = a->truth.width;
    clpti_image q = {0};
    double *power = clpti_calloc(height * width, sizeof *power);
    if (!power) CLPTI_TRY(CLPT_ERROR_MEMORY);
    CLPTI_TRY(clpti_image_create(height, width, &q));
    for (int down = 0; down < 2; down++) {
        neighbours(&a->moved, down, &q);
        without_mean(a, &q, &a->work);
        neighbours(&a->truth, down, &q);
        without_mean(a, &q, &a->other);
        CLPTI_TRY(cross_spectrum(a));
        CLPTI_TRY(clpti_image_transform(&a->work, 1));
        for (int64_t i = 0; i < height * width; i++) power[i] += pow(cabs(a->work.at[i]), 2);
    }
    int64_t best = largest_within(power, height, width);
    a->found->shift_y += clpti_frequency(best / width, height);
    a->found->shift_x += clpti_frequency(best % width, width);
cleanup:
    clpti_image_destroy(&q);
    free(power);
    return status;
}

/* ---- ramp ---- */

static clpt_status find_ramp(aligner *a, bool anywhere)
{
    clpt_status status = CLPT_OK;
    int64_t height = a->truth.height, width = a->truth.width;
    double unit = 2 * acos(-1), u = 0, v = 0;
    for (int64_t i = 0; i < height * width; i++)
        a->work.at[i] = a->other.at[i] = a->weight[i] * a->moved.at[i] * conj(a->truth.at[i]);
    if (anywhere) {
        int64_t best = 0;
        CLPTI_TRY(clpti_image_transform(&a->other, -1));
        for (int64_t i = 0; i < height * width; i++)
            if (cabs(a->other.at[i]) > cabs(a->other.at[best])) best = i;
        u = -unit * clpti_frequency(best / width, height) / (double)height;
        v = -unit * clpti_frequency(best % width, width) / (double)width;
    }
    for (int64_t y = 0; y < height; y++) a->ys[y] = (double)y - 0.5 * (double)(height - 1);
    for (int64_t x = 0; x < width; x++) a->xs[x] = (double)x - 0.5 * (double)(width - 1);
    CLPTI_TRY(clpti_peak_refine(&a->work, a->ys, a->xs, unit / (double)height, unit / (double)width, &u, &v));
    a->found->ramp_y -= u;
    a->found->ramp_x -= v;
cleanup:
    return status;
}

/* ---- remaining shift ---- */

static clpt_status find_shift(aligner *a)
{
    clpt_status status = CLPT_OK;
    int64_t height = a->truth.height, width = a->truth.width;
    double unit = 2 * acos(-1), shift_y = 0, shift_x = 0;
    without_mean(a, &a->moved, &a->work);
    without_mean(a, &a->truth, &a->other);
    CLPTI_TRY(cross_spectrum(a));
    for (int64_t y = 0; y < height; y++) a->ys[y] = unit * clpti_frequency(y, height) / (double)height;
    for (int64_t x = 0; x < width; x++) a->xs[x] = unit * clpti_frequency(x, width) / (double)width;
    CLPTI_TRY(clpti_peak_refine(&a->work, a->ys, a->xs, 1, 1, &shift_y, &shift_x));
    a->found->shift_y += shift_y;
    a->found->shift_x += shift_x;
cleanup:
    return status;
}

/* ---- scale and phase ---- */

/* The least-squares factor from moved to truth. */
static void find_scale(aligner *a)
{
    clpti_value cross = 0;
    double power = 0;
    for (int64_t i = 0; i < a->truth.height * a->truth.width; i++) {
        cross += a->weight[i] * conj(a->moved.at[i]) * a->truth.at[i];
        power += a->weight[i] * pow(cabs(a->moved.at[i]), 2);
    }
    a->found->scale = power > 0 ? cabs(cross) / power : 1;
    a->found->phase = carg(cross);
    clpti_value factor = a->found->scale * cexp(I * a->found->phase);
    for (int64_t i = 0; i < a->truth.height * a->truth.width; i++) a->moved.at[i] *= factor;
}

static clpt_status find_all(aligner *a)
{
    const clpt_compare_options *o = a->options;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(move_object(a));
    if (!o->keep_shift) {
        CLPTI_TRY(find_whole_shift(a));
        CLPTI_TRY(move_object(a));
    }
    for (int round = 0; round < 3; round++) {
        if (!o->keep_ramp) {
            CLPTI_TRY(find_ramp(a, round == 0));
            CLPTI_TRY(move_object(a));
        }
        if (!o->keep_shift) {
            CLPTI_TRY(find_shift(a));
            CLPTI_TRY(move_object(a));
        }
    }
    if (!o->keep_scale) find_scale(a);
cleanup:
    return status;
}

clpt_status clpti_align(const clpti_image *object, const clpti_image *truth, int64_t top, int64_t left,
                        const double *weight, const clpt_compare_options *options, clpt_alignment *found,
                        clpti_image *aligned)
{
    clpt_status status = CLPT_OK;
    int64_t height = aligned->height, width = aligned->width;
    aligner a = {.object = object, .top = top, .left = left, .weight = weight, .options = options, .found = found};
    *found = (clpt_alignment){.shift_x = options->offset_x, .shift_y = options->offset_y, .scale = 1};
    a.moved = *aligned;
    CLPTI_TRY(clpti_image_create(height, width, &a.truth));
    CLPTI_TRY(clpti_image_create(height, width, &a.work));
    CLPTI_TRY(clpti_image_create(height, width, &a.other));
    a.ys = clpti_malloc(height, sizeof *a.ys);
    a.xs = clpti_malloc(width, sizeof *a.xs);
    if (!a.ys || !a.xs) CLPTI_TRY(CLPT_ERROR_MEMORY);
    clpti_image_cut(truth, top, left, &a.truth);
    CLPTI_TRY(find_all(&a));
cleanup:
    clpti_image_destroy(&a.truth);
    clpti_image_destroy(&a.work);
    clpti_image_destroy(&a.other);
    free(a.ys);
    free(a.xs);
    return status;
}
