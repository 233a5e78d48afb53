/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of devices, their properties, the table of quirks, and self-checks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime_support.h"

#include "cl/internal.h"

static void devices_list_fields_plausible(void **state)
{
    (void)state;
    clpt_device_info **devices = NULL;
    size_t count = 0;
    clpt_message message;
    assert_int_equal(clpt_devices_list(&devices, &count, &message), CLPT_OK);
    assert_string_equal(message.text, "");
    assert_true(!devices == !count);
    for (size_t i = 0; i < count; i++) {
        const clpt_device_info *info = devices[i];
        assert_true(info->platform >= 0 && info->device >= 0);
        assert_true(info->type != CLPT_DEVICE_REFERENCE);
        assert_true(*info->short_name && *info->name && *info->platform_name && *info->driver);
        assert_non_null(strstr(info->version, "OpenCL"));
        assert_true(info->compute_units >= 1 && info->max_work_group >= 1);
        assert_true(info->memory >= 1 << 20 && info->largest_allocation >= 1 << 20);
        assert_true(info->largest_allocation <= info->memory && info->local_memory >= 1 << 10);
        assert_true(info->score > 0);
        assert_int_equal(info->size, sizeof *info);
        if (i) assert_true(info->platform > devices[i - 1]->platform || info->device > devices[i - 1]->device);
    }
    clpt_devices_free(&devices);
    assert_null(devices);
    clpt_devices_free(&devices);
    clpt_devices_free(NULL);
    assert_int_equal(clpt_devices_list(&devices, &count, NULL), CLPT_OK);
    clpt_devices_free(&devices);
}

static void devices_list_null_is_argument(void **state)
{
    (void)state;
    clpt_message message;
    size_t count;
    assert_int_equal(clpt_devices_list(NULL, &count, &message), CLPT_ERROR_ARGUMENT);
    assert_non_null(strstr(message.text, "clpt_devices_list"));
    assert_int_equal(clpt_device_run_check(NULL, &message), CLPT_ERROR_ARGUMENT);
}

static void device_run_check_every_device_passes(void **state)
{
    (void)state;
    clpt_device_info **devices = NULL, **again = NULL;
    size_t count = 0;
    clpt_message message;
    char *cache = test_directory_new();
    setenv("CLPTYCHO_CACHE_DIR", cache, 1);
    assert_int_equal(clpt_devices_list(&devices, &count, &message), CLPT_OK);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(devices[i]->check, CLPT_CHECK_UNKNOWN);
        assert_int_equal(clpt_device_run_check(devices[i], &message), CLPT_OK);
        if (devices[i]->check != CLPT_CHECK_PASSED) fail_msg("%s: %s", devices[i]->name, devices[i]->check_reason);
        assert_string_equal(devices[i]->check_reason, "");
    }
    assert_int_equal(clpt_devices_list(&again, &count, &message), CLPT_OK);
    for (size_t i = 0; i < count; i++) assert_int_equal(again[i]->check, CLPT_CHECK_PASSED);
    clpt_devices_free(&devices);
    clpt_devices_free(&again);
    unsetenv("CLPTYCHO_CACHE_DIR");
    test_directory_remove(cache);
}

static void device_run_check_gone_device_is_named(void **state)
{
    (void)state;
    clpt_message message;
    clpt_device_info info = {
        .size = sizeof info, .platform = 77, .device = 3, .type = CLPT_DEVICE_GPU, .name = "no such thing"};
    assert_int_equal(clpt_device_run_check(&info, &message), CLPT_ERROR_DEVICE);
    assert_non_null(strstr(message.text, "77:3"));
    assert_non_null(strstr(message.text, "no such thing"));
}

