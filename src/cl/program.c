/* SPDX-License-Identifier: Apache-2.0 */
/* Programs and kernels of a context, built at first use and kept until it closes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cl/internal.h"
#include "core/clock.h"
#include "core/memory.h"
#include "core/tuning.h"

/* No fast-math: it breaks tests for NaN and compensated sums on PoCL, and brings no speed. No warnings: PoCL writes
 * their count to stderr (33 about the ABI of float16 on a CPU without AVX-512); tests/check_kernel.sh checks for
 * warnings. */
static const char *const standard_options = "-cl-std=CL1.2 -w";

/* Everything that a cached binary depends on, with the source as its digest. Release with free(). */
static char *cache_key(const struct clpti_cl *cl, const char *file, const clpti_program *program, size_t length)
{
    char *key = NULL;
    int written = asprintf(&key, "%s%s\n%s\nsource %s %zu\n", cl->identity, file, program->all_options,
                           program->source.text, length);
    return written < 0 ? NULL : key;
}

/* NULL if there is no usable binary: the source is built instead. */
static cl_program from_cache(struct clpti_cl *cl, const char *key, const char *options)
{
    cl_int error = CL_SUCCESS, accepted = CL_INVALID_BINARY;
    size_t bytes = 0;
    unsigned char *binary = clpti_cache_read(cl->cache_dir, "program", key, &bytes);
    if (!binary) return NULL;
    const unsigned char *const_binary = binary;
    cl_program program =
        clCreateProgramWithBinary(cl->context, 1, &cl->device, &bytes, &const_binary, &accepted, &error);
    free(binary);
    if (error != CL_SUCCESS) return NULL;
    if (accepted == CL_SUCCESS && clBuildProgram(program, 1, &cl->device, options, NULL, NULL) == CL_SUCCESS)
        return program;
    clReleaseProgram(program);
    return NULL;
}

/* One entry per device of the program's context: a caller's own context may hold several. */
static unsigned char *binary_of(struct clpti_cl *cl, cl_program program, size_t *bytes)
{
    cl_uint count = 0;
    unsigned char *binary = NULL, **binaries = NULL;
    cl_device_id *devices = NULL;
    size_t *sizes = NULL;
    if (clGetProgramInfo(program, CL_PROGRAM_NUM_DEVICES, sizeof count, &count, NULL) != CL_SUCCESS) return NULL;
    devices = clpti_calloc(count, sizeof *devices);
    sizes = clpti_calloc(count, sizeof *sizes);
    binaries = clpti_calloc(count, sizeof *binaries);
    if (!devices || !sizes || !binaries) goto cleanup;
    if (clGetProgramInfo(program, CL_PROGRAM_DEVICES, count * sizeof *devices, devices, NULL) != CL_SUCCESS)
        goto cleanup;
    if (clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, count * sizeof *sizes, sizes, NULL) != CL_SUCCESS)
        goto cleanup;
    for (cl_uint i = 0; i < count; i++) {
        if (devices[i] != cl->device || sizes[i] == 0) continue;
        *bytes = sizes[i];
        binary = binaries[i] = clpti_calloc((int64_t)sizes[i], 1);
    }
    if (binary &&
        clGetProgramInfo(program, CL_PROGRAM_BINARIES, count * sizeof *binaries, binaries, NULL) != CL_SUCCESS) {
        free(binary);
        binary = NULL;
    }
cleanup:
    free(devices);
    free(sizes);
    free(binaries);
    return binary;
}

static void to_cache(clpt_context *context, const char *key, cl_program program)
{
    struct clpti_cl *cl = context->cl;
    size_t bytes = 0;
    unsigned char *binary = binary_of(cl, program, &bytes);
    if (binary && !clpti_cache_write(cl->cache_dir, "program", key, binary, bytes))
        clpti_log(context, CLPT_LOG_INFO,
                  "the program cache '%s' is not writable: programs are compiled again in every run", cl->cache_dir);
    free(binary);
}

