/* SPDX-License-Identifier: Apache-2.0 */
/* Files of networks: NPZ with weights by name, options, probe, and the state of training. */
#ifndef CLPTI_CLI_NETWORK_FILE_H
#define CLPTI_CLI_NETWORK_FILE_H

#include "cli/session.h"
#include "io/io.h"

enum { CLPTI_HISTORY_COLUMNS = 6 };

typedef struct clpti_network_file {
    clpt_network_options options;
    clpti_tensor probe;   /* C64 [P, N, N], as the network uses it */
    clpti_tensor history; /* F64 [epochs, 6]: loss, validation, their floors, rate, seconds; data NULL: none */
    double progress[2];   /* of an epoch that was interrupted: sum of losses over groups, and groups */
    uint64_t seed;
    double groups; /* number of groups that were trained and validated */
} clpti_network_file;

/* Writes network and file by rename. Waits for the device. */
clpt_status clpti_network_file_write(const char *path, const clpti_network_file *file, clpt_network *network,
                                     clpt_message *message);
/* Reads everything but the weights. */
clpt_status clpti_network_file_read(const char *path, clpti_network_file *file, clpt_message *message);
/* Reads weights, and with `state` what training requires, into a network of the file's options. */
clpt_status clpti_network_file_restore(const char *path, bool state, clpt_network *network, clpti_session *session);
void clpti_network_file_free(clpti_network_file *file);

#endif
