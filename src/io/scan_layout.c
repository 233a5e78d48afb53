/* SPDX-License-Identifier: Apache-2.0 */
/* Reader of scans in the layouts of other programs and beamlines: a text defines the path of each array (layout.h).
 * The options --data and --positions are additional sources of the same kind.
 *
 * Axes: x is along columns and y along rows of the object in the frame of the patterns. In CXI the sample moves by t,
 * so that the beam illuminates the sample at −t, and successive columns and rows of a frame follow the columns 1 and 0
 * of basis_vectors, by default −x and −y of the laboratory: both signs cancel. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/memory.h"
#include "io/scan_layout.h"

const clpti_layout_line *clpti_layout_lookup(const clpti_layout_reader *r, const char *key,
                                             const clpti_layout_source **source)
{
    for (int s = 0; s < r->count; s++) {
        const clpti_layout_line *line;
        for (int64_t i = 0; (line = clpti_layout_line_of(&r->sources[s].layout, key, i)); i++)
            if (r->sources[s].store && clpti_layout_has(r->sources[s].store, line->words[0])) {
                *source = &r->sources[s];
                return line;
            }
    }
    return NULL;
}

clpt_status clpti_layout_number_of(clpti_layout_reader *r, const char *key, bool step, double *value)
{
    *value = 0;
    for (int s = 0; s < r->count; s++) {
        const clpti_layout_line *line;
        clpti_layout_source *source = &r->sources[s];
        for (int64_t i = 0; source->store && *value == 0 && (line = clpti_layout_line_of(&source->layout, key, i));
             i++) {
            clpt_status status = clpti_layout_number(source->store, source->path, line->words[0], line->words[1], step,
                                                     value, r->loader->message);
            if (status != CLPT_OK) return status;
        }
    }
    return CLPT_OK;
}

/* ---- sources ---- */

__attribute__((format(printf, 4, 5))) static clpt_status add_source(clpti_layout_reader *r, const char *path,
                                                                    clpti_store *store, const char *format, ...)
{
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    clpti_layout_source *source = &r->sources[r->count++];
    *source = (clpti_layout_source){.path = path, .store = store};
    return clpti_layout_parse(path, "options", text, &source->layout, r->loader->message);
}

static clpt_status add_own(clpti_layout_reader *r)
{
    clpti_scan_loader *l = r->loader;
    clpti_layout_source *source = &r->sources[r->count++];
    *source = (clpti_layout_source){.path = l->path, .store = l->store};
    if (l->options->layout) return clpti_layout_find(l->options->layout, &source->layout, l->message);
    return clpti_layout_recognise(l->store, &source->layout, l->message);
}

/* FILE, or FILE:PATH where no file has the whole name. */
static clpt_status add_positions(clpti_layout_reader *r)
{
    clpti_scan_loader *l = r->loader;
    const char *given = l->options->positions, *colon = strrchr(given, ':');
    bool whole = !colon || access(given, F_OK) == 0;
    size_t length = whole ? strlen(given) : (size_t)(colon - given);
    snprintf(r->companion_path, sizeof r->companion_path, "%.*s", (int)length, given);
    if (clpti_text_positions_is(r->companion_path)) return add_source(r, r->companion_path, NULL, "%s", "");
    clpt_status status = clpti_store_open(r->companion_path, &r->companion, l->message);
    if (status != CLPT_OK) return status;
    if (!whole) return add_source(r, r->companion_path, r->companion, "points %s x,y px\n", colon + 1);
    if (clpti_store_has(r->companion, "xcoords"))
        return add_source(r, r->companion_path, r->companion, "x xcoords px\ny ycoords px\n");
    clpti_layout_source *source = &r->sources[r->count++];
    *source = (clpti_layout_source){.path = r->companion_path, .store = r->companion};
    return clpti_layout_recognise(r->companion, &source->layout, l->message);
}

static clpt_status open_sources(clpti_layout_reader *r)
{
    clpt_status status = CLPT_OK;
    clpti_scan_loader *l = r->loader;
    if (l->options->data) CLPTI_TRY(add_source(r, l->path, l->store, "counts %s all\n", l->options->data));
    CLPTI_TRY(add_own(r));
    if (l->options->positions) CLPTI_TRY(add_positions(r));
cleanup:
    return status;
}

