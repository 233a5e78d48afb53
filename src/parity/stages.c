/* SPDX-License-Identifier: Apache-2.0 */
/* The table of stages, in the order of the chain, and the selection of a run's stages. Tolerances are those of
 * CONVENTIONS' Accuracy; docs/parity.md gives the reasons for the others. */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "parity/stages.h"

#define EXACT 0.0      /* integers */
#define GEOMETRY 1e-12 /* host doubles: only the last digits may depend on the compiler */
#define LINEAR CLPTI_ACCURACY_LINEAR
#define WARP CLPTI_ACCURACY_WARP
#define DIFFRACT CLPTI_ACCURACY_DIFFRACT
#define LOSS CLPTI_ACCURACY_LOSS
#define GRADIENT CLPTI_ACCURACY_GRADIENT
#define ITERATION 2e-5 /* per iteration */

#define PLAIN(array, tolerance)                                                                                        \
    {                                                                                                                  \
        array, tolerance, CLPTI_PARITY_PLAIN, 0                                                                        \
    }

const clpti_parity_stage clpti_parity_stages[] = {
    {.name = "groups",
     .summary = "groups of neighbouring positions, on the host",
     .calls = {{"groups", .names = {{"indices", "indices"}, {"centres", "centres"}, {"offsets", "offsets"}}}},
     .checks = {PLAIN("indices", EXACT), PLAIN("centres", GEOMETRY), PLAIN("offsets", GEOMETRY)}},
    {.name = "warp",
     .summary = "the object under a projective map",
     .calls = {{"warp", .names = {{"images", "object"}, {"out", "bilinear"}}},
               {"warp", {.fill = CLPT_FILL_EDGE}, .names = {{"images", "object"}, {"out", "edge"}}},
               {"warp",
                {.interpolation = CLPT_INTERPOLATION_NEAREST},
                .names = {{"images", "object"}, {"out", "nearest"}}}},
     .checks = {PLAIN("bilinear", WARP), PLAIN("edge", WARP), {"nearest", WARP, CLPTI_PARITY_PLAIN, 0.005}}},
    {.name = "patches",
     .summary = "bilinear patches of the object",
     .calls = {{"extract-scan", .names = {{"patches", "patches"}}}},
     .checks = {PLAIN("patches", LINEAR)}},
    {.name = "translate",
     .summary = "each patch moved by the fraction of its position",
     .calls = {{"translate", .names = {{"images", "patches:patches"}, {"out", "moved"}}}},
     .takes = {"patches"},
     .checks = {PLAIN("moved", LINEAR)}},
    {.name = "reassemble_group",
     .summary = "the patches of every group on its canvas, with every weight",
     .calls = {{"reassemble-group", .names = {{"patches", "groups"}, {"canvas", "none"}}},
               {"reassemble-group",
                {.weight = CLPT_WEIGHT_CENTRE},
                .names = {{"patches", "groups"}, {"canvas", "center"}}},
               {"reassemble-group",
                {.weight = CLPT_WEIGHT_CENTRE_MASKED},
                .names = {{"patches", "groups"}, {"canvas", "center_masked"}}},
               {"reassemble-group",
                {.weight = CLPT_WEIGHT_PROBE},
                .names = {{"patches", "groups"}, {"canvas", "probe"}}}},
     .takes = {"patches"},
     .checks = {PLAIN("none", LINEAR),
                {"center", LINEAR, CLPTI_PARITY_CENTRE, 0},
                {"center", LINEAR, CLPTI_PARITY_COVERED, 0},
                {"center_masked", LINEAR, CLPTI_PARITY_CENTRE_CUTOFF, 0},
                {"probe", LINEAR, CLPTI_PARITY_PROBE_CUTOFF, 0}}},
    {.name = "reassemble_scan",
     .summary = "the central half of every patch on one canvas",
     .calls = {{"reassemble-scan",
                .names = {{"patches", "patches:patches"}, {"canvas", "canvas"}, {"origin", "origin"}}}},
     .takes = {"patches"},
     .checks = {PLAIN("canvas", LINEAR), PLAIN("origin", GEOMETRY)}},
    {.name = "extract_group",
     .summary = "patches of the groups' canvases",
     .calls = {{"extract-group", .names = {{"canvas", "reassemble_group:none"}, {"patches", "patches"}}}},
     .takes = {"reassemble_group"},
     .checks = {PLAIN("patches", LINEAR)}},
    {.name = "illumination",
     .summary = "exit waves: patches times probe",
     .compute = clpti_parity_illumination,
     .checks = {PLAIN("waves", LINEAR)}},
    {.name = "diffraction",
     .summary = "each exit wave at the detector",
     .calls = {{"diffract", .names = {{"waves", "illumination:waves"}, {"amplitude", "amplitude"}},
                .field = CLPTI_PARITY_FAR_FIELD},
               {"propagate", .names = {{"waves", "illumination:waves"}, {"out", "waves"}},
                .field = CLPTI_PARITY_NEAR_FIELD}},
     .takes = {"illumination"},
     .checks = {PLAIN("amplitude", DIFFRACT), PLAIN("waves", DIFFRACT)}},
    {.name = "physics_layer",
     .summary = "groups to a canvas, to patches, to amplitudes: PtychoPINN's layer",
     .calls = {{"physics-layer", .names = {{"patches", "groups"}, {"amplitude", "amplitude"}}}},
     .takes = {"patches"},
     .checks = {PLAIN("amplitude", DIFFRACT)}},
    {.name = "forward",
     .summary = "object and probe to intensities in one call",
     .calls = {{"forward", .names = {{"intensity", "intensity"}}},
               {"forward", {.model.amplitude = true}, .names = {{"intensity", "amplitude"}}},
               {"forward",
                {.model = {.smooth = 0.7, .probe_mask = true, .scale = 1.5}},
                .names = {{"intensity", "smoothed"}}}},
     .checks = {PLAIN("intensity", DIFFRACT), PLAIN("amplitude", DIFFRACT), PLAIN("smoothed", DIFFRACT)}},
    {.name = "losses",
     .summary = "losses of these intensities",
     .calls = {{"loss", .names = {{"intensity", "forward:intensity"}, {"measured", "counts"}, {"loss", "poisson"}}},
               {"loss",
                {.loss = CLPT_LOSS_AMPLITUDE},
                .names = {{"intensity", "forward:intensity"}, {"measured", "counts"}, {"loss", "amplitude"}}},
               {"loss",
                {.loss = CLPT_LOSS_AMPLITUDE_L1},
                .names = {{"intensity", "forward:intensity"}, {"measured", "counts"}, {"loss", "mae"}}}},
     .takes = {"forward"},
     .sensitive = true,
     .checks = {PLAIN("poisson", LOSS), PLAIN("amplitude", LOSS), PLAIN("mae", LOSS)}},
    {.name = "slopes",
     .summary = "derivatives of the losses with respect to these intensities",
     .calls = {{"loss", .names = {{"intensity", "forward:intensity"},
                                  {"measured", "counts"},
                                  {"mask", "good_poisson"},
                                  {"d_intensity", "poisson"}}},
               {"loss",
                {.loss = CLPT_LOSS_AMPLITUDE},
                .names = {{"intensity", "forward:intensity"},
                          {"measured", "counts"},
                          {"mask", "good_amplitude"},
                          {"d_intensity", "amplitude"}}},
               {"loss",
                {.loss = CLPT_LOSS_AMPLITUDE_L1},
                .names = {{"intensity", "forward:intensity"},
                          {"measured", "counts"},
                          {"mask", "good_mae"},
                          {"d_intensity", "mae"}}}},
     .takes = {"forward"},
     .sensitive = true,
     .checks = {{"poisson", GRADIENT, CLPTI_PARITY_BRIGHT, 0},
                {"amplitude", GRADIENT, CLPTI_PARITY_BRIGHT, 0},
                {"mae", GRADIENT, CLPTI_PARITY_BRIGHT, 0}}},
    {.name = "gradients",
     .summary = "losses and gradients of the whole batch in one call",
     .calls = {{"gradient", .names = {{"measured", "counts"},
                                      {"mask", "good_poisson"},
                                      {"loss", "poisson_loss"},
                                      {"d_object", "poisson_object"},
                                      {"d_probe", "poisson_probe"},
                                      {"d_positions", "poisson_positions"}}},
               {"gradient",
                {.loss = CLPT_LOSS_AMPLITUDE},
                .names = {{"measured", "counts"},
                          {"mask", "good_amplitude"},
                          {"loss", "amplitude_loss"},
                          {"d_object", "amplitude_object"},
                          {"d_probe", "amplitude_probe"},
                          {"d_positions", "amplitude_positions"}}},
               {"gradient",
                {.loss = CLPT_LOSS_AMPLITUDE_L1},
                .names = {{"measured", "counts"},
                          {"mask", "good_mae"},
                          {"loss", "mae_loss"},
                          {"d_object", "mae_object"},
                          {"d_probe", "mae_probe"},
                          {"d_positions", "mae_positions"}}}},
     .sensitive = true,
     .checks = {PLAIN("poisson_loss", LOSS), PLAIN("poisson_object", GRADIENT), PLAIN("poisson_probe", GRADIENT),
                PLAIN("poisson_positions", GRADIENT), PLAIN("amplitude_loss", LOSS),
                PLAIN("amplitude_object", GRADIENT), PLAIN("amplitude_probe", GRADIENT),
                PLAIN("amplitude_positions", GRADIENT), PLAIN("mae_loss", LOSS), PLAIN("mae_object", GRADIENT),
                PLAIN("mae_probe", GRADIENT), PLAIN("mae_positions", GRADIENT)}},
    {.name = "variation",
     .summary = "total variation of the object",
     .calls = {{"total-variation", {.epsilon = 1e-3}, .names = {{"loss", "squares"}, {"d_object", "squares_gradient"}}},
               {"total-variation",
                {.variation = CLPT_VARIATION_TOTAL, .epsilon = 1e-3},
                .names = {{"loss", "edge"}, {"d_object", "edge_gradient"}}}},
     .checks = {PLAIN("squares", LOSS), PLAIN("squares_gradient", GRADIENT), PLAIN("edge", LOSS),
                PLAIN("edge_gradient", GRADIENT)}},
    {.name = "engine",
     .summary = "iterations of an engine",
     .compute = clpti_parity_engine,
     .each_engine = true,
     .sensitive = true,
     .checks = {{"object", ITERATION, CLPTI_PARITY_LIT, 0}, PLAIN("probe", ITERATION), PLAIN("errors", ITERATION)}},
    {.name = "reconstruction",
     .summary = "results of a run of 'reconstruct'; in its dumps only",
     .checks = {{"object", ITERATION, CLPTI_PARITY_LIT, 0},
                PLAIN("probe", ITERATION),
                PLAIN("errors", ITERATION),
                PLAIN("positions", ITERATION),
                PLAIN("factors", ITERATION),
                PLAIN("background", ITERATION)}},
    {0}};

