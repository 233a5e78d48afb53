/* SPDX-License-Identifier: Apache-2.0 */
/* Options from files: --config and --preset. The command line has priority over --config, which has priority over
 * --preset. */
#ifndef CLPTI_CLI_CONFIG_H
#define CLPTI_CLI_CONFIG_H

#include "cli/options.h"

/* Sets the options that the command line lacks from the files that it names. A configuration is a JSON object with
 * names of options, and "file" for the operand, or a result of `reconstruct`, whose options and scan it takes. */
clpt_status clpti_config_apply(clpti_arguments *arguments, clpt_message *message);

/* --dump-config: prints every option that was given, on the command line or in a file, as a configuration. */
clpt_status clpti_config_print(const clpti_arguments *arguments, clpt_message *message);

#endif
