/* SPDX-License-Identifier: Apache-2.0 */
/* CLBlast's matrix products. Calls are serialised (its program cache races before 1.6.1, CLBlast #486), and its cache
 * is cleared when the last context that used it closes (#292: clearing at exit is too late for some drivers). */
#include "ops/dense.h"

#include "cl/share.h"
#include "core/tuning.h"
#include "cl/runtime.h"

bool clpti_dense_applies(const clpt_context *context, const char *operation, int64_t mode_count, int64_t count)
{
    char requested[40];
    if (!clpti_dense_available() || mode_count < 2) return false;
    if (clpti_requested_variant(context, operation, requested, sizeof requested)) return true;
    return mode_count * mode_count * count >= clpti_tuned_number(context, CLPTI_TUNING_DENSE_WORK);
}

#ifdef CLPTI_HAVE_CLBLAST
#include <clblast_c.h>
#include <pthread.h>

static pthread_mutex_t calling = PTHREAD_MUTEX_INITIALIZER;
static int users; /* open contexts that have called CLBlast, under `calling` */

static void close_use(void *state)
{
    bool *is_counted = state;
    if (!*is_counted) return;
    pthread_mutex_lock(&calling);
    if (--users == 0) CLBlastClearCache();
    pthread_mutex_unlock(&calling);
}

static const clpti_part use_part = {"the use of CLBlast", sizeof(bool), close_use};

bool clpti_dense_available(void)
{
    return true;
}

/* Terms per product: a plain float32 sum over all pixels would lose accuracy. */
enum { block_length = 1024 };

/* C = op(A)·op(B), row-major, single complex: a batch of `batches`, with operands `stride` elements apart. */
typedef struct product {
    CLBlastTranspose transpose_a, transpose_b;
    size_t m, n, k, batches;
    clpti_view a, b, c;
    size_t pitch_a, pitch_b, pitch_c;
    size_t stride_a, stride_b, stride_c;
} product;

static clpt_status multiply(clpt_context *context, const product *p)
{
    cl_command_queue queue = clpti_cl_queue_of(context);
    cl_float2 one = {{1.0f, 0.0f}}, zero = {{0.0f, 0.0f}};
    if (p->batches == 0) return CLPT_OK;
    bool *is_counted = clpti_context_part(context, &use_part);
    if (!is_counted) return CLPT_ERROR_MEMORY;
    clpti_build build = {0};
    if (!*is_counted) clpti_build_begin(&context->build, &build, "CLBlast", false);
    pthread_mutex_lock(&calling);
    if (!*is_counted) users++;
    *is_counted = true;
    CLBlastStatusCode code = CLBlastCgemmStridedBatched(
        CLBlastLayoutRowMajor, p->transpose_a, p->transpose_b, p->m, p->n, p->k, one, p->a.buffer->memory,
        (size_t)p->a.offset, p->pitch_a, p->stride_a, p->b.buffer->memory, (size_t)p->b.offset, p->pitch_b, p->stride_b,
        zero, p->c.buffer->memory, (size_t)p->c.offset, p->pitch_c, p->stride_c, p->batches, &queue, NULL);
    pthread_mutex_unlock(&calling);
    clpti_build_end(&context->build, &build);
    clpti_choice_record_library(context, "CLBlast");
    if (code == CLBlastSuccess) return CLPT_OK;
    return clpti_fail(&context->message, CLPT_ERROR_OPENCL,
                      "CLBlast error %d in %zu products of %zu×%zu by %zu×%zu on %s", (int)code, p->batches, p->m, p->k,
                      p->k, p->n, context->device.name);
}

/* part[b] = M·Mᴴ over `length` pixels starting at block b, for blocks first … first + blocks − 1. */
static clpt_status gram_blocks(clpt_context *context, clpti_view modes, int64_t mode_count, int64_t count,
                               int64_t first, int64_t blocks, int64_t length, clpti_view part)
{
    size_t m = (size_t)mode_count, pitch = (size_t)count;
    clpti_view from = clpti_view_at(modes, first * block_length);
    return multiply(context, &(product){.transpose_a = CLBlastTransposeNo,
                                        .transpose_b = CLBlastTransposeConjugate,
                                        .m = m,
                                        .n = m,
                                        .k = (size_t)length,
                                        .batches = (size_t)blocks,
                                        .a = from,
                                        .b = from,
                                        .c = clpti_view_at(part, first * mode_count * mode_count),
                                        .pitch_a = pitch,
                                        .pitch_b = pitch,
                                        .pitch_c = m,
                                        .stride_a = block_length,
                                        .stride_b = block_length,
                                        .stride_c = m * m});
}

clpt_status clpti_dense_gram(clpt_context *context, clpti_view modes, int64_t mode_count, int64_t count,
                             clpti_view gram)
{
    clpt_status status = CLPT_OK;
    clpt_buffer *part = NULL;
    int64_t whole = count / block_length, rest = count % block_length, entries = mode_count * mode_count;
    CLPTI_TRY(clpti_scratch_take(context, CLPTI_COMPLEX, (whole + 1) * entries, &part));
    CLPTI_TRY(gram_blocks(context, modes, mode_count, count, 0, whole, block_length, clpti_view_of(part)));
    CLPTI_TRY(gram_blocks(context, modes, mode_count, count, whole, rest > 0, rest, clpti_view_of(part)));
    CLPTI_TRY(
        clpti_run_kernel(context, &(clpti_launch){.file = "gram",
                                                  .kernel = "gram_sum",
                                                  .options = "",
                                                  .global = {entries},
                                                  .args = CLPTI_ARGS(CLPTI_BUFFER(part), CLPTI_LONG(whole + (rest > 0)),
                                                                     CLPTI_LONG(entries), CLPTI_VIEW(gram))}));
    /* M·Mᴴ is the conjugate of the requested result, and CLBlast has no product that conjugates without transposing. */
    CLPTI_TRY(clpti_run_kernel(context, &(clpti_launch){.file = "gram",
                                                        .kernel = "gram_conjugate",
                                                        .options = "",
                                                        .global = {entries},
                                                        .args = CLPTI_ARGS(CLPTI_VIEW(gram), CLPTI_LONG(entries))}));
cleanup:
    clpti_scratch_give(&part);
    return status;
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
                                        .batches = 1,
                                        .a = matrix,
                                        .b = modes,
                                        .c = out,
                                        .pitch_a = m,
                                        .pitch_b = n,
                                        .pitch_c = n,
                                        .stride_a = m * m, /* CLBlast rejects 0, even for a single product */
                                        .stride_b = m * n,
                                        .stride_c = m * n});
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
    return clpti_fail(&context->message, CLPT_ERROR_INTERNAL, "this build does not include CLBlast");
}

clpt_status clpti_dense_rotate(clpt_context *context, clpti_view modes, int64_t mode_count, int64_t count,
                               clpti_view matrix, clpti_view out)
{
    (void)modes, (void)mode_count, (void)count, (void)matrix, (void)out;
    return clpti_fail(&context->message, CLPT_ERROR_INTERNAL, "this build does not include CLBlast");
}

#endif
