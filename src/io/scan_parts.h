/* SPDX-License-Identifier: Apache-2.0 */
/* The parts that clpti_scan_load is made of. */
#ifndef CLPTI_IO_SCAN_PARTS_H
#define CLPTI_IO_SCAN_PARTS_H

#include "io/store.h"

/* From the detector in the file to the patterns asked for. */
typedef struct clpti_geometry {
    int64_t height, width;   /* of the detector in the file */
    int64_t crop, bin, side; /* side after the crop; pixels summed; side in the end, crop / bin */
    int64_t *rows, *columns; /* [crop]: which row or column of the file is kept there */
} clpti_geometry;

/* array: which array height and width are of, for messages. */
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
    clpti_beam beam;   /* of whole patterns; what the options give comes before what the file says */
    clpti_tensor mask; /* as read, 1 = good */
    clpti_scan_file *scan;
    clpt_message *message;
} clpti_scan_loader;

/* A layout of scans: one file and one row in scan_file.c. `load` fills positions (in object pixels of whole patterns),
 * geometry, patterns, mask, probe and object of the scan, and the beam. */
typedef struct clpti_scan_format {
    const char *name;
    bool (*matches)(const clpti_store *store);
    clpt_status (*load)(clpti_scan_loader *loader);
} clpti_scan_format;

extern const clpti_scan_format clpti_scan_contract, clpti_scan_cxi;

/* Shift, crop, bin of patterns and the loader's mask, as read, into the scan; takes the patterns over. */
clpt_status clpti_scan_take_patterns(clpti_scan_loader *loader, clpti_tensor *patterns);

/* ---- scan_mask.c ---- */

/* Adds the bad pixels of the file that the options name to the loader's mask, before patterns are looked at. */
clpt_status clpti_scan_add_mask(clpti_scan_loader *loader);

/* ---- scan_background.c ---- */

/* The background that the options name, else the one in the loader's file; none where neither is. */
clpt_status clpti_scan_take_background(clpti_scan_loader *loader);

/* ---- scan_checks.c: "path: array 'name' …" ---- */

/* The array is there and has a rank from low to high. */
clpt_status clpti_check_rank(clpti_store *store, const char *path, const char *name, int low, int high,
                             clpti_npy_info *info, clpt_message *message);
clpt_status clpti_check_length(const char *path, const char *name, int64_t length, int64_t expected,
                               const char *reference, clpt_message *message);
/* A probe or mask, whose last two axes must be those of the detector. */
clpt_status clpti_check_sides(const char *path, const clpti_npy_info *info, const clpti_geometry *geometry,
                              clpt_message *message);
clpt_status clpti_check_finite(const char *path, const char *name, const clpti_tensor *tensor, clpt_message *message);
clpt_status clpti_check_mask(const char *path, const clpti_tensor *mask, clpt_message *message);
/* Not zero everywhere. */
clpt_status clpti_check_nonzero(const char *path, const char *name, const clpti_tensor *tensor, clpt_message *message);

/* ---- scan_patterns.c ---- */

/* F32 patterns [S, H, W] become [S, side, side] in the same memory, which then holds no more than they need.
 * mask: as read, F32 [H, W] or [S, H, W], or data NULL. */
clpt_status clpti_patterns_fit(const char *path, const clpti_geometry *geometry, const clpti_tensor *mask,
                               clpti_tensor *patterns, clpt_message *message);
clpt_status clpti_mask_fit(const char *path, const clpti_geometry *geometry, clpti_tensor *mask, clpt_message *message);

/* ---- scan_probe.c ---- */

/* C128 [P, H, W] becomes [P, side, side]. */
clpt_status clpti_probe_fit(const clpti_geometry *geometry, clpti_tensor *probe, clpt_message *message);

#endif
