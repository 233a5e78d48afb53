/* SPDX-License-Identifier: Apache-2.0 */
/* Read by LeakSanitizer where it is linked: memory that OpenCL drivers themselves never give back. */

const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libRusticlOpenCL.so\n" /* clc_spirv_get_kernels_info, at each build (Mesa 22.3) */
           "leak:libMesaOpenCL.so\n"
           "leak:libLLVM\n";
}
