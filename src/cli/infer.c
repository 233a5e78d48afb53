/* SPDX-License-Identifier: Apache-2.0 */
/* clptycho infer: the object of a scan as a trained network predicts it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/file_contents.h"
#include "cli/network_data.h"
#include "cli/network_file.h"
#include "cli/result.h"
#include "cli/result_frames.h"
#include "cli/scan_options.h"
#include "cli/start.h"
#include "core/clock.h"
#include "core/memory.h"

typedef struct values {
    const char *network, *out;
    int64_t groups, neighbours, batch, block;
    bool patches;
    uint64_t seed;
    clpti_scan_values reading;
} values;

static const clpt_option options[] = {
    {.name = "network",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE.npz",
     .offset = offsetof(values, network),
     .flags = CLPTI_OPTION_SOURCE,
     .help = "network of 'train' (required)"},
    {.name = "out",
     .kind = CLPT_OPTION_TEXT,
     .value = "FILE.npz",
     .offset = offsetof(values, out),
     .flags = CLPTI_OPTION_OUTPUT,
     .help = "object to write (default: SCAN_prediction.npz)"},
    {.name = "groups",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, groups),
     .maximum = 1e9,
     .default_text = "0",
     .help = "groups of patterns to predict (0: one for each pattern)"},
    {.name = "neighbours",
     .kind = CLPT_OPTION_INTEGER,
     .value = "K",
     .offset = offsetof(values, neighbours),
     .minimum = 1,
     .maximum = 1e6,
     .default_text = "7",
     .help = "groups are drawn from this many nearest neighbours"},
    {.name = "block",
     .kind = CLPT_OPTION_INTEGER,
     .value = "PIXELS",
     .offset = offsetof(values, block),
     .maximum = 256,
     .default_text = "0",
     .help = "side of the central block of each patch that is used (0: 5/16 of the patch)"},
    {.name = "batch",
     .kind = CLPT_OPTION_INTEGER,
     .value = "N",
     .offset = offsetof(values, batch),
     .minimum = 1,
     .maximum = 1e6,
     .default_text = "64",
     .help = "groups per call of the network; it changes no result"},
    {.name = "patches",
     .kind = CLPT_OPTION_FLAG,
     .offset = offsetof(values, patches),
     .help = "write the patch of each group too, with its centre"},
    {.name = "seed",
     .kind = CLPT_OPTION_SEED,
     .value = "S",
     .offset = offsetof(values, seed),
     .default_text = "1",
     .help = "of the groups"},
    {.name = NULL}};
static const clpti_option_table shared[] = {{clpti_scan_value_options, offsetof(values, reading), NULL},
                                            {NULL, 0, NULL}};

typedef struct job {
    clpti_session *session;
    const values *v;
    char *path;
    clpti_network_file file;
    clpti_scan_file scan;
    clpti_network_data data;
    double gain;
    clpt_network *network;
    clpti_tensor patches; /* C64 [groups, N, N] */
    clpti_tensor object;  /* C64 [H, W], which contains all patches of the scan */
    clpti_tensor probe;   /* C64, that predicts the amplitudes of the scan with this object */
    double *positions;    /* [frames, 2] in the pixels of that object */
    double seconds;
} job;

static clpt_status load(job *j)
{
    clpt_status status = CLPT_OK;
    const char *path = j->session->arguments->operand;
    clpt_message *message = &j->session->message;
    clpti_scan_options how = {.need_patterns = true, .no_probe = true};
    CLPTI_TRY(clpti_network_file_read(j->v->network, &j->file, message));
    clpti_scan_values_set(&j->v->reading, &how);
    CLPTI_TRY(clpti_scan_load(path, &how, &j->scan, message));
    clpti_scan_warn_notes(j->session, &j->scan);
    if (j->scan.side != j->file.options.side)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "%s: its patterns have a side of %lld pixels, the network %s of %lld; see --crop and --bin",
                          path, (long long)j->scan.side, j->v->network, (long long)j->file.options.side);
    clpt_groups_options groups = {.size = sizeof groups,
                                  .groups = j->v->groups,
                                  .grid = j->file.options.grid,
                                  .neighbours = j->file.options.grid > 1 ? j->v->neighbours : 0,
                                  .all_choices = true,
                                  .seed = j->v->seed};
    CLPTI_TRY(clpti_network_data_add(&j->data, &j->scan, path, &groups, &j->gain, message));
    int64_t canvas = clpti_network_data_canvas(&j->data, j->file.options.grid);
    if (canvas > j->file.options.canvas) j->file.options.canvas = canvas;
