/* SPDX-License-Identifier: Apache-2.0 */
/* Options for reading the patterns of a scan: mask, crop, bin, fftshift. */
#include "cli/scan_options.h"
#include "cli/warning.h"

#include <string.h>

#include "cli/session.h"

const clpt_option clpti_scan_value_options[] = {
    {.name = "layout",
     .group = "data",
     .kind = CLPT_OPTION_TEXT,
     .value = "NAME|FILE",
     .offset = offsetof(clpti_scan_values, layout),
     .help = "layout of the scan's file: a name of 'clptycho layouts', or a text that describes one"},
    {.name = "data",
     .group = "data",
     .kind = CLPT_OPTION_TEXT,
     .value = "PATH",
     .offset = offsetof(clpti_scan_values, data),
     .help = "array with the frames of counts, [S, H, W] or [Y, X, H, W]; * stands for any name"},
    {.name = "positions",
     .group = "data",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE[:PATH]",
     .offset = offsetof(clpti_scan_values, positions),
     .help = "positions, and what else the scan lacks, from this file; PATH: [S, 2] x, y; a text: x, y a line"},
    {.name = "position-unit",
     .group = "data",
     .kind = CLPT_OPTION_TEXT,
     .value = "UNIT",
     .offset = offsetof(clpti_scan_values, position_unit),
     .help = "unit of positions: m, mm, um, nm, A, pm, or px of the object"},
    {.name = "scan-step",
     .group = "data",
     .kind = CLPT_OPTION_REAL,
     .value = "STEP",
     .unit = "position-unit, or pixels of the object",
     .offset = offsetof(clpti_scan_values, scan_step),
     .minimum = 1e-12,
     .maximum = 1e9,
     .help = "step of a raster of frames [Y, X, H, W] whose file has no positions"},
    {.name = "scan-rotation",
     .group = "data",
     .kind = CLPT_OPTION_REAL,
     .value = "DEGREES",
     .unit = "degrees",
     .offset = offsetof(clpti_scan_values, scan_rotation),
     .minimum = -360,
     .maximum = 360,
     .help = "rotate positions by this angle, from columns towards rows, about their mean"},
    {.name = "object-pixel",
     .group = "data",
     .kind = CLPT_OPTION_REAL,
     .value = "M",
     .unit = "metres",
     .offset = offsetof(clpti_scan_values, object_pixel),
     .minimum = 1e-15,
     .maximum = 1,
     .help = "object's pixel size of uncropped patterns, where energy, distance and detector pixel are unknown"},
    {.name = "mask",
     .group = "data",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(clpti_scan_values, mask),
     .flags = CLPTI_OPTION_SOURCE,
     .help = "additional bad pixels: array 'mask' [H, W] of this file, 1 = good, or the mask of a CXI file"},
    {.name = "patterns",
     .group = "data",
     .kind = CLPT_OPTION_TEXT,
     .value = "LIST",
     .offset = offsetof(clpti_scan_values, patterns),
     .help = "use only these frames: 0:300, ::2, 7,40, or random:300"},
    {.name = "exclude",
     .group = "data",
     .kind = CLPT_OPTION_TEXT,
     .value = "LIST",
     .offset = offsetof(clpti_scan_values, exclude),
     .help = "exclude these frames: 7,40 or -10:"},
    {.name = "counts",
     .group = "data",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(clpti_scan_values, counts),
     .help = "read the values of array diff3d as counts, not as their square roots"},
    {.name = "dark",
     .group = "data",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(clpti_scan_values, dark),
     .flags = CLPTI_OPTION_SOURCE,
     .help = "subtract the mean of frames 'dark' of this file from frames of counts"},
    {.name = "flat",
     .group = "data",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(clpti_scan_values, flat),
     .flags = CLPTI_OPTION_SOURCE,
     .help = "then divide by array 'flat' of this file over its mean; pixels where it is 0 are bad"},
    {.name = "gain",
     .group = "data",
     .kind = CLPT_OPTION_REAL,
     .value = "ADU",
     .unit = "detector units per photon",
     .offset = offsetof(clpti_scan_values, gain),
     .minimum = 1e-6,
     .maximum = 1e9,
     .help = "then divide by this: a Poisson likelihood requires photons"},
    {.name = "clip-negative",
     .group = "data",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(clpti_scan_values, clip_negative),
     .help = "set negative counts to 0 (default with --dark)"},
    {.name = "saturation",
     .group = "data",
     .kind = CLPT_OPTION_REAL,
     .value = "COUNTS",
     .unit = "counts",
     .offset = offsetof(clpti_scan_values, saturation),
     .minimum = 1e-6,
     .maximum = 1e18,
     .help = "mask pixels with at least this many counts, in each frame"},
    {.name = "hot-pixels",
     .group = "data",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(clpti_scan_values, hot_pixels),
     .help = "mask hot pixels, constant pixels, and pixels without counts between pixels with counts"},
    {.name = "mask-invert",
     .group = "data",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(clpti_scan_values, mask_invert),
     .help = "the scan's own mask has the opposite meaning of its format's"},
    {.name = "centre",
     .group = "data",
     .kind = CLPT_OPTION_TEXT,
     .value = "X,Y",
     .unit = "pixels",
     .offset = offsetof(clpti_scan_values, centre),
     .help = "zero frequency of the file's patterns, column and row, or auto: the centre of all counts; patterns move "
             "by whole pixels before the crop"},
    {.name = "crop",
     .group = "data",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .unit = "pixels",
     .offset = offsetof(clpti_scan_values, crop),
     .minimum = 1,
     .maximum = 1e6,
     .help = "crop each pattern to its central N x N pixels"},
    {.name = "bin",
     .group = "data",
     .kind = CLPT_OPTION_INTEGER,
     .value = "K",
     .unit = "pixels",
     .offset = offsetof(clpti_scan_values, bin),
     .minimum = 1,
     .maximum = 1e6,
     .help = "then bin K x K pixels into one"},
    {.name = "fftshift",
     .group = "data",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(clpti_scan_values, fftshift),
     .help = "move the zero frequency of patterns from pixel [0, 0] to the centre"},
    {.name = NULL}};

void clpti_scan_values_set(const clpti_scan_values *values, clpti_scan_options *how)
{
    how->layout = values->layout;
    how->data = values->data;
    how->positions = values->positions;
    how->position_unit = values->position_unit;
    how->scan_step = values->scan_step;
    how->scan_rotation = values->scan_rotation;
    how->object_pixel = values->object_pixel;
    how->mask = values->mask;
    how->crop = values->crop;
    how->bin = values->bin;
    how->fftshift = values->fftshift;
    how->patterns = values->patterns;
    how->exclude = values->exclude;
    how->counts = values->counts;
    how->dark = values->dark;
    how->flat = values->flat;
    how->gain = values->gain;
    how->clip_negative = values->clip_negative;
    how->saturation = values->saturation;
    how->hot_pixels = values->hot_pixels;
    how->mask_invert = values->mask_invert;
    how->centre = values->centre;
}

void clpti_scan_warn_notes(clpti_session *session, const clpti_scan_file *scan)
{
    for (const char *note = scan->notes; note && *note;) {
        size_t length = strcspn(note, "\n");
        clpti_warn(session, "W010", "%.*s", (int)length, note);
        note += length + (note[length] != '\0');
    }
}
