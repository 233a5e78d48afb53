// SPDX-License-Identifier: Apache-2.0
#include <clptycho/clptycho.h>
#include <stdio.h>
enum { N = 64, ROW = 12, S = ROW * ROW, STEP = 6, L = N + (ROW - 1) * STEP }; // S patterns of N x N, object of L x L
static float object[L * L][2], guess[L * L][2], probe[N * N][2], amplitude[S * N * N]; // [2]: real, imaginary
static double centre[S][2], r_factor; // x, y of each patch in the object

int main(void)
{
    const clpt_array o = clpt_array_host(object, CLPT_TYPE_C64, 2, CLPT_SHAPE(L, L));
    const clpt_array g = clpt_array_host(guess, CLPT_TYPE_C64, 2, CLPT_SHAPE(L, L));
    const clpt_array p = clpt_array_host(probe, CLPT_TYPE_C64, 2, CLPT_SHAPE(N, N));
    const clpt_array a = clpt_array_host(amplitude, CLPT_TYPE_F32, 3, CLPT_SHAPE(S, N, N));
    const clpt_measurement m = {.size = sizeof m, .amplitude = amplitude, .count = S, .side = N, .positions = *centre};
    const clpt_forward_options root = {.size = sizeof root, .amplitude = true};
    for (int k = 0; k < L * L; ++k) guess[k][0] = object[k][0] = 1, object[k][1] = (k % L / 9 + k / L / 13) % 3 * 0.4f;
    for (int k = 0; k < N * N; ++k) probe[k][0] = (k % N - 32) * (k % N - 32) + (k / N - 32) * (k / N - 32) < 400;
    for (int s = 0; s < S; ++s) centre[s][0] = N / 2 + s % ROW * STEP, centre[s][1] = N / 2 + s / ROW * STEP;
    clpt_message message;
    clpt_context *context = NULL;
    clpt_scan *scan = NULL;
    clpt_solver *solver = NULL;
    int failed = clpt_context_create(NULL, &context, &message) || clpt_scan_create(context, centre[0], S, &scan) ||
                 clpt_forward(context, &o, scan, &p, &root, &a) || // "measures"
                 clpt_solver_create(context, &m, &g, &p, NULL, &solver);
    for (int k = 0; k < 30 && !failed; ++k) failed = clpt_solver_iterate(solver, NULL);
    failed = failed || clpt_solver_evaluate_r_factor(solver, &r_factor, NULL);
    failed ? puts(context ? clpt_context_get_message(context) : message.text) : printf("R-factor %.4f\n", r_factor);
    return clpt_solver_destroy(&solver), clpt_scan_destroy(&scan), clpt_context_destroy(&context), failed;
}