cleanup:
    return status;
}

static clpt_status predict(job *j)
{
    clpt_status status = CLPT_OK;
    clpti_session *session = j->session;
    int64_t side = j->data.side, groups = j->data.groups, maximum = j->v->batch * j->data.channels;
    int64_t *indices = clpti_malloc(maximum, sizeof *indices);
    double *offsets = clpti_malloc(maximum, 2 * sizeof *offsets);
    clpti_progress bar = clpti_progress_start(&session->building, "group", groups);
    if (!indices || !offsets) CLPTI_TRY(clpti_fail(&session->message, CLPT_ERROR_MEMORY, "no memory for batches"));
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C64, 3, CLPT_SHAPE(groups, side, side), &j->patches, &session->message));
    double start = clpti_building_clock(&session->building);
    for (int64_t first = 0; first < groups; first += j->v->batch) {
        int64_t count = groups - first < j->v->batch ? groups - first : j->v->batch;
        clpt_network_batch batch = clpti_network_data_batch(&j->data, NULL, first, count, indices, offsets);
        clpt_array patches = clpt_array_host((float *)j->patches.data + 2 * first * side * side, CLPT_TYPE_C64, 3,
                                             CLPT_SHAPE(count, side, side));
        CLPTI_TRY(clpti_session_check(
            session, clpt_network_predict(
                         j->network, &batch,
                         &(clpt_network_prediction){.size = sizeof(clpt_network_prediction), .object = &patches})));
        clpti_progress_show(&bar, first + count, NULL);
    }
    j->seconds = clpti_building_clock(&session->building) - start;
cleanup:
    clpti_progress_end(&bar);
    free(indices);
    free(offsets);
    return status;
}

/* ---- the object ---- */

/* The merged canvas within an object of all patches; pixels without a prediction have the mean of the others. */
static clpt_status embed(job *j, const float *canvas, int64_t side, const double *origin)
{
    clpti_layout layout = clpti_layout_of(j->scan.positions, j->scan.count, j->data.side);
    double sum[2] = {0, 0}, count = 0;
    /* Whole pixels between canvas and object, so that the canvas is not interpolated. */
    int64_t left = (int64_t)rint(origin[0] + layout.shift_x), top = (int64_t)rint(origin[1] + layout.shift_y);
    clpt_status status = clpti_tensor_create(CLPT_TYPE_C64, 2, CLPT_SHAPE(layout.height + 1, layout.width + 1),
                                             &j->object, &j->session->message);
    if (status != CLPT_OK) return status;
    for (int64_t k = 0; k < j->scan.count; k++) {
        j->positions[2 * k] = j->scan.positions[2 * k] - origin[0] + (double)left;
        j->positions[2 * k + 1] = j->scan.positions[2 * k + 1] - origin[1] + (double)top;
    }
    for (int64_t i = 0; i < side * side; i++)
        if (canvas[2 * i] != 0 || canvas[2 * i + 1] != 0) {
            sum[0] += (double)canvas[2 * i];
            sum[1] += (double)canvas[2 * i + 1];
            count++;
        }
    int64_t height = j->object.shape[0], width = j->object.shape[1];
    for (int64_t i = 0; i < height * width; i++) {
        float *to = (float *)j->object.data + 2 * i;
        int64_t x = i % width - left, y = i / width - top;
        const float *from = canvas + 2 * (y * side + x);
        bool inside = x >= 0 && y >= 0 && x < side && y < side && (from[0] != 0 || from[1] != 0);
        for (int part = 0; part < 2; part++) to[part] = inside ? from[part] : (float)(sum[part] / fmax(count, 1));
    }
    return CLPT_OK;
}

