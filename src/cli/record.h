/* SPDX-License-Identifier: Apache-2.0 */
/* Provenance of a result: the program, the device, every option as given, and the values that the engine chose. */
#ifndef CLPTI_CLI_RECORD_H
#define CLPTI_CLI_RECORD_H

#include "cli/result.h"

/* Receives one entry; a failure ends the record. */
typedef clpt_status (*clpti_record_text)(void *user, const char *name, const char *text, clpt_message *message);
typedef clpt_status (*clpti_record_number)(void *user, const char *name, double number, clpt_message *message);

/* "clptycho_version", …, and "option_NAME" for every option of the command, "default" if it is not set. */
clpt_status clpti_record_texts(const clpti_result *result, clpti_record_text add, void *user, clpt_message *message);

/* "used_NAME" for every option with a default chosen by the engine, and for the number of probe modes. */
clpt_status clpti_record_numbers(const clpti_result *result, clpti_record_number add, void *user,
                                 clpt_message *message);

/* All entries as lines "name = value", in memory that the caller frees. */
clpt_status clpti_record_print(const clpti_result *result, char **text, clpt_message *message);

#endif
