/* SPDX-License-Identifier: Apache-2.0 */
/* Properties that a device reports. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cl/internal.h"
#include "core/memory.h"

/* Some drivers pad names with blanks, which would disturb lists and comparisons. */
static void trim(char *text)
{
    size_t length = strlen(text), start = strspn(text, " \t");
    while (length > start && isspace((unsigned char)text[length - 1])) length--;
    memmove(text, text + start, length - start);
    text[length - start] = '\0';
}

/* A text longer than `size` is truncated. Drivers answer a short buffer with CL_INVALID_VALUE, so the full text is
 * requested first. */
void clpti_device_text(cl_device_id device, cl_device_info what, char *text, size_t size)
{
    size_t bytes = 0;
    text[0] = '\0';
    if (clGetDeviceInfo(device, what, 0, NULL, &bytes) != CL_SUCCESS || bytes == 0) return;
    char *whole = clpti_calloc((int64_t)bytes + 1, 1);
    if (whole && clGetDeviceInfo(device, what, bytes, whole, NULL) == CL_SUCCESS) {
        snprintf(text, size, "%s", whole);
        trim(text);
    }
    free(whole);
}

static void platform_text(cl_platform_id platform, cl_platform_info what, char *text, size_t size)
{
    size_t bytes = 0;
    text[0] = '\0';
    if (clGetPlatformInfo(platform, what, 0, NULL, &bytes) != CL_SUCCESS || bytes == 0) return;
    char *whole = clpti_calloc((int64_t)bytes + 1, 1);
    if (whole && clGetPlatformInfo(platform, what, bytes, whole, NULL) == CL_SUCCESS) {
        snprintf(text, size, "%s", whole);
        trim(text);
    }
    free(whole);
}

uint64_t clpti_device_number(cl_device_id device, cl_device_info what)
{
    uint64_t number = 0; /* narrower values fill the low bytes: relevant OpenCL hosts are little-endian */
    size_t bytes = 0;
    if (clGetDeviceInfo(device, what, 0, NULL, &bytes) != CL_SUCCESS || bytes > sizeof number) return 0;
    return clGetDeviceInfo(device, what, bytes, &number, NULL) == CL_SUCCESS ? number : 0;
}

