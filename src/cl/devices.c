/* SPDX-License-Identifier: Apache-2.0 */
/* Enumeration of all devices of all platforms. */
#include <stdlib.h>
#include <string.h>

#include "cl/internal.h"
#include "core/memory.h"

enum { NO_PLATFORM = -1001 }; /* CL_PLATFORM_NOT_FOUND_KHR */

/* A driver that two .icd files name is loaded once, and has the same devices in both platforms. */
static bool is_listed(const clpti_device *devices, size_t count, cl_device_id id)
{
    for (size_t k = 0; k < count; k++)
        if (devices[k].device == id) return true;
    return false;
}

static clpt_status append_devices(cl_platform_id platform, int number, clpti_device **devices, size_t *count,
                                  clpt_message *message)
{
    cl_uint found = 0;
    /* A platform without devices (Mesa's Clover), or one whose driver does not start, must not prevent the use of
     * others. */
    if (clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, NULL, &found) != CL_SUCCESS || found == 0) return CLPT_OK;

    clpt_status status = CLPT_OK;
    cl_device_id *ids = clpti_calloc(found, sizeof *ids);
    clpti_device *longer = realloc(*devices, (*count + found) * sizeof **devices);
    if (longer) *devices = longer;
    if (!ids || !longer)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "out of memory for a list of %u devices", found));
    if (clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, found, ids, NULL) != CL_SUCCESS) goto cleanup;
    for (cl_uint i = 0; i < found; i++) {
        clpti_device *device = &(*devices)[*count];
        if (is_listed(*devices, *count, ids[i])) continue;
        if (clpti_device_describe(platform, ids[i], &device->info) != CL_SUCCESS) continue;
        device->platform = platform;
        device->device = ids[i];
        device->info.platform = number;
        device->info.device = (int)i;
        (*count)++;
    }
cleanup:
    free(ids);
    return status;
}

clpt_status clpti_devices_find(clpti_device **devices, size_t *count, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    cl_platform_id *platforms = NULL;
    cl_uint found = 0;
    *devices = NULL;
    *count = 0;
    cl_int error = clGetPlatformIDs(0, NULL, &found);
    if (error == NO_PLATFORM || (error == CL_SUCCESS && found == 0)) return CLPT_OK;
    if (error != CL_SUCCESS) return clpti_cl_fail(message, error, "listing OpenCL platforms");

    platforms = clpti_calloc(found, sizeof *platforms);
    if (!platforms)
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "out of memory for a list of %u platforms", found));
    error = clGetPlatformIDs(found, platforms, NULL);
    if (error != CL_SUCCESS) CLPTI_TRY(clpti_cl_fail(message, error, "listing %u OpenCL platforms", found));
    for (cl_uint i = 0; i < found; i++) CLPTI_TRY(append_devices(platforms[i], (int)i, devices, count, message));
cleanup:
    if (status != CLPT_OK || *count == 0) {
        free(*devices);
        *devices = NULL;
        *count = 0;
    }
    free(platforms);
    return status;
}

clpt_status clpti_device_handles(const clpt_device_info *info, cl_platform_id *platform, cl_device_id *device,
                                 clpt_message *message)
{
    clpti_device *devices = NULL;
    size_t count = 0;
    clpt_status status = clpti_devices_find(&devices, &count, message);
    if (status != CLPT_OK) return status;
    status = CLPT_ERROR_DEVICE;
    for (size_t i = 0; i < count && status != CLPT_OK; i++) {
        const clpt_device_info *have = &devices[i].info;
        if (have->platform != info->platform || have->device != info->device || strcmp(have->name, info->name) != 0)
            continue;
        *platform = devices[i].platform;
        *device = devices[i].device;
        status = CLPT_OK;
    }
    free(devices);
    if (status != CLPT_OK)
        clpti_fail(message, status, "device %d:%d '%s' is no longer available", info->platform, info->device,
                   info->name);
    return status;
}

/* A table of pointers, followed by what they point to. */
static clpt_device_info **make_list(const clpti_device *found, size_t count)
{
    clpt_device_info **list = clpti_malloc((int64_t)count, sizeof *list + sizeof **list);
    if (!list) return NULL;
    clpt_device_info *infos = (clpt_device_info *)(list + count);
    for (size_t i = 0; i < count; i++) {
        infos[i] = found[i].info;
        list[i] = &infos[i];
    }
    return list;
}

clpt_status clpti_devices_describe(const char *cache_dir, clpt_device_info ***devices, size_t *count,
                                   clpt_message *message)
{
    clpti_device *found = NULL;
    *devices = NULL;
    *count = 0;
    size_t number = 0;
    clpt_status status = clpti_devices_find(&found, &number, message);
    if (status != CLPT_OK || number == 0) return status;
    for (size_t i = 0; i < number; i++) clpti_verdict_load(cache_dir, &found[i], &found[i].info);
    *devices = make_list(found, number);
    if (*devices)
        *count = number;
    else
        status = clpti_fail(message, CLPT_ERROR_MEMORY, "out of memory for a list of %zu devices", number);
    free(found);
    return status;
}
