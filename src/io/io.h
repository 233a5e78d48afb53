/* SPDX-License-Identifier: Apache-2.0 */
/* File input and output: NPZ by libzip, PNG by libpng, and scans. HDF5 is in h5.h; store.h reads both formats. Used by
 * the command, not by the library. Every error reports file, array and reason. */
#ifndef CLPTI_IO_IO_H
#define CLPTI_IO_IO_H

#include "core/status.h"

#define CLPTI_TENSOR_RANK 8

/* An array in host memory that owns its data, in C order. */
typedef struct clpti_tensor {
    clpt_type type;
    int rank; /* 0: a scalar, one element */
    int64_t shape[CLPTI_TENSOR_RANK];
    void *data;
} clpti_tensor;

int64_t clpti_tensor_count(const clpti_tensor *tensor);
size_t clpti_type_size(clpt_type type);
const char *clpti_type_name(clpt_type type); /* "float32", … */
clpt_status clpti_tensor_create(clpt_type type, int rank, const int64_t *shape, clpti_tensor *tensor,
                                clpt_message *message);
void clpti_tensor_destroy(clpti_tensor *tensor); /* leaves it empty */

/* ---- NPZ ---- */
typedef struct clpti_npz clpti_npz;

/* One array's header, before its data is read. */
typedef struct clpti_npy_info {
    char name[256];  /* without ".npy" */
    char descr[256]; /* NumPy's type string, "<c8" */
    bool fortran;
    bool readable;               /* numeric and supported; not object, string or structured */
    bool is_complex, is_integer; /* bool counts as an integer */
    int rank;
    int64_t shape[CLPTI_TENSOR_RANK];
} clpti_npy_info;

/* An NPZ file, or a .npy file as one array 'frames'. */
clpt_status clpti_npz_open(const char *path, clpti_npz **npz, clpt_message *message);
void clpti_npz_close(clpti_npz **npz);
int64_t clpti_npz_count(const clpti_npz *npz);
clpt_status clpti_npz_info(clpti_npz *npz, int64_t index, clpti_npy_info *info, clpt_message *message);
bool clpti_npz_has(const clpti_npz *npz, const char *name);
void clpti_npz_name(const clpti_npz *npz, int64_t index, char *name, size_t capacity); /* without ".npy" */
int64_t clpti_npz_find(const clpti_npz *npz, const char *name); /* its index, for clpti_npz_info; −1: missing */
/* Reads an array (float16/32/64, complex64/128, bool, any integer type, either byte order, C or Fortran order) as
 * `type` in C order; complex to real is an error. */
clpt_status clpti_npz_read(clpti_npz *npz, const char *name, clpt_type type, clpti_tensor *tensor,
                           clpt_message *message);
/* Reads an array of bytes that hold text, such as `options` of a result, terminated, control characters but line ends
 * as
 * '?'; the caller frees it. An array of another type, or of more than 1 MiB, is an error. */
clpt_status clpti_npz_read_text(clpti_npz *npz, const char *name, char **text, clpt_message *message);
/* Reads as the nearest of the four types to that of the file (integers become float64). */
clpt_status clpti_npz_read_any(clpti_npz *npz, const char *name, clpti_tensor *tensor, clpt_message *message);

/* A new NPZ: add arrays, then commit renames the complete file into place; close without commit leaves an existing file
 * unchanged. Array data must stay valid until commit. */
typedef struct clpti_npz_writer clpti_npz_writer;
clpt_status clpti_npz_create(const char *path, clpti_npz_writer **writer, clpt_message *message);
clpt_status clpti_npz_add(clpti_npz_writer *writer, const char *name, clpt_type type, int rank, const int64_t *shape,
                          const void *data, clpt_message *message);
clpt_status clpti_npz_add_integers(clpti_npz_writer *writer, const char *name, int rank, const int64_t *shape,
                                   const int64_t *data, clpt_message *message); /* as int64 */
clpt_status clpti_npz_add_bytes(clpti_npz_writer *writer, const char *name, int64_t count, const void *data,
                                clpt_message *message);                         /* as uint8 [count] */
clpt_status clpti_npz_commit(clpti_npz_writer **writer, clpt_message *message); /* closes it, also on failure */
void clpti_npz_discard(clpti_npz_writer **writer);

