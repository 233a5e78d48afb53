/* SPDX-License-Identifier: Apache-2.0 */
/* --dry-run of `reconstruct`: the plan of a run that has been prepared. */
#include <stdlib.h>

#include "cli/document.h"
#include "cli/reconstruct.h"

static int64_t size_of_type(clpt_type type)
{
    static const int64_t sizes[] = {
        [CLPT_TYPE_F32] = 4, [CLPT_TYPE_F64] = 8, [CLPT_TYPE_C64] = 8, [CLPT_TYPE_C128] = 16};
    return sizes[type];
}

/* Bytes of all arrays that persist between iterations. */
static clpt_status state_bytes(const clpti_job *j, double *bytes)
{
    clpt_status status = CLPT_OK;
    *bytes = 0;
    for (size_t k = 0; k < clpt_solver_get_state_count(j->solver); ++k) {
        clpt_solver_array array;
        CLPTI_TRY(clpti_session_check(j->session, clpt_solver_describe_state(j->solver, k, &array)));
        double elements = 1;
        for (int axis = 0; axis < array.rank; ++axis) elements *= (double)array.shape[axis];
        *bytes += elements * (double)size_of_type(array.type);
    }
cleanup:
    return status;
}

static double measurement_bytes(const clpti_job *j)
{
    const clpti_scan_file *scan = &j->scan;
    const double pattern = (double)scan->side * (double)scan->side * sizeof(float), count = (double)scan->count;
    return pattern * (count + (!scan->mask ? 0 : scan->mask_per_pattern ? count : 1) + (scan->background ? 1 : 0));
}

static void print_batches(const clpti_job *j, const clpt_solver_options *used)
{
    const clpt_option *batch = clpti_option_find(clpti_solver_option_table, "batch");
    printf("engine       %s, %lld iterations", used->engine, (long long)j->v->iterations);
    if (j->done) printf(", %lld of them completed", (long long)j->done);
    if (clpti_option_supports(batch, used->engine) && used->batch > 0)
        printf(", %lld batches of up to %lld patterns", (long long)((j->scan.count + used->batch - 1) / used->batch),
               (long long)used->batch);
    putchar('\n');
}

clpt_status clpti_job_print_plan(const clpti_job *j)
{
    const clpti_scan_file *scan = &j->scan;
    const clpt_device_info *device = clpt_context_get_device(j->session->context);
    char *checkpoint = clpti_checkpoint_path(j), measured[32], state[32], whole[32];
    double bytes;
    clpt_status status = state_bytes(j, &bytes);
    CLPTI_TRY(status);
    printf("scan         %lld patterns of %lld x %lld pixels", (long long)scan->count, (long long)j->measured,
           (long long)j->measured);
    if (scan->side != j->measured) printf(", padded to %lld x %lld", (long long)scan->side, (long long)scan->side);
    printf("; %s\nobject       %lld rows x %lld columns; %lld probe mode%s\n", scan->format,
           (long long)j->object.shape[0], (long long)j->object.shape[1], (long long)j->probe.shape[0],
           j->probe.shape[0] == 1 ? "" : "s");
    print_batches(j, clpt_solver_get_options(j->solver));
    printf("device       %s\n", device->name);
    printf("memory       measurement %s, state %s, and scratch memory of a batch; the device has %s\n",
           clpti_bytes_text((uint64_t)measurement_bytes(j), measured), clpti_bytes_text((uint64_t)bytes, state),
           clpti_bytes_text(device->memory, whole));
    printf("outputs      %s and pictures%s%s\n", j->path, j->v->checkpoint ? ", " : "",
           j->v->checkpoint && checkpoint ? checkpoint : "");
    clpti_job_describe_sizes(j);
    clpti_document_number(clpti_document_section(j->session, "memory"), "measurement", measurement_bytes(j));
    clpti_document_number(clpti_document_section(j->session, "memory"), "state", bytes);
    if (clpti_document(j->session)) cJSON_AddBoolToObject(clpti_document(j->session), "dry_run", true);
cleanup:
    free(checkpoint);
    return status;
}
