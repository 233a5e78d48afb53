/* SPDX-License-Identifier: Apache-2.0 */
/* Trials of a tuning setting against the current one. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/tune.h"
#include "ops/operation.h"

static const double noticeable = 0.05, hopeless = 1.25;

bool clpti_tune_is_faster(const clpti_tune_ratio *r)
{
    return r->measured && r->ratio <= 1 - noticeable && 9 * r->faster >= 8 * r->rounds;
}

bool clpti_tune_is_slower(const clpti_tune_ratio *r)
{
    double minimum = r->rounds < CLPTI_TUNE_CONFIRMED ? hopeless : 1 + noticeable;
    return r->measured && r->ratio >= minimum && 9 * (r->rounds - r->faster) >= 8 * r->rounds;
}

/* ---- setup ---- */

static clpt_status run_failed(const clpti_tune_run *run, clpt_status status, clpt_message *message)
{
    return clpti_fail(message, status, "%s: %s", run->work->name,
                      clpti_message_sentence(clpt_context_get_message(run->context)));
}

clpt_status clpti_tune_setup_open(clpti_tune_setup *bench, const clpt_context_options *device,
                                  const clpti_tune_work *works, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpt_context_options options = {.size = sizeof options, .device = "reference", .tuning = "off"};
    *bench = (clpti_tune_setup){.device = *device};
    CLPTI_TRY(clpt_context_create(&options, &bench->reference, message));
    for (int i = 0; i < CLPTI_TUNE_WORKS; i++) {
        double error = 0;
        bench->works[i] = works[i];
        CLPTI_TRY(clpti_tune_expect(&bench->works[i], bench->reference, &bench->expected[i], message));
        CLPTI_TRY(clpti_tune_run_open(device, &bench->works[i], bench->tuning, &bench->base[i], message));
        CLPTI_TRY(clpti_tune_run_check(&bench->base[i], &bench->expected[i], &error, message));
        if (!(error <= 1))
            CLPTI_TRY(clpti_fail(message, CLPT_ERROR_DEVICE,
                                 "the error of %s on this device against the double-precision reference is %.3g times "
                                 "the tolerance, before any tuning",
                                 works[i].name, error));
    }
cleanup:
    if (status != CLPT_OK) clpti_tune_setup_close(bench);
    return status;
}

void clpti_tune_setup_close(clpti_tune_setup *bench)
{
    for (int i = 0; i < CLPTI_TUNE_WORKS; i++) {
        clpti_tune_run_close(&bench->base[i]);
        clpti_bench_expected_free(&bench->expected[i]);
    }
    clpt_context_destroy(&bench->reference);
}

static void with_setting(const clpti_tune_setup *bench, const char *name, const char *value, char *text, size_t size)
{
    snprintf(text, size, "%s%s%s=%s", bench->tuning, *bench->tuning ? "," : "", name, value);
}

clpt_status clpti_tune_setup_take(clpti_tune_setup *bench, const char *name, const char *value, clpt_message *message)
{
    clpt_status status = CLPT_OK;
    size_t used = strlen(bench->tuning);
    snprintf(bench->tuning + used, sizeof bench->tuning - used, "%s%s=%s", used ? "," : "", name, value);
    for (int i = 0; i < CLPTI_TUNE_WORKS; i++) {
        clpti_tune_run_close(&bench->base[i]);
        CLPTI_TRY(clpti_tune_run_open(&bench->device, &bench->works[i], bench->tuning, &bench->base[i], message));
        status = clpti_bench_run(&bench->base[i].problem);
        if (status != CLPT_OK) CLPTI_TRY(run_failed(&bench->base[i], status, message));
    }
cleanup:
    return status;
}

const clpti_choice *clpti_tune_choice(const clpti_tune_run *run, const char *what)
{
    const clpti_choice *found = NULL;
    if (!run->context) return NULL;
    const clpti_choices *all = clpti_choices_of(run->context);
    for (int i = 0; i < all->choice_count; i++) {
        const clpti_choice *c = all->choices[i];
        if (!strcmp(c->record.what, what) && !c->record.failed && (!found || found->last < c->last)) found = c;
    }
    return found;
}