/* ---- Scans ----
 *
 * From NPZ and HDF5 files in the PtychoPINN contract, and in the layouts of src/io/layouts (scan_layout.c).
 *
 * Arrays read from the contract, in any number type: xcoords, ycoords [S] (required); diff3d [S, H, W], amplitudes
 * (√counts); mask [H, W] or [S, H, W], 1 = good, 0 = bad, where diff3d is not read and becomes 0; probeGuess [N, N] or
 * [P, N, N]; objectGuess; xcoords_start, ycoords_start; scan_index; subpixel (a number); background [H, W] or [.., H,
 * W] (averaged), counts contained in every pattern, cropped and binned (summed) like patterns. The options apply in
 * this order to detectors of H×W pixels:
 *
 * fftshift: moves [0, 0] of patterns and mask to [H/2, W/2]. The probe is in real space and does not change.
 *
 * crop: keeps rows from H/2 − crop/2 (columns likewise), so that zero frequency [H/2, W/2] moves to [crop/2, crop/2].
 * The field of view does not change, and its pixels grow by H/crop (rows) and W/crop (columns): y is multiplied by
 * crop/H, x by crop/W, and the probe becomes the inverse transform of the central part of its own transform, scaled so
 * that the energy at a kept detector pixel is the same. An object would need the same resampling but is not periodic,
 * so it is dropped; requesting both is an error.
 *
 * bin: sums bin×bin counts (amplitude = √Σ amplitude²). A binned pixel is good if all its pixels are. Real-space pixels
 * do not change and the field of view shrinks: the central part of the probe is kept; positions and object do not
 * change. Since the centre of a binned pixel is offset from the frequency of its index, by (bin − 1)/2 pixels for an
 * even side, the probe is multiplied by the compensating phase ramp. */
/* Beam and detector geometry, in metres; 0: unknown. */
typedef struct clpti_beam {
    double wavelength;
    double distance;         /* sample to detector */
    double source_distance;  /* focus to sample, of a diverging beam in the near field; < 0: converging */
    double pixel_x, pixel_y; /* of the detector, columns and rows */
    double voltage;          /* volts that accelerated electrons; 0: photons */
} clpti_beam;

/* hc / E for an energy in joules; an electronvolt is CLPTI_ELECTRONVOLT. */
#define CLPTI_ELECTRONVOLT 1.602176634e-19
double clpti_wavelength_of(double energy);
/* hc / √(E² + 2E·mc²) for electrons of E = e·volts, relativistic. */
double clpti_electron_wavelength(double volts);

/* The object's pixel size for patterns of height×width: λz/(N·p) in the far field, p·z₁/(z₁ + z₂) in the near field
 * (parallel beam: p). 0 if a required number is unknown. */
void clpti_beam_object_pixel(const clpti_beam *beam, bool near_field, int64_t height, int64_t width, double *pixel_x,
                             double *pixel_y);

