/* SPDX-License-Identifier: Apache-2.0 */
/* Factors on elements before they are compared, after CONVENTIONS' Accuracy. */
#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "parity/parity.h"

/* Pixels this near to a cutoff, as a fraction of it, are not compared. */
static const double near = 1e-5;

/* Maximum of a group. */
static double maximum_of(const double *values, int64_t count)
{
    double maximum = 0;
    for (int64_t i = 0; i < count; i++) maximum = fmax(maximum, values[i]);
    return maximum;
}

static double center(double cover, double maximum)
{
    (void)maximum;
    return cover + 1e-3;
}

static double covered(double cover, double maximum)
{
    (void)maximum;
    return cover > 0.5;
}

static double beside(double cover, double cutoff)
{
    return fabs(cover - cutoff) > near * cutoff;
}

static double centre_cutoff(double cover, double maximum)
{
    (void)maximum;
    return beside(cover, 1e-6);
}

static double probe_cutoff(double cover, double maximum)
{
    return beside(cover, 1e-6 * maximum);
}

static double bright(double intensity, double maximum)
{
    (void)maximum;
    return intensity;
}

static double lit(double light, double maximum)
{
    return maximum > 0 ? sqrt(light / maximum) : 1;
}

static const struct {
    const char *text;
    const char *input; /* [groups, …]: the maximum is per group; or [H, W] */
    double (*factor)(double value, double maximum);
} rules[] = {
    [CLPTI_PARITY_PLAIN] = {"", NULL, NULL},
    [CLPTI_PARITY_CENTRE] = {"times (sum of masks + 1e-3)", "cover_center", center},
    [CLPTI_PARITY_COVERED] = {"where the sum of masks is over 0.5", "cover_center", covered},
    [CLPTI_PARITY_CENTRE_CUTOFF] = {"not within 1e-5 of the cutoff", "cover_center", centre_cutoff},
    [CLPTI_PARITY_PROBE_CUTOFF] = {"not within 1e-5 of the cutoff", "cover_probe", probe_cutoff},
    [CLPTI_PARITY_BRIGHT] = {"times the intensity", "intensity", bright},
    [CLPTI_PARITY_LIT] = {"times the root of the light", "light", lit},
};

const char *clpti_parity_rule_text(clpti_parity_rule_name rule)
{
    return rules[rule].text;
}

clpt_status clpti_parity_factor(clpti_parity_rule_name rule, const clpti_parity_problem *problem,
                                const clpti_tensor *expected, double **factor, clpt_message *message)
{
    *factor = NULL;
    if (!rules[rule].input) return CLPT_OK;
    const clpti_tensor *values = clpti_parity_find(&problem->inputs, rules[rule].input);
    int64_t count = clpti_tensor_count(expected);
    if (!values || values->type != CLPT_TYPE_F64 || clpti_tensor_count(values) != count)
        return clpti_fail(message, CLPT_ERROR_FILE, "its rule requires input '%s' in its shape", rules[rule].input);
    if (!(*factor = clpti_malloc(count, sizeof **factor)))
        return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory to compare %lld elements", (long long)count);
    int64_t each = values->rank == 3 && values->shape[0] ? count / values->shape[0] : count;
    for (int64_t first = 0; first < count; first += each) {
        const double *at = (const double *)values->data + first;
        double maximum = maximum_of(at, each);
        for (int64_t i = 0; i < each; i++) (*factor)[first + i] = rules[rule].factor(at[i], maximum);
    }
    return CLPT_OK;
}
