/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho export: phase or amplitude of results for tomography and figures, without ramp, unwrapped, cropped, stacked.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/document.h"
#include "cli/file_contents.h"
#include "cli/session.h"
#include "core/memory.h"
#include "io/stack_write.h"
#include "quality/ramp.h"
#include "quality/unwrap.h"

#define QUANTITIES "phase|amplitude"
enum { PHASE, AMPLITUDE };

typedef struct values {
    const char *out, *list, *air, *box;
    int quantity;
    bool unwrap;
} values;

static const clpt_option options[] = {
    {.name = "out",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, out),
     .flags = CLPTI_OPTION_OUTPUT,
     .help = "file to write (required): float32 in .tif (with the pixel size for ImageJ), .npy or .h5"},
    {.name = "quantity",
     .kind = CLPT_OPTION_CHOICE,
     .value = QUANTITIES,
     .offset = offsetof(values, quantity),
     .default_text = "phase",
     .help = "phase in radians, or amplitude"},
    {.name = "list",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE",
     .offset = offsetof(values, list),
     .help = "text with the path of a result per line: their images become a stack, after that of RESULT if given"},
    {.name = "air",
     .kind = CLPT_OPTION_TEXT,
     .value = "T,L,H,W",
     .offset = offsetof(values, air),
     .help = "box of the object outside the sample (first row and column, height and width in pixels): phase ramp and "
             "offset are removed so that its phase is 0, and the amplitude is divided by its mean there"},
    {.name = "unwrap", .kind = CLPT_OPTION_FLAG, .offset = offsetof(values, unwrap), .help = "unwrap the phase"},
    {.name = "box",
     .kind = CLPT_OPTION_TEXT,
     .value = "T,L,H,W",
     .offset = offsetof(values, box),
     .help = "export this box of the object (default: the bounding box of the patch centres)"},
    {.name = NULL}};

typedef struct job {
    clpti_session *session;
    const values *v;
    char **paths;
    int64_t count;
    clpti_box air, region; /* height 0: none */
    clpti_stack stack;
    float *images;
} job;

/* "T,L,H,W"; NULL leaves it empty. */
static bool parse_box(const char *text, clpti_box *b)
{
    int64_t numbers[4] = {0};
    for (int k = 0; text && k < 4; ++k) {
        char *end;
        numbers[k] = strtoll(text, &end, 10);
        if (end == text || *end != (k < 3 ? ',' : '\0') || numbers[k] < 0 || numbers[k] > INT32_MAX) return false;
        text = end + 1;
    }
    *b = (clpti_box){numbers[0], numbers[1], numbers[2], numbers[3]};
    return !text || (b->height > 0 && b->width > 0);
}

static clpt_status check_box(const char *path, const char *option, const clpti_box *b, const clpti_tensor *object,
                             clpt_message *message)
{
    if (b->top + b->height <= object->shape[0] && b->left + b->width <= object->shape[1]) return CLPT_OK;
    return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                      "%s: %s of %lld x %lld from row %lld, column %lld is not inside the object of %lld x %lld", path,
                      option, (long long)b->height, (long long)b->width, (long long)b->top, (long long)b->left,
                      (long long)object->shape[0], (long long)object->shape[1]);
}

/* The bounding box of the patch centres; without positions, all. */
static clpti_box centres_of(const clpti_file_contents *parts)
{
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
    const int64_t *shape = parts->object.shape;
    for (int64_t s = 0; parts->positions && s < parts->count; ++s)
        for (int k = 0; k < 2 && (!parts->used || parts->used[s]); ++k) {
            low[k] = fmin(low[k], parts->positions[2 * s + k]);
            high[k] = fmax(high[k], parts->positions[2 * s + k]);
        }
    const double left = fmax(0, ceil(low[0])), top = fmax(0, ceil(low[1]));
    const double right = fmin((double)shape[1] - 1, floor(high[0])),
                 bottom = fmin((double)shape[0] - 1, floor(high[1]));
    if (!(left <= right && top <= bottom)) return (clpti_box){0, 0, shape[0], shape[1]};
    return (clpti_box){(int64_t)top, (int64_t)left, (int64_t)(bottom - top) + 1, (int64_t)(right - left) + 1};
}