typedef struct clpti_scan_options {
    clpti_beam beam;       /* overrides the file; 0: value of the file */
    bool near_field;       /* patterns are images of the object's size; affects crop and bin */
    int64_t crop;          /* keep the central crop×crop of each pattern and of the probe; 0: all */
    int64_t bin;           /* then sum bin×bin counts; 0 or 1: no binning */
    bool fftshift;         /* zero frequency of patterns (and mask) is at [0, 0]: move it to [N/2, N/2] */
    const char *patterns;  /* frames to use: "0:300", "::2", "5,9", "random:300"; NULL: all */
    const char *exclude;   /* frames to leave out, as for `patterns` without random; NULL: none */
    bool counts;           /* an array of amplitudes contains counts */
    const char *dark;      /* file whose frame is subtracted from frames of counts; NULL: none */
    const char *flat;      /* file with the relative efficiency of pixels, which divides them; NULL: none */
    double gain;           /* detector units per photon, which then divide them; 0: 1 */
    bool clip_negative;    /* negative counts become 0; so they do with `dark` */
    double saturation;     /* pixels with at least this many counts are bad in that frame; 0: the type's max only */
    bool hot_pixels;       /* pixels that are hot, constant or blind are bad (detector_pixels.c) */
    const char *centre;    /* "X,Y", zero frequency in the file's frames, or "auto"; NULL: [W/2, H/2] */
    bool mask_invert;      /* the scan's own mask has the opposite meaning */
    const char *layout;    /* name of a layout, or a file that describes one; NULL: recognised */
    const char *data;      /* path of the array with frames of counts; NULL: that of the layout */
    const char *positions; /* FILE or FILE:PATH with positions, and what else the scan's own file lacks; NULL: none */
    const char *position_unit; /* of positions; NULL: the file's or the layout's */
    double scan_step;          /* step of a raster [Y, X, H, W] in position_unit (NULL: px); 0: by the file */
    double scan_rotation;      /* degrees from +x to +y that positions are rotated by */
    double object_pixel;       /* metres, where the beam does not determine it; 0: by the file */
    int64_t stack_limit;       /* bytes of frames above which --crop reads them one by one; 0: 1 GiB */
    const char *background;    /* file with the background; "none": ignore any; NULL: the scan's own */
    const char *mask;          /* file with additional bad pixels, [H, W]; NULL: none */
    bool need_patterns;        /* an error if diff3d is missing */
    bool need_probe;           /* an error if probeGuess is missing */
    bool need_object;
    bool no_probe; /* probeGuess is not read */
} clpti_scan_options;

/* Findings about frames as they were read, before cropping. A frame is one that is used; counts are at good pixels. */
typedef struct clpti_detector_facts {
    int64_t excluded;                    /* frames left out by `patterns` and `exclude` */
    int64_t empty, first_empty;          /* frames left out because they contain nothing, and the first */
    int64_t dead;                        /* pixels at the max of the file's type in every frame: now bad */
    int64_t saturated, saturated_frames; /* values at it, or at `saturation`, in some frames: now bad there */
    double top;                          /* the smallest such value */
    double light, masked_light;          /* counts at all pixels but dead ones, and at those of the mask */
    double masked_pixels;                /* fraction of pixels that the mask has as bad */
    int64_t clipped;                     /* negative values that became 0 */
    int64_t hot, constant, blind;        /* pixels of each kind; see detector_pixels.c */
    int64_t example[2];                  /* row and column of the first of them */
    bool odd_masked;                     /* these are bad now */
    int64_t plateau;                     /* values equal to the max of all, where these are too many */
    double plateau_value;                /* in counts */
    int64_t shift[2];                    /* columns and rows that frames were moved by, for `centre` */
    double count_step;                   /* all amplitudes are multiples of this, as scaled counts are; 0: not */
} clpti_detector_facts;

typedef struct clpti_scan_file {
    const char *format; /* "PtychoPINN contract", or the name of a layout */
    clpti_beam beam;    /* of the patterns after cropping and binning */
    bool near_field;
    double object_pixel_x, object_pixel_y; /* metres; 0: unknown */
    int64_t count, side, modes;            /* count: patterns in use */
    int64_t frames;      /* in the file; those left out come after the others in the next four arrays */
    int64_t *frame;      /* [frames] index in the file */
    double *positions;   /* [frames, 2] (x, y) */
    double *starts;      /* [frames, 2] from xcoords_start, ycoords_start; NULL: none */
    int64_t *scan_index; /* [frames]; NULL: none */
    clpti_detector_facts facts;
    float *amplitude; /* [count, side, side]; NULL: none */
    float *mask;      /* [side, side] or [count, side, side], 1 = good; NULL: none */
    bool mask_per_pattern;
    float *background;   /* [side, side] counts contained in every pattern; NULL: none */
    char *notes;         /* remarks of the reader, a sentence a line; NULL: none */
    bool has_subpixel;   /* the file names the model of fractions of a pixel that made the scan: */
    double subpixel;     /* 0 bilinear, 1 exact, K a bank */
    clpti_tensor probe;  /* C128 [modes, side, side]; data NULL: none */
    clpti_tensor object; /* C128 [H, W]; data NULL: none */
} clpti_scan_file;

clpt_status clpti_scan_load(const char *path, const clpti_scan_options *options, clpti_scan_file *scan,
                            clpt_message *message);
void clpti_scan_free(clpti_scan_file *scan); /* leaves it empty */

