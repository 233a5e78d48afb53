/* SPDX-License-Identifier: Apache-2.0 */
/* Rotation of modes to the eigenvectors of their Gram matrix. */
#include <stdlib.h>

#include "core/eigen.h"
#include "core/memory.h"
#include "ops/ops.h"

clpt_status clpti_principal(clpt_context *context, const clpti_gram_args *args)
{
    clpt_status status = CLPT_OK;
    int64_t modes = args->mode_count, entries = modes * modes;
    double *gram = clpti_malloc(entries, 2 * sizeof *gram), *vectors = clpti_malloc(entries, 2 * sizeof *vectors);
    double *values = clpti_malloc(modes, sizeof *values);
    if (!gram || !vectors || !values)
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of host memory for the rotation of %lld modes",
                             (long long)modes));
    CLPTI_TRY(clpti_gram(context, args));
    CLPTI_TRY(clpti_field_download(args->gram, gram, CLPT_TYPE_C128, entries));
    clpti_hermitian_eigen(gram, modes, values, vectors);
    CLPTI_TRY(clpti_field_upload(args->gram, vectors, CLPT_TYPE_C128, entries));
cleanup:
    free(values);
    free(vectors);
    free(gram);
    return status;
}
