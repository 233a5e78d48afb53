/* SPDX-License-Identifier: Apache-2.0 */
/* pool: small = maximum of 2×2 pixels of large; pool_back: its gradient, to the first pixel (row-major) that has the
 * maximum, where that is positive. enlarge: large = each pixel of small four times; enlarge_back: its gradient, where
 * small is positive. small [count, height, width, channels], large [count, 2·height, 2·width, channels]. One work-item
 * per element of small. Preconditions: none. */

#define RESIZE_ARGS global const float *from, long from_offset, int width, int channels, long elements
#define RESIZE_BACK_ARGS global const float *given, long given_offset, global float *out, long out_offset

/* Index in large of the first of the four pixels of element i of small. */
inline long large_index(long i, int width, int channels)
{
    long c = i % channels, x = i / channels % width, line = i / channels / width;
    return (4 * line * width + 2 * x) * channels + c;
}

/* Offset of pixel k of the four. */
inline long large_step(int k, int width, int channels)
{
    return ((k / 2) * 2L * width + k % 2) * channels;
}

inline int first_maximum(global const float *large, int width, int channels)
{
    int best = 0;
    float maximum = large[0];
    for (int k = 1; k < 4; k++) {
        float value = large[large_step(k, width, channels)];
        if (value > maximum) {
            maximum = value;
            best = k;
        }
    }
    return best;
}

kernel void pool_general(RESIZE_ARGS, global float *out, long out_offset)
{
    long i = get_global_id(0);
    if (i >= elements) return;
    global const float *large = from + from_offset + large_index(i, width, channels);
    out[out_offset + i] = large[large_step(first_maximum(large, width, channels), width, channels)];
}

kernel void pool_back_general(RESIZE_ARGS, RESIZE_BACK_ARGS)
{
    long i = get_global_id(0);
    if (i >= elements) return;
    long first = large_index(i, width, channels);
    global const float *large = from + from_offset + first;
    int best = first_maximum(large, width, channels);
    for (int k = 0; k < 4; k++) {
        long step = large_step(k, width, channels);
        out[out_offset + first + step] = k == best && large[step] > 0.0f ? given[given_offset + i] : 0.0f;
    }
}

kernel void enlarge_general(RESIZE_ARGS, global float *out, long out_offset)
{
    long i = get_global_id(0);
    if (i >= elements) return;
    long first = out_offset + large_index(i, width, channels);
    for (int k = 0; k < 4; k++) out[first + large_step(k, width, channels)] = from[from_offset + i];
}

kernel void enlarge_back_general(RESIZE_ARGS, RESIZE_BACK_ARGS)
{
    long i = get_global_id(0);
    if (i >= elements) return;
    long first = given_offset + large_index(i, width, channels);
    float sum = 0.0f;
    for (int k = 0; k < 4; k++) sum += given[first + large_step(k, width, channels)];
    out[out_offset + i] = from[from_offset + i] > 0.0f ? sum : 0.0f;
}