/* ---- Quality of a scan (scan_quality.c) ----
 * Calls `report` for each finding with a sentence, which names the option that cures it, and the check's code, "W101".
 */
typedef void (*clpti_scan_finding)(void *user, const char *code, const char *sentence);
void clpti_scan_check_quality(const clpti_scan_file *scan, clpti_scan_finding report, void *user);

/* The code and name of check `index`; NULL beyond the last. */
const char *clpti_scan_check_code(int index, const char **name);

enum { CLPTI_QUALITY_FRAMES = 8 }; /* checks of means require as many */

/* Positions of patterns among each other, in object pixels. */
typedef struct clpti_scan_spacing {
    double nearest;  /* median distance to the nearest other position */
    double diameter; /* of the circle around its centre with 90 % of the probe's power; 0: no probe */
    double overlap;  /* linear: 1 − nearest / diameter; NAN: no probe */
    int64_t apart;   /* patterns whose patch overlaps no other */
} clpti_scan_spacing;
clpt_status clpti_scan_measure_spacing(const clpti_scan_file *scan, clpti_scan_spacing *spacing, clpt_message *message);

/* Error if the object of all patches has more than `limit` pixels, or if a few far positions enlarge it; names those.
 */
enum { CLPTI_OBJECT_LIMIT = 400000000 }; /* pixels, by default */
clpt_status clpti_scan_check_extent(const clpti_scan_file *scan, double limit, const char *path, clpt_message *message);

/* Frames of the file as a list for `exclude`, "7,40 and 3 more": those in use whose index `which` lists. */
void clpti_frames_text(const clpti_scan_file *scan, const int64_t *which, int64_t count, char text[160]);

/* Error that names the first position whose side×side patch lies completely outside a height×width object, for objects
 * from files and elsewhere. xy: [count, 2]. Called by clpti_scan_load if need_object is set. */
clpt_status clpti_scan_check_positions(const double *xy, int64_t count, int64_t side, int64_t height, int64_t width,
                                       const char *path, clpt_message *message);

/* A probe as read, C128 [.., N, N], [N, N, 1] or (real) [2, N, N] with real and imaginary part, becomes [P, N, N]; an
 * object [1, H, W] becomes [H, W]. Other shapes are errors. real: the file's type. */
clpt_status clpti_wave_probe(const char *path, const char *name, bool real, clpti_tensor *probe, clpt_message *message);
clpt_status clpti_wave_object(const char *path, const char *name, clpti_tensor *object, clpt_message *message);

/* ---- Pictures ---- */
typedef enum clpti_picture {
    CLPTI_PICTURE_AMPLITUDE,
    CLPTI_PICTURE_PHASE,
    CLPTI_PICTURE_LOG,
    CLPTI_PICTURE_COLOUR
} clpti_picture;

typedef struct clpti_picture_notes {
    double pixel;            /* size in metres, for a length bar below the picture; 0: none */
    const char *captions[2]; /* above the picture, or above its left and right half; NULL: none */
} clpti_picture_notes;

/* One field as PNG with a colour bar on the right: amplitude in grey over [0 or min, max] of the robust range (0.1–99.9
 * %), phase in a cyclic colour map over [−π, π] or (if the phases span less) in grey over their robust range; in
 * colour, hue is the phase and brightness the amplitude over its robust maximum. values: `count` = height·width,
 * complex128 or float64 according to `type`. notes: NULL: none. Written by rename. */
clpt_status clpti_picture_write(const char *path, const void *values, clpt_type type, int64_t height, int64_t width,
                                clpti_picture kind, const clpti_picture_notes *notes, clpt_message *message);

/* values [count] over 1 … count as a curve on a logarithmic axis, a linear one if a value is not positive; gaps where
 * they are not finite. Written by rename. */
clpt_status clpti_picture_write_curve(const char *path, const double *values, int64_t count, const char *caption,
                                      clpt_message *message);

/* The same in memory, which the caller frees. Fields smaller than `minimum` are enlarged by an integer factor to this
 * side. */
clpt_status clpti_picture_encode(const void *values, clpt_type type, int64_t height, int64_t width, clpti_picture kind,
                                 int64_t minimum, unsigned char **png, size_t *bytes, clpt_message *message);

#endif
