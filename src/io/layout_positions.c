/* SPDX-License-Identifier: Apache-2.0 */
/* Positions of a layout: pairs or triples in one array, two arrays, or the steps of a raster. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "io/scan_layout.h"

static clpt_status reserve(clpti_layout_reader *r, int64_t count)
{
    r->pair_count = count;
    r->pairs = clpti_malloc(count, 2 * sizeof *r->pairs);
    if (r->pairs) return CLPT_OK;
    return clpti_fail(r->loader->message, CLPT_ERROR_MEMORY, "%s: out of memory for %lld positions", r->loader->path,
                      (long long)count);
}

/* The factor to metres, or 1 for pixels. --position-unit overrides the file. */
static clpt_status find_unit(clpti_layout_reader *r, const clpti_store *store, const char *name, const char *unit,
                             double *factor)
{
    const char *given = r->loader->options->position_unit;
    if (!given) return clpti_unit_of(store, r->loader->path, name, unit, &r->unit, factor, r->loader->message);
    if (!clpti_unit_find(given, &r->unit, factor) || (r->unit != CLPTI_LENGTH && r->unit != CLPTI_PIXELS))
        return clpti_fail(r->loader->message, CLPT_ERROR_ARGUMENT,
                          "'%s' is not a unit of positions: m, mm, um, nm, A, pm or px (pixels of the object)", given);
    return CLPT_OK;
}

/* ---- one array ---- */

/* "-y,x": index and sign of a component in each of the places of a row. */
typedef struct order {
    int components;
    char axis[3];
    double sign[3];
} order;

static clpt_status parse_order(const clpti_layout_reader *r, const char *text, order *o)
{
    *o = (order){.components = 0};
    for (const char *c = text; *c && o->components < 3; c += *c == ',') {
        o->sign[o->components] = *c == '-' ? -1 : 1;
        c += *c == '-';
        if (!strchr("xyz", *c) || !*c) break;
        o->axis[o->components++] = *c++;
        if (*c && *c != ',') break;
        if (!*c) return CLPT_OK;
    }
    return clpti_fail(r->loader->message, CLPT_ERROR_ARGUMENT,
                      "'%s' is not an order of axes: two or three of x, y, z such as -y,x", text);
}

/* Unit vectors of successive columns (to[0]) and rows (to[1]) of frames; the beam moves against the sample. */
static clpt_status read_basis(clpti_layout_reader *r, clpti_store *store, const char *name, double to[2][3])
{
    clpti_tensor basis = {0};
    clpti_scan_loader *l = r->loader;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_store_read(store, name, CLPT_TYPE_F64, &basis, l->message));
    const double *b = basis.data;
    if (basis.rank != 2 || basis.shape[0] != 3 || basis.shape[1] != 2)
        CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_FILE, "%s: '%s' must be 3×2", l->path, name));
    for (int k = 0; k < 2; k++) {
        int column = 1 - k;
        double length = sqrt(b[column] * b[column] + b[2 + column] * b[2 + column] + b[4 + column] * b[4 + column]);
        if (!(length > 0 && isfinite(length)))
            CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_FILE, "%s: '%s' contains a vector of length %g", l->path, name,
                                 length));
        for (int i = 0; i < 3; i++) to[k][i] = -b[2 * i + column] / length;
    }
cleanup:
    clpti_tensor_destroy(&basis);
    return status;
}

/* Vectors as x, y, z of the laboratory become positions along columns and rows. */
static void project(const order *o, const double *values, int64_t count, int64_t components, bool columns,
                    double along[2][3], double factor, double *pairs)
{
    for (int64_t s = 0; s < count; s++) {
        double t[3] = {0, 0, 0};
        for (int k = 0; k < o->components && k < components; k++)
            t[o->axis[k] - 'x'] = o->sign[k] * (columns ? values[s * components + k] : values[k * count + s]);
        for (int k = 0; k < 2; k++)
            pairs[2 * s + k] = factor * (t[0] * along[k][0] + t[1] * along[k][1] + t[2] * along[k][2]);
    }
}

static clpt_status add_points(clpti_layout_reader *r, const clpti_layout_source *source, const char *name,
                              const order *o, double along[2][3], double factor)
{
    clpt_status status = CLPT_OK;
    clpti_scan_loader *l = r->loader;
    clpti_tensor t = {0};
    double *grown;
    CLPTI_TRY(clpti_store_read(source->store, name, CLPT_TYPE_F64, &t, l->message));
    int64_t all = clpti_tensor_count(&t), first = t.rank ? t.shape[0] : 0, last = t.rank ? t.shape[t.rank - 1] : 0;
    bool columns = t.rank >= 2 && (last == 2 || last == o->components),
         rows = t.rank >= 2 && (first == 2 || first == o->components);
    if (!columns && !rows)
        CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_FILE,
                             "%s: '%s' must contain positions, [S, 2], [S, 3], [2, S] or [3, S]", source->path, name));
    int64_t components = columns ? last : first, count = all / components;
    if (!(grown = realloc(r->pairs, (size_t)(r->pair_count + count) * 2 * sizeof *grown)))
        CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_MEMORY, "%s: out of memory for its positions", l->path));
    r->pairs = grown;
    project(o, t.data, count, components, columns, along, factor, grown + 2 * r->pair_count);
    r->pair_count += count;
cleanup:
    clpti_tensor_destroy(&t);
    return status;
}

