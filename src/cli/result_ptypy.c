/* SPDX-License-Identifier: Apache-2.0 */
/* Additional groups of a result named .ptyr: object, probe and positions where a minimal run file of ptypy has them
 * (`save_run` of its ptypy/core/ptycho.py), for scripts that read those. Not all that ptypy requires to continue a run.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/result.h"
#include "core/memory.h"
#include "io/h5.h"

#define STORAGE "/SscanG00"

bool clpti_result_is_ptypy(const char *path)
{
    const size_t length = strlen(path);
    return length > 5 && !strcasecmp(path + length - 5, ".ptyr");
}

/* (y, x) of each frame in use from the object's centre, in metres, or in pixels if their size is unknown. */
static clpt_status add_positions(clpti_h5_writer *w, const clpti_result *r, const double size[2], clpt_message *m)
{
    const double *used = r->used.data;
    const double middle[2] = {0.5 * (double)r->object.shape[0], 0.5 * (double)r->object.shape[1]};
    int64_t count = 0;
    double *pairs = clpti_malloc(r->count, 2 * sizeof *pairs);
    if (!pairs) return clpti_fail(m, CLPT_ERROR_MEMORY, "no memory for %lld positions", (long long)r->count);
    for (int64_t s = 0; s < r->count; ++s) {
        if (used[s] == 0) continue;
        for (int k = 0; k < 2; ++k) pairs[2 * count + k] = size[k] * (r->positions[2 * s + 1 - k] - floor(middle[k]));
        ++count;
    }
    clpt_status status = clpti_h5_add(w, "content/positions" STORAGE, CLPT_TYPE_F64, 2, CLPT_SHAPE(count, 2), pairs, m);
    free(pairs);
    return status;
}

clpt_status clpti_result_write_ptypy(clpti_h5_writer *w, const clpti_result *r, clpt_message *m)
{
    const clpti_scan_file *data = r->origin.data;
    const bool known = data->object_pixel_x > 0;
    const double size[2] = {known ? data->object_pixel_y : 1, known ? data->object_pixel_x : 1};
    const int64_t *shape = r->object.shape;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_h5_add(w, "content/obj" STORAGE "/data", r->object.type, 3, CLPT_SHAPE(1, shape[0], shape[1]),
                           r->object.data, m));
    CLPTI_TRY(clpti_h5_add(w, "content/obj" STORAGE "/_psize", CLPT_TYPE_F64, 1, CLPT_SHAPE(2), size, m));
    CLPTI_TRY(clpti_h5_add_link(w, "content/probe" STORAGE "/data", "probe", m));
    CLPTI_TRY(clpti_h5_add(w, "content/probe" STORAGE "/_psize", CLPT_TYPE_F64, 1, CLPT_SHAPE(2), size, m));
    status = add_positions(w, r, size, m);
cleanup:
    return status;
}
