/* SPDX-License-Identifier: Apache-2.0 */
/* Self-check: a short program that a device must run correctly before `auto` selects it (cl/self_check.cl), executed by
 * the code that every operation uses. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cl/internal.h"
#include "core/memory.h"
#include "shared/position.h"

enum { ITEMS = 128, STEPS = 20000, LOOPERS = 4 }; /* only a few items run the long loop: Oclgrind interprets it */

typedef struct checker {
    clpt_context *context;
    clpt_buffer in, more, out;
    char reason[sizeof((clpt_device_info *)0)->check_reason]; /* empty as long as results are correct */
} checker;

static clpt_status run(checker *c, const char *kernel, int64_t items, const clpti_arg *args)
{
    clpti_launch launch = {.file = "self_check", .kernel = kernel, .options = "", .global = {items}, .args = args};
    return clpti_run_kernel(c->context, &launch);
}

static clpt_status read_out(checker *c, void *to, size_t bytes)
{
    return clpti_cl_read(c->context, c->out.memory, 0, to, (int64_t)bytes);
}

static clpt_status check_integer(checker *c)
{
    clpt_status status = CLPT_OK;
    int out[ITEMS];
    const int64_t far = INT64_C(5) << 33;
    CLPTI_TRY(
        run(c, "self_check_integer", ITEMS, CLPTI_ARGS(CLPTI_BUFFER(&c->out), CLPTI_LONG(far), CLPTI_INT(ITEMS))));
    CLPTI_TRY(read_out(c, out, sizeof out));
    for (int i = 0; i < ITEMS && !*c->reason; i++) {
        int right = (i - 50) / 7 * 1000 + (i - 50) % 7 + (int)((far + i) >> 33) * 100000;
        if (out[i] != right)
            snprintf(c->reason, sizeof c->reason, "integer arithmetic: item %d gave %d, not %d", i, out[i], right);
    }
cleanup:
    return status;
}

static clpt_status check_float(checker *c)
{
    static const char *const names[] = {"sum", "rounding error of a sum", "product", "rounding error of a product",
                                        "test for NaN"};
    clpt_status status = CLPT_OK;
    float a[ITEMS], b[ITEMS], out[ITEMS][5];
    for (int i = 0; i < ITEMS; i++) { /* magnitudes far enough apart that their sum rounds; products of 24 bits each */
        a[i] = 1.0f + ldexpf((float)(2 * i + 1), -12);
        b[i] = (i % 2 ? -1.0f : 1.0f) * (ldexpf(1.0f, -10) + ldexpf((float)(2 * i + 1), -30));
    }
    CLPTI_TRY(clpti_cl_write(c->context, c->in.memory, 0, a, sizeof a));
    CLPTI_TRY(clpti_cl_write(c->context, c->more.memory, 0, b, sizeof b));
    CLPTI_TRY(run(c, "self_check_float", ITEMS,
                  CLPTI_ARGS(CLPTI_BUFFER(&c->in), CLPTI_BUFFER(&c->more), CLPTI_BUFFER(&c->out), CLPTI_INT(ITEMS))));
    CLPTI_TRY(read_out(c, out, sizeof out));
    for (int i = 0; i < ITEMS; i++) {
        double sum = (double)a[i] + b[i], product = (double)a[i] * b[i]; /* both exact in 53 bits */
        float right[] = {(float)sum, (float)(sum - (float)sum), (float)product, (float)(product - (float)product),
                         1.0f};
        for (int k = 0; k < 5 && !*c->reason; k++)
            if (!(out[i][k] == right[k]))
                snprintf(c->reason, sizeof c->reason, "float arithmetic: %s of item %d gave %.9g, not %.9g", names[k],
                         i, (double)out[i][k], (double)right[k]);
    }
cleanup:
    return status;
}

static clpt_status check_group(checker *c)
{
    clpt_status status = CLPT_OK;
    int out[ITEMS];
    CLPTI_TRY(run(c, "self_check_group", ITEMS, CLPTI_ARGS(CLPTI_BUFFER(&c->out))));
    CLPTI_TRY(read_out(c, out, sizeof out));
    for (int i = 0; i < ITEMS && !*c->reason; i++) {
        int me = i % 64, right = (me + 1) * (i / 64) + me * (me + 1) / 2;
        if (out[i] != right)
            snprintf(c->reason, sizeof c->reason, "local memory and barriers: item %d gave %d, not %d", i, out[i],
                     right);
    }
cleanup:
    return status;
}

static clpt_status check_position(checker *c)
{
    clpt_status status = CLPT_OK;
    clpt_position positions[ITEMS];
    float out[ITEMS];
    for (int i = 0; i < ITEMS; i++) positions[i] = (clpt_position){i - 5, 7 - i, (float)i / ITEMS, 0.5f};
    CLPTI_TRY(clpti_cl_write(c->context, c->in.memory, 0, positions, sizeof positions));
    CLPTI_TRY(run(c, "self_check_position", ITEMS,
                  CLPTI_ARGS(CLPTI_BUFFER(&c->in), CLPTI_BUFFER(&c->out), CLPTI_INT(ITEMS))));
    CLPTI_TRY(read_out(c, out, sizeof out));
    for (int i = 0; i < ITEMS && !*c->reason; i++) {
        float right = (float)(i - 5 + 100 * (7 - i)) + (float)i / ITEMS + 0.125f;
        if (!(out[i] == right))
            snprintf(c->reason, sizeof c->reason, "layout of structures: item %d gave %.9g, not %.9g", i,
                     (double)out[i], (double)right);
    }
cleanup:
    return status;
}

