/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints: an NPZ with every array of the solver's state as "state.<name>", `iteration`, the `errors` so far, and
 * `identity`, the bytes of a text with lines "name = value" that identify the run. Differences in lines that start with
 * "run on" are allowed. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "cli/grid.h"
#include "cli/warning.h"
#include "cli/reconstruct.h"
#include "core/memory.h"

char *clpti_checkpoint_path(const clpti_job *j)
{
    return clpti_result_path(j->path, "_checkpoint.npz");
}

/* ---- identity ---- */

static const char may_differ[] = "run on ";

static void print_digest(FILE *to, const char *name, const void *data, size_t bytes)
{
    fprintf(to, "%s = %016" PRIx64 "\n", name, data ? (uint64_t)XXH3_64bits(data, bytes) : 0);
}

/* Settings that select kernels with different rounding. */
static const char *const forced[] = {"CLPTYCHO_FFT", "CLPTYCHO_VARIANTS", "CLPTYCHO_WITHOUT"};

static void print_identity(FILE *to, const clpti_job *j)
{
    const clpti_scan_file *scan = &j->scan;
    const clpti_arguments *arguments = j->session->arguments;
    const clpt_device_info *device = clpt_context_get_device(j->session->context);
    size_t pixels = (size_t)(scan->side * scan->side), count = (size_t)scan->count;
    char value[256];
    const clpt_option *option;
    fprintf(to, "patterns = %lld of %lldx%lld\n", (long long)scan->count, (long long)scan->side, (long long)scan->side);
    print_digest(to, "measured amplitudes", scan->amplitude, count * pixels * sizeof(float));
    print_digest(to, "mask", scan->mask, (scan->mask_per_pattern ? count : 1) * pixels * sizeof(float));
    print_digest(to, "background", scan->background, pixels * sizeof(float));
    print_digest(to, "positions", j->positions, count * 2 * sizeof(double));
    print_digest(to, "starting object", j->object.data, (size_t)clpti_tensor_count(&j->object) * 2 * sizeof(double));
    print_digest(to, "starting probe", j->probe.data, (size_t)clpti_tensor_count(&j->probe) * 2 * sizeof(double));
    for (int k = 0; (option = clpti_command_option(arguments->command, k, NULL)); ++k)
        if (!(option->flags & (CLPTI_OPTION_OUTPUT | CLPTI_OPTION_LENGTH)))
            fprintf(to, "--%s = %s\n", option->name, clpti_arguments_text(arguments, k, value, sizeof value));
    for (size_t i = 0; i < sizeof forced / sizeof *forced; ++i)
        fprintf(to, "%s%s = %s\n", may_differ, forced[i], getenv(forced[i]) ? getenv(forced[i]) : "");
    if (arguments->without) fprintf(to, "%s--without = %s\n", may_differ, arguments->without);
    fprintf(to, "%sdevice = %s\n%sdriver = %s\n%sversion = %s\n", may_differ, device->name, may_differ, device->driver,
            may_differ, clpt_version());
}

/* The text, to be freed by the caller; NULL if out of memory. */
static char *identity_of(const clpti_job *j)
{
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    if (!to) return NULL;
    print_identity(to, j);
    if (fclose(to) == 0) return text;
    free(text);
    return NULL;
}

/* ---- writing ---- */

static clpt_status add_identity(clpti_npz_writer *writer, const char *text, clpt_message *message)
{
    return clpti_npz_add_bytes(writer, "identity", (int64_t)strlen(text), text, message);
}

static clpt_status add_state(const clpti_job *j, clpti_npz_writer *writer, size_t index, clpti_tensor *tensor,
                             clpt_message *message)
{
    clpt_solver_array array;
    char name[64];
    clpt_status status = clpti_session_check(j->session, clpt_solver_describe_state(j->solver, index, &array));
    CLPTI_TRY(status);
    CLPTI_TRY(clpti_tensor_create(array.type, array.rank, array.shape, tensor, message));
    clpt_array numbers = clpt_array_host(tensor->data, array.type, array.rank, array.shape);
    CLPTI_TRY(clpti_session_check(j->session, clpt_solver_get_state(j->solver, index, &numbers)));
    snprintf(name, sizeof name, "state.%s", array.name);
    status = clpti_npz_add(writer, name, array.type, array.rank, array.shape, tensor->data, message);
cleanup:
    return status;
}

