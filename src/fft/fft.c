/* SPDX-License-Identifier: Apache-2.0 */
/* FFT plans and the table of providers: selection, self-check, and the context's cache. */
#include "fft/fft.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cl/runtime.h"
#include "core/memory.h"
#include "core/poisson.h"
#include "core/tuning.h"
#include "fft/host_fft.h"

extern const clpti_fft_provider clpti_fft_lanes, clpti_fft_group, clpti_fft_clfft, clpti_fft_general;

static const clpti_fft_provider *const providers[] = {
    &clpti_fft_lanes,
    &clpti_fft_group,
#ifdef CLPTI_HAVE_CLFFT
    &clpti_fft_clfft,
#endif
    &clpti_fft_general,
};
enum { provider_count = sizeof providers / sizeof *providers };

const char *clpti_fft_provider_name(size_t index)
{
    return index < provider_count ? providers[index]->name : NULL;
}

const char *clpti_fft_table_name(size_t index)
{
#ifndef CLPTI_HAVE_CLFFT
    if (index == provider_count) return "clfft";
#endif
    return clpti_fft_provider_name(index);
}

/* ---- self-check: a random wave, forward and inverse, against the host's transform ---- */

static const double check_tolerance = 2e-6; /* relative to the maximum magnitude */

static double worst_difference(const float *got, const double *expected, int64_t count, double scale)
{
    double worst = 0.0, maximum = 0.0;
    for (int64_t i = 0; i < 2 * count; i++) {
        double difference = fabs((double)got[i] * scale - expected[i]);
        if (isnan(difference)) return difference;
        worst = fmax(worst, difference);
        maximum = fmax(maximum, fabs(expected[i]));
    }
    return worst / maximum;
}

/* `found` receives the maximum relative difference of both directions. */
static clpt_status measure(clpti_fft *fft, double *found)
{
    clpt_status status = CLPT_OK;
    int64_t pixels = fft->side * fft->side;
    clpti_view waves = clpti_view_of(fft->waves);
    double *expected = clpti_malloc(2 * pixels, sizeof *expected), *start = clpti_malloc(2 * pixels, sizeof *start);
    float *got = clpti_malloc(2 * pixels, sizeof *got);
    if (!expected || !start || !got)
        CLPTI_TRY(clpti_fail(&fft->context->message, CLPT_ERROR_MEMORY,
                             "out of host memory for the self-check of the FFT of side %lld", (long long)fft->side));
    for (int64_t i = 0; i < 2 * pixels; i++) {
        got[i] = (float)clpti_uniform(7, 0, (uint64_t)i) - 0.5f;
        expected[i] = start[i] = (double)got[i];
    }
    CLPTI_TRY(clpti_ref_fft2(expected, fft->side, 1, CLPTI_FORWARD));
    CLPTI_TRY(clpti_upload(waves, got, pixels));
    CLPTI_TRY(fft->provider->run(fft, 1, CLPTI_FORWARD));
    CLPTI_TRY(clpti_download(waves, got, pixels));
    *found = worst_difference(got, expected, pixels, 1.0);
    CLPTI_TRY(fft->provider->run(fft, 1, CLPTI_INVERSE));
    CLPTI_TRY(clpti_download(waves, got, pixels));
    double back = worst_difference(got, start, pixels, 1.0 / (double)pixels);
    if (!isnan(*found) && !(back <= *found)) *found = back;
cleanup:
    free(got);
    free(start);
    free(expected);
    return status;
}

/* ---- creating a plan ---- */

static void release(clpti_fft *fft)
{
    if (fft->provider && fft->state) fft->provider->destroy(fft);
    fft->state = NULL;
    fft->provider = NULL;
}

/* NULL if out of memory. */
static clpti_choice *record(clpti_fft *fft, const char *chosen, const char *reason, const char *rejected)
{
    char what[40];
    snprintf(what, sizeof what, "fft %lld", (long long)fft->side);
    clpti_choice *made = clpti_choice_record(fft->context, CLPT_CHOICE_FFT, what, chosen, reason, rejected);
    fft->choice = clpti_choice_index(made);
    return made;
}

/* A provider that failed before its first use. */
static void record_failure(clpti_fft *fft)
{
    clpti_choice *choice = clpti_choice_at(fft->context, fft->choice);
    fft->choice = 0;
    if (choice && !choice->record.runs) clpti_choice_set_failed(choice, fft->context->message.text);
}

static clpt_status try_provider(clpti_fft *fft, const clpti_fft_provider *provider, const char *reason,
                                const char *rejected)
{
    clpt_context *context = fft->context;
    double difference = 0.0;
    clpti_build build = {0};
    fft->provider = provider;
    if (provider->library) clpti_build_begin(&context->build, &build, provider->library, false);
    int before = clpti_choice_begin(context, record(fft, provider->name, reason, rejected));
    clpt_status status = provider->create(fft);
    if (status == CLPT_OK) status = measure(fft, &difference);
    clpti_choice_end(context, before);
    clpti_build_end(&context->build, &build);
    if (status == CLPT_OK && !(difference <= check_tolerance))
        status = clpti_fail(&context->message, CLPT_ERROR_FFT,
                            "FFT provider '%s' differs by %.3g from the host's transform at side %lld on %s",
                            provider->name, difference, (long long)fft->side, context->device.name);
    if (status != CLPT_OK) {
        record_failure(fft);
        release(fft);
    }
    return status;
}

