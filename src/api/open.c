/* SPDX-License-Identifier: Apache-2.0 */
/* Creation and destruction of contexts: a device, or the reference, opened with its options. */
#include "api/open.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cl/runtime.h"
#include "core/memory.h"
#include "core/tuning.h"
#include "ops/operation.h"
#include "ops/switches.h"

clpt_status clpti_context_new(const clpti_settings *settings, clpt_message *message, clpt_context **context)
{
    *context = NULL;
    clpt_status status = clpti_switches_check(settings->variants, settings->fft, settings->without, message);
    if (status != CLPT_OK) return status;
    clpt_context *made = clpti_calloc(1, sizeof *made);
    if (made) {
        made->fft_requested = clpti_strdup(settings->fft);
        made->variants_requested = clpti_strdup(settings->variants);
        made->without = clpti_strdup(settings->without);
        made->memory_limit = settings->memory_limit;
        made->log = settings->log;
        made->log_user = settings->log_user;
        made->build = settings->build;
    }
    if (made && made->fft_requested && made->variants_requested && made->without) {
        *context = made;
        return CLPT_OK;
    }
    clpt_context_destroy(&made);
    return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for a context");
}

/* Names with a preference in tuning entries: operations for their variants, the FFT for its provider. */
static bool can_be_preferred(const char *name)
{
    return clpti_is_operation(name) || !strcmp(name, "fft");
}

static void record_switch(clpt_context *context, const char *name, const char *value, const char *why)
{
    clpti_choice_record(context, CLPT_CHOICE_SWITCHES, name, value, why, NULL);
}

/* Records the choices made at creation: device, and settings of the environment. */
static void record(clpt_context *context, const clpti_settings *settings)
{
    const clpt_device_info *d = &context->device;
    char text[512], why[256];
    const char *requested = settings->device; /* NULL: the caller's own OpenCL context */
    if (!requested)
        snprintf(why, sizeof why, "the caller's own OpenCL context");
    else if (!strcmp(requested, "auto"))
        snprintf(why, sizeof why, "'auto': the highest score that passes its self-check");
    else
        snprintf(why, sizeof why, "requested as '%s'", requested);
    if (clpti_is_reference(context))
        snprintf(text, sizeof text, "reference, %s", d->name);
    else
        snprintf(text, sizeof text, "%d:%d %s '%s', driver %s", d->platform, d->device, d->short_name, d->name,
                 d->driver);
    clpti_choice_record(context, CLPT_CHOICE_DEVICE, "device", text, why, NULL);
    clpti_cl_record_quirks(context);
    if (*context->variants_requested)
        record_switch(context, "variants", settings->variants, "requested (CLPTYCHO_VARIANTS)");
    if (strcmp(context->fft_requested, "auto"))
        record_switch(context, "fft", settings->fft, "requested (CLPTYCHO_FFT)");
    if (*context->without)
        record_switch(context, "without", settings->without, "disabled (--without, CLPTYCHO_WITHOUT)");
    if (settings->kernel_dir && !clpti_is_reference(context))
        record_switch(context, "kernel_dir", settings->kernel_dir,
                      "kernel files in this folder replace the embedded ones (CLPTYCHO_KERNEL_DIR)");
}

clpt_status clpti_context_ready(clpt_context *context, const clpti_settings *settings)
{
    if (context->memory_limit == 0) context->memory_limit = context->device.memory / 2;
    clpti_log(context, CLPT_LOG_INFO, "device %d:%d %s '%s', driver %s", context->device.platform,
              context->device.device, context->device.short_name, context->device.name, context->device.driver);
    record(context, settings);
    return clpti_tuning_open(context, settings->tuning, settings->tuning_named,
                             clpti_capabilities_of(context)->fft_bytes, can_be_preferred);
}

static void describe_reference(clpt_device_info *info)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE), cores = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t memory = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : UINT64_C(1) << 30;
    *info = (clpt_device_info){
        .size = sizeof *info,
        .platform = -1,
        .device = -1,
        .type = CLPT_DEVICE_REFERENCE,
        .short_name = "reference",
        .name = "plain C, double precision",
        .vendor = "clptycho",
        .platform_name = "none",
        .version = "C11",
        .compute_units = cores > 0 ? (uint32_t)cores : 1,
        .memory = memory,
        .largest_allocation = memory,
        .max_work_group = 1,
        .fp64 = true,
        .unified_memory = true,
        .check = CLPT_CHECK_PASSED,
    };
    snprintf(info->driver, sizeof info->driver, "%s", clpt_version());
}

static clpt_status open_device(clpt_context *context, const clpti_settings *settings)
{
    clpt_device_info info;
    if (strcasecmp(settings->device, "reference") == 0) {
        describe_reference(&context->device);
        return CLPT_OK;
    }
    clpt_status status =
        clpti_device_select(settings->device, settings->cache_dir, &settings->build, &info, &context->message);
    if (status != CLPT_OK) return status;
    return clpti_cl_open(context, &info, settings->kernel_dir, settings->cache_dir);
}

clpt_status clpt_context_create(const clpt_context_options *options, clpt_context **context, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_settings settings = {0};
    clpt_context *made = NULL;
    if (message) message->text[0] = '\0';
    if (!context) return clpti_fail(message, CLPT_ERROR_ARGUMENT, "clpt_context_create: context must not be NULL");
    *context = NULL;
    CLPTI_TRY(clpti_settings_resolve(options, "clpt_context_create", &settings, message));
    CLPTI_TRY(clpti_context_new(&settings, message, &made));
    status = open_device(made, &settings);
    if (status == CLPT_OK) status = clpti_context_ready(made, &settings);
    if (status != CLPT_OK && message) *message = made->message;
    if (status != CLPT_OK) goto cleanup;
    *context = made;
    made = NULL;
cleanup:
    clpt_context_destroy(&made);
    clpti_settings_release(&settings);
    return status;
}

void clpt_context_destroy(clpt_context **context)
{
    if (!context || !*context) return;
    clpt_context *old = *context;
    clpti_cl_finish(old);
    clpti_parts_close(&old->parts);
    clpti_cl_close(old);
    free(old->fft_requested);
    free(old->variants_requested);
    free(old->without);
    free(old);
    *context = NULL;
}

const char *clpt_context_get_message(const clpt_context *context)
{
    return context ? context->message.text : "";
}

const clpt_device_info *clpt_context_get_device(const clpt_context *context)
{
    return context ? &context->device : NULL;
}

clpt_status clpt_context_finish(clpt_context *context)
{
    return context ? clpti_cl_finish(context) : CLPT_ERROR_ARGUMENT;
}
