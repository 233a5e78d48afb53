/* SPDX-License-Identifier: Apache-2.0 */
/* Environment variables of OpenCL drivers, set by the command unless the user set them. */
#ifndef CLPTI_CLI_DRIVER_ENVIRONMENT_H
#define CLPTI_CLI_DRIVER_ENVIRONMENT_H

/* To be called before a driver is loaded, and before any thread is started. */
void clpti_driver_environment_set(void);

#endif
