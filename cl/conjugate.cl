/* SPDX-License-Identifier: Apache-2.0 */
/* conjugate: coefficient β of the previous direction d in the next one, z + β·d, and the slope along it. With (gz, pz,
 * gd) the sums over fields of products [fields, 3] and ρ the gz of the previous call: β = max(0, (gz − pz)/ρ) (Polak,
 * Ribière and Polyak), or 0 with `restart`, if not ρ > 0, or where z + β·d would not be a descent direction; slope = gz
 * + β·gd, ρ = gz. memory, beta, slope [1]. One work-item. Preconditions: none. */
kernel void conjugate_general(global const float *products, long products_offset, long fields, int restart,
                              global float *memory, long memory_offset, global float *beta, long beta_offset,
                              global float *slope, long slope_offset)
{
    if (get_global_id(0)) return;
    float gz = 0.0f, pz = 0.0f, gd = 0.0f, last = memory[memory_offset];
    for (long f = 0; f < fields; f++) {
        gz += products[products_offset + 3 * f];
        pz += products[products_offset + 3 * f + 1];
        gd += products[products_offset + 3 * f + 2];
    }
    float b = !restart && last > 0.0f ? fmax(0.0f, (gz - pz) / last) : 0.0f;
    if (!(gz + b * gd > 0.0f)) b = 0.0f;
    memory[memory_offset] = gz;
    beta[beta_offset] = b;
    slope[slope_offset] = gz + b * gd;
}
