/* SPDX-License-Identifier: Apache-2.0 */
/* One kernel launch: arguments, work-group shape, enqueue. */
#include <inttypes.h>
#include <stdio.h>

#include "cl/internal.h"
#include "core/tuning.h"

typedef struct shape {
    cl_uint dimensions;
    size_t global[3], local[3];
} shape;

static clpt_status fail(clpt_context *context, const clpti_launch *launch, const shape *s, cl_int error,
                        const char *what)
{
    return clpti_cl_fail(&context->message, error,
                         "kernel '%s' of '%s.cl', %s, %" PRId64 "x%" PRId64 "x%" PRId64
                         " work-items, %zux%zux%zu in groups of %zux%zux%zu, on '%s'",
                         launch->kernel, launch->file, what, launch->global[0], launch->global[1], launch->global[2],
                         s->global[0], s->global[1], s->global[2], s->local[0], s->local[1], s->local[2],
                         context->device.name);
}

static bool fits(const struct clpti_cl *cl, const clpti_kernel *kernel, const size_t *local)
{
    for (int i = 0; i < 3; i++)
        if (local[i] > cl->largest_items[i]) return false;
    return local[0] * local[1] * local[2] <= kernel->largest_group;
}

/* A group of the tuned size along x, or the largest that fits x, and the rest along y: rows stay together. */
static void pick_local(size_t group, const size_t *global, size_t *local)
{
    local[0] = local[1] = local[2] = 1;
    while (local[0] < group && local[0] < global[0]) local[0] *= 2;
    while (local[0] * local[1] < group && local[1] < global[1]) local[1] *= 2;
}

static void shrink_local(const struct clpti_cl *cl, const clpti_kernel *kernel, size_t *local)
{
    while (!fits(cl, kernel, local)) {
        int largest = local[1] > local[0] ? 1 : 0;
        if (local[2] > local[largest]) largest = 2;
        for (int i = 0; i < 3; i++)
            if (local[i] > cl->largest_items[i]) largest = i;
        if (local[largest] == 1) return;
        local[largest] /= 2;
    }
}

static clpt_status find_shape(clpt_context *context, const clpti_launch *launch, const clpti_kernel *kernel, shape *s)
{
    size_t global[3];
    bool open = launch->local[0] == 0;
    for (int i = 0; i < 3; i++) {
        global[i] = launch->global[i] > 0 ? (size_t)launch->global[i] : 1;
        s->local[i] = launch->local[i] > 0 ? (size_t)launch->local[i] : 1;
        s->global[i] = global[i];
    }
    if (kernel->required[0]) {
        for (int i = 0; i < 3; i++) {
            if (!open && s->local[i] != kernel->required[i])
                return fail(context, launch, s, CL_INVALID_WORK_GROUP_SIZE, "which requires another work-group size");
            s->local[i] = kernel->required[i];
        }
    } else {
        if (open) pick_local((size_t)clpti_tuned(context, CLPTI_TUNING_GROUP), global, s->local);
        shrink_local(context->cl, kernel, s->local);
    }
    s->dimensions = 1;
    for (int i = 0; i < 3; i++) {
        size_t groups = global[i] / s->local[i] + (global[i] % s->local[i] != 0);
        if (__builtin_mul_overflow(groups, s->local[i], &s->global[i]))
            return fail(context, launch, s, CL_INVALID_GLOBAL_WORK_SIZE, "too large");
        if (s->global[i] > 1) s->dimensions = (cl_uint)i + 1;
    }
    return CLPT_OK;
}

