// SPDX-License-Identifier: Apache-2.0
// Shows an object as it forms: an observer draws its phase as text after every few iterations, and stops the
// reconstruction once the error has settled. A window would copy the object to the screen in the same place.
#include <clptycho/clptycho.h>
#include <math.h>
#include <stdio.h>

enum { N = 32, ROW = 10, S = ROW * ROW, STEP = 4, L = N + (ROW - 1) * STEP }; // S patterns of N x N, object of L x L
static float object[L * L][2], guess[L * L][2], probe[N * N][2], amplitude[S * N * N]; // [2]: real, imaginary
static double centre[S][2];

typedef struct picture {
    float object[L * L][2];
    double last_error;
} picture;

// The middle of the object, a letter for every second pixel and fourth row: dark to bright is low to high phase.
static void draw(const picture *p)
{
    static const char shades[] = " .:-=+*#%@";
    double low = 10, high = -10;
    for (int y = N / 2; y < L - N / 2; ++y)
        for (int x = N / 2; x < L - N / 2; ++x) {
            double phase = atan2(p->object[y * L + x][1], p->object[y * L + x][0]);
            low = fmin(low, phase), high = fmax(high, phase);
        }
    for (int y = N / 2; y < L - N / 2; y += 4) {
        for (int x = N / 2; x < L - N / 2; x += 2) {
            double phase = atan2(p->object[y * L + x][1], p->object[y * L + x][0]);
            putchar(shades[(int)((phase - low) / (high - low + 1e-12) * 9.99)]);
        }
        putchar('\n');
    }
}

// Called by the library after each iteration; false ends the reconstruction.
static bool observe(void *user, clpt_solver *solver, int64_t iteration, double error)
{
    picture *p = user;
    bool settled = iteration > 1 && fabs(p->last_error - error) < 0.001 * error;
    p->last_error = error;
    if (iteration % 5 && !settled) return true;
    clpt_array to = clpt_array_host(p->object, CLPT_TYPE_C64, 2, CLPT_SHAPE(L, L));
    if (clpt_solver_get_object(solver, &to)) return false;
    printf("iteration %d, error %.5f\n", (int)iteration, error);
    draw(p);
    return !settled;
}

// A disc and a ring in phase, illuminated by a round spot on a grid.
static void make_scan(void)
{
    for (int k = 0; k < L * L; ++k) {
        double away = hypot(k % L - L / 2, k / L - L / 2);
        double phase = away < 5 ? 1.2 : away > 9 && away < 12 ? 0.8 : 0;
        guess[k][0] = 1, object[k][0] = (float)cos(phase), object[k][1] = (float)sin(phase);
    }
    for (int k = 0; k < N * N; ++k) {
        double x = k % N - N / 2 + 0.3, y = k / N - N / 2 + 0.2, size = exp(-(x * x + y * y) / 40);
        probe[k][0] = (float)(size * cos(0.03 * (x * x + y * y)));
        probe[k][1] = (float)(size * sin(0.03 * (x * x + y * y)));
    }
    for (int s = 0; s < S; ++s) centre[s][0] = N / 2 + s % ROW * STEP, centre[s][1] = N / 2 + s / ROW * STEP;
}

int main(void)
{
    static picture shown;
    const clpt_array o = clpt_array_host(object, CLPT_TYPE_C64, 2, CLPT_SHAPE(L, L));
    const clpt_array g = clpt_array_host(guess, CLPT_TYPE_C64, 2, CLPT_SHAPE(L, L));
    const clpt_array p = clpt_array_host(probe, CLPT_TYPE_C64, 2, CLPT_SHAPE(N, N));
    const clpt_array a = clpt_array_host(amplitude, CLPT_TYPE_F32, 3, CLPT_SHAPE(S, N, N));
    const clpt_measurement m = {.size = sizeof m, .amplitude = amplitude, .count = S, .side = N, .positions = *centre};
    const clpt_forward_options root = {.size = sizeof root, .amplitude = true};
    clpt_solver_options options = clpt_solver_options_default();
    options.observer = observe;
    options.observer_user = &shown;
    clpt_message message = {.text = ""};
    clpt_context *context = NULL;
    clpt_scan *scan = NULL;
    clpt_solver *solver = NULL;
    make_scan();
    int failed = clpt_context_create(NULL, &context, &message) || clpt_scan_create(context, centre[0], S, &scan) ||
                 clpt_forward(context, &o, scan, &p, &root, &a) ||
                 clpt_solver_create(context, &m, &g, &p, &options, &solver);
    clpt_status status = CLPT_OK;
    for (int k = 0; k < 200 && !failed && status == CLPT_OK; ++k) status = clpt_solver_iterate(solver, NULL);
    if (status != CLPT_OK && status != CLPT_ERROR_CANCELLED) failed = 1;
    if (failed) puts(context ? clpt_context_get_message(context) : message.text);
    return clpt_solver_destroy(&solver), clpt_scan_destroy(&scan), clpt_context_destroy(&context), failed;
}
