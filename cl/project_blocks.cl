/* SPDX-License-Identifier: Apache-2.0 */
/* project_blocks: project.cl for GPUs: a pattern is spread over work-groups of 4096 pixels each, so that few patterns
 * still occupy the device; project_sums adds their contributions in order. Arguments as in project.cl; parts [count,
 * blocks]. Preconditions: work-groups of 256. */
#include "common/complex.clh"
#include "common/likelihood.clh"
#include "common/position.clh"
#include "common/detector_response.clh"

#define BLOCK 4096

kernel __attribute__((reqd_work_group_size(256, 1, 1))) void
project_blocks(global float2 *waves, long waves_offset, long modes, long size, long shift, float factor, float scale,
               RESPONSE_ARGS, global const float *measured, long measured_offset, global const float *mask,
               long mask_offset, int mask_rows, global const int *order, long order_offset, long first, int only_error,
               global float2 *parts, long parts_offset, long blocks)
{
    local float2 lanes[256];
    long k = get_group_id(1), block = get_group_id(0), pixels = size * size;
    int me = (int)get_local_id(0), n = (int)size, half_size = (int)shift, rest = n - half_size;
    long row = selected(order, order_offset, first, k);
    global const float *pattern = measured + measured_offset + row * pixels;
    global const float *good = mask + mask_offset + (mask_rows ? row * pixels : 0);
    global float2 *wave = waves + waves_offset + k * modes * pixels;
    float2 sums = (float2)(0.0f);
    response pattern_response = response_of(RESPONSE, factor, k);
    long end = min((block + 1) * BLOCK, pixels);
    for (long at = block * BLOCK + me; at < end; at += 256) {
        int y = (int)at / n, x = (int)at - y * n;
        long centred = (long)(y < rest ? y + half_size : y - rest) * size + (x < rest ? x + half_size : x - rest);
        bool counts = mask_offset < 0 || good[centred] > 0.0f;
        float power = 0.0f;
        for (long p = 0; p < modes; p++) power += complex_power(wave[p * pixels + at]);
        float model = sqrt(response_intensity(&pattern_response, power, centred)),
              amplitude = counts ? pattern[centred] : 0.0f;
        if (counts) sums += (float2)(fabs(model - amplitude), amplitude);
        if (only_error) continue;
        float ratio = LIKELIHOOD_RATIO(amplitude, model), gain = counts ? scale * LIKELIHOOD_GAIN(ratio) : 0.0f;
        for (long p = 0; p < modes; p++) wave[p * pixels + at] *= gain;
    }
    lanes[me] = sums;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int step = 128; step > 0; step /= 2) {
        if (me < step) lanes[me] += lanes[me + step];
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    if (me == 0) parts[parts_offset + k * blocks + block] = lanes[0];
}

kernel void project_sums(global const float2 *parts, long parts_offset, long count, long blocks, global float *misfit,
                         long misfit_offset, global float *total, long total_offset)
{
    long k = get_global_id(0);
    if (k >= count) return;
    float2 sums = (float2)(0.0f);
    for (long b = 0; b < blocks; b++) sums += parts[parts_offset + k * blocks + b];
    misfit[misfit_offset + k] = sums.x;
    total[total_offset + k] = sums.y;
}