/* ---- one trial ---- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, by_value);
    return values[count / 2];
}

/* Alternately, with the first one alternating too, so that other load on the machine affects both. */
static clpt_status compare(clpti_tune_run *base, clpti_tune_run *trial, int rounds, clpti_tune_ratio *found,
                           clpt_message *message)
{
    double ratios[CLPTI_TUNE_CONFIRMED] = {0}, seconds[CLPTI_TUNE_CONFIRMED] = {0};
    *found = (clpti_tune_ratio){.measured = true};
    for (int r = 0; r < rounds; r++) {
        double of[2] = {0};
        for (int k = 0; k < 2; k++) {
            int which = (r + k) % 2;
            clpt_status status = clpti_tune_run_time(which ? trial : base, &of[which]);
            if (status != CLPT_OK) return run_failed(which ? trial : base, status, message);
        }
        seconds[r] = of[1];
        ratios[r] = of[1] / of[0];
        found->faster += ratios[r] < 1;
        found->rounds++;
        if (r == 1 && rounds < CLPTI_TUNE_CONFIRMED && fmin(ratios[0], ratios[1]) > 2 * hopeless) break;
    }
    found->ratio = median(ratios, found->rounds);
    found->seconds = median(seconds, found->rounds);
    return CLPT_OK;
}

/* The name under which a setting is recorded: a variant's operation by its own name, a parameter (and the FFT)
 * otherwise. */
static bool depends(const clpti_tune_run *run, const char *name)
{
    char parameter[64], fft[64];
    snprintf(parameter, sizeof parameter, "tuning %s", name);
    snprintf(fft, sizeof fft, "%s %lld", name, (long long)run->work->side);
    return clpti_tune_choice(run, name) || clpti_tune_choice(run, parameter) || clpti_tune_choice(run, fft);
}

static bool differs(const clpti_tune_run *base, const clpti_tune_run *trial, const char *what)
{
    const clpti_choice *one = clpti_tune_choice(base, what), *two = clpti_tune_choice(trial, what);
    return one && two && strcmp(one->record.chosen, two->record.chosen) != 0;
}

static bool takes_effect(const clpti_tune_run *base, const clpti_tune_run *trial, const char *name)
{
    char parameter[64], fft[64];
    snprintf(parameter, sizeof parameter, "tuning %s", name);
    snprintf(fft, sizeof fft, "%s %lld", name, (long long)trial->work->side);
    if (clpti_is_operation(name) || !strcmp(name, "fft"))
        return differs(base, trial, name) || differs(base, trial, fft);
    return differs(base, trial, parameter);
}

static clpti_tune_verdict try_work(clpti_tune_setup *bench, int i, const char *name, const char *tuning, int rounds,
                                   clpti_tune_trial *trial, clpt_message *message)
{
    clpti_tune_verdict verdict = CLPTI_TUNE_FAILED;
    clpti_tune_run run = {0};
    double error = 0;
    if (clpti_tune_run_open(&bench->device, &bench->works[i], tuning, &run, message) != CLPT_OK) goto cleanup;
    if (clpti_tune_run_check(&run, &bench->expected[i], &error, message) != CLPT_OK) goto cleanup;
    verdict = CLPTI_TUNE_NO_EFFECT;
    if (!takes_effect(&bench->base[i], &run, name)) goto cleanup;
    if (!(error <= trial->error)) trial->error = error;
    verdict = CLPTI_TUNE_WRONG;
    if (!(error <= 1)) goto cleanup;
    bool timed = compare(&bench->base[i], &run, rounds, &trial->works[i], message) == CLPT_OK;
    verdict = timed ? CLPTI_TUNE_SAME : CLPTI_TUNE_FAILED;
    if (timed && clpti_tune_is_slower(&trial->works[i])) verdict = CLPTI_TUNE_SLOWER;
    if (timed && clpti_tune_is_faster(&trial->works[i])) verdict = CLPTI_TUNE_FASTER;
cleanup:
    clpti_tune_run_close(&run);
    return verdict;
}

clpti_tune_trial clpti_tune_try(clpti_tune_setup *bench, const char *name, const char *value, int rounds,
                                clpt_message *message)
{
    clpti_tune_trial trial = {.verdict = CLPTI_TUNE_NO_EFFECT, .mean = 1};
    char tuning[sizeof bench->tuning + 96];
    double logs = 0;
    int measured = 0;
    with_setting(bench, name, value, tuning, sizeof tuning);
    for (int i = 0; i < CLPTI_TUNE_WORKS; i++) {
        if (!depends(&bench->base[i], name)) continue;
        clpti_tune_verdict verdict = try_work(bench, i, name, tuning, rounds, &trial, message);
        if (trial.works[i].measured) {
            logs += log(trial.works[i].ratio);
            measured++;
        }
        if (verdict == CLPTI_TUNE_NO_EFFECT) continue;
        bool last = verdict == CLPTI_TUNE_WRONG || verdict == CLPTI_TUNE_FAILED || verdict == CLPTI_TUNE_SLOWER;
        if (last || trial.verdict != CLPTI_TUNE_FASTER) trial.verdict = verdict;
        if (last) break;
    }
    if (measured) trial.mean = exp(logs / measured);
    return trial;
}
