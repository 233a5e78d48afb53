/* SPDX-License-Identifier: Apache-2.0 */
/* The components of clpti_scan_load. */
#ifndef CLPTI_IO_SCAN_INTERNAL_H
#define CLPTI_IO_SCAN_INTERNAL_H

#include "io/store.h"

/* Mapping from the detector in the file to cropped and binned patterns. */
typedef struct clpti_geometry {
    int64_t height, width;   /* of the detector in the file */
    int64_t crop, bin, side; /* side after the crop; binning factor; final side, crop / bin */
    int64_t *rows, *columns; /* [crop]: the kept rows or columns of the file */
} clpti_geometry;

/* array: the array with this height and width, for messages. */
clpt_status clpti_geometry_create(const char *path, const char *array, int64_t height, int64_t width,
                                  const clpti_scan_options *options, clpti_geometry *geometry, clpt_message *message);
void clpti_geometry_destroy(clpti_geometry *geometry);

bool clpti_geometry_is_cropped(const clpti_geometry *geometry);

/* ---- formats ---- */

typedef struct clpti_scan_loader {
    const char *path;
    const clpti_scan_options *options;
    clpti_store *store;
    clpti_geometry geometry;
    clpti_beam beam;                       /* for full patterns; options override the file */
    double object_pixel_x, object_pixel_y; /* of full patterns where the beam does not determine it; 0: unknown */
    clpti_tensor mask;                     /* as read, 1 = good */
    int64_t shift[2];                      /* columns and rows that frames are moved by before the crop */
    bool *used;                            /* [count] frames to use; NULL until clpti_scan_choose_frames */
    clpti_scan_file *scan;
    clpt_message *message;
} clpti_scan_loader;

/* A layout of scans: one file and one entry in scan_file.c. `load` fills positions (in object pixels of full patterns),
 * geometry, patterns, mask, probe and object of the scan, and the beam. */
typedef struct clpti_scan_format {
    const char *name;
    bool (*matches)(const clpti_scan_options *options, const clpti_store *store);
    clpt_status (*load)(clpti_scan_loader *loader);
} clpti_scan_format;

extern const clpti_scan_format clpti_scan_contract, clpti_scan_layout;