static clpt_status stitch(job *j)
{
    clpt_status status = CLPT_OK;
    clpti_session *session = j->session;
    clpt_scan *scan = NULL;
    clpti_tensor canvas = {0};
    double origin[2];
    int64_t side = 0, block = j->v->block ? j->v->block : j->data.side * 5 / 16;
    CLPTI_TRY(clpti_session_check(session, clpt_scan_create(session->context, j->data.centres, j->data.groups, &scan)));
    CLPTI_TRY(clpti_session_check(session, clpt_scan_get_canvas(scan, block, &side, origin)));
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C64, 2, CLPT_SHAPE(side, side), &canvas, &session->message));
    clpt_array patches = clpti_tensor_view(&j->patches), merged = clpti_tensor_view(&canvas);
    CLPTI_TRY(clpti_session_check(session, clpt_reassemble_scan(session->context, &patches, scan, block, &merged)));
    CLPTI_TRY(embed(j, canvas.data, side, origin));
cleanup:
    clpt_scan_destroy(&scan);
    clpti_tensor_destroy(&canvas);
    return status;
}

/* ---- output ---- */

static clpt_status write(job *j)
{
    clpt_status status = CLPT_OK;
    clpt_message *message = &j->session->message;
    clpti_npz_writer *writer = NULL;
    clpti_result spread = {0};
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C64, 3, j->file.probe.shape, &j->probe, message));
    for (int64_t i = 0; i < 2 * clpti_tensor_count(&j->probe); i++)
        ((float *)j->probe.data)[i] = (float)((double)((const float *)j->file.probe.data)[i] / j->gain);
    CLPTI_TRY(clpti_result_spread(&j->scan, j->positions, &spread, message));
    CLPTI_TRY(clpti_npz_create(j->path, &writer, message));
    CLPTI_TRY(clpti_npz_add(writer, "object", CLPT_TYPE_C64, 2, j->object.shape, j->object.data, message));
    CLPTI_TRY(clpti_npz_add(writer, "probe", CLPT_TYPE_C64, 3, j->probe.shape, j->probe.data, message));
    CLPTI_TRY(
        clpti_npz_add(writer, "positions", CLPT_TYPE_F64, 2, CLPT_SHAPE(spread.count, 2), spread.positions, message));
    CLPTI_TRY(clpti_npz_add(writer, "used", CLPT_TYPE_F64, 1, CLPT_SHAPE(spread.count), spread.used.data, message));
    if (j->v->patches) {
        CLPTI_TRY(clpti_npz_add(writer, "patches", CLPT_TYPE_C64, 3, j->patches.shape, j->patches.data, message));
        CLPTI_TRY(clpti_npz_add(writer, "centres", CLPT_TYPE_F64, 2, CLPT_SHAPE(j->data.groups, 2), j->data.centres,
                                message));
    }
    status = clpti_npz_commit(&writer, message);
cleanup:
    clpti_npz_discard(&writer);
    clpti_tensor_destroy(&spread.used);
    return status;
}