static clpt_status from_source(clpt_context *context, const char *file, const char *options,
                               const clpti_expanded_source *source, cl_program *program)
{
    struct clpti_cl *cl = context->cl;
    cl_int error = CL_SUCCESS;
    const char *text = source->text;
    cl_program made = clCreateProgramWithSource(cl->context, 1, &text, &source->length, &error);
    if (error != CL_SUCCESS)
        return clpti_cl_fail(&context->message, error, "creating a program from '%s' on '%s'", file,
                             context->device.name);
    error = clBuildProgram(made, 1, &cl->device, options, NULL, NULL);
    if (error == CL_SUCCESS) {
        *program = made;
        return CLPT_OK;
    }
    clpt_status status = clpti_build_fail(context, made, error, file, options, source);
    clReleaseProgram(made);
    return status;
}

/* The option that sets the width of vectors, or passes on the width that the driver reports. */
static void lanes_option(clpt_context *context, char *text, size_t size)
{
    int64_t lanes = clpti_tuned(context, CLPTI_TUNING_LANES);
    if (lanes)
        snprintf(text, size, "-DCLPT_LANES=%d", lanes < 4 ? 4 : (int)lanes);
    else
        snprintf(text, size, "-DCLPT_NATIVE_LANES=%d", context->cl->capabilities.native_lanes);
}

/* Options of a launch beyond the standard ones. Release with free(). NULL: out of memory. */
static char *extra_options(clpt_context *context, const clpti_launch *launch)
{
    char registers[64] = "", lanes[40] = "", *text = NULL;
    const char *register_option = context->cl->quirk->register_option;
    if (launch->registers && register_option)
        snprintf(registers, sizeof registers, "%s%d", register_option, (int)launch->registers);
    if (launch->lanes) lanes_option(context, lanes, sizeof lanes);
    const char *options = launch->options ? launch->options : "";
    return asprintf(&text, "%s%s%s%s%s", options, *options && *registers ? " " : "", registers,
                    (*options || *registers) && *lanes ? " " : "", lanes) < 0
               ? NULL
               : text;
}

static clpt_status build(clpt_context *context, const char *extra, clpti_program *program)
{
    struct clpti_cl *cl = context->cl;
    clpt_status status = CLPT_OK;
    clpti_expanded_source source = {0};
    char file[128], *key = NULL;
    double start = clpti_seconds();
    int lock = clpti_build_lock(cl->quirk->cache_variable);
    snprintf(file, sizeof file, "%s.cl", program->file);
    if (asprintf(&program->all_options, "%s%s%s", standard_options, *extra ? " " : "", extra) < 0) {
        program->all_options = NULL;
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of memory while building '%s'", file));
    }
    const char *options = program->all_options;
    CLPTI_TRY(clpti_source_expand(cl->kernel_dir, file, &source, &context->message));
    program->source = clpti_digest_of(source.text, source.length);
    if (cl->cache_dir) key = cache_key(cl, file, program, source.length);
    if (key) program->handle = from_cache(cl, key, options);
    program->cached = program->handle != NULL;
    if (!program->cached) {
        clpti_build_begin(&context->build, &cl->build, program->file, key != NULL);
        CLPTI_TRY(from_source(context, file, options, &source, &program->handle));
        if (key) to_cache(context, key, program->handle); /* PoCL compiles here */
    }
    program->seconds = clpti_seconds() - start;
    clpti_log(context, CLPT_LOG_INFO, "%s [%s]: %s in %.3f s", file, options,
              program->cached ? "taken from the cache" : "built", program->seconds);
cleanup:
    clpti_build_unlock(lock);
    free(key);
    clpti_source_release(&source);
    return status;
}

