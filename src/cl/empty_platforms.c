/* SPDX-License-Identifier: Apache-2.0 */
/* Platforms without devices: their names, the driver's error, and what the user can do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cl/internal.h"

/* The remedy by a substring of the platform's name. */
static const struct {
    const char *name, *remedy;
} remedies[] = {
    {"Portable Computing", "its cache folder may not be writable: set POCL_CACHE_DIR to a folder that is"},
    {"rusticl", "set RUSTICL_ENABLE to the Mesa drivers to use: iris, radeonsi, nouveau, llvmpipe"},
    {"Clover", "Mesa's Clover supports few GPUs: use rusticl or the vendor's driver"},
    {"Intel", "the user may lack access to /dev/dri/renderD*: add it to the groups render and video"},
    {"AMD", "the user may lack access to /dev/kfd and /dev/dri/renderD*: add it to the groups render and video"},
    {"NVIDIA", "is the kernel module loaded, and of the driver's version? 'nvidia-smi' reports it"}};

static const char *remedy_of(const char *name)
{
    for (size_t k = 0; k < sizeof remedies / sizeof *remedies; k++)
        if (strstr(name, remedies[k].name)) return remedies[k].remedy;
    return "check its driver's installation and permissions";
}

/* Appends the sentence of a platform, if it has no device. */
static bool describe(cl_platform_id platform, char *text, size_t size)
{
    cl_uint devices = 0;
    char name[128] = "unknown";
    size_t used = strlen(text);
    cl_int error = clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, NULL, &devices);
    if (error == CL_SUCCESS && devices > 0) return false;
    clGetPlatformInfo(platform, CL_PLATFORM_NAME, sizeof name, name, NULL);
    snprintf(text + used, size - used, "%splatform '%s' has no device (%s): %s", used ? "; " : "", name,
             clpti_cl_error_name(error == CL_SUCCESS ? CL_DEVICE_NOT_FOUND : error), remedy_of(name));
    return true;
}

int clpti_empty_platforms(char *text, size_t size)
{
    enum { LIMIT = 32 };
    cl_platform_id platforms[LIMIT];
    cl_uint found = 0;
    int count = 0;
    *text = '\0';
    if (clGetPlatformIDs(LIMIT, platforms, &found) != CL_SUCCESS) return 0;
    for (cl_uint k = 0; k < found && k < LIMIT; k++) count += describe(platforms[k], text, size);
    return count;
}
