/* SPDX-License-Identifier: Apache-2.0 */
/* The start of `parity`: as in `reconstruct`, for the first patterns only. */
#include <stdlib.h>
#include <string.h>

#include "cli/dump.h"
#include "cli/parity.h"
#include "cli/reconstruct.h"
#include "cli/probe_choice.h"
#include "core/words.h"

static clpt_status load(clpti_job *j, const clpti_parity_values *v)
{
    clpti_session *session = j->session;
    const char *file = session->arguments->operand;
    clpti_scan_options how = {.need_patterns = true,
                              .need_probe = v->probe && !strcmp(v->probe, "file"),
                              .need_object = v->object && !strcmp(v->object, "file")};
    clpti_beam_set(&v->beam, &how);
    clpti_scan_values_set(&v->reading, &how);
    clpt_status status = clpti_scan_load(file, &how, &j->scan, &session->message);
    if (status != CLPT_OK) return status;
    if (v->count && v->count < j->scan.count) j->scan.count = v->count; /* the first patterns only */
    return clpti_beam_propagation(&v->beam, &j->scan, file, &j->propagation, &session->message);
}

/* True if a comma-separated list contains the name. */
static bool is_among(const char *names, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = names; *at; at += strcspn(at, ","), at += *at == ',')
        if (strcspn(at, ",") == length && !strncmp(at, name, length)) return true;
    return false;
}

static clpt_status join_engines(clpti_session *session, const clpti_texts *engines, clpti_parity_config *config)
{
    for (int k = 0; k < engines->count; k++) {
        size_t used = strlen(config->engines), index = 0;
        const char *spelt = clpti_word_spelt(clpti_engine_spellings, engines->items[k]);
        const char *name = spelt ? spelt : engines->items[k];
        while (clpt_engine_name(index) && strcmp(clpt_engine_name(index), name) != 0) index++;
        if (!clpt_engine_name(index) && strcmp(name, "none") != 0)
            return clpti_session_usage(session, "unknown engine '%s'; 'clptycho reconstruct --help' lists them", name);
        if (clpt_engine_name(index) && !is_among(config->engines, name))
            snprintf(config->engines + used, sizeof config->engines - used, "%s%s", used ? "," : "", name);
    }
    if (!engines->count) snprintf(config->engines, sizeof config->engines, "rpie");
    return CLPT_OK;
}

static clpt_status configure(clpti_session *session, const clpti_parity_values *v, const clpti_job *j,
                             clpti_parity_config *c)
{
    const clpti_arguments *given = session->arguments;
    int64_t each = v->grid * v->grid;
    *c = (clpti_parity_config){.count = j->scan.count,
                               .groups = v->groups           ? v->groups
                                         : j->scan.count < 8 ? j->scan.count
                                                             : 8,
                               .grid = v->grid,
                               .neighbours = v->neighbours,
                               .seed = v->solver.seed,
                               .iterations = v->iterations,
                               .each_iteration = v->each_iteration,
                               .batch = v->solver.batch == CLPT_DEFAULT ? 0 : v->solver.batch,
                               .probe_start = v->solver.probe_start,
                               .alpha = clpti_arguments_have(given, "alpha") ? v->alpha : 0,
                               .propagation = (int64_t)j->propagation.kind,
                               .wavelength = j->propagation.wavelength,
                               .distance = j->propagation.distance,
                               .pixel = j->propagation.pixel,
                               .source_distance = j->propagation.source_distance};
    if (each > j->scan.count)
        return clpti_session_usage(session, "--grid %lld requires groups of %lld patterns, but %lld are used",
                                   (long long)v->grid, (long long)each, (long long)j->scan.count);
    clpt_status status = join_engines(session, &v->engines, c);
    if (!*c->engines) { /* empty text would count as a difference */
        c->iterations = c->each_iteration = c->batch = c->probe_start = 0;
        c->alpha = 0;
    }
    return status;
}

clpt_status clpti_parity_start(clpti_session *session, const clpti_parity_values *v, clpti_parity_problem *problem)
{
    clpti_reconstruct_values how = {.probe = v->probe,
                                    .object = v->object,
                                    .iterations = v->iterations,
                                    .modes = v->modes,
                                    .solver = v->solver,
                                    .probe_scale = v->probe_scale};
    clpti_job j = {.session = session, .v = &how};
    clpti_probe_choice probe;
    clpt_status status = CLPT_OK;
    CLPTI_TRY(clpti_probe_choice_parse(session, v->probe, &probe));
    CLPTI_TRY(load(&j, v));
    if (!v->object) how.object = "random";
    CLPTI_TRY(configure(session, v, &j, &problem->config));
    CLPTI_TRY(clpti_job_start(&j, &probe));
    const clpti_dump_model model = {&j.object, &j.probe, j.positions, &j.scan, j.propagation};
    CLPTI_TRY(clpti_dump_give(&model, j.scan.count, problem, &session->message));
cleanup:
    clpti_tensor_destroy(&j.object);
    clpti_tensor_destroy(&j.probe);
    clpti_scan_free(&j.scan);
    free(j.positions);
    free(j.errors);
    return status;
}
