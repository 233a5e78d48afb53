/* SPDX-License-Identifier: Apache-2.0 */
/* Multi-page TIFF as a store: one array 'frames' [S, H, W]. Pages have one sample per pixel, in strips. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tiffio.h>

#include "core/memory.h"
#include "io/store.h"

static const char array_name[] = "frames";
enum { max_expansion = 1100 }; /* of Deflate, the densest of the compressions */

typedef struct tiff_file {
    char *path;
    TIFF *tiff;
    int64_t pages, height, width;
    uint16_t bits, format; /* of a pixel; SAMPLEFORMAT_… */
    int64_t at;            /* the current page */
} tiff_file;

static void tiff_close(void *file)
{
    tiff_file *f = file;
    if (!f) return;
    if (f->tiff) TIFFClose(f->tiff);
    free(f->path);
    free(f);
}

typedef struct page {
    uint32_t height, width;
    uint16_t bits, format, samples;
} page;

static page describe(TIFF *tiff)
{
    page p = {0};
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &p.width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &p.height);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &p.bits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &p.format);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &p.samples);
    if (p.format == SAMPLEFORMAT_VOID) p.format = SAMPLEFORMAT_UINT;
    return p;
}

static bool is_number(const page *p)
{
    bool real = p->format == SAMPLEFORMAT_IEEEFP && (p->bits == 32 || p->bits == 64);
    bool whole = (p->format == SAMPLEFORMAT_UINT || p->format == SAMPLEFORMAT_INT) &&
                 (p->bits == 8 || p->bits == 16 || p->bits == 32);
    return p->samples == 1 && (real || whole);
}

/* All pages have the first one's shape and type. */
static clpt_status count_pages(tiff_file *f, int64_t bytes, clpt_message *message)
{
    page first = describe(f->tiff);
    f->height = first.height;
    f->width = first.width;
    f->bits = first.bits;
    f->format = first.format;
    do {
        page p = describe(f->tiff);
        if (!is_number(&p) || TIFFIsTiled(f->tiff))
            return clpti_fail(
                message, CLPT_ERROR_FILE,
                "%s: page %lld has %d samples of %d bits%s; pages must have one number per pixel, in strips", f->path,
                (long long)f->pages, p.samples, p.bits, TIFFIsTiled(f->tiff) ? " in tiles" : "");
        if (p.height != first.height || p.width != first.width || p.bits != first.bits || p.format != first.format)
            return clpti_fail(message, CLPT_ERROR_FILE, "%s: page %lld is %u×%u of %d bits, page 0 %u×%u of %d",
                              f->path, (long long)f->pages, p.height, p.width, p.bits, first.height, first.width,
                              first.bits);
        f->pages++;
    } while (TIFFReadDirectory(f->tiff));
    double claimed = (double)f->pages * (double)f->height * (double)f->width * f->bits / 8;
    if (claimed > (double)bytes * max_expansion)
        return clpti_fail(message, CLPT_ERROR_FILE, "%s: is damaged: it claims %.3g bytes of pixels in a file of %lld",
                          f->path, claimed, (long long)bytes);
    f->at = f->pages - 1;
    return CLPT_OK;
}

static clpt_status tiff_open(const char *path, void **file, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    struct stat entry;
    tiff_file *f = clpti_calloc(1, sizeof *f);
    *file = NULL;
    if (!f || !(f->path = clpti_strdup(path)))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory", path));
    TIFFSetErrorHandler(NULL);
    TIFFSetWarningHandler(NULL);
    f->tiff = stat(path, &entry) == 0 ? TIFFOpen(path, "r") : NULL;
    if (!f->tiff) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: is a damaged or truncated TIFF file", path));
    CLPTI_TRY(count_pages(f, entry.st_size, message));
    *file = f;
    f = NULL;
cleanup:
    tiff_close(f);
    return status;
}

static int64_t tiff_count(const void *file)
{
    (void)file;
    return 1;
}

static int64_t tiff_find(const void *file, const char *name)
{
    (void)file;
    return strcmp(name, array_name) ? -1 : 0;
}

static void tiff_name(const void *file, int64_t index, char name[1024])
{
    (void)file, (void)index;
    snprintf(name, 1024, "%s", array_name);
}

static clpt_status tiff_info(void *file, int64_t index, clpti_npy_info *info, clpt_message *message)
{
    const tiff_file *f = file;
    (void)index, (void)message;
    *info = (clpti_npy_info){.readable = true,
                             .is_integer = f->format != SAMPLEFORMAT_IEEEFP,
                             .rank = 3,
                             .shape = {f->pages, f->height, f->width}};
    snprintf(info->name, sizeof info->name, "%s", array_name);
    char kind = f->format == SAMPLEFORMAT_IEEEFP ? 'f' : f->format == SAMPLEFORMAT_INT ? 'i' : 'u';
    snprintf(info->descr, sizeof info->descr, "%c%c%d", f->bits == 8 ? '|' : '<', kind, f->bits / 8);
    return CLPT_OK;
}