static clpt_status check_loop(checker *c)
{
    clpt_status status = CLPT_OK;
    int out[LOOPERS];
    CLPTI_TRY(
        run(c, "self_check_loop", LOOPERS, CLPTI_ARGS(CLPTI_BUFFER(&c->out), CLPTI_INT(STEPS), CLPTI_INT(LOOPERS))));
    CLPTI_TRY(read_out(c, out, sizeof out));
    for (int i = 0; i < LOOPERS && !*c->reason; i++) {
        uint32_t bins[16] = {0}, state = (uint32_t)i, sum = 0;
        for (int k = 0; k < STEPS; k++) {
            state = state * 1664525u + 1013904223u;
            bins[state >> 28] += state;
        }
        for (int k = 0; k < 16; k++) sum = sum * 31u + bins[k];
        if (out[i] != (int)sum)
            snprintf(c->reason, sizeof c->reason, "a loop of %d steps: item %d gave %d, not %d", STEPS, i, out[i],
                     (int)sum);
    }
cleanup:
    return status;
}

static clpt_status check_all(checker *c)
{
    static clpt_status (*const checks[])(checker *) = {check_integer, check_float, check_group, check_position,
                                                       check_loop};
    clpt_status status = CLPT_OK;
    clpt_buffer *buffers[] = {&c->in, &c->more, &c->out};
    for (int i = 0; i < 3; i++) {
        *buffers[i] = (clpt_buffer){.context = c->context, .element = CLPTI_BYTE, .count = ITEMS * 20};
        CLPTI_TRY(clpti_cl_alloc(c->context, buffers[i]->count, &buffers[i]->memory));
    }
    for (size_t i = 0; i < sizeof checks / sizeof *checks && !*c->reason; i++) CLPTI_TRY(checks[i](c));
cleanup:
    for (int i = 0; i < 3; i++) clpti_cl_free(buffers[i]->memory);
    return status;
}

/* ---- verdicts on disk ---- */

/* A verdict is valid for a device, its driver, and the text of the check. Release with free(). */
static char *verdict_key(cl_platform_id platform, cl_device_id device)
{
    clpti_expanded_source source;
    char *key = NULL, *identity = clpti_device_identity(platform, device);
    if (identity && clpti_source_expand(NULL, "self_check.cl", &source, NULL) == CLPT_OK) {
        if (asprintf(&key, "%s%s\n", identity, clpti_digest_of(source.text, source.length).text) < 0) key = NULL;
        clpti_source_release(&source);
    }
    free(identity);
    return key;
}

static void recall(const char *cache_dir, const char *key, clpt_device_info *info)
{
    size_t bytes = 0;
    char *verdict = clpti_cache_read(cache_dir, "check", key, &bytes);
    if (verdict && bytes >= 2) {
        info->check = verdict[0] == 'p' ? CLPT_CHECK_PASSED : CLPT_CHECK_FAILED;
        snprintf(info->check_reason, sizeof info->check_reason, "%.*s", (int)(bytes - 1), verdict + 1);
    }
    free(verdict);
}

bool clpti_verdict_store(const char *cache_dir, const clpt_device_info *info)
{
    cl_platform_id platform;
    cl_device_id device;
    char verdict[sizeof info->check_reason + 1];
    if (!cache_dir || clpti_device_handles(info, &platform, &device, NULL) != CLPT_OK) return false;
    char *key = verdict_key(platform, device);
    int length =
        snprintf(verdict, sizeof verdict, "%c%s", info->check == CLPT_CHECK_PASSED ? 'p' : 'f', info->check_reason);
    bool kept = key && clpti_cache_write(cache_dir, "check", key, verdict, (size_t)length + 1);
    free(key);
    return kept;
}

void clpti_verdict_load(const char *cache_dir, const clpti_device *device, clpt_device_info *info)
{
    info->check = CLPT_CHECK_UNKNOWN;
    info->check_reason[0] = '\0';
    char *key = cache_dir ? verdict_key(device->platform, device->device) : NULL;
    if (key) recall(cache_dir, key, info);
    free(key);
}

clpt_status clpti_device_check(const char *cache_dir, const clpti_build_listener *listener, clpt_device_info *info,
                               clpt_message *message)
{
    clpt_status status = CLPT_OK;
    clpti_build build = {0};
    checker c = {.context = clpti_calloc(1, sizeof *c.context)};
    if (!c.context) CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "out of memory while checking a device"));
    cl_platform_id platform;
    cl_device_id device;
    CLPTI_TRY(clpti_device_handles(info, &platform, &device, message)); /* a missing device has no verdict */
    clpti_build_begin(listener, &build, "self_check", cache_dir != NULL);
    /* Programs are not cached here: the verdict is, and the check covers the compiler. */
    clpt_status ran = clpti_cl_open(c.context, info, NULL, NULL);
    if (ran == CLPT_OK) ran = check_all(&c);
    if (ran == CLPT_OK) ran = clpti_cl_finish(c.context);
    if (ran != CLPT_OK) snprintf(c.reason, sizeof c.reason, "%.*s", (int)sizeof c.reason - 1, c.context->message.text);
    for (char *end = strchr(c.reason, '\n'); end; end = strchr(end, '\n')) *end = ' ';
    info->check = *c.reason ? CLPT_CHECK_FAILED : CLPT_CHECK_PASSED;
    memcpy(info->check_reason, c.reason, sizeof c.reason);
    /* Wrong results and rejected kernels are permanent; a device that is out of memory or busy is checked again next
     * time. */
    if (ran == CLPT_OK || ran == CLPT_ERROR_BUILD) clpti_verdict_store(cache_dir, info);
cleanup:
    clpti_build_end(listener, &build);
    if (c.context) clpti_parts_close(&c.context->parts);
    if (c.context) clpti_cl_close(c.context);
    free(c.context);
    return status;
}