/* ---- images ---- */

static clpt_status make_image(const job *j, const clpti_tensor *object, const clpti_ramp *fit, float *image,
                              clpt_message *message)
{
    const clpti_box *b = &j->region;
    const double *o = object->data;
    double *out = clpti_malloc(b->height * b->width, sizeof *out);
    if (!out) return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for an image");
    for (int64_t y = 0; y < b->height; ++y)
        for (int64_t x = 0; x < b->width; ++x) {
            const int64_t row = b->top + y, column = b->left + x;
            const double *p = o + 2 * (row * object->shape[1] + column);
            const double angle = atan2(p[1], p[0]) - fit->offset - fit->x * (double)column - fit->y * (double)row;
            out[y * b->width + x] =
                j->v->quantity == PHASE ? remainder(angle, 2 * M_PI) : hypot(p[0], p[1]) / fit->amplitude;
        }
    clpt_status status = j->v->unwrap ? clpti_unwrap(out, b->height, b->width, message) : CLPT_OK;
    for (int64_t i = 0; i < b->height * b->width; ++i) image[i] = (float)out[i];
    free(out);
    return status;
}

/* The first result determines region and pixel size; all others must have them too. */
static clpt_status fit_into_stack(job *j, const char *path, const clpti_file_contents *parts)
{
    clpt_message *message = &j->session->message;
    clpti_stack *s = &j->stack;
    clpt_status status = CLPT_OK;
    const clpti_box own = j->v->box ? j->region : centres_of(parts);
    if (!parts->object.data) return clpti_fail(message, CLPT_ERROR_FILE, "%s: contains no object", path);
    CLPTI_TRY(check_box(path, "--box", &own, &parts->object, message));
    if (j->air.height) CLPTI_TRY(check_box(path, "--air", &j->air, &parts->object, message));
    if (j->images && (own.height != s->height || own.width != s->width))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_ARGUMENT,
                             "%s: its patch centres cover %lld x %lld pixels, those of %s %lld x %lld; set --box for a "
                             "stack",
                             path, (long long)own.height, (long long)own.width, j->paths[0], (long long)s->height,
                             (long long)s->width));
    if (j->images && fabs(parts->pixel - s->pixel) > 1e-3 * s->pixel)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: its pixels are %g m, those of %s %g m", path,
                             parts->pixel, j->paths[0], s->pixel));
    j->region = own;
    if (j->images) return CLPT_OK;
    s->height = own.height;
    s->width = own.width;
    s->pixel = parts->pixel;
    int64_t numbers;
    if (!clpti_multiply(j->count, own.height * own.width, &numbers) ||
        !(j->images = clpti_malloc(numbers, sizeof *j->images)))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for %lld images of %lld x %lld pixels",
                             (long long)j->count, (long long)own.height, (long long)own.width));
cleanup:
    return status;
}

static clpt_status add_image(job *j, int64_t k)
{
    clpt_message *message = &j->session->message;
    clpti_file_contents parts = {0};
    clpt_status status = CLPT_OK;
    clpti_ramp fit = {0, 0, 0, 1};
    CLPTI_TRY(clpti_file_contents_load(j->paths[k], &parts, message));
    CLPTI_TRY(fit_into_stack(j, j->paths[k], &parts));
    if (j->air.height) fit = clpti_ramp_fit(parts.object.data, parts.object.shape[1], &j->air);
    if (!(fit.amplitude > 0))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: the object is 0 in the box of --air", j->paths[k]));
    status = make_image(j, &parts.object, &fit, j->images + k * j->region.height * j->region.width, message);
    if (j->air.height && status == CLPT_OK)
        printf("%s: removed a ramp of %.4g, %.4g rad per pixel and an offset of %.4g rad, mean amplitude %.4g\n",
               j->paths[k], fit.x, fit.y, remainder(fit.offset, 2 * M_PI), fit.amplitude);
cleanup:
    clpti_file_contents_free(&parts);
    return status;
}