static bool fits(const char *pattern, const clpti_parity_item *item)
{
    return fnmatch(pattern, item->name, 0) == 0 || fnmatch(pattern, item->stage->name, 0) == 0;
}

static void add(clpti_parity_plan *plan, const clpti_parity_stage *stage, const char *engine, size_t length)
{
    if (plan->count == CLPTI_PARITY_ITEMS) return; /* stages and engines are fewer than that */
    clpti_parity_item *item = &plan->items[plan->count++];
    *item = (clpti_parity_item){.stage = stage};
    snprintf(item->engine, sizeof item->engine, "%.*s", (int)length, engine);
    snprintf(item->name, sizeof item->name, "%s%s%.*s", stage->name, length ? "_" : "", (int)length, engine);
}

static void add_all(const clpti_parity_config *config, clpti_parity_plan *plan)
{
    for (const clpti_parity_stage *stage = clpti_parity_stages; stage->name; stage++) {
        if (!stage->each_engine) {
            add(plan, stage, "", 0);
            continue;
        }
        for (const char *at = config->engines; at && *at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
            add(plan, stage, at, strcspn(at, ","));
    }
}

static int index_of(const clpti_parity_plan *plan, const char *name)
{
    int k = 0;
    while (k < plan->count && strcmp(plan->items[k].stage->name, name) != 0) k++;
    return k;
}

static clpt_status no_stage(const clpti_parity_plan *all, const char *pattern, clpt_message *message)
{
    char known[600] = "";
    for (int k = 0; k < all->count; k++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", used ? ", " : "", all->items[k].name);
    }
    return clpti_fail(message, CLPT_ERROR_ARGUMENT, "unknown stage '%s'; available: %s", pattern, known);
}

/* Marks stages that match one of the comma-separated patterns; each pattern must match one. */
static clpt_status find_selected(const clpti_parity_plan *all, const char *patterns, bool selected[CLPTI_PARITY_ITEMS],
                                 clpt_message *message)
{
    char pattern[96];
    for (const char *at = patterns; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
        bool found = false;
        snprintf(pattern, sizeof pattern, "%.*s", (int)strcspn(at, ","), at);
        for (int k = 0; k < all->count; k++)
            if (fits(pattern, &all->items[k])) selected[k] = found = true;
        if (!found) return no_stage(all, pattern, message);
    }
    return CLPT_OK;
}

clpt_status clpti_parity_plan_make(const clpti_parity_config *config, const char *patterns, clpti_parity_plan *plan,
                                   clpt_message *message)
{
    bool selected[CLPTI_PARITY_ITEMS] = {false};
    clpti_parity_plan all = {.count = 0};
    add_all(config, &all);
    *plan = (clpti_parity_plan){.count = 0};
    clpt_status status = find_selected(&all, patterns ? patterns : "*", selected, message);
    if (status != CLPT_OK) return status;
    for (int k = all.count - 1; k >= 0; k--) /* a stage comes after those it depends on */
        for (int t = 0; selected[k] && all.items[k].stage->takes[t]; t++)
            selected[index_of(&all, all.items[k].stage->takes[t])] = true;
    for (int k = 0; k < all.count; k++)
        if (selected[k]) plan->items[plan->count++] = all.items[k];
    return CLPT_OK;
}
