/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands, one file each. */
#ifndef CLPTI_CLI_COMMANDS_H
#define CLPTI_CLI_COMMANDS_H

#include "cli/options.h"

/* The command of an index; NULL beyond the last. main.c */
const clpti_command *clpti_command_at(int index);

extern const clpti_command clpti_command_devices;
extern const clpti_command clpti_command_doctor;
extern const clpti_command clpti_command_info;
extern const clpti_command clpti_command_layouts;
extern const clpti_command clpti_command_convert;
extern const clpti_command clpti_command_simulate;
extern const clpti_command clpti_command_forward;
extern const clpti_command clpti_command_reconstruct;
extern const clpti_command clpti_command_train;
extern const clpti_command clpti_command_infer;
extern const clpti_command clpti_command_compare;
extern const clpti_command clpti_command_export;
extern const clpti_command clpti_command_op;
extern const clpti_command clpti_command_tune;
extern const clpti_command clpti_command_bench;
extern const clpti_command clpti_command_parity;

#endif