static clpt_status write_pictures(const job *j)
{
    static const struct {
        const char *ending;
        clpti_picture kind;
    } pictures[] = {{"_object_amplitude.png", CLPTI_PICTURE_AMPLITUDE}, {"_object_phase.png", CLPTI_PICTURE_PHASE}};
    clpt_status status = CLPT_OK;
    clpt_message *message = &j->session->message;
    clpti_tensor wide = {0};
    char *path = NULL;
    CLPTI_TRY(clpti_tensor_create(CLPT_TYPE_C128, 2, j->object.shape, &wide, message));
    for (int64_t i = 0; i < 2 * clpti_tensor_count(&wide); i++)
        ((double *)wide.data)[i] = (double)((const float *)j->object.data)[i];
    for (int i = 0; i < 2; i++) {
        free(path);
        path = clpti_result_path(j->path, pictures[i].ending);
        if (!path) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a path"));
        CLPTI_TRY(clpti_picture_write(path, wide.data, CLPT_TYPE_C128, wide.shape[0], wide.shape[1], pictures[i].kind,
                                      NULL, message));
    }
cleanup:
    free(path);
    clpti_tensor_destroy(&wide);
    return status;
}

static clpt_status check(const job *j)
{
    clpt_status status = CLPT_OK;
    clpt_message *message = &j->session->message;
    if (!j->v->network) return clpti_session_usage(j->session, "--network is required");
    CLPTI_TRY(clpti_output_check_npz(j->path, message));
    CLPTI_TRY(clpti_output_refuse_overwrite(j->path, "--out", j->session->arguments->operand, message));
    CLPTI_TRY(clpti_output_refuse_overwrite(j->path, "--out", j->v->network, message));
cleanup:
    return status;
}

static clpt_status run(clpti_session *session, const void *given)
{
    job j = {.session = session, .v = given};
    clpt_status status = CLPT_OK;
    j.path = j.v->out ? clpti_strdup(j.v->out) : clpti_result_path(session->arguments->operand, "_prediction.npz");
    if (!j.path) CLPTI_TRY(clpti_fail(&session->message, CLPT_ERROR_MEMORY, "no memory for a path"));
    CLPTI_TRY(check(&j));
    clpti_session_prepare(session);
    CLPTI_TRY(load(&j));
    j.positions = clpti_malloc(j.scan.frames, 2 * sizeof *j.positions);
    if (!j.positions) CLPTI_TRY(clpti_fail(&session->message, CLPT_ERROR_MEMORY, "no memory for positions"));
    memcpy(j.positions, j.scan.positions, (size_t)j.scan.frames * 2 * sizeof *j.positions);
    CLPTI_TRY(clpti_session_open(session));
    CLPTI_TRY(clpti_network_data_upload(&j.data, session));
    clpt_array probe = clpti_tensor_view(&j.file.probe);
    CLPTI_TRY(clpti_session_check(session, clpt_network_create(session->context, &j.file.options, &probe, &j.network)));
    CLPTI_TRY(clpti_network_file_restore(j.v->network, false, j.network, session));
    CLPTI_TRY(predict(&j));
    CLPTI_TRY(stitch(&j));
    CLPTI_TRY(write(&j));
    CLPTI_TRY(write_pictures(&j));
    printf("%lld groups in %.3f s (%.3f ms per group) on %s; wrote %s\n", (long long)j.data.groups, j.seconds,
           1e3 * j.seconds / (double)j.data.groups, clpt_context_get_device(session->context)->name, j.path);
cleanup:
    clpt_network_destroy(&j.network);
    clpti_network_data_free(&j.data);
    clpti_network_file_free(&j.file);
    clpti_scan_free(&j.scan);
    clpti_tensor_destroy(&j.patches);
    clpti_tensor_destroy(&j.object);
    clpti_tensor_destroy(&j.probe);
    free(j.positions);
    free(j.path);
    return status;
}

const clpti_command clpti_command_infer = {
    .name = "infer",
    .summary = "predicts the object of a scan with a trained network",
    .details = "Writes an NPZ with object [H, W], probe and positions in the pixels of that object, and PNGs of its "
               "amplitude and phase. 'reconstruct --object FILE' starts from it.",
    .operand = "SCAN",
    .operand_needed = true,
    .example = "clptycho infer scan.npz --network net.npz --out object.npz",
    .options = options,
    .shared = shared,
    .values_size = sizeof(values),
    .run = run};
