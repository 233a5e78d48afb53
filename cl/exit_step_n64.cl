/* SPDX-License-Identifier: Apache-2.0 */
/* exit_step_n64: 64×64 exit waves to the detector and back in one kernel: one work-group of 256 per pattern, sixteen
 * values per work-item. With several modes (-DCLPT_MANY) all but the last are kept in `waves` until the common gain is
 * known.
 *
 * object, probe, stages as in forward_n64.cl; detector arguments as in common/detector.clh; waves [count, modes, 64,
 * 64] receives the result, and with `given` contains the exit waves. Preconditions: those of forward_n64. */
#include "common/detector.clh"
#include "common/exit64.clh"

/* The exit wave of one mode, computed or, with `given`, read from `wave` (this work-item's first value). */
inline void exit_or_given(float2 *v, int given, global const float2 *wave, const patch *from, global const float2 *mode,
                          int probe_mask, int ly, int lx)
{
    if (given) {
#pragma unroll
        for (int i = 0; i < 16; i++) v[i] = wave[i / 4 * 1024 + i % 4 * 16];
    } else {
        exit_wave_64(v, from, mode, probe_mask, ly, lx);
    }
}

kernel WORK_GROUP(256) void exit_step_n64(global const float2 *object, long object_offset, long height, long width,
                                          long per_image, SELECTION_ARGS, global const float2 *probe, long probe_offset,
                                          long probe_stride, int modes, int probe_mask, global const float2 *stages,
                                          long stages_offset, int given, global float2 *waves, long waves_offset,
                                          DETECTOR_ARGS, int only_error, DETECTOR_SUMS_ARGS)
{
    local float2 tile[TILE64_SIZE] __attribute__((aligned(16)));
    long k = get_group_id(0);
    int me = (int)get_local_id(0), lx = me % 16, ly = me / 16, mine = ly * 64 + lx;
    sample_position position = selected_position(SELECTION, k);
    patch from = patch_at(object + object_offset + (per_image ? k / per_image : 0) * height * width, height, width,
                          &position, 64);
    detector response = detector_of(DETECTOR, k, 4096);
    probe += probe_offset + k * probe_stride;
    global float2 *wave = waves + waves_offset + k * modes * 4096 + mine;
    float2 v[16], sums = (float2)(0.0f);
#ifdef CLPT_MANY
    for (int p = 0; p + 1 < modes; p++) {
        exit_or_given(v, given, wave + p * 4096, &from, probe + p * 4096, probe_mask, ly, lx);
        tile64_fft(v, tile, ly, lx, stages + stages_offset, 0);
#pragma unroll
        for (int i = 0; i < 16; i++) wave[p * 4096 + i / 4 * 1024 + i % 4 * 16] = v[i];
    }
    float gain[16];
#endif
    int last = modes - 1;
    exit_or_given(v, given, wave + last * 4096, &from, probe + last * 4096, probe_mask, ly, lx);
    tile64_fft(v, tile, ly, lx, stages + stages_offset, 0);
#pragma unroll
    for (int i = 0; i < 16; i++) {
        float power = complex_power(v[i]);
#ifdef CLPT_MANY
        for (int p = 0; p < last; p++) power += complex_power(wave[p * 4096 + i / 4 * 1024 + i % 4 * 16]);
#endif
        float by = detector_gain(&response, power, ((ly + i / 4 * 16) ^ 32) * 64 + ((lx + i % 4 * 16) ^ 32), &sums);
        v[i] *= by;
#ifdef CLPT_MANY
        gain[i] = by;
#endif
    }
    if (!only_error) {
        tile64_fft(v, tile, ly, lx, stages + stages_offset, 1);
#pragma unroll
        for (int i = 0; i < 16; i++) wave[last * 4096 + i / 4 * 1024 + i % 4 * 16] = v[i];
    }
#ifdef CLPT_MANY
    for (int p = 0; p < last && !only_error; p++) {
#pragma unroll
        for (int i = 0; i < 16; i++) v[i] = gain[i] * wave[p * 4096 + i / 4 * 1024 + i % 4 * 16];
        tile64_fft(v, tile, ly, lx, stages + stages_offset, 1);
#pragma unroll
        for (int i = 0; i < 16; i++) wave[p * 4096 + i / 4 * 1024 + i % 4 * 16] = v[i];
    }
#endif
#if CLPT_DETECTOR == DETECTOR_MODULUS || CLPT_DETECTOR == DETECTOR_LOSS
    float4 total = detector_total(sums, (local float4 *)tile, me, 256);
    if (me == 0) detector_store(total, k, DETECTOR_SUMS);
#endif
}
