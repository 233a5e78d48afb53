/* SPDX-License-Identifier: Apache-2.0 */
/* Factors that bring patterns and probes to the scale of the network. Host work in double precision. */
#include <math.h>

#include "arrays/check.h"
#include "network/network.h"

static double real_of(const clpt_array *a, int64_t i)
{
    return a->type == CLPT_TYPE_F64 || a->type == CLPT_TYPE_C128 ? ((const double *)a->data)[i]
                                                                 : (double)((const float *)a->data)[i];
}

static clpt_status check(const char *function, const char *name, const clpt_array *a, bool is_complex, int min_rank,
                         int max_rank, clpt_message *message)
{
    if (!a || !a->data || a->rank < min_rank || a->rank > max_rank || clpti_type_is_complex(a->type) != is_complex ||
        a->shape[a->rank - 1] < 1 || a->shape[a->rank - 1] != a->shape[a->rank - 2])
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: %s must be %s host memory, [.., N, N]", function, name,
                          is_complex ? "complex" : "real");
    return CLPT_OK;
}

clpt_status clpt_network_normalise(const clpt_array *amplitudes, const int64_t *indices, int64_t count, double *gain,
                                   clpt_message *message)
{
    static const char *const function = "clpt_network_normalise";
    clpt_status status = check(function, "amplitudes", amplitudes, false, 3, 4, message);
    if (status != CLPT_OK) return status;
    int64_t side = amplitudes->shape[amplitudes->rank - 1], patterns = clpti_array_elements(amplitudes) / side / side;
    double total = 0;
    if (count < 1 || !gain)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: %s", function, gain ? "count < 1" : "gain is NULL");
    for (int64_t k = 0; k < count; k++) {
        int64_t index = indices ? indices[k] : k;
        double sum = 0;
        if (index < 0 || index >= patterns)
            return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: index %lld is %lld; there are %lld amplitudes",
                              function, (long long)k, (long long)index, (long long)patterns);
        for (int64_t i = index * side * side; i < (index + 1) * side * side; i++)
            sum += real_of(amplitudes, i) * real_of(amplitudes, i);
        total += sum;
    }
    if (!(total > 0) || isinf(total))
        return clpti_fail(message, CLPT_ERROR_ARGUMENT, "%s: the sum of counts is %g", function, total);
    *gain = (double)side / 2 / sqrt(total / (double)count);
    return CLPT_OK;
}

clpt_status clpt_network_normalise_probe(const clpt_array *probe, double probe_scale, double *factor,
                                         clpt_message *message)
{
    static const char *const function = "clpt_network_normalise_probe";
    clpt_status status = check(function, "probe", probe, true, 2, 3, message);
    if (status != CLPT_OK) return status;
    int64_t side = probe->shape[probe->rank - 1];
    double sum = 0, middle = (double)side / 2 - 0.5, radius = (double)(side / 4);
    for (int64_t i = 0; i < side * side; i++) {
        double x = (double)(i % side) - middle, y = (double)(i / side) - middle;
        if (hypot(x, y) < radius) sum += hypot(real_of(probe, 2 * i), real_of(probe, 2 * i + 1));
    }
    if (!(sum > 0) || isinf(sum) || !(probe_scale > 0) || !factor)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "%s: the probe's sum within N/4 of its centre is %g, probe_scale %g: both must be positive",
                          function, sum, probe_scale);
    *factor = (double)(side * side) / (probe_scale * sum);
    return CLPT_OK;
}