/* ---- beam and object pixel ---- */

static clpt_status fill(clpti_layout_reader *r, const char *key, double *field)
{
    return *field != 0 ? CLPT_OK : clpti_layout_number_of(r, key, false, field);
}

static const double largest_energy = 1e7 * CLPTI_ELECTRONVOLT; /* of photons: gamma rays */

static clpt_status load_beam(clpti_layout_reader *r)
{
    clpt_status status = CLPT_OK;
    clpti_beam *b = &r->loader->beam;
    double energy = 0;
    CLPTI_TRY(fill(r, "distance", &b->distance));
    CLPTI_TRY(fill(r, "pixel.x", &b->pixel_x));
    CLPTI_TRY(fill(r, "pixel.y", &b->pixel_y));
    CLPTI_TRY(fill(r, "wavelength", &b->wavelength));
    if (b->wavelength == 0) CLPTI_TRY(fill(r, "energy", &energy));
    if (energy > largest_energy)
        CLPTI_TRY(clpti_fail(r->loader->message, CLPT_ERROR_FILE,
                             "%s: its energy is %.6g eV (numbers without the attribute 'units' are in joules): not an "
                             "energy of photons, perhaps that of the machine; give --energy EV",
                             r->loader->path, energy / CLPTI_ELECTRONVOLT));
    if (b->wavelength == 0 && energy > 0) b->wavelength = clpti_wavelength_of(energy);
cleanup:
    return status;
}

/* From the beam; otherwise as a file states it, or from the step q of the detector's axes: 1 / (N·q). */
static clpt_status load_object_pixel(clpti_layout_reader *r)
{
    clpt_status status = CLPT_OK;
    static const char *const pixels[2] = {"object.pixel.x", "object.pixel.y"}, *const steps[2] = {"q.x", "q.y"};
    clpti_scan_loader *l = r->loader;
    const clpti_geometry *g = &l->geometry;
    double *p = r->object_pixel;
    clpti_beam_object_pixel(&l->beam, l->options->near_field, g->height, g->width, &p[0], &p[1]);
    for (int k = 0; k < 2; k++) {
        double step = 0;
        if (!(p[k] > 0)) p[k] = l->options->object_pixel;
        if (!(p[k] > 0)) CLPTI_TRY(clpti_layout_number_of(r, pixels[k], false, &p[k]));
        if (!(p[k] > 0)) CLPTI_TRY(clpti_layout_number_of(r, steps[k], true, &step));
        if (!(p[k] > 0) && step > 0) p[k] = 1 / (step * (double)(k ? g->height : g->width));
        (k ? &l->object_pixel_y : &l->object_pixel_x)[0] = p[k];
    }
cleanup:
    return status;
}

/* ---- what is missing ---- */

static void describe_layout(const clpti_layout_reader *r, char *text, size_t size)
{
    const clpti_file_layout *own = NULL;
    for (int s = 0; s < r->count && !own; s++)
        if (r->sources[s].layout.count > 0 && *clpti_layout_text_of(&r->sources[s].layout, "title"))
            own = &r->sources[s].layout;
    if (own)
        snprintf(text, size, "layout %s (%s; needs %s)", own->name, clpti_layout_text_of(own, "title"),
                 *clpti_layout_text_of(own, "needs") ? clpti_layout_text_of(own, "needs") : "nothing else");
    else
        snprintf(text, size, "no layout is recognised ('clptycho layouts' lists them)");
}

