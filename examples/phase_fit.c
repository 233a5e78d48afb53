// SPDX-License-Identifier: Apache-2.0
// Fits the phase of a transparent object to diffraction patterns by Adam (Kingma & Ba 2015): the library gives the loss
// and its gradient, the program has the parameters and the optimiser. Prints the loss and the phase error.
#include <clptycho/clptycho.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { N = 32, ROW = 9, STEP = 4, S = ROW * ROW, L = N + (ROW - 1) * STEP + 3, ITERATIONS = 150, PRINT_EVERY = 25 };

static float object[L * L][2], d_object[L * L][2], probe[N * N][2], measured[S * N * N]; // [2]: real, imaginary
static double positions[S][2], truth[L * L], phase[L * L], slope[L * L];

static void die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

static void check(const clpt_context *context, clpt_status status)
{
    if (status != CLPT_OK) die(clpt_status_name(status), clpt_context_get_message(context));
}

// A transparent object changes only the phase of the wave: object = exp(i·phase).
static void set_object(const double *phases)
{
    for (int k = 0; k < L * L; ++k) {
        object[k][0] = (float)cos(phases[k]);
        object[k][1] = (float)sin(phases[k]);
    }
}

static void make_experiment(void)
{
    for (int k = 0; k < L * L; ++k) {
        double x = k % L, y = k / L, radius = hypot(x - L / 2, y - L / 2);
        truth[k] = 0.6 * sin(x / 5) * cos(y / 7) + (radius < 12 ? 0.5 : 0);
    }
    for (int k = 0; k < N * N; ++k) { // a Gaussian with a curved wave front
        double x = k % N - N / 2, y = k / N - N / 2, squared = x * x + y * y, amplitude = 20 * exp(-squared / 50);
        probe[k][0] = (float)(amplitude * cos(0.03 * squared));
        probe[k][1] = (float)(amplitude * sin(0.03 * squared));
    }
    for (int s = 0; s < S; ++s) { // a regular grid would show in the result: move each position slightly
        positions[s][0] = N / 2 + s % ROW * STEP + 0.9 * (7 * s % 3);
        positions[s][1] = N / 2 + s / ROW * STEP + 0.9 * (5 * s % 3);
    }
}

// ∂L/∂phase from d_object = ∂L/∂Re o + i·∂L/∂Im o, by the chain rule: Re(conj(d_object)·i·o), as ∂o/∂phase = i·o.
static void phase_gradient(void)
{
    for (int k = 0; k < L * L; ++k) slope[k] = d_object[k][1] * object[k][0] - d_object[k][0] * object[k][1];
}

static void adam_step(int iteration)
{
    static double mean[L * L], square[L * L];
    const double rate = 0.05, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    double mean_part = 1 - pow(beta1, iteration), square_part = 1 - pow(beta2, iteration);
    for (int k = 0; k < L * L; ++k) {
        mean[k] += (1 - beta1) * (slope[k] - mean[k]);
        square[k] += (1 - beta2) * (slope[k] * slope[k] - square[k]);
        phase[k] -= rate * mean[k] / mean_part / (sqrt(square[k] / square_part) + epsilon);
    }
}

// Root mean square of phase − truth in the scanned field; patterns do not depend on a constant phase.
static double phase_error(void)
{
    double sum = 0, squares = 0;
    int count = 0;
    for (int k = 0; k < L * L; ++k) {
        int x = k % L, y = k / L;
        if (x < N / 2 || y < N / 2 || x >= L - N / 2 || y >= L - N / 2) continue;
        sum += phase[k] - truth[k];
        squares += (phase[k] - truth[k]) * (phase[k] - truth[k]);
        ++count;
    }
    return sqrt(squares / count - sum / count * (sum / count));
}

int main(void)
{
    const clpt_array o = clpt_array_host(object, CLPT_TYPE_C64, 2, CLPT_SHAPE(L, L));
    const clpt_array d = clpt_array_host(d_object, CLPT_TYPE_C64, 2, CLPT_SHAPE(L, L));
    const clpt_array p = clpt_array_host(probe, CLPT_TYPE_C64, 2, CLPT_SHAPE(N, N));
    const clpt_array m = clpt_array_host(measured, CLPT_TYPE_F32, 3, CLPT_SHAPE(S, N, N));
    const clpt_forward_gradients gradients = {.size = sizeof gradients, .d_object = &d};
    clpt_message message;
    clpt_context *context = NULL;
    clpt_scan *scan = NULL;
    double loss = 0, first = 0;

    if (clpt_context_create(NULL, &context, &message) != CLPT_OK) die("clptycho", message.text);
    make_experiment();
    check(context, clpt_scan_create(context, positions[0], S, &scan));
    const clpt_gradient_args batch = {
        .size = sizeof batch, .loss = CLPT_LOSS_AMPLITUDE, .object = &o, .scan = scan, .probe = &p, .measured = &m};
    set_object(truth);
    check(context, clpt_forward(context, &o, scan, &p, NULL, &m)); // the "measurement"
    for (int k = 1; k <= ITERATIONS; ++k) {
        set_object(phase); // flat start
        check(context, clpt_gradient(context, &batch, &loss, &gradients));
        if (k == 1) first = loss;
        if (k == 1 || k % PRINT_EVERY == 0)
            printf("iteration %3d: loss %.4e, phase error %.4f rad\n", k, loss, phase_error());
        phase_gradient();
        adam_step(k);
    }
    clpt_scan_destroy(&scan);
    clpt_context_destroy(&context);
    int converged = loss < 0.01 * first && phase_error() < 0.05;
    printf("%s: loss %.4e, initially %.4e, phase error %.4f rad\n", converged ? "converged" : "did not converge", loss,
           first, phase_error());
    return converged ? EXIT_SUCCESS : EXIT_FAILURE;
}
