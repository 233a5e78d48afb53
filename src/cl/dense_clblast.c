/* SPDX-License-Identifier: Apache-2.0 */
/* CLBlast's matrix products. Calls are serialised (its program cache races before 1.6.1, CLBlast #486), and its cache
 * is cleared when the last context that used it closes (#292: clearing at exit is too late for some drivers). */
#include "cl/dense.h"

#include "cl/internal.h"
#include "cl/runtime.h"

#ifdef CLPTI_HAVE_CLBLAST
#include <clblast_c.h>
#include <pthread.h>

static pthread_mutex_t calling = PTHREAD_MUTEX_INITIALIZER;
static int users; /* open contexts that have called CLBlast, under `calling` */

bool clpti_dense_available(void)
{
    return true;
}

/* C = op(A)·B^op, row-major, single complex. */
typedef struct product {
    CLBlastTranspose transpose_a, transpose_b;
    size_t m, n, k;
    clpti_view a, b, c;
    size_t pitch_a, pitch_b, pitch_c;
} product;

static clpt_status multiply(clpt_context *context, const product *p)
{
    cl_command_queue queue = clpt_context_cl_queue(context);
    cl_float2 one = {{1.0f, 0.0f}}, zero = {{0.0f, 0.0f}};
    pthread_mutex_lock(&calling);
    if (!context->dense_used) users++;
    context->dense_used = true;
    CLBlastStatusCode code =
        CLBlastCgemm(CLBlastLayoutRowMajor, p->transpose_a, p->transpose_b, p->m, p->n, p->k, one, p->a.buffer->memory,
                     (size_t)p->a.offset, p->pitch_a, p->b.buffer->memory, (size_t)p->b.offset, p->pitch_b, zero,
                     p->c.buffer->memory, (size_t)p->c.offset, p->pitch_c, &queue, NULL);
    pthread_mutex_unlock(&calling);
    if (code == CLBlastSuccess) return CLPT_OK;
    return clpti_fail(&context->message, CLPT_ERROR_OPENCL, "CLBlast error %d in a product of %zu×%zu by %zu×%zu on %s",
                      (int)code, p->m, p->k, p->k, p->n, context->device.name);
}

clpt_status clpti_dense_gram(clpt_context *context, clpti_view modes, int64_t mode_count, int64_t count,
                             clpti_view gram)
{
    size_t m = (size_t)mode_count, k = (size_t)count;
    clpt_status status = multiply(context, &(product){.transpose_a = CLBlastTransposeNo,
                                                      .transpose_b = CLBlastTransposeConjugate,
                                                      .m = m,
                                                      .n = m,
                                                      .k = k,
                                                      .a = modes,
                                                      .b = modes,
                                                      .c = gram,
                                                      .pitch_a = k,
                                                      .pitch_b = k,
                                                      .pitch_c = m});
    if (status != CLPT_OK) return status;
    /* M·Mᴴ is the conjugate of what was asked, and CLBlast has no product that conjugates without transposing. */
    return clpti_run_kernel(context,
                            &(clpti_launch){.file = "gram",
                                            .kernel = "gram_conjugate",
                                            .options = "",
                                            .global = {mode_count * mode_count},
                                            .args = CLPTI_ARGS(CLPTI_VIEW(gram), CLPTI_LONG(mode_count * mode_count))});
}

clpt_status clpti_dense_rotate(clpt_context *context, clpti_view modes, int64_t mode_count, int64_t count,
                               clpti_view matrix, clpti_view out)
{
    size_t m = (size_t)mode_count, n = (size_t)count;
    return multiply(context, &(product){.transpose_a = CLBlastTransposeYes,
                                        .transpose_b = CLBlastTransposeNo,
                                        .m = m,
                                        .n = n,
                                        .k = m,
                                        .a = matrix,
                                        .b = modes,
                                        .c = out,
                                        .pitch_a = m,
                                        .pitch_b = n,
                                        .pitch_c = n});
}

void clpti_dense_close(clpt_context *context)
{
    if (!context->dense_used) return;
    pthread_mutex_lock(&calling);
    if (--users == 0) CLBlastClearCache();
    pthread_mutex_unlock(&calling);
    context->dense_used = false;
}

#else

bool clpti_dense_available(void)
{
    return false;
}

clpt_status clpti_dense_gram(clpt_context *context, clpti_view modes, int64_t mode_count, int64_t count,
                             clpti_view gram)
{
    (void)modes, (void)mode_count, (void)count, (void)gram;
    return clpti_fail(&context->message, CLPT_ERROR_INTERNAL, "this build has no CLBlast");
}

clpt_status clpti_dense_rotate(clpt_context *context, clpti_view modes, int64_t mode_count, int64_t count,
                               clpti_view matrix, clpti_view out)
{
    (void)modes, (void)mode_count, (void)count, (void)matrix, (void)out;
    return clpti_fail(&context->message, CLPT_ERROR_INTERNAL, "this build has no CLBlast");
}

void clpti_dense_close(clpt_context *context)
{
    (void)context;
}

#endif
