/* SPDX-License-Identifier: Apache-2.0 */
/* shift_fields_lines: fields of a side that is a product of small factors (-DCLPT_N, common/exit_lines.clh) moved by
 * the fraction f_k of pattern k, −f_k with `back`, along one axis: each line is transformed, multiplied by the ramp
 * r_f(q)/N of subpixel.cl, and transformed back. shift_fields_lines_rows moves along x, shift_fields_lines_columns
 * along y; with an object, the latter first multiplies by conj(O_k), the patch at the whole pixel position_k + shift.
 *
 * fields: `stride` elements from pattern to pattern (0: one for all), [modes, N, N] each; out [count, modes, N, N], may
 * be `fields`; fractions: positions whose fractions are used, through the same order; stages as in common/lines.clh.
 * Groups (block of lines, field). Preconditions: 39 KB of local memory and a line more, work-groups of LINES_GROUP. */
#include "common/exit_lines.clh"
#include "common/fraction.clh"

/* The pattern and field of a work-group, and where they start. */
typedef struct shifted {
    long k;
    global const float2 *from;
    global float2 *to;
} shifted;

inline shifted shifted_of(global const float2 *fields, long stride, int modes, global float2 *out)
{
    int number = (int)get_group_id(1), p = number % modes;
    long k = number / modes;
    return (shifted){k, fields + k * stride + p * CLPT_N * CLPT_N, out + (long)number * CLPT_N * CLPT_N};
}

inline void find_ramp(local float2 *ramp, float f)
{
    for (int q = (int)get_local_id(0); q < CLPT_N; q += LINES_GROUP) ramp[q] = fraction_ramp(q, CLPT_N, f) / CLPT_N;
    barrier(CLK_LOCAL_MEM_FENCE);
}

inline void apply_ramp(float2 *v, local const float2 *ramp, int t)
{
#pragma unroll
    for (int e = 0; e < LINE_AFTER; e++)
        if (!LINE_AFTER_IDLE(e, t)) v[e] = complex_times(v[e], ramp[LINE_AFTER_AT(e, t)]);
}

kernel WORK_GROUP(LINES_GROUP) void shift_fields_lines_rows(global const float2 *fields, long fields_offset,
                                                            long stride, global const clpt_position *fractions,
                                                            long fractions_offset, global const int *order,
                                                            long order_offset, long first, int modes, int back,
                                                            global const float2 *stages, long stages_offset,
                                                            global float2 *out, long out_offset)
{
    local float2 tile[LINES_ROW_TILE] __attribute__((aligned(16)));
    local float2 ramp[CLPT_N];
    int me = (int)get_local_id(0), line = me / LINE_ITEMS, t = me % LINE_ITEMS;
    int y = (int)get_group_id(0) * CLPT_LINES + line;
    shifted s = shifted_of(fields + fields_offset, stride, modes, out + out_offset);
    clpt_position position = fractions[fractions_offset + selected(order, order_offset, first, s.k)];
    float f = nearest_fraction(position.x, position.fx);
    find_ramp(ramp, back ? -f : f);
    float2 v[LINE_VALUES];
    if (LINES_ALIVE(y)) line_read_before(v, s.from + y * CLPT_N, 1, t);
    row_fft(v, tile + line * LINES_ROW_PITCH, t, stages + stages_offset, 0);
    apply_ramp(v, ramp, t);
    row_fft(v, tile + line * LINES_ROW_PITCH, t, stages + stages_offset, 1);
    if (LINES_ALIVE(y)) line_write_before(v, s.to + y * CLPT_N, 1, t);
}

/* Multiplies a column by the conjugate of a patch at whole pixels. */
inline void times_patch(float2 *v, const patch *from, int t, int x)
{
#pragma unroll
    for (int e = 0; e < LINE_BEFORE; e++) {
        int y = LINE_BEFORE_AT(e, t);
        if (LINE_BEFORE_IDLE(e, t)) continue;
        float2 o = from->inside ? from->corner[y * from->step + x]
                                : pixel_or_zero(from->object, from->height, from->width, from->y + y, from->x + x);
        v[e] = complex_conj_times(o, v[e]);
    }
}

kernel WORK_GROUP(LINES_GROUP) void shift_fields_lines_columns(
    global const float2 *fields, long fields_offset, long stride, global const float2 *object, long object_offset,
    long height, long width, SELECTION_ARGS, global const clpt_position *fractions, long fractions_offset, int modes,
    int back, global const float2 *stages, long stages_offset, global float2 *out, long out_offset)
{
    local float2 tile[LINES_COLUMN_TILE] __attribute__((aligned(16)));
    local float2 ramp[CLPT_N];
    int me = (int)get_local_id(0), column = me % CLPT_LINES, t = me / CLPT_LINES;
    int x = (int)get_group_id(0) * CLPT_LINES + column;
    shifted s = shifted_of(fields + fields_offset, stride, modes, out + out_offset);
    clpt_position position = fractions[fractions_offset + selected(order, order_offset, first, s.k)];
    float f = nearest_fraction(position.y, position.fy);
    find_ramp(ramp, back ? -f : f);
    float2 v[LINE_VALUES];
    if (LINES_ALIVE(x)) {
        line_read_before(v, s.from + x, CLPT_N, t);
        if (object_offset >= 0) {
            sample_position whole = selected_position(SELECTION, s.k);
            patch from = patch_at(object + object_offset, height, width, &whole, CLPT_N);
            times_patch(v, &from, t, x);
        }
    }
    column_fft(v, tile + column, t, stages + stages_offset, 0);
    apply_ramp(v, ramp, t);
    column_fft(v, tile + column, t, stages + stages_offset, 1);
    if (LINES_ALIVE(x)) line_write_before(v, s.to + x, CLPT_N, t);
}