clpt_status clpti_checkpoint_write(const clpti_job *j, clpt_message *message)
{
    clpti_npz_writer *writer = NULL;
    size_t count = clpt_solver_get_state_count(j->solver);
    const double factor = (double)j->scan.side / (double)j->measured;
    clpti_tensor *tensors = clpti_calloc((int64_t)count, sizeof *tensors);
    char *path = clpti_checkpoint_path(j), *identity = identity_of(j);
    clpt_status status =
        tensors && path && identity ? CLPT_OK : clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a checkpoint");
    CLPTI_TRY(status);
    CLPTI_TRY(clpti_npz_create(path, &writer, message));
    CLPTI_TRY(add_identity(writer, identity, message));
    CLPTI_TRY(clpti_npz_add_integers(writer, "iteration", 0, NULL, &j->done, message));
    if (factor != 1) CLPTI_TRY(clpti_npz_add(writer, "pad_detector", CLPT_TYPE_F64, 0, NULL, &factor, message));
    CLPTI_TRY(clpti_npz_add(writer, "errors", CLPT_TYPE_F64, 1, CLPT_SHAPE(j->done), j->errors, message));
    for (size_t i = 0; i < count; ++i) CLPTI_TRY(add_state(j, writer, i, &tensors[i], message));
    status = clpti_npz_commit(&writer, message);
cleanup:
    clpti_npz_discard(&writer);
    for (size_t i = 0; tensors && i < count; ++i) clpti_tensor_destroy(&tensors[i]);
    free(tensors);
    free(identity);
    free(path);
    return status;
}

/* ---- reading ---- */

/* Start of the next line; NULL after the last. */
static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end && end[1] ? end + 1 : NULL;
}

/* The length of the name in a line "name = value"; 0 for any other line. */
static size_t name_length(const char *line)
{
    const char *sign = strstr(line, " = ");
    return sign && sign < line + strcspn(line, "\n") ? (size_t)(sign - line) : 0;
}

static void copy_value(const char *line, size_t length, char value[300])
{
    const char *start = line + length + 3;
    snprintf(value, 300, "%.*s", (int)strcspn(start, "\n"), start);
}

/* The line of a text with this name; NULL: none. */
static const char *find_line(const char *text, const char *name, size_t length)
{
    for (const char *line = *text ? text : NULL; line; line = next_line(line))
        if (name_length(line) == length && !memcmp(line, name, length)) return line;
    return NULL;
}

/* Differences between the file and the current run. */
typedef struct differences {
    char refused[3000], mild[900]; /* "; "-separated */
} differences;

static void add_difference(differences *d, const char *line, size_t length, const char *then, const char *now)
{
    bool mild = !strncmp(line, may_differ, sizeof may_differ - 1);
    char *to = mild ? d->mild : d->refused;
    size_t size = mild ? sizeof d->mild : sizeof d->refused, used = strlen(to);
    snprintf(to + used, size - used, "%s %.*s: %s then, %s now", used ? ";" : "", (int)length, line, then, now);
}

/* Lines of `then` that are different or missing in `now`, then those only in `now`. */
static void list_differences(const char *then, const char *now, differences *d)
{
    char was[300], is[300];
    for (const char *line = *then ? then : NULL; line; line = next_line(line)) {
        size_t length = name_length(line);
        const char *other = length ? find_line(now, line, length) : NULL;
        snprintf(is, sizeof is, "(nothing)");
        if (!length) continue;
        copy_value(line, length, was);
        if (other) copy_value(other, length, is);
        if (strcmp(was, is)) add_difference(d, line, length, was, is);
    }
    for (const char *line = *now ? now : NULL; line; line = next_line(line)) {
        size_t length = name_length(line);
        if (!length || find_line(then, line, length)) continue;
        copy_value(line, length, is);
        add_difference(d, line, length, "(nothing)", is);
    }
}

static clpt_status check_identity(const char *path, const clpti_job *j, clpti_npz *npz, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    differences d = {.refused = "", .mild = ""};
    char *then = NULL, *now = identity_of(j);
    CLPTI_TRY(clpti_npz_read_text(npz, "identity", &then, message));
    if (!now) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "%s: no memory to compare it", path));
    list_differences(then, now, &d);
    if (*d.refused)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_ARGUMENT,
                             "%s: this checkpoint belongs to a different run; differences:%s", path, d.refused));
    if (*d.mild)
        clpti_warn(j->session, "W005", "%s: results may not have the bits of an uninterrupted run:%s", path, d.mild);
