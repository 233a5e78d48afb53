/* SPDX-License-Identifier: Apache-2.0 */
/* The table of differences between OpenCL implementations. */
#include "cl/quirks.h"

#include <string.h>

#define GPU CL_DEVICE_TYPE_GPU
#define CPU CL_DEVICE_TYPE_CPU

/* The first match applies. The platform's name is matched first: PoCL reports Intel's vendor id on AMD processors. */
static const clpti_quirk quirks[] = {
    {.platform = "Portable Computing Language",
     .type = CPU,
     .short_name = "pocl",
     .shown_as = CLPT_DEVICE_CPU,
     .lanes = 8,
     .cpu_shaped = true,
     .cache_programs = true,
     .full_work_groups_only = true,
     .compiles_at_launch = true,
     .cache_variable = "POCL_CACHE_DIR",
     .why =
         "one work-item per pattern with float16 lanes ran 6 to 8 times faster than GPU-shaped transforms; "
         "cached binaries reduce create+build from 0.95 to 0.007 s; first launches compile for a work-group size; "
         "exit_step=split with several modes is wrong at sides 18 to 63 unless work-groups are full, correct at 48, "
         "at 128 and with POCL_WORK_GROUP_METHOD=cbs (PoCL 3.1, measured); processes that build at the "
         "same time share PoCL's own cache, where one removes what another lists: builds crashed in readdir, or failed "
         "without a message (4 of 16 runs of `test_cache`, four at a time)"},
    {.platform = "Portable Computing Language",
     .short_name = "pocl",
     .shown_as = CLPT_DEVICE_GPU,
     .lanes = 32,
     .cache_programs = true,
     .why = "PoCL on top of a GPU driver: use that driver if available"},
    {.platform = "rusticl",
     .device = "llvmpipe",
     .short_name = "rusticl",
     .shown_as = CLPT_DEVICE_CPU,
     .lanes = 0.05,
     .loop_limit = 65535,
     .compiles_at_launch = true,
     .why = "for correctness only; silently stops a work-item after 65535 loop iterations (ggml #13813), gains nothing "
            "from binaries (Mesa 22.3, measured)"},
    {.platform = "rusticl",
     .type = CPU,
     .short_name = "rusticl",
     .shown_as = CLPT_DEVICE_CPU,
     .lanes = 0.05,
     .loop_limit = 65535,
     .compiles_at_launch = true,
     .why = "a software rasteriser like llvmpipe"},
    {.platform = "rusticl",
     .short_name = "rusticl",
     .shown_as = CLPT_DEVICE_GPU,
     .lanes = 32,
     .compiles_at_launch = true,
     .why = "Mesa has its own shader cache"},
    {.platform = "Clover",
     .short_name = "clover",
     .shown_as = CLPT_DEVICE_GPU,
     .lanes = 0.5,
     .why = "OpenCL 1.1, unmaintained since 2022, removed from Mesa 25.2"},
    {.platform = "Oclgrind",
     .short_name = "oclgrind",
     .shown_as = CLPT_DEVICE_OTHER,
     .lanes = 1e-4,
     .why = "an interpreter that detects defects; reports itself as accelerator, GPU and CPU at once"},
    {.platform = "NVIDIA",
     .short_name = "nvidia",
     .shown_as = CLPT_DEVICE_GPU,
     .lanes = 128,
     .cache_programs = true,
     .register_option = "-DCLPT_OPEN_GROUP -cl-nv-maxrregcount=",
     .why = "128 float lanes per multiprocessor since Maxwell (CUDA programming guide); without a limit, its compiler "
            "gives unrolled kernels 255 registers, so that one work-group of 256 fills a multiprocessor (driver 580, "
            "measured); the option is from cl_nv_compiler_options"},
    {.platform = "AMD Accelerated",
     .type = CPU,
     .short_name = "amd-cpu",
     .shown_as = CLPT_DEVICE_CPU,
     .lanes = 4,
     .cache_programs = true,
     .why = "AMD's former CPU runtime, SSE only"},
    {.platform = "AMD Accelerated",
     .short_name = "amd",
     .shown_as = CLPT_DEVICE_GPU,
     .lanes = 64,
     .cache_programs = true,
     .why = "64 float lanes per compute unit (AMD GCN, CDNA, RDNA)"},
    {.platform = "FPGA",
     .short_name = "intel-fpga",
     .shown_as = CLPT_DEVICE_OTHER,
     .lanes = 0.01,
     .why = "Intel's FPGA emulation, installed along with the CPU runtime; not for performance"},
    {.platform = "Intel",
     .type = CPU,
     .short_name = "intel-cpu",
     .shown_as = CLPT_DEVICE_CPU,
     .lanes = 8,
     .cpu_shaped = true,
     .cache_programs = true,
     .why = "a CPU: the same shapes as PoCL"},
    {.platform = "Intel",
     .short_name = "intel",
     .shown_as = CLPT_DEVICE_GPU,
     .lanes = 8,
     .cache_programs = true,
     .why = "compute units are execution units of 8 float lanes; drivers reused stale binaries (compute-runtime #125): "
            "the driver version is part of the key"},
    {.platform = "Apple",
     .type = CPU,
     .short_name = "apple-cpu",
     .shown_as = CLPT_DEVICE_CPU,
     .lanes = 4,
     .why = "allows only work-groups of 1 in kernels with barriers"},
    {.platform = "Apple",
     .short_name = "apple",
     .shown_as = CLPT_DEVICE_GPU,
     .lanes = 64,
     .cache_programs = true,
     .why = "deprecated by Apple since macOS 10.14, still available"},
    {.platform = "ARM",
     .type = GPU,
     .short_name = "arm",
     .shown_as = CLPT_DEVICE_GPU,
     .lanes = 16,
     .cache_programs = true,
     .why = "Mali: at least 16 float lanes per shader core"},
    {.platform = "QUALCOMM",
     .short_name = "adreno",
     .shown_as = CLPT_DEVICE_GPU,
     .lanes = 64,
     .cache_programs = true,
     .why = "Adreno shader processors"},
    {.platform = "clvk",
     .short_name = "clvk",
     .shown_as = CLPT_DEVICE_GPU,
     .lanes = 16,
     .why = "OpenCL over Vulkan: prefer the native driver of the same device"},
    {.platform = "OpenCLOn12",
     .short_name = "on12",
     .shown_as = CLPT_DEVICE_GPU,
     .lanes = 16,
     .why = "OpenCL over Direct3D 12: prefer the native driver of the same device"},
    {.type = CPU,
     .short_name = "other",
     .shown_as = CLPT_DEVICE_CPU,
     .lanes = 4,
     .why = "an unknown CPU runtime: general kernels, nothing cached on disk"},
    {.type = GPU,
     .short_name = "other",
     .shown_as = CLPT_DEVICE_GPU,
     .lanes = 16,
     .why = "an unknown GPU runtime: general kernels, nothing cached on disk"},
    {.short_name = "other", .shown_as = CLPT_DEVICE_OTHER, .lanes = 1, .why = "neither a CPU nor a GPU"},
};

const clpti_quirk *clpti_quirk_find(const char *platform_name, const char *device_name, cl_device_type type)
{
    size_t last = sizeof quirks / sizeof *quirks - 1;
    for (size_t i = 0; i < last; i++) {
        const clpti_quirk *quirk = &quirks[i];
        if (quirk->platform && !strcasestr(platform_name, quirk->platform)) continue;
        if (quirk->device && !strcasestr(device_name, quirk->device)) continue;
        if (quirk->type && !(quirk->type & type)) continue;
        return quirk;
    }
    return &quirks[last];
}
