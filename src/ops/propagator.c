/* SPDX-License-Identifier: Apache-2.0 */
/* Transfer functions, and the context's cache of them. J. W. Goodman, Introduction to Fourier Optics (3rd edition),
 * 3.10 and 4.2, without the constant phase exp(2πi z / λ); a diverging beam is scaled by the Fresnel scaling theorem,
 * D. M. Paganin, Coherent X-Ray Optics (2006). */
#include "ops/propagator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

enum { idle_kept = 4 };

/* ---- geometry ---- */

static bool positive(double number)
{
    return number > 0.0 && isfinite(number);
}

clpt_status clpti_propagation_check(clpt_message *m, const char *function, const clpt_propagation *how,
                                    clpt_geometry *geometry)
{
    if ((unsigned)how->kind > CLPT_PROPAGATION_FRESNEL)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT, "%s: unknown propagation %d", function, (int)how->kind);
    if (!positive(how->wavelength) || !positive(how->pixel) || !isfinite(how->distance) || how->distance == 0.0)
        return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                          "%s: near-field propagation requires a positive wavelength, distance and pixel size; they "
                          "are %g m, %g m and %g m",
                          function, how->wavelength, how->distance, how->pixel);
    double z1 = how->source_distance, magnification = z1 == 0.0 ? 1.0 : (z1 + how->distance) / z1;
    if (!positive(magnification))
        return clpti_fail(m, CLPT_ERROR_ARGUMENT,
                          "%s: %g m from focus to sample and %g m from sample to detector give a magnification of %g; "
                          "it must be positive",
                          function, z1, how->distance, magnification);
    *geometry = (clpt_geometry){
        .magnification = magnification, .pixel = how->pixel / magnification, .distance = how->distance / magnification};
    return CLPT_OK;
}

/* ---- transfer functions ---- */

/* The phase of H in cycles at squared frequency f² (1/m²). Both forms avoid the cancellation of large numbers:
 * √(1/λ² − f²) − 1/λ = −f² / (√(1/λ² − f²) + 1/λ). */
static double turns(clpt_propagation_kind kind, double wavelength, double distance, double f2)
{
    if (kind == CLPT_PROPAGATION_FRESNEL) return -0.5 * wavelength * distance * f2;
    double k = 1.0 / wavelength, rest = k * k - f2;
    return rest > 0.0 ? -distance * f2 / (sqrt(rest) + k) : -distance * k;
}

static double frequency(int64_t index, int64_t side, double pixel)
{
    return (double)(index <= (side - 1) / 2 ? index : index - side) / ((double)side * pixel);
}

/* H / N; symmetric in both axes and under their exchange, so only an eighth of it is computed. */
static void fill(const clpt_propagation *how, const clpt_geometry *geometry, int64_t side, double *transfer)
{
    for (int64_t y = 0; y <= side / 2; y++)
        for (int64_t x = 0; x <= y; x++) {
            double fy = frequency(y, side, geometry->pixel), fx = frequency(x, side, geometry->pixel);
            double phase = turns(how->kind, how->wavelength, geometry->distance, fx * fx + fy * fy);
            double angle = 2.0 * acos(-1.0) * (phase - rint(phase)), norm = 1.0 / (double)side;
            int64_t rows[] = {y, (side - y) % side}, columns[] = {x, (side - x) % side};
            for (int i = 0; i < 4; i++) {
                int64_t v = rows[i / 2], u = columns[i % 2], at[] = {v * side + u, u * side + v};
                for (int k = 0; k < 2; k++) {
                    transfer[2 * at[k]] = norm * cos(angle);
                    transfer[2 * at[k] + 1] = norm * sin(angle);
                }
            }
        }
}