/* Sets one argument, or two for a view; advances `index`. */
static cl_int set_arg(clpt_context *context, cl_kernel kernel, cl_uint *index, const clpti_arg *arg)
{
    cl_long number = arg->number;
    cl_int narrow = (cl_int)arg->number;
    cl_float real = arg->real;
    switch (arg->kind) {
    case CLPTI_ARG_VIEW: {
        cl_mem memory = arg->view.buffer ? (cl_mem)arg->view.buffer->memory : context->cl->spare;
        cl_long offset = arg->view.buffer ? arg->view.offset : -1;
        cl_int error = clSetKernelArg(kernel, (*index)++, sizeof memory, &memory);
        return error != CL_SUCCESS ? error : clSetKernelArg(kernel, (*index)++, sizeof offset, &offset);
    }
    case CLPTI_ARG_LONG:
        return clSetKernelArg(kernel, (*index)++, sizeof number, &number);
    case CLPTI_ARG_INT:
        return clSetKernelArg(kernel, (*index)++, sizeof narrow, &narrow);
    case CLPTI_ARG_FLOAT:
        return clSetKernelArg(kernel, (*index)++, sizeof real, &real);
    case CLPTI_ARG_LOCAL:
        return clSetKernelArg(kernel, (*index)++, (size_t)arg->number, NULL);
    case CLPTI_ARG_END:
        break;
    }
    return CL_INVALID_ARG_VALUE;
}

static clpt_status set_args(clpt_context *context, const clpti_launch *launch, clpti_kernel *kernel, const shape *s)
{
    cl_uint index = 0;
    for (const clpti_arg *arg = launch->args; arg && arg->kind != CLPTI_ARG_END; arg++) {
        cl_int error = set_arg(context, kernel->handle, &index, arg);
        if (error == CL_SUCCESS) continue;
        char what[32];
        snprintf(what, sizeof what, "argument %u", index - 1);
        return fail(context, launch, s, error, what);
    }
    return CLPT_OK;
}

static void count(clpt_context *context, clpti_kernel *kernel)
{
    const clpti_program *program = kernel->program;
    clpti_kernel_count(context,
                       &(clpt_kernel_use){.program = program->file,
                                          .name = kernel->name,
                                          .options = program->all_options,
                                          .source = program->source.text,
                                          .cached = program->cached,
                                          .seconds = program->seconds},
                       &kernel->counted);
}

static clpt_status enqueue(clpt_context *context, const clpti_launch *launch, clpti_kernel *kernel)
{
    shape s = {0};
    clpt_status status = find_shape(context, launch, kernel, &s);
    if (status == CLPT_OK) status = set_args(context, launch, kernel, &s);
    if (status != CLPT_OK) return status;
    cl_int error = clEnqueueNDRangeKernel(context->cl->queue, kernel->handle, s.dimensions, NULL, s.global, s.local, 0,
                                          NULL, NULL);
    if (error != CL_SUCCESS) return fail(context, launch, &s, error, "launch");
    count(context, kernel);
    return CLPT_OK;
}

/* The first launch of a kernel on a device that compiles it then: it belongs to the build, and takes until the kernel
 * has run. Without a listener nobody waits. */
static clpt_status enqueue_first(clpt_context *context, const clpti_launch *launch, clpti_kernel *kernel)
{
    struct clpti_cl *cl = context->cl;
    bool compiles = context->build.function && cl->quirk->compiles_at_launch && !kernel->program->cached;
    if (compiles) clpti_build_begin(&context->build, &cl->build, launch->file, cl->cache_dir != NULL);
    clpt_status status = enqueue(context, launch, kernel);
    kernel->launched = status == CLPT_OK;
    return compiles && status == CLPT_OK ? clpti_cl_finish(context) : status;
}

clpt_status clpti_run_kernel(clpt_context *context, const clpti_launch *launch)
{
    clpti_kernel *kernel = NULL;
    if (launch->global[0] == 0) return CLPT_OK;
    for (int i = 0; i < 3; i++)
        if (launch->global[i] < 0 || launch->local[i] < 0)
            return fail(context, launch, &(shape){0}, CL_INVALID_GLOBAL_WORK_SIZE, "a negative size");
    clpt_status status = clpti_kernel_find(context, launch, &kernel);
    if (status == CLPT_OK)
        status = kernel->launched ? enqueue(context, launch, kernel) : enqueue_first(context, launch, kernel);
    clpti_build_end(&context->build, &context->cl->build);
    return status;
}

clpt_status clpti_prepare_kernel(clpt_context *context, const clpti_launch *launch)
{
    clpti_kernel *kernel = NULL;
    clpt_status status = clpti_kernel_find(context, launch, &kernel);
    clpti_build_end(&context->build, &context->cl->build);
    return status;
}