/* ---- paths ---- */

static clpt_status add_path(job *j, const char *path)
{
    char **grown = realloc(j->paths, (size_t)(j->count + 1) * sizeof *grown);
    if (grown) j->paths = grown;
    if (!grown || !(j->paths[j->count] = clpti_strdup(path)))
        return clpti_fail(&j->session->message, CLPT_ERROR_MEMORY, "no memory for the paths of results");
    j->count++;
    return CLPT_OK;
}

static clpt_status read_list(job *j, const char *path)
{
    char line[4096];
    clpt_status status = CLPT_OK;
    FILE *from = fopen(path, "re");
    if (!from) return clpti_fail(&j->session->message, CLPT_ERROR_FILE, "%s: cannot be read", path);
    while (status == CLPT_OK && fgets(line, sizeof line, from)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (*line) status = add_path(j, line);
    }
    fclose(from);
    return status;
}

static clpt_status check(job *j)
{
    clpti_session *session = j->session;
    const values *v = j->v;
    if (!v->out) return clpti_session_usage(session, "--out FILE is missing");
    if (!clpti_stack_is_name(v->out))
        return clpti_session_usage(session, "--out requires a name that ends in .tif, .npy or .h5, not '%s'", v->out);
    if (!session->arguments->operand && !v->list)
        return clpti_session_usage(session, "RESULT or --list is missing: one of them is required");
    if (!parse_box(v->air, &j->air))
        return clpti_session_usage(session, "--air requires four comma-separated integers, not '%s'", v->air);
    if (!parse_box(v->box, &j->region))
        return clpti_session_usage(session, "--box requires four comma-separated integers, not '%s'", v->box);
    if (v->unwrap && v->quantity != PHASE)
        return clpti_session_usage(session, "--unwrap applies to the phase, not to --quantity amplitude");
    return clpti_output_check(v->out, &session->message);
}

static clpt_status run(clpti_session *session, const void *given)
{
    job j = {.session = session, .v = given};
    clpt_status status = CLPT_OK;
    CLPTI_TRY(check(&j));
    if (session->arguments->operand) CLPTI_TRY(add_path(&j, session->arguments->operand));
    if (j.v->list) CLPTI_TRY(read_list(&j, j.v->list));
    if (j.count == 0) CLPTI_TRY(clpti_fail(&session->message, CLPT_ERROR_FILE, "%s: contains no path", j.v->list));
    for (int64_t k = 0; k < j.count; ++k)
        CLPTI_TRY(clpti_output_refuse_overwrite(j.v->out, "--out", j.paths[k], &session->message));
    for (int64_t k = 0; k < j.count; ++k) CLPTI_TRY(add_image(&j, k));
    j.stack.count = j.count;
    j.stack.values = j.images;
    j.stack.quantity = j.v->quantity == PHASE ? "phase" : "amplitude";
    j.stack.unit = j.v->quantity == PHASE ? "rad" : "";
    CLPTI_TRY(clpti_stack_write(j.v->out, &j.stack, &session->message));
    clpti_document_output(session, j.v->out);
    printf("%lld image%s of %lld rows x %lld columns from row %lld, column %lld; wrote %s\n", (long long)j.count,
           j.count == 1 ? "" : "s", (long long)j.stack.height, (long long)j.stack.width, (long long)j.region.top,
           (long long)j.region.left, j.v->out);
cleanup:
    for (int64_t k = 0; k < j.count; ++k) free(j.paths[k]);
    free(j.paths);
    free(j.images);
    return status;
}

const clpti_command clpti_command_export = {
    .name = "export",
    .summary = "writes phase or amplitude of results for tomography and figures: TIFF, NPY or HDF5",
    .details =
        "RESULT is a result of 'reconstruct'. Ramp and offset are removed before unwrapping and cropping; boxes are "
        "in pixels of the object.",
    .operand = "RESULT",
    .example = "clptycho export result.h5 --air 20,20,40,200 --unwrap --out phase.tif",
    .options = options,
    .values_size = sizeof(values),
    .run = run};