/* Beyond this distance the phase of H changes by more than half a cycle between neighbouring frequencies. */
static void warn_undersampled(const clpt_context *context, const clpt_propagation *how, const clpt_geometry *g,
                              int64_t side)
{
    double reach = (double)side * g->pixel * g->pixel / how->wavelength;
    if (fabs(g->distance) > reach)
        clpti_log(context, CLPT_LOG_WARNING,
                  "near field: %lld pixels of %.4g m sample the propagator up to %.4g m; at %.4g m, waves that leave "
                  "the window on one side wrap around to the other",
                  (long long)side, g->pixel, reach, g->distance);
}

static clpt_status upload(clpt_context *context, clpti_propagator *p, const clpt_geometry *geometry)
{
    clpt_status status = CLPT_OK;
    int64_t pixels = p->side * p->side;
    double *host = clpti_malloc(pixels, 2 * sizeof *host);
    if (!host)
        return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of host memory for a propagator of side %lld",
                          (long long)p->side);
    fill(&p->how, geometry, p->side, host);
    CLPTI_TRY(clpti_buffer_create(context, CLPTI_COMPLEX, pixels, &p->transfer));
    CLPTI_TRY(clpti_field_upload(clpti_view_of(p->transfer), host, CLPT_TYPE_C128, pixels));
cleanup:
    free(host);
    return status;
}

/* ---- the context's cache ---- */

static void destroy(clpti_propagator *p)
{
    clpt_buffer_destroy(&p->transfer);
    free(p);
}

typedef struct propagators {
    clpti_propagator *first; /* the most recent */
} propagators;

static void close_all(void *state)
{
    propagators *all = state;
    while (all->first) {
        clpti_propagator *p = all->first;
        all->first = p->next;
        destroy(p);
    }
}

static const clpti_part part = {"propagators", sizeof(propagators), close_all};

/* Destroys all idle propagators except the `kept` most recent. */
static void destroy_idle(propagators *all, int kept)
{
    for (clpti_propagator **link = &all->first; *link;) {
        clpti_propagator *p = *link;
        if (p->users || kept-- > 0) {
            link = &p->next;
            continue;
        }
        *link = p->next;
        destroy(p);
    }
}

static bool same(const clpti_propagator *p, const clpt_propagation *how, int64_t side)
{
    return p->side == side && p->how.kind == how->kind && p->how.wavelength == how->wavelength &&
           p->how.distance == how->distance && p->how.pixel == how->pixel &&
           p->how.source_distance == how->source_distance;
}

static clpt_status make(clpt_context *context, const clpt_propagation *how, const clpt_geometry *geometry, int64_t side,
                        clpti_propagator **made)
{
    clpti_propagator *p = calloc(1, sizeof *p);
    if (!p) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of host memory for a propagator");
    p->how = *how;
    p->side = side;
    clpt_status status = upload(context, p, geometry);
    if (status != CLPT_OK) {
        destroy(p);
        return status;
    }
    warn_undersampled(context, how, geometry, side);
    *made = p;
    return CLPT_OK;
}

clpt_status clpti_propagator_take(clpt_context *context, const char *function, const clpt_propagation *how,
                                  int64_t side, clpti_propagator **propagator)
{
    clpt_status status = CLPT_OK;
    clpt_geometry geometry;
    *propagator = NULL;
    if (how->kind == CLPT_PROPAGATION_FAR_FIELD) return CLPT_OK;
    CLPTI_TRY(clpti_propagation_check(&context->message, function, how, &geometry));
    propagators *all = clpti_context_part(context, &part);
    if (!all) return CLPT_ERROR_MEMORY;
    clpti_propagator **link = &all->first, *found;
    while (*link && !same(*link, how, side)) link = &(*link)->next;
    if ((found = *link)) {
        *link = found->next;
    } else {
        destroy_idle(all, idle_kept - 1);
        CLPTI_TRY(make(context, how, &geometry, side, &found));
    }
    found->next = all->first;
    all->first = *propagator = found;
    found->users++;
cleanup:
    return status;
}

void clpti_propagator_give(clpti_propagator **propagator)
{
    if (*propagator) (*propagator)->users--;
    *propagator = NULL;
}
