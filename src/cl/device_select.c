/* SPDX-License-Identifier: Apache-2.0 */
/* Resolution of a device name given by the user. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cl/internal.h"

static bool is_numbers(const char *selection, int *platform, int *device)
{
    int used = 0;
    if (!isdigit((unsigned char)selection[0])) return false;
    return sscanf(selection, "%6d:%6d%n", platform, device, &used) == 2 && selection[used] == '\0';
}

static bool matches_exactly(const char *selection, const clpt_device_info *info)
{
    int platform, device;
    if (is_numbers(selection, &platform, &device)) return info->platform == platform && info->device == device;
    if (strcasecmp(selection, "auto") == 0) return true;
    if (strcasecmp(selection, "gpu") == 0) return info->type == CLPT_DEVICE_GPU;
    if (strcasecmp(selection, "cpu") == 0) return info->type == CLPT_DEVICE_CPU;
    return strcasecmp(selection, info->short_name) == 0;
}

static bool matches_partly(const char *selection, const clpt_device_info *info)
{
    int platform, device;
    if (is_numbers(selection, &platform, &device) || *selection == '\0') return false;
    return strcasestr(info->name, selection) || strcasestr(info->platform_name, selection);
}

static size_t keep_matches(const char *selection, clpti_device *devices, size_t count,
                           bool (*matches)(const char *, const clpt_device_info *), clpti_device **found)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (matches(selection, &devices[i].info)) found[kept++] = &devices[i];
    return kept;
}

static int by_score(const void *a, const void *b)
{
    const clpti_device *first = *(clpti_device *const *)a, *second = *(clpti_device *const *)b;
    if (first->info.score != second->info.score) return first->info.score > second->info.score ? -1 : 1;
    return first < second ? -1 : 1; /* in platform order */
}

__attribute__((format(printf, 3, 4))) static void append(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

static clpt_status fail_no_devices(const char *selection, clpt_message *message)
{
    char empty[1024];
    if (clpti_empty_platforms(empty, sizeof empty))
        return clpti_fail(message, CLPT_ERROR_DEVICE,
                          "device '%s' was requested, but %s. The device 'reference', plain C in double precision, "
                          "needs no driver",
                          selection, empty);
    return clpti_fail(message, CLPT_ERROR_DEVICE,
                      "device '%s' was requested, but no OpenCL device is installed. Install a runtime (for CPUs the "
                      "package pocl-opencl-icd, for a GPU its vendor's driver), or choose the device 'reference', "
                      "plain C in double precision, which needs none",
                      selection);
}

static clpt_status fail_no_match(const char *selection, const clpti_device *devices, size_t count,
                                 clpt_message *message)
{
    static const char *const types[] = {"reference", "cpu", "gpu", "other"};
    char list[3072] = "";
    for (size_t i = 0; i < count; i++) {
        const clpt_device_info *info = &devices[i].info;
        append(list, sizeof list, "%s%d:%d %s '%s' (%s, %s)", i ? "; " : "", info->platform, info->device,
               info->short_name, info->name, types[info->type], info->platform_name);
    }
    return clpti_fail(message, CLPT_ERROR_DEVICE,
                      "no device matches '%s'. Available: %s. Give its numbers, its short name, a part of its name, or "
                      "one of auto, gpu, cpu, reference",
                      selection, list);
}

/* The first of `found` that passes its self-check, or a message with the reason for each. */
static clpt_status take_first_passing(const char *selection, const char *cache_dir,
                                      const clpti_build_listener *listener, clpti_device **found, size_t count,
                                      clpt_device_info *info, clpt_message *message)
{
    char reasons[3072] = "";
    for (size_t i = 0; i < count; i++) {
        clpt_device_info *candidate = &found[i]->info;
        clpti_verdict_load(cache_dir, found[i], candidate);
        if (candidate->check == CLPT_CHECK_UNKNOWN) {
            clpt_status status = clpti_device_check(cache_dir, listener, candidate, message);
            if (status != CLPT_OK) return status;
        }
        if (candidate->check == CLPT_CHECK_PASSED) {
            *info = *candidate;
            return CLPT_OK;
        }
        append(reasons, sizeof reasons, "%s%d:%d %s '%s': %s", i ? "; " : "", candidate->platform, candidate->device,
               candidate->short_name, candidate->name, candidate->check_reason);
    }
    return clpti_fail(message, CLPT_ERROR_DEVICE,
                      "device '%s' was requested, but %s its self-check: %s. `clptycho devices --check` repeats the "
                      "check; the device 'reference' does not need OpenCL",
                      selection, count == 1 ? "it failed" : "every match failed", reasons);
}

clpt_status clpti_device_select(const char *selection, const char *cache_dir, const clpti_build_listener *listener,
                                clpt_device_info *info, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_device *devices = NULL, **found = NULL;
    size_t count = 0;
    CLPTI_TRY(clpti_devices_find(&devices, &count, message));
    if (count == 0) CLPTI_TRY(fail_no_devices(selection, message));
    found = calloc(count, sizeof *found);
    if (!found)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "out of memory while choosing among %zu devices", count));
    size_t kept = keep_matches(selection, devices, count, matches_exactly, found);
    if (kept == 0) kept = keep_matches(selection, devices, count, matches_partly, found);
    if (kept == 0) CLPTI_TRY(fail_no_match(selection, devices, count, message));
    qsort(found, kept, sizeof *found, by_score);
    CLPTI_TRY(take_first_passing(selection, cache_dir, listener, found, kept, info, message));
cleanup:
    free(found);
    free(devices);
    return status;
}