static void list_providers(char *list, size_t size)
{
    list[0] = '\0';
    for (int i = 0; i < provider_count; i++) clpti_append(list, size, "%s%s", i ? ", " : "", providers[i]->name);
}

static clpt_status use_requested(clpti_fft *fft, const char *name)
{
    for (int i = 0; i < provider_count; i++) {
        const clpti_fft_provider *p = providers[i];
        if (strcmp(p->name, name)) continue;
        if (p->applicable(fft->context, fft->side)) return try_provider(fft, p, "requested (CLPTYCHO_FFT)", NULL);
        return clpti_fail(&fft->context->message, CLPT_ERROR_FFT,
                          "FFT provider '%s' does not support side %lld: it requires %s", name, (long long)fft->side,
                          p->needs);
    }
    char list[80];
    list_providers(list, sizeof list);
    return clpti_fail(&fft->context->message, CLPT_ERROR_ARGUMENT,
                      "unknown FFT provider '%s' (CLPTYCHO_FFT); this build has auto, %s", name, list);
}

/* The pass of "auto" that tries a provider: 0 preferred by tuning, 1 preferred on this kind of device, 2 all others. */
static int pass_of(const clpt_context *context, int64_t side, const clpti_fft_provider *provider, const char *tuned)
{
    if (tuned && !strcmp(provider->name, tuned)) return 0;
    return provider->preferred && provider->preferred(context, side) ? 1 : 2;
}

static void reason_of(const clpt_context *context, int pass, char reason[256])
{
    if (pass == 0)
        snprintf(reason, 256, "preferred by tuning: %s", clpti_tuned_source(context, "fft"));
    else if (pass == 1)
        snprintf(reason, 256, "first provider preferred on %s that supports this side",
                 clpti_capabilities_of(context)->cpu_shaped ? "CPUs" : "devices other than CPUs");
    else
        snprintf(reason, 256, "first provider that supports this side; the preferred ones do not");
}

static clpt_status choose_provider(clpti_fft *fft)
{
    clpt_context *context = fft->context;
    char reason[256], rejected[1024] = "", list[80];
    bool tried = false;
    if (strcmp(context->fft_requested, "auto")) return use_requested(fft, context->fft_requested);
    const char *tuned = clpti_tuned_variant(context, "fft");
    for (int pass = 0; pass < 3; pass++)
        for (int i = 0; i < provider_count; i++) {
            const clpti_fft_provider *p = providers[i];
            const char *line = *rejected ? "\n" : "";
            if (pass_of(context, fft->side, p, tuned) != pass) continue;
            if (clpti_is_disabled(context->without, "fft", p->name)) {
                clpti_append(rejected, sizeof rejected, "%s%s: disabled (--without, CLPTYCHO_WITHOUT)", line, p->name);
                continue;
            }
            if (!p->applicable(context, fft->side)) {
                clpti_append(rejected, sizeof rejected, "%s%s: requires %s", line, p->name, p->needs);
                continue;
            }
            tried = true;
            reason_of(context, pass, reason);
            clpt_status status = try_provider(fft, p, reason, rejected);
            if (status == CLPT_OK) return status;
            clpti_append(rejected, sizeof rejected, "%s%s: failed", line, p->name);
            clpti_log(context, CLPT_LOG_WARNING, "%s; trying the next provider", context->message.text);
        }
    if (tried) return CLPT_ERROR_FFT; /* the message is that of the last provider */
    list_providers(list, sizeof list);
    for (char *end = rejected; (end = strchr(end, '\n'));) *end = ';';
    return clpti_fail(&context->message, CLPT_ERROR_FFT, "no FFT provider (%s) is available for side %lld: %s", list,
                      (long long)fft->side, rejected);
}

/* The number of waves that suits the device, at least `minimum`. */
static int64_t capacity_for(clpt_context *context, int64_t side, int64_t minimum)
{
    int64_t bytes = side * side * (int64_t)clpti_element_size(context, CLPTI_COMPLEX);
    int64_t capacity = clpti_tuned(context, CLPTI_TUNING_FFT_BYTES),
            maximum = (int64_t)(context->device.largest_allocation / 2);
    if (capacity > maximum) capacity = maximum;
    if (context->memory_limit && capacity > (int64_t)(context->memory_limit / 4))
        capacity = (int64_t)(context->memory_limit / 4);
    int64_t count = capacity / bytes;
    return count > minimum ? count : minimum;
}

static void destroy(clpti_fft *fft)
{
    if (!fft) return;
    release(fft);
    clpt_buffer_destroy(&fft->waves);
    free(fft);
}

