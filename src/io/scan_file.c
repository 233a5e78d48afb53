/* SPDX-License-Identifier: Apache-2.0 */
/* Scans from files of any format: the format reads arrays and beam; cropping, binning and checks are common. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/scan_internal.h"

/* The first format that matches reads the file. */
static const clpti_scan_format *const formats[] = {&clpti_scan_layout, &clpti_scan_contract};
enum { format_count = sizeof formats / sizeof *formats };

void clpti_scan_free(clpti_scan_file *scan)
{
    if (!scan) return;
    free(scan->frame);
    free(scan->positions);
    free(scan->starts);
    free(scan->scan_index);
    free(scan->amplitude);
    free(scan->mask);
    free(scan->background);
    free(scan->notes);
    clpti_tensor_destroy(&scan->probe);
    clpti_tensor_destroy(&scan->object);
    *scan = (clpti_scan_file){0};
}

void clpti_scan_note(clpti_scan_loader *l, const char *format, ...)
{
    char text[1024], *joined = NULL;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *before = l->scan->notes ? l->scan->notes : "";
    if (asprintf(&joined, "%s%s%s", before, *before ? "\n" : "", text) < 0) return;
    free(l->scan->notes);
    l->scan->notes = joined;
}

/* The object's pixels grow if patterns are cropped (far field) or binned (near field, whose patterns are images). */
static void scale_pairs(const clpti_scan_loader *l, double *pairs)
{
    const clpti_geometry *g = &l->geometry;
    bool near = l->options->near_field;
    if (!pairs || !g->side) return;
    double x = near ? 1 / (double)g->bin : (double)g->crop / (double)g->width;
    double y = near ? 1 / (double)g->bin : (double)g->crop / (double)g->height;
    if (x == 1 && y == 1) return;
    for (int64_t i = 0; i < l->scan->frames; i++) {
        pairs[2 * i] *= x;
        pairs[2 * i + 1] *= y;
    }
}

/* From +x towards +y, about the mean of frames in use. */
static void rotate_pairs(const clpti_scan_loader *l, double *pairs)
{
    double angle = l->options->scan_rotation * 3.14159265358979323846 / 180, mean[2] = {0, 0};
    const clpti_scan_file *scan = l->scan;
    if (!pairs || angle == 0) return;
    for (int64_t i = 0; i < 2 * scan->count; i++) mean[i & 1] += pairs[i] / (double)scan->count;
    for (int64_t s = 0; s < scan->frames; s++) {
        double x = pairs[2 * s] - mean[0], y = pairs[2 * s + 1] - mean[1];
        pairs[2 * s] = mean[0] + x * cos(angle) - y * sin(angle);
        pairs[2 * s + 1] = mean[1] + x * sin(angle) + y * cos(angle);
    }
}

static clpt_status rotate_scan(clpti_scan_loader *l)
{
    if (l->options->scan_rotation != 0 && l->options->need_object)
        return clpti_fail(l->message, CLPT_ERROR_ARGUMENT,
                          "%s: its object does not fit positions rotated by --scan-rotation; omit one of them",
                          l->path);
    rotate_pairs(l, l->scan->positions);
    rotate_pairs(l, l->scan->starts);
    if (l->options->scan_rotation != 0) clpti_tensor_destroy(&l->scan->object);
    return CLPT_OK;
}

/* Beam and detector after cropping and binning. */
static void finish_beam(clpti_scan_loader *l)
{
    const clpti_geometry *g = &l->geometry;
    clpti_scan_file *scan = l->scan;
    scan->beam = l->beam;
    scan->near_field = l->options->near_field;
    if (!g->side) return;
    scan->beam.pixel_x *= (double)g->bin;
    scan->beam.pixel_y *= (double)g->bin;
    clpti_beam_object_pixel(&scan->beam, scan->near_field, g->side, g->side, &scan->object_pixel_x,
                            &scan->object_pixel_y);
    if (scan->near_field || scan->object_pixel_x > 0) return;
    const double given = l->options->object_pixel; /* for files whose positions are in pixels */
    scan->object_pixel_x = (l->object_pixel_x > 0 ? l->object_pixel_x : given) * (double)g->width / (double)g->crop;
    scan->object_pixel_y = (l->object_pixel_y > 0 ? l->object_pixel_y : given) * (double)g->height / (double)g->crop;
}

static clpt_status check_near_field(const clpti_scan_loader *l)
{
    if (!l->options->near_field || !l->scan->probe.data ||
        (!clpti_geometry_is_cropped(&l->geometry) && l->geometry.bin == 1))
        return CLPT_OK;
    return clpti_fail(l->message, CLPT_ERROR_ARGUMENT,
                      "%s: its probe cannot be cropped or binned along with near-field patterns; omit --crop and "
                      "--bin, or use another starting probe",
                      l->path);
}

clpt_status clpti_scan_load(const char *path, const clpti_scan_options *options, clpti_scan_file *scan,
                            clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_scan_loader l = {.path = path, .options = options, .scan = scan, .message = message, .beam = options->beam};
    size_t format = 0;
    *scan = (clpti_scan_file){0};
    CLPTI_TRY(clpti_store_open(path, &l.store, message));
    while (format + 1 < format_count && !formats[format]->matches(options, l.store)) format++;
    scan->format = formats[format]->name;
    CLPTI_TRY(formats[format]->load(&l));
    CLPTI_TRY(clpti_scan_take_background(&l));
    CLPTI_TRY(check_near_field(&l));
    scale_pairs(&l, scan->positions);
    scale_pairs(&l, scan->starts);
    CLPTI_TRY(rotate_scan(&l));
    finish_beam(&l);
cleanup:
    free(l.used);
    clpti_tensor_destroy(&l.mask);
    clpti_geometry_destroy(&l.geometry);
    clpti_store_close(&l.store);
    if (status != CLPT_OK) clpti_scan_free(scan);
    return status;
}