__attribute__((format(printf, 3, 4))) static void add_text(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

/* Names of all that lacks, with the options that supply it. */
static clpt_status check_complete(clpti_layout_reader *r)
{
    clpti_scan_loader *l = r->loader;
    const clpti_beam *b = &l->beam;
    char text[3000] = "", title[600];
    bool far = !l->options->near_field;
    bool lengths = r->pairs ? r->unit == CLPTI_LENGTH : !l->options->position_unit;
    if (!r->pieces) add_text(text, sizeof text, "; no frames: give --data PATH");
    if (!r->pairs)
        add_text(text, sizeof text,
                 r->raster[0] ? "; no positions: give --positions FILE[:PATH], or --scan-step STEP for this raster"
                              : "; no positions: give --positions FILE[:PATH]");
    if (lengths && !(r->object_pixel[0] > 0 && r->object_pixel[1] > 0) && (r->pieces || !r->pairs))
        add_text(text, sizeof text,
                 "; positions in metres require the object's pixel size, which the file does not determine: "
                 "give%s%s%s",
                 far && b->wavelength == 0 ? " --energy EV" : "", far && b->distance == 0 ? " --distance M" : "",
                 b->pixel_x == 0 || b->pixel_y == 0 ? " --detector-pixel M" : "");
    if (!*text) return CLPT_OK;
    for (int s = 0; s < r->count; s++)
        for (int64_t i = 0; r->sources[s].store && i < 3 && clpti_store_broken(r->sources[s].store, i); i++)
            add_text(text, sizeof text, "; %.500s", clpti_store_broken(r->sources[s].store, i));
    describe_layout(r, title, sizeof title);
    return clpti_fail(l->message, CLPT_ERROR_FILE, "%s: %s%s", l->path, title, text);
}

/* ---- all of it ---- */

/* Positions in the object's pixels; those without a frame are dropped. */
static clpt_status place_frames(clpti_layout_reader *r)
{
    clpti_scan_loader *l = r->loader;
    int64_t frames = r->frame_count;
    if (r->pair_count > frames)
        clpti_scan_note(l, "%s has %lld positions for %lld frames: the first %lld are used", r->positions_name,
                        (long long)r->pair_count, (long long)frames, (long long)frames);
    else if (r->pair_count < frames)
        return clpti_check_length(l->path, r->pieces[0], frames, r->pair_count, r->positions_name, l->message);
    l->scan->count = frames;
    l->scan->positions = r->pairs;
    r->pairs = NULL;
    if (r->unit != CLPTI_LENGTH) return CLPT_OK;
    for (int64_t i = 0; i < 2 * frames; i++) l->scan->positions[i] /= r->object_pixel[i & 1];
    return CLPT_OK;
}

static clpt_status check_finite_positions(clpti_layout_reader *r)
{
    int64_t shape[2] = {r->loader->scan->count, 2};
    clpti_tensor view = {
        .type = CLPT_TYPE_F64, .rank = 2, .shape = {shape[0], shape[1]}, .data = r->loader->scan->positions};
    return clpti_check_finite_frames(r->loader, r->positions_name, &view);
}

static void close_reader(clpti_layout_reader *r)
{
    for (int s = 0; s < r->count; s++) clpti_layout_free(&r->sources[s].layout);
    clpti_store_close(&r->companion);
    clpti_layout_names_free(r->pieces, r->piece_count);
    free(r->pairs);
}

static clpt_status load(clpti_scan_loader *l)
{
    clpt_status status = CLPT_OK;
    clpti_layout_reader r = {.loader = l};
    CLPTI_TRY(open_sources(&r));
    for (int s = 0; s < r.count; s++)
        if (r.sources[s].layout.name && r.sources[s].store == l->store) l->scan->format = r.sources[s].layout.name;
    CLPTI_TRY(clpti_layout_find_frames(&r));
    CLPTI_TRY(load_beam(&r));
    if (r.pieces) CLPTI_TRY(load_object_pixel(&r));
    CLPTI_TRY(clpti_layout_find_positions(&r));
    CLPTI_TRY(check_complete(&r));
    CLPTI_TRY(place_frames(&r));
    CLPTI_TRY(check_finite_positions(&r));
    CLPTI_TRY(clpti_layout_take_frames(&r));
    CLPTI_TRY(clpti_layout_take_object(&r));
    CLPTI_TRY(clpti_layout_take_probe(&r));
cleanup:
    close_reader(&r);
    return status;
}

/* The contract's arrays come first: a file may have them beside those of a layout. */
static bool matches(const clpti_scan_options *options, const clpti_store *store)
{
    clpti_file_layout layout;
    if (options->layout || options->data || options->positions) return true;
    if (clpti_store_has(store, "xcoords") || clpti_store_has(store, "diff3d")) return false;
    bool found = clpti_layout_recognise(store, &layout, NULL) == CLPT_OK && layout.count > 0;
    clpti_layout_free(&layout);
    return found;
}

const clpti_scan_format clpti_scan_layout = {"layout", matches, load};
