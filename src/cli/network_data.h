/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of patterns of one or several scans, for networks. */
#ifndef CLPTI_CLI_NETWORK_DATA_H
#define CLPTI_CLI_NETWORK_DATA_H

#include "cli/session.h"
#include "io/io.h"

typedef struct clpti_network_data {
    int64_t side, channels; /* N, C */
    int64_t patterns;       /* of all scans */
    float *inputs;          /* [patterns, N, N]: gain·amplitude */
    int64_t groups;
    int64_t *indices;          /* [groups, C], in `inputs` */
    double *centres, *offsets; /* [groups, 2], [groups, C, 2] */
    double counts;             /* mean counts per pattern */
    float *mask;               /* [N, N] 1 = good in every pattern */
    bool masked;               /* not all are 1 */
    clpt_array mask_array;
    clpt_buffer *buffer; /* the inputs on the device; NULL: they do not fit */
    clpt_array array;    /* of the buffer, or of the host's inputs */
} clpti_network_data;

/* Appends groups of a scan. groups 0: one for each pattern.
 * @param gain  receives the factor of its amplitudes; may be NULL */
clpt_status clpti_network_data_add(clpti_network_data *data, const clpti_scan_file *scan, const char *path,
                                   const clpt_groups_options *options, double *gain, clpt_message *message);
/* Copies the inputs to the device if they take at most a quarter of the memory limit. */
clpt_status clpti_network_data_upload(clpti_network_data *data, clpti_session *session);
void clpti_network_data_free(clpti_network_data *data);

/* The smallest canvas that contains all patches of all groups, and is not smaller than the network's default. */
int64_t clpti_network_data_canvas(const clpti_network_data *data, int64_t grid);
/* The mean of (m − m·ln m) over the pixels of groups first … first + count − 1, m = (scale·input)²: the smallest
 * possible Poisson loss. */
double clpti_network_data_floor(const clpti_network_data *data, double scale, int64_t first, int64_t count);
/* Groups order[0 … count − 1] (NULL: first …) as a batch in the caller's memory: indices [count, C], offsets [count, C,
 * 2]. */
clpt_network_batch clpti_network_data_batch(const clpti_network_data *data, const int64_t *order, int64_t first,
                                            int64_t count, int64_t *indices, double *offsets);

#endif