/* Adds a sentence to the scan's notes. */
void clpti_scan_note(clpti_scan_loader *loader, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Frames as read, F32 [S, H, W]. */
typedef struct clpti_frames {
    const char *name;    /* of the array, for messages */
    bool counts;         /* else amplitudes */
    double maximum;      /* of the file's integer type; 0: not an integer */
    clpti_tensor values; /* data NULL: none */
} clpti_frames;

/* The type's maximum for an array of integers of 8 bits or more, 0 for all others. */
double clpti_type_maximum(const clpti_npy_info *info);

/* Corrects frames by the options, leaves out those that are not used, and shifts, crops and bins frames and the
 * loader's mask into the scan; takes ownership of the values. Positions come first: they determine the number of
 * frames.
 */
clpt_status clpti_scan_take_patterns(clpti_scan_loader *loader, clpti_frames *frames);

/* ---- frame_selection.c ---- */

/* Marks the frames of `count` that two lists select: see clpti_scan_options. */
clpt_status clpti_frames_select(const char *patterns, const char *exclude, int64_t count, bool *used,
                                clpt_message *message);

/* ---- scan_frames.c ---- */

/* Fills loader->used once scan->count is known, by the options. Later calls do nothing. */
clpt_status clpti_scan_choose_frames(clpti_scan_loader *loader);
/* As clpti_check_finite for [count] or [count, …] numbers, but only at frames that are used. */
clpt_status clpti_check_finite_frames(clpti_scan_loader *loader, const char *name, const clpti_tensor *tensor);
/* Removes frames that are not used, [count, …] F32 in place, from values and a mask of each frame, and moves their
 * positions behind those of the others. */
clpt_status clpti_scan_compact(clpti_scan_loader *loader, clpti_tensor *values);

/* ---- detector_frames.c ---- */

/* Frames become amplitudes, 0 at bad pixels; extends the loader's mask, marks frames without counts as not used, and
 * fills the scan's facts. */
clpt_status clpti_detector_correct(clpti_scan_loader *loader, clpti_frames *frames);

/* The loader's mask of frame s, [H, W]; NULL: all good. */
const float *clpti_loader_mask(const clpti_scan_loader *loader, int64_t s);
/* Makes the mask one of each frame, or makes one where there is none. */
clpt_status clpti_loader_need_mask(clpti_scan_loader *loader, bool per_frame);

/* ---- detector_centre.c ---- */

/* Moves amplitudes and mask for the options' centre, and fills loader->shift. */
clpt_status clpti_detector_recentre(clpti_scan_loader *loader, clpti_frames *frames);

/* ---- detector_saturation.c ---- */

/* Masks pixels at the type's maximum, or at the options' saturation. */
clpt_status clpti_detector_mask_saturated(clpti_scan_loader *loader, const clpti_frames *frames);

/* ---- detector_pixels.c ---- */

/* Finds pixels that behave as no pixel does, and masks them where the options require it. */
clpt_status clpti_detector_check_pixels(clpti_scan_loader *loader, const clpti_frames *frames);

/* ---- detector_units.c ---- */

/* Subtracts the dark frame, divides by flat and gain, clips negative counts: frames of counts. */
clpt_status clpti_detector_apply_units(clpti_scan_loader *loader, clpti_frames *frames);

/* ---- scan_mask.c ---- */

/* Adds the bad pixels of the mask file in the options to the loader's mask, before patterns are read. */
clpt_status clpti_scan_add_mask(clpti_scan_loader *loader);

/* A mask in which bits other than CXI's "has signal" mean a bad pixel, as F32, 1 = good. */
clpt_status clpti_read_bad_pixels(clpti_store *store, const char *name, clpti_tensor *mask, clpt_message *message);
/* Exchanges good and bad pixels of the loader's mask if the options require it. */
void clpti_scan_invert_mask(clpti_scan_loader *loader);

/* ---- scan_background.c ---- */

/* The background of the options' file, otherwise that of the loader's file; none if neither exists. */
clpt_status clpti_scan_take_background(clpti_scan_loader *loader);

/* ---- scan_checks.c: "path: array 'name' …" ---- */

/* Checks that the array exists and has a rank from low to high. */
clpt_status clpti_check_rank(clpti_store *store, const char *path, const char *name, int low, int high,
                             clpti_npy_info *info, clpt_message *message);
clpt_status clpti_check_length(const char *path, const char *name, int64_t length, int64_t expected,
                               const char *reference, clpt_message *message);
/* Checks that the last two axes of a probe or mask are those of the detector. */
clpt_status clpti_check_sides(const char *path, const clpti_npy_info *info, const clpti_geometry *geometry,
                              clpt_message *message);
clpt_status clpti_check_finite(const char *path, const char *name, const clpti_tensor *tensor, clpt_message *message);
clpt_status clpti_check_mask(const char *path, const clpti_tensor *mask, clpt_message *message);
/* Checks that it is not zero everywhere. */
clpt_status clpti_check_nonzero(const char *path, const char *name, const clpti_tensor *tensor, clpt_message *message);

/* ---- scan_patterns.c ---- */

/* F32 patterns [S, H, W] become [S, side, side] in the same memory, which is reduced accordingly. mask: as read, F32
 * [H, W] or [S, H, W], or data NULL. frame: [S] indices in the file, for messages. */
clpt_status clpti_patterns_fit(const char *path, const clpti_geometry *geometry, const clpti_tensor *mask,
                               const int64_t *frame, clpti_tensor *patterns, clpt_message *message);
clpt_status clpti_mask_fit(const char *path, const clpti_geometry *geometry, clpti_tensor *mask, clpt_message *message);

/* ---- text_positions.c ---- */

/* A name of a text, by its ending; and its pairs, which the caller frees. */
bool clpti_text_positions_is(const char *path);
clpt_status clpti_text_positions_read(const char *path, double **pairs, int64_t *count, clpt_message *message);

/* ---- scan_probe.c ---- */

/* C128 [P, H, W] becomes [P, side, side]. */
clpt_status clpti_probe_fit(const clpti_geometry *geometry, clpti_tensor *probe, clpt_message *message);

#endif