static clpt_status take_points(clpti_layout_reader *r, const clpti_layout_source *source, const clpti_layout_line *line)
{
    clpt_status status = CLPT_OK;
    clpti_scan_loader *l = r->loader;
    double along[2][3] = {{1, 0, 0}, {0, 1, 0}}, factor;
    char name[1024], **names = NULL, base[1024];
    int64_t count = 0;
    order o;
    const clpti_layout_line *basis = clpti_layout_line_of(&source->layout, "basis", 0);
    CLPTI_TRY(parse_order(r, line->words[1], &o));
    clpti_layout_array(source->store, line->words[0], name);
    snprintf(r->positions_name, sizeof r->positions_name, "%.290s", name);
    CLPTI_TRY(find_unit(r, source->store, name, line->words[2], &factor));
    if (basis && clpti_layout_array(source->store, basis->words[0], base))
        CLPTI_TRY(read_basis(r, source->store, base, along));
    CLPTI_TRY(clpti_layout_arrays(source->store, !strcmp(line->words[3], "all") ? line->words[0] : name, &names, &count,
                                  l->message));
    for (int64_t i = 0; i < count; i++) CLPTI_TRY(add_points(r, source, names[i], &o, along, factor));
cleanup:
    clpti_layout_names_free(names, count);
    return status;
}

/* ---- two arrays ---- */

/* The first line of a key in this source whose array exists; its path may start with a sign. */
static const clpti_layout_line *line_in(const clpti_layout_source *source, const char *key, char name[1024],
                                        double *sign)
{
    const clpti_layout_line *line;
    for (int64_t i = 0; source->store && (line = clpti_layout_line_of(&source->layout, key, i)); i++) {
        const char *path = line->words[0];
        *sign = *path == '-' ? -1 : 1;
        if (clpti_layout_array(source->store, path + (*path == '-'), name)) return line;
    }
    return NULL;
}

static clpt_status take_lists(clpti_layout_reader *r, const clpti_layout_source *source)
{
    clpt_status status = CLPT_OK;
    clpti_scan_loader *l = r->loader;
    static const char *const keys[2] = {"x", "y"};
    clpti_tensor t[2] = {{0}, {0}};
    double factor[2], sign;
    char name[1024];
    for (int k = 0; k < 2; k++) {
        const clpti_layout_line *line = line_in(source, keys[k], name, &sign);
        CLPTI_TRY(find_unit(r, source->store, name, line->words[1], &factor[k]));
        CLPTI_TRY(clpti_store_read(source->store, name, CLPT_TYPE_F64, &t[k], l->message));
        factor[k] *= sign;
        if (k == 0) snprintf(r->positions_name, sizeof r->positions_name, "%.290s", name);
    }
    int64_t n[2] = {clpti_tensor_count(&t[0]), clpti_tensor_count(&t[1])}, both = 0;
    bool grid = r->frame_count > 0 && clpti_multiply(n[0], n[1], &both) && both == r->frame_count && n[0] != both;
    if (n[0] != n[1] && !grid)
        CLPTI_TRY(clpti_fail(l->message, CLPT_ERROR_FILE, "%s: '%s' has %lld entries, but '%s' has %lld", source->path,
                             r->positions_name, (long long)n[0], name, (long long)n[1]));
    CLPTI_TRY(reserve(r, grid ? both : n[0]));
    for (int64_t i = 0; i < r->pair_count; i++) {
        r->pairs[2 * i] = factor[0] * ((double *)t[0].data)[grid ? i % n[0] : i];
        r->pairs[2 * i + 1] = factor[1] * ((double *)t[1].data)[grid ? i / n[0] : i];
    }
cleanup:
    clpti_tensor_destroy(&t[0]);
    clpti_tensor_destroy(&t[1]);
    return status;
}

/* ---- a raster ---- */

static clpt_status take_raster(clpti_layout_reader *r)
{
    clpt_status status = CLPT_OK;
    double step[2] = {0, 0};
    if (!r->raster[0]) return CLPT_OK;
    r->unit = CLPTI_LENGTH;
    if (r->loader->options->scan_step > 0) {
        CLPTI_TRY(find_unit(r, NULL, "--scan-step", "px", &step[1]));
        step[0] = step[1] *= r->loader->options->scan_step;
    }
    if (step[0] == 0) CLPTI_TRY(clpti_layout_number_of(r, "step.x", true, &step[0]));
    if (step[1] == 0) CLPTI_TRY(clpti_layout_number_of(r, "step.y", true, &step[1]));
    if (!(step[0] > 0 && step[1] > 0)) return CLPT_OK;
    CLPTI_TRY(reserve(r, r->raster[0] * r->raster[1]));
    snprintf(r->positions_name, sizeof r->positions_name, "the raster");
    for (int64_t i = 0; i < r->pair_count; i++) {
        r->pairs[2 * i] = step[0] * (double)(i % r->raster[1]);
        r->pairs[2 * i + 1] = step[1] * (double)(i / r->raster[1]);
    }
cleanup:
    return status;
}

static clpt_status take_text(clpti_layout_reader *r, const char *path)
{
    double factor;
    clpt_status status = find_unit(r, NULL, path, "m", &factor);
    if (status == CLPT_OK) status = clpti_text_positions_read(path, &r->pairs, &r->pair_count, r->loader->message);
    snprintf(r->positions_name, sizeof r->positions_name, "%.290s", path);
    for (int64_t i = 0; status == CLPT_OK && i < 2 * r->pair_count; i++) r->pairs[i] *= factor;
    return status;
}

clpt_status clpti_layout_find_positions(clpti_layout_reader *r)
{
    char name[1024];
    double sign;
    for (int s = r->count - 1; s >= 0; s--) {
        const clpti_layout_source *source = &r->sources[s];
        if (!source->store) return take_text(r, source->path);
        const clpti_layout_line *points = line_in(source, "points", name, &sign);
        if (points) return take_points(r, source, points);
        if (line_in(source, "x", name, &sign) && line_in(source, "y", name, &sign)) return take_lists(r, source);
    }
    return take_raster(r);
}