static clpt_status make(clpt_context *context, int64_t side, int64_t capacity, clpti_fft **out)
{
    clpt_status status = CLPT_OK;
    clpti_fft *fft = calloc(1, sizeof *fft);
    if (!fft) return clpti_fail(&context->message, CLPT_ERROR_MEMORY, "out of host memory for an FFT plan");
    *fft = (clpti_fft){.context = context, .side = side, .capacity = capacity};
    CLPTI_TRY(clpti_buffer_create(context, CLPTI_COMPLEX, fft->capacity * side * side, &fft->waves));
    *out = fft;
    fft = NULL;
cleanup:
    destroy(fft);
    return status;
}

/* ---- the plans that a context keeps ---- */

/* In order of last use; each uses much memory, so only a few are kept. */
enum { plans_kept = 8 };

typedef struct plans {
    clpti_fft *first;
} plans;

static void destroy_after(clpti_fft **link, int kept)
{
    for (; *link && kept > 0; kept--) link = &(*link)->next;
    while (*link) {
        clpti_fft *old = *link;
        *link = old->next;
        destroy(old);
    }
}

static void close_plans(void *state)
{
    plans *all = state;
    destroy_after(&all->first, 0);
}

static const clpti_part part = {"FFT plans", sizeof(plans), close_plans};

/* NULL, with a message, if out of host memory. Providers' state must outlive every plan, so it is created first. */
static plans *plans_of(clpt_context *context)
{
    plans *found = clpti_context_find(context, &part);
    if (found) return found;
    for (int i = 0; i < provider_count; i++)
        if (providers[i]->part && !clpti_context_part(context, providers[i]->part)) return NULL;
    return clpti_context_part(context, &part);
}

clpt_status clpti_fft_workspace(clpt_context *context, int64_t side, int64_t minimum, clpti_fft **fft)
{
    plans *all = plans_of(context);
    if (!all) return CLPT_ERROR_MEMORY;
    clpti_fft **link = &all->first, *found;
    while (*link && (*link)->side != side) link = &(*link)->next;
    if ((found = *link)) *link = found->next;
    if (found && found->capacity < minimum) {
        destroy(found);
        found = NULL;
    }
    if (!found) {
        destroy_after(&all->first, plans_kept - 1);
        int64_t capacity = capacity_for(context, side, minimum);
        clpt_status status = make(context, side, capacity, &found);
        if (status == CLPT_ERROR_MEMORY && all->first) { /* plans of other sides hold memory */
            close_plans(all);
            status = make(context, side, capacity, &found);
        }
        if (status != CLPT_OK) return status;
    }
    found->next = all->first;
    all->first = *fft = found;
    return CLPT_OK;
}

static clpt_status get(clpt_context *context, int64_t side, int64_t minimum, clpti_fft **fft)
{
    clpti_fft *found = NULL;
    *fft = NULL;
    clpt_status status = clpti_fft_workspace(context, side, minimum, &found);
    if (status == CLPT_OK && !found->provider && !clpti_is_reference(context)) status = choose_provider(found);
    if (status == CLPT_OK) {
        *fft = found;
    } else if (found) { /* a plan without a provider is useless */
        plans_of(context)->first = found->next;
        destroy(found);
    }
    return status;
}

clpt_status clpti_fft_get(clpt_context *context, int64_t side, int64_t minimum, clpti_fft **fft)
{
    clpt_status status = get(context, side, minimum, fft);
    plans *all = clpti_context_find(context, &part);
    if (status != CLPT_ERROR_MEMORY || !all || !all->first) return status;
    close_plans(all); /* plans of other sides hold memory */
    return get(context, side, minimum, fft);
}

clpt_status clpti_fft_create(clpt_context *context, int64_t side, int64_t count, clpti_fft **fft)
{
    *fft = NULL;
    if (!plans_of(context)) return CLPT_ERROR_MEMORY;
    clpt_status status = make(context, side, count, fft);
    if (status == CLPT_OK && !clpti_is_reference(context)) status = choose_provider(*fft);
    if (status != CLPT_OK) clpti_fft_destroy(fft);
    return status;
}

void clpti_fft_destroy(clpti_fft **fft)
{
    destroy(*fft);
    *fft = NULL;
}

clpt_status clpti_fft_run(clpti_fft *fft, int64_t count, int direction)
{
    clpt_context *context = fft->context;
    bool plain = clpti_is_reference(context);
    if (!plain && !fft->provider)
        return clpti_fail(&context->message, CLPT_ERROR_INTERNAL, "the plan of side %lld has no FFT provider",
                          (long long)fft->side);
    if (plain && !fft->choice) record(fft, "reference", "reference context: plain C in double precision", NULL);
    clpti_choice *choice = clpti_choice_at(context, fft->choice);
    if (choice) choice->record.runs++;
    int before = clpti_choice_begin(context, choice);
    clpt_status status = plain ? clpti_ref_fft2(clpti_host(clpti_view_of(fft->waves)), fft->side, count, direction)
                               : fft->provider->run(fft, count, direction);
    clpti_choice_end(context, before);
    return status;
}
