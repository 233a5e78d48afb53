/* SPDX-License-Identifier: Apache-2.0 */
/* Settings of a context: its options, otherwise environment variables, otherwise defaults. */
#include "api/settings.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/memory.h"
#include "core/struct_size.h"

/* An empty variable counts as unset. */
static const char *from_environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static const char *choose(const char *option, const char *variable, const char *otherwise)
{
    if (option) return option;
    const char *value = from_environment(variable);
    return value ? value : otherwise;
}

/* Relative paths in XDG_CACHE_HOME are ignored (XDG Base Directory Specification). */
static clpt_status find_cache_dir(const char *option, char **cache_dir, clpt_message *message)
{
    const char *chosen = choose(option, "CLPTYCHO_CACHE_DIR", NULL);
    const char *xdg = from_environment("XDG_CACHE_HOME"), *home = from_environment("HOME");
    int written = 0;
    *cache_dir = NULL;
    if (chosen && (strcasecmp(chosen, "off") == 0 || !*chosen)) return CLPT_OK;
    if (chosen)
        written = asprintf(cache_dir, "%s", chosen);
    else if (xdg && *xdg == '/')
        written = asprintf(cache_dir, "%s/clptycho", xdg);
    else if (home)
        written = asprintf(cache_dir, "%s/.cache/clptycho", home);
    if (written >= 0) return CLPT_OK;
    *cache_dir = NULL;
    return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the name of the cache directory");
}

/* The user's file in its default location, by the same specification, without an option or variable. */
static clpt_status find_tuning(const char *option, clpti_settings *settings, clpt_message *message)
{
    const char *chosen = choose(option, "CLPTYCHO_TUNING", NULL);
    const char *xdg = from_environment("XDG_CONFIG_HOME"), *home = from_environment("HOME");
    int written = 0;
    settings->tuning = NULL;
    settings->tuning_named = chosen != NULL;
    if (chosen)
        written = asprintf(&settings->tuning, "%s", *chosen ? chosen : "off");
    else if (xdg && *xdg == '/')
        written = asprintf(&settings->tuning, "%s/clptycho/tuning.conf", xdg);
    else if (home)
        written = asprintf(&settings->tuning, "%s/.config/clptycho/tuning.conf", home);
    if (written >= 0) return CLPT_OK;
    settings->tuning = NULL;
    return clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the name of the tuning file");
}

/* "4000000000", "512M", "4G", "4GiB": powers of 1024. */
static clpt_status parse_bytes(const char *text, uint64_t *bytes, clpt_message *message)
{
    static const char units[] = "KMGT";
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    bool good = isdigit((unsigned char)text[0]) && errno == 0;
    const char *unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
    if (unit) end += 1;
    if (unit && strcasecmp(end, "ib") == 0)
        end += 2;
    else if (unit && strcasecmp(end, "b") == 0)
        end += 1;
    int shift = unit ? 10 * (int)(unit - units + 1) : 0;
    if (!good || *end || number > UINT64_MAX >> shift)
        return clpti_fail(message, CLPT_ERROR_ARGUMENT,
                          "CLPTYCHO_MEMORY_LIMIT is '%s', not a number of bytes such as 500000000, 512M or 4G", text);
    *bytes = (uint64_t)number << shift;
    return CLPT_OK;
}

static const clpti_struct context_options = {"clpt_context_options", sizeof(clpt_context_options), NULL};

void clpt_context_options_init(clpt_context_options *options, size_t size)
{
    clpti_struct_init(&context_options, options, size);
}

clpt_status clpti_settings_resolve(const clpt_context_options *options, const char *function, clpti_settings *settings,
                                   clpt_message *message)
{
    clpt_context_options o;
    const char *limit = from_environment("CLPTYCHO_MEMORY_LIMIT");
    clpt_status status = CLPT_OK;
    *settings = (clpti_settings){0};
    CLPTI_TRY(clpti_struct_read(&context_options, function, options, &o, message));
    *settings = (clpti_settings){
        .device = choose(o.device, "CLPTYCHO_DEVICE", "auto"),
        .kernel_dir = choose(o.kernel_dir, "CLPTYCHO_KERNEL_DIR", NULL),
        .fft = choose(o.fft, "CLPTYCHO_FFT", "auto"),
        .variants = choose(o.variants, "CLPTYCHO_VARIANTS", ""),
        .without = choose(o.without, "CLPTYCHO_WITHOUT", ""),
        .memory_limit = o.memory_limit,
        .log = o.log,
        .log_user = o.log_user,
        .build = {o.build, o.build_user},
    };
    if (settings->kernel_dir && !*settings->kernel_dir) settings->kernel_dir = NULL;
    if (!*settings->device) settings->device = "auto";
    if (settings->memory_limit == 0 && limit) CLPTI_TRY(parse_bytes(limit, &settings->memory_limit, message));
    CLPTI_TRY(find_tuning(o.tuning, settings, message));
    CLPTI_TRY(find_cache_dir(o.cache_dir, &settings->cache_dir, message));
cleanup:
    return status;
}

void clpti_settings_release(clpti_settings *settings)
{
    free(settings->tuning);
    free(settings->cache_dir);
    settings->tuning = NULL;
    settings->cache_dir = NULL;
}