/* ---- pixels ---- */

static double pixel_of(const tiff_file *f, const void *line, int64_t x)
{
    if (f->format == SAMPLEFORMAT_IEEEFP)
        return f->bits == 32 ? (double)((const float *)line)[x] : ((const double *)line)[x];
    bool sign = f->format == SAMPLEFORMAT_INT;
    if (f->bits == 8) return sign ? ((const int8_t *)line)[x] : ((const uint8_t *)line)[x];
    if (f->bits == 16) return sign ? ((const int16_t *)line)[x] : ((const uint16_t *)line)[x];
    return sign ? (double)((const int32_t *)line)[x] : (double)((const uint32_t *)line)[x];
}

static clpt_status fail_page(const tiff_file *f, int64_t number, clpt_message *message)
{
    return clpti_fail(message, CLPT_ERROR_FILE, "%s: page %lld is damaged or truncated", f->path, (long long)number);
}

static bool go_to(tiff_file *f, int64_t number)
{
    bool found = number == f->at ||
                 (number == f->at + 1 ? TIFFReadDirectory(f->tiff) : TIFFSetDirectory(f->tiff, (tdir_t)number));
    f->at = found ? number : -2;
    return found;
}

/* Rows and columns (first, count) of a page; one of the two outputs. */
static clpt_status read_page(tiff_file *f, int64_t number, const int64_t rows[2], const int64_t columns[2],
                             float *singles, double *doubles, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    void *line = clpti_malloc(TIFFScanlineSize(f->tiff), 1);
    if (!line) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "%s: out of memory for a line", f->path));
    if (!go_to(f, number)) CLPTI_TRY(fail_page(f, number, message));
    for (int64_t y = 0; y < rows[0] + rows[1]; y++) {
        if (TIFFReadScanline(f->tiff, line, (uint32_t)y, 0) < 0) CLPTI_TRY(fail_page(f, number, message));
        for (int64_t x = 0; y >= rows[0] && x < columns[1]; x++) {
            double value = pixel_of(f, line, columns[0] + x);
            if (singles) *singles++ = (float)value;
            if (doubles) *doubles++ = value;
        }
    }
cleanup:
    free(line);
    return status;
}

static clpt_status tiff_read(void *file, const char *name, const clpt_type *type, clpti_tensor *tensor,
                             clpt_message *message)
{
    tiff_file *f = file;
    clpt_status status = CLPT_OK;
    clpt_type real = type ? *type : CLPT_TYPE_F64;
    int64_t rows[2] = {0, f->height}, columns[2] = {0, f->width}, pixels = f->height * f->width;
    *tensor = (clpti_tensor){0};
    if (strcmp(name, array_name) || (real != CLPT_TYPE_F32 && real != CLPT_TYPE_F64))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: array '%s' is missing; a TIFF file contains real '%s' only",
                             f->path, name, array_name));
    CLPTI_TRY(clpti_tensor_create(real, 3, (int64_t[]){f->pages, f->height, f->width}, tensor, message));
    for (int64_t s = 0; s < f->pages; s++)
        CLPTI_TRY(read_page(f, s, rows, columns, real == CLPT_TYPE_F32 ? (float *)tensor->data + s * pixels : NULL,
                            real == CLPT_TYPE_F64 ? (double *)tensor->data + s * pixels : NULL, message));
cleanup:
    if (status != CLPT_OK) clpti_tensor_destroy(tensor);
    return status;
}

static clpt_status tiff_read_frame(void *file, const char *name, int64_t frame, const int64_t rows[2],
                                   const int64_t columns[2], float *to, clpt_message *message)
{
    (void)name;
    return read_page(file, frame, rows, columns, to, NULL, message);
}

static bool tiff_note(void *file, int64_t index, char name[256], char value[256])
{
    (void)file, (void)index, (void)name, (void)value;
    return false;
}

const clpti_store_format clpti_store_tiff = {.name = "TIFF",
                                             .open = tiff_open,
                                             .close = tiff_close,
                                             .count = tiff_count,
                                             .info = tiff_info,
                                             .find = tiff_find,
                                             .read = tiff_read,
                                             .note = tiff_note,
                                             .name_of = tiff_name,
                                             .read_frame = tiff_read_frame};
