/* SPDX-License-Identifier: Apache-2.0 */
/* forward_n64: the forward model of 64×64 patterns in one kernel: one work-group of 256 per pattern samples the patch,
 * multiplies it by the probe, transforms it, sixteen values per work-item, and writes the moduli. With several modes
 * `out` accumulates intensities from mode to mode.
 *
 * object [.., height, width], entry k / per_image for pattern k (0: the first for all); probe [modes, 64, 64],
 * stride from pattern to pattern (0: one for all); stages
 * as in common/tile64.clh; out [count, 64, 64]. Preconditions: size 64, no padding, no smoothing, 39 KB of local
 * memory, work-groups of 256, objects less than 2^22 wide. */
#include "common/exit64.clh"

kernel WORK_GROUP(256) void forward_n64(global const float2 *object, long object_offset, long height, long width,
                                        long per_image, SELECTION_ARGS, global const float2 *probe, long probe_offset,
                                        long probe_stride, int modes, int probe_mask, global const float2 *stages,
                                        long stages_offset, float factor, int amplitude, global float *out,
                                        long out_offset)
{
    local float2 tile[TILE64_SIZE] __attribute__((aligned(16)));
    long k = get_group_id(0);
    int lx = (int)get_local_id(0) % 16, ly = (int)get_local_id(0) / 16;
    sample_position position = selected_position(SELECTION, k);
    patch from = patch_at(object + object_offset + (per_image ? k / per_image : 0) * height * width, height, width,
                          &position, 64);
    global float *pattern = out + out_offset + k * 4096;
    float2 v[16];
#ifdef CLPT_MANY
    for (int p = 0; p < modes; p++)
#else
    const int p = 0;
#endif
    {
        exit_wave_64(v, &from, probe + probe_offset + k * probe_stride + p * 4096, probe_mask, ly, lx);
        tile64_fft(v, tile, ly, lx, stages + stages_offset, 0);
        bool last = p + 1 == modes;
#pragma unroll
        for (int i = 0; i < 16; i++) {
            int centred = ((ly + i / 4 * 16) ^ 32) * 64 + ((lx + i % 4 * 16) ^ 32);
            float sum = factor * complex_power(v[i]);
            if (p) sum += pattern[centred];
            pattern[centred] = last && amplitude ? sqrt(sum) : sum;
        }
    }
}