static clpt_status find_program(clpt_context *context, const clpti_launch *launch, clpti_program **program)
{
    struct clpti_cl *cl = context->cl;
    const char *options = launch->options ? launch->options : "";
    for (clpti_program *have = cl->programs; have; have = have->next)
        if (strcmp(have->file, launch->file) == 0 && strcmp(have->options, options) == 0) {
            *program = have;
            return CLPT_OK;
        }
    clpt_status status = CLPT_OK;
    char *extra = NULL;
    clpti_program *made = clpti_calloc(1, sizeof *made);
    if (made) {
        made->file = clpti_strdup(launch->file);
        made->options = clpti_strdup(options);
    }
    if (!made || !made->file || !made->options)
        CLPTI_TRY(
            clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of memory while building '%s.cl'", launch->file));
    if (!(extra = extra_options(context, launch)))
        CLPTI_TRY(
            clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of memory while building '%s.cl'", launch->file));
    CLPTI_TRY(build(context, extra, made));
    made->next = cl->programs;
    *program = cl->programs = made;
    made = NULL;
cleanup:
    free(extra);
    if (made) {
        free(made->file);
        free(made->options);
        free(made->all_options);
        free(made);
    }
    return status;
}

static clpt_status make_kernel(clpt_context *context, clpti_program *program, const char *name, clpti_kernel **kernel)
{
    clpt_status status = CLPT_OK;
    cl_device_id device = context->cl->device;
    cl_int error = CL_SUCCESS;
    clpti_kernel *made = clpti_calloc(1, sizeof *made);
    if (!made || !(made->name = clpti_strdup(name)))
        CLPTI_TRY(clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of memory for kernel '%s'", name));
    made->handle = clCreateKernel(program->handle, name, &error);
    if (error != CL_SUCCESS)
        CLPTI_TRY(clpti_cl_fail(&context->message, error, "kernel '%s' of '%s.cl' on '%s'", name, program->file,
                                context->device.name));
    error = clGetKernelWorkGroupInfo(made->handle, device, CL_KERNEL_WORK_GROUP_SIZE, sizeof made->largest_group,
                                     &made->largest_group, NULL);
    if (error == CL_SUCCESS)
        error = clGetKernelWorkGroupInfo(made->handle, device, CL_KERNEL_COMPILE_WORK_GROUP_SIZE, sizeof made->required,
                                         made->required, NULL);
    if (error != CL_SUCCESS)
        CLPTI_TRY(clpti_cl_fail(&context->message, error, "querying the work-group size of kernel '%s' on '%s'", name,
                                context->device.name));
    made->program = program;
    made->next = program->kernels;
    *kernel = program->kernels = made;
    made = NULL;
cleanup:
    if (made) {
        if (made->handle) clReleaseKernel(made->handle);
        free(made->name);
        free(made);
    }
    return status;
}

/* A failure here must not fail the call, which does not need this program. */
static void make_other(clpt_context *context, const clpti_launch *launch)
{
    clpti_launch other = *launch;
    clpt_message message = context->message;
    clpti_kernel *kernel = NULL;
    other.options = launch->also;
    other.also = NULL;
    if (clpti_kernel_find(context, &other, &kernel) == CLPT_OK) return;
    clpti_log(context, CLPT_LOG_WARNING, "%s; it is built again when it is needed", context->message.text);
    context->message = message;
}

clpt_status clpti_kernel_find(clpt_context *context, const clpti_launch *launch, clpti_kernel **kernel)
{
    clpti_program *program = NULL;
    clpt_status status = find_program(context, launch, &program);
    if (status != CLPT_OK) return status;
    for (clpti_kernel *have = program->kernels; have; have = have->next)
        if (strcmp(have->name, launch->kernel) == 0) {
            *kernel = have;
            return CLPT_OK;
        }
    status = make_kernel(context, program, launch->kernel, kernel);
    if (status == CLPT_OK && launch->also) make_other(context, launch);
    return status;
}

void clpti_programs_release(struct clpti_cl *cl)
{
    while (cl->programs) {
        clpti_program *program = cl->programs;
        cl->programs = program->next;
        while (program->kernels) {
            clpti_kernel *kernel = program->kernels;
            program->kernels = kernel->next;
            clReleaseKernel(kernel->handle);
            free(kernel->name);
            free(kernel);
        }
        clReleaseProgram(program->handle);
        free(program->file);
        free(program->options);
        free(program->all_options);
        free(program);
    }
}