static bool has_extension(cl_device_id device, const char *name)
{
    size_t bytes = 0;
    bool found = false;
    if (clGetDeviceInfo(device, CL_DEVICE_EXTENSIONS, 0, NULL, &bytes) != CL_SUCCESS) return false;
    char *list = clpti_calloc((int64_t)bytes + 1, 1);
    if (list && clGetDeviceInfo(device, CL_DEVICE_EXTENSIONS, bytes, list, NULL) == CL_SUCCESS) {
        size_t length = strlen(name);
        for (const char *at = strstr(list, name); at && !found; at = strstr(at + 1, name))
            found = (at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0');
    }
    free(list);
    return found;
}

/* Relative speed: float lanes times clock rate. Drivers that report no clock rate count as 1 GHz. */
static double score_of(cl_device_id device, const clpti_quirk *quirk)
{
    double units = (double)clpti_device_number(device, CL_DEVICE_MAX_COMPUTE_UNITS);
    double clock = (double)clpti_device_number(device, CL_DEVICE_MAX_CLOCK_FREQUENCY) / 1000;
    return (units > 0 ? units : 1) * (clock > 0 ? clock : 1) * quirk->lanes;
}

cl_int clpti_device_describe(cl_platform_id platform, cl_device_id device, clpt_device_info *info)
{
    cl_device_type type = 0;
    cl_int error = clGetDeviceInfo(device, CL_DEVICE_TYPE, sizeof type, &type, NULL);
    if (error != CL_SUCCESS) return error;
    *info = (clpt_device_info){.size = sizeof *info, .platform = -1, .device = -1};
    platform_text(platform, CL_PLATFORM_NAME, info->platform_name, sizeof info->platform_name);
    clpti_device_text(device, CL_DEVICE_NAME, info->name, sizeof info->name);
    clpti_device_text(device, CL_DEVICE_VENDOR, info->vendor, sizeof info->vendor);
    clpti_device_text(device, CL_DEVICE_VERSION, info->version, sizeof info->version);
    clpti_device_text(device, CL_DRIVER_VERSION, info->driver, sizeof info->driver);
    info->compute_units = (uint32_t)clpti_device_number(device, CL_DEVICE_MAX_COMPUTE_UNITS);
    info->memory = clpti_device_number(device, CL_DEVICE_GLOBAL_MEM_SIZE);
    info->largest_allocation = clpti_device_number(device, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
    info->local_memory = clpti_device_number(device, CL_DEVICE_LOCAL_MEM_SIZE);
    info->max_work_group = clpti_device_number(device, CL_DEVICE_MAX_WORK_GROUP_SIZE);
    info->fp64 = has_extension(device, "cl_khr_fp64");
    info->subgroups = has_extension(device, "cl_khr_subgroups") || has_extension(device, "cl_intel_subgroups");
    info->unified_memory = clpti_device_number(device, CL_DEVICE_HOST_UNIFIED_MEMORY) != 0;

    const clpti_quirk *quirk = clpti_quirk_find(info->platform_name, info->name, type);
    snprintf(info->short_name, sizeof info->short_name, "%s", quirk->short_name);
    info->type = quirk->shown_as;
    info->score = score_of(device, quirk);
    return CL_SUCCESS;
}

char *clpti_device_identity(cl_platform_id platform, cl_device_id device)
{
    static const cl_device_info parts[] = {CL_DEVICE_NAME, CL_DEVICE_VENDOR, CL_DEVICE_VERSION, CL_DRIVER_VERSION,
                                           CL_DEVICE_OPENCL_C_VERSION};
    enum { PART = 512, COUNT = sizeof parts / sizeof *parts };
    char *identity = clpti_calloc((COUNT + 3) * PART, 1);
    if (!identity) return NULL;
    char part[PART - 1];
    size_t used = (size_t)snprintf(identity, PART, "clptycho %s\n", clpt_version());
    platform_text(platform, CL_PLATFORM_NAME, part, sizeof part);
    used += (size_t)sprintf(identity + used, "%s\n", part);
    platform_text(platform, CL_PLATFORM_VERSION, part, sizeof part);
    used += (size_t)sprintf(identity + used, "%s\n", part);
    for (size_t i = 0; i < COUNT; i++) {
        clpti_device_text(device, parts[i], part, sizeof part);
        used += (size_t)sprintf(identity + used, "%s\n", part);
    }
    return identity;
}

/* cl_khr_pci_bus_info, or the NVIDIA extension that reports the same in parts (CL_DEVICE_PCI_..._ID_NV). */
bool clpti_cl_pci_address(const clpt_context *context, char address[32])
{
    enum { BUS_INFO = 0x410F, BUS_NV = 0x4008, SLOT_NV = 0x4009, DOMAIN_NV = 0x400A };
    struct {
        cl_uint domain, bus, device, function;
    } at = {0};
    if (clpti_is_reference(context)) return false;
    cl_device_id device = context->cl->device;
    if (clGetDeviceInfo(device, BUS_INFO, sizeof at, &at, NULL) != CL_SUCCESS) {
        if (clGetDeviceInfo(device, BUS_NV, sizeof at.bus, &at.bus, NULL) != CL_SUCCESS) return false;
        cl_uint slot = (cl_uint)clpti_device_number(device, SLOT_NV); /* device and function, as encoded on the bus */
        at.device = slot >> 3;
        at.function = slot & 7;
        at.domain = (cl_uint)clpti_device_number(device, DOMAIN_NV);
    }
    snprintf(address, 32, "%08x:%02x:%02x.%x", at.domain, at.bus, at.device, at.function);
    return true;
}