cleanup:
    free(now);
    free(then);
    return status;
}

static clpt_status read_state(const char *path, const clpti_job *j, clpti_npz *npz, size_t index, clpt_message *message)
{
    clpt_solver_array array;
    clpti_tensor tensor = {0};
    char name[64];
    clpt_status status = clpti_session_check(j->session, clpt_solver_describe_state(j->solver, index, &array));
    CLPTI_TRY(status);
    snprintf(name, sizeof name, "state.%s", array.name);
    CLPTI_TRY(clpti_npz_read(npz, name, array.type, &tensor, message));
    clpt_array numbers = clpt_array_host(tensor.data, array.type, tensor.rank, tensor.shape);
    status = clpti_session_check(j->session, clpt_solver_set_state(j->solver, index, &numbers));
    if (status != CLPT_OK) clpti_message_prefix(message, "%s: array '%s'", path, name);
cleanup:
    clpti_tensor_destroy(&tensor);
    return status;
}

/* The number of completed iterations, with their errors. */
static clpt_status read_errors(const char *path, clpti_job *j, clpti_npz *npz, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_tensor errors = {0}, iteration = {0};
    CLPTI_TRY(clpti_npz_read(npz, "iteration", CLPT_TYPE_F64, &iteration, message));
    CLPTI_TRY(clpti_npz_read(npz, "errors", CLPT_TYPE_F64, &errors, message));
    double done = clpti_tensor_count(&iteration) == 1 ? *(const double *)iteration.data : -1;
    if (!(done >= 0 && errors.rank == 1 && done == (double)errors.shape[0]))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: is damaged: %g iterations with %lld errors", path, done,
                             (long long)clpti_tensor_count(&errors)));
    if (errors.shape[0] > j->v->iterations || (errors.shape[0] == j->v->iterations && !j->resume_if_present))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_ARGUMENT,
                             "%s: %lld iterations are completed already; --iterations %lld must be larger", path,
                             (long long)errors.shape[0], (long long)j->v->iterations));
    j->first = j->done = errors.shape[0];
    if (j->done) memcpy(j->errors, errors.data, (size_t)j->done * sizeof *j->errors);
cleanup:
    clpti_tensor_destroy(&errors);
    clpti_tensor_destroy(&iteration);
    return status;
}

clpt_status clpti_checkpoint_pad_detector(const char *path, double *factor, clpt_message *message)
{
    clpti_npz *npz = NULL;
    clpti_tensor number = {0};
    clpt_status status = clpti_npz_open(path, &npz, message);
    CLPTI_TRY(status);
    *factor = 1;
    if (clpti_npz_has(npz, "pad_detector"))
        CLPTI_TRY(clpti_npz_read(npz, "pad_detector", CLPT_TYPE_F64, &number, message));
    if (number.data && clpti_tensor_count(&number) == 1) *factor = *(const double *)number.data;
    if (!(*factor >= 1 && *factor <= CLPTI_PAD_DETECTOR_MAX))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE, "%s: array 'pad_detector' is not a number from 1 to %d", path,
                             CLPTI_PAD_DETECTOR_MAX));
cleanup:
    clpti_tensor_destroy(&number);
    clpti_npz_close(&npz);
    return status;
}

clpt_status clpti_checkpoint_read(const char *path, clpti_job *j, clpt_message *message)
{
    clpti_npz *npz = NULL;
    clpt_status status = clpti_npz_open(path, &npz, message);
    if (status != CLPT_OK) clpti_message_prefix(message, "--resume requires a checkpoint, an NPZ");
    CLPTI_TRY(status);
    if (!clpti_npz_has(npz, "identity"))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_FILE,
                             "%s: is not a checkpoint; 'reconstruct' writes <result>_checkpoint.npz with --checkpoint "
                             "K, or when it is stopped by a signal",
                             path));
    CLPTI_TRY(check_identity(path, j, npz, message));
    CLPTI_TRY(read_errors(path, j, npz, message));
    for (size_t i = 0; i < clpt_solver_get_state_count(j->solver); ++i) CLPTI_TRY(read_state(path, j, npz, i, message));
    status = clpti_session_check(j->session, clpt_solver_set_iteration(j->solver, j->done));
cleanup:
    clpti_npz_close(&npz);
    return status;
}
