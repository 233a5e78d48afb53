/* SPDX-License-Identifier: Apache-2.0 */
/* Read by LeakSanitizer where it is linked: memory that OpenCL drivers and HDF5 themselves never give back. */

const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libRusticlOpenCL.so\n" /* clc_spirv_get_kernels_info, at each build (Mesa 22.3) */
           "leak:libMesaOpenCL.so\n"
           "leak:libLLVM\n"
           "leak:libhdf5\n"; /* a thread's own error stack, which is found only where thread storage is searched */
}
