/* SPDX-License-Identifier: Apache-2.0 */
/* activate: out[i] = f(values[i]); activate_back: out[i] = given[i]·f'(values[i]). function: 0 sigmoid, 1 swish
 * z·sigmoid(z), 2 softplus ln(1 + eᶻ), 3 relu, 4 phase π·tanh(z). Preconditions: none. */

inline float sigmoid(float z)
{
    return 1.0f / (1.0f + exp(-z));
}

inline float function_value(int function, float z)
{
    switch (function) {
    case 0:
        return sigmoid(z);
    case 1:
        return z * sigmoid(z);
    case 2:
        return fmax(z, 0.0f) + log1p(exp(-fabs(z)));
    case 3:
        return fmax(z, 0.0f);
    default:
        return 3.14159265358979f * tanh(z);
    }
}

inline float function_slope(int function, float z)
{
    float s = sigmoid(z), other = sigmoid(-z), t; /* 1 − s without cancellation */
    switch (function) {
    case 0:
        return s * other;
    case 1:
        return s * (1.0f + z * other);
    case 2:
        return s;
    case 3:
        return z > 0.0f ? 1.0f : 0.0f;
    default:
        t = exp(-fabs(z)); /* 1 − tanh² = (2t / (1 + t²))² without cancellation */
        t = 2.0f * t / (1.0f + t * t);
        return 3.14159265358979f * t * t;
    }
}

kernel void activate_general(int function, global const float *values, long values_offset, long count,
                             global float *out, long out_offset)
{
    long i = get_global_id(0);
    if (i < count) out[out_offset + i] = function_value(function, values[values_offset + i]);
}

kernel void activate_back_general(int function, global const float *values, long values_offset, long count,
                                  global const float *given, long given_offset, global float *out, long out_offset)
{
    long i = get_global_id(0);
    if (i < count) out[out_offset + i] = given[given_offset + i] * function_slope(function, values[values_offset + i]);
}