static void quirk_find_goes_by_platform(void **state)
{
    (void)state;
    static const struct {
        const char *platform, *device;
        cl_device_type type;
        const char *short_name;
        clpt_device_type shown_as;
        bool cpu_shaped, cache_programs;
        int64_t loop_limit;
        bool full_work_groups_only;
    } entries[] = {
        {"Portable Computing Language", "pthread-AMD EPYC", CL_DEVICE_TYPE_CPU, "pocl", CLPT_DEVICE_CPU, true, true, 0,
         true},
        {"Portable Computing Language", "NVIDIA H100", CL_DEVICE_TYPE_GPU, "pocl", CLPT_DEVICE_GPU, false, true, 0,
         false},
        {"rusticl", "llvmpipe (LLVM 15.0.6, 256 bits)", CL_DEVICE_TYPE_CPU, "rusticl", CLPT_DEVICE_CPU, false, false,
         65535, false},
        {"rusticl", "AMD Radeon RX 7900 XTX (radeonsi)", CL_DEVICE_TYPE_GPU, "rusticl", CLPT_DEVICE_GPU, false, false,
         0, false},
        {"Oclgrind", "Oclgrind Simulator", CL_DEVICE_TYPE_CPU | CL_DEVICE_TYPE_GPU, "oclgrind", CLPT_DEVICE_OTHER,
         false, false, 0, false},
        {"NVIDIA CUDA", "NVIDIA H100 80GB HBM3", CL_DEVICE_TYPE_GPU, "nvidia", CLPT_DEVICE_GPU, false, true, 0, false},
        {"AMD Accelerated Parallel Processing", "gfx90a", CL_DEVICE_TYPE_GPU, "amd", CLPT_DEVICE_GPU, false, true, 0,
         false},
        {"Intel(R) OpenCL", "AMD EPYC 9354", CL_DEVICE_TYPE_CPU, "intel-cpu", CLPT_DEVICE_CPU, true, true, 0, false},
        {"Intel(R) OpenCL Graphics", "Intel(R) Arc(TM) A770", CL_DEVICE_TYPE_GPU, "intel", CLPT_DEVICE_GPU, false, true,
         0, false},
        {"Intel(R) FPGA Emulation Platform for OpenCL(TM)", "Intel(R) FPGA Emulation Device",
         CL_DEVICE_TYPE_ACCELERATOR, "intel-fpga", CLPT_DEVICE_OTHER, false, false, 0, false},
        {"Somebody's OpenCL", "New", CL_DEVICE_TYPE_GPU, "other", CLPT_DEVICE_GPU, false, false, 0, false},
        {"Somebody's OpenCL", "New", CL_DEVICE_TYPE_ACCELERATOR, "other", CLPT_DEVICE_OTHER, false, false, 0, false},
    };
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        const clpti_quirk *quirk = clpti_quirk_find(entries[i].platform, entries[i].device, entries[i].type);
        assert_string_equal(quirk->short_name, entries[i].short_name);
        assert_int_equal(quirk->shown_as, entries[i].shown_as);
        assert_int_equal(quirk->cpu_shaped, entries[i].cpu_shaped);
        assert_int_equal(quirk->cache_programs, entries[i].cache_programs);
        assert_int_equal(quirk->loop_limit, entries[i].loop_limit);
        assert_int_equal(quirk->full_work_groups_only, entries[i].full_work_groups_only);
        assert_true(quirk->lanes > 0 && *quirk->why);
    }
}

static void cl_fail_names_error_and_advice(void **state)
{
    (void)state;
    clpt_message message;
    assert_int_equal(clpti_cl_fail(&message, CL_MEM_OBJECT_ALLOCATION_FAILURE, "reserving %d bytes", 5),
                     CLPT_ERROR_MEMORY);
    assert_non_null(strstr(message.text, "reserving 5 bytes: CL_MEM_OBJECT_ALLOCATION_FAILURE (-4)"));
    assert_non_null(strstr(message.text, "CLPTYCHO_MEMORY_LIMIT"));
    assert_int_equal(clpti_cl_fail(&message, -12345, "something"), CLPT_ERROR_OPENCL);
    assert_non_null(strstr(message.text, "unknown OpenCL error (-12345)"));
    assert_string_equal(clpti_cl_error_name(CL_INVALID_KERNEL_ARGS), "CL_INVALID_KERNEL_ARGS");
    assert_int_equal(clpti_cl_fail(NULL, CL_OUT_OF_HOST_MEMORY, "quiet"), CLPT_ERROR_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(devices_list_fields_plausible),        cmocka_unit_test(devices_list_null_is_argument),
        cmocka_unit_test(device_run_check_every_device_passes), cmocka_unit_test(device_run_check_gone_device_is_named),
        cmocka_unit_test(quirk_find_goes_by_platform),          cmocka_unit_test(cl_fail_names_error_and_advice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
