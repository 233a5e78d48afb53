/* SPDX-License-Identifier: Apache-2.0 */
/* Pupil constraint: after each iteration that updates the probe, every mode P becomes F⁻¹(A·F(P)) with the discrete
 * Fourier transform F and the aperture A, 1 within probe_pupil·side of frequency 0 and 0 outside, as for an electron
 * probe formed by a round aperture. The constraint is idempotent. */
#include <stdlib.h>

#include "core/memory.h"
#include "ops/engine.h"
#include "solve/extension.h"

typedef struct pupil {
    clpt_buffer *aperture; /* real [side, side], frequency 0 at [0, 0] */
} pupil;

static void close_pupil(void *state)
{
    pupil *p = state;
    clpt_buffer_destroy(&p->aperture);
}

static const clpti_part part = {"the pupil", sizeof(pupil), close_pupil};

static bool is_used(const clpt_solver *s)
{
    return s->options.probe_pupil > 0.0;
}

static double frequency(int64_t index, int64_t side)
{
    return (double)(index <= (side - 1) / 2 ? index : index - side);
}

static clpt_status create(clpt_solver *s, void *state)
{
    pupil *p = state;
    clpt_status status = CLPT_OK;
    int64_t side = s->side, pixels = side * side;
    double radius = s->options.probe_pupil * (double)side, *aperture = clpti_malloc(pixels, sizeof *aperture);
    if (!aperture)
        return clpti_fail(&s->context->message, CLPT_ERROR_MEMORY, "no host memory for a pupil of side %lld",
                          (long long)side);
    for (int64_t i = 0; i < pixels; i++) {
        double y = frequency(i / side, side), x = frequency(i % side, side);
        aperture[i] = x * x + y * y <= radius * radius ? 1.0 : 0.0;
    }
    CLPTI_TRY(clpti_buffer_create(s->context, CLPTI_REAL, pixels, &p->aperture));
    CLPTI_TRY(clpti_field_upload(clpti_view_of(p->aperture), aperture, CLPT_TYPE_F64, pixels));
cleanup:
    free(aperture);
    return status;
}

/* `count` modes in place, through a plan with that capacity. */
static clpt_status confine(clpt_solver *s, const pupil *p, clpti_fft *fft, clpti_view modes, int64_t count)
{
    clpt_status status = CLPT_OK;
    clpti_view waves = clpti_view_of(fft->waves);
    int64_t pixels = s->side * s->side;
    CLPTI_TRY(clpti_copy(modes, waves, count * pixels));
    CLPTI_TRY(clpti_fft_run(fft, count, CLPTI_FORWARD));
    CLPTI_TRY(clpti_scale_by(s->context, &(clpti_scale_by_args){.field = waves,
                                                                .out = waves,
                                                                .real = clpti_view_of(p->aperture),
                                                                .repeats = count,
                                                                .count = pixels,
                                                                .factor = 1.0 / (double)pixels}));
    CLPTI_TRY(clpti_fft_run(fft, count, CLPTI_INVERSE));
    CLPTI_TRY(clpti_copy(waves, modes, count * pixels));
cleanup:
    return status;
}

static clpt_status after(clpt_solver *s, void *state)
{
    clpt_status status = CLPT_OK;
    clpti_fft *fft = NULL;
    if (!clpti_solver_updates(s).probe) return CLPT_OK;
    CLPTI_TRY(clpti_fft_get(s->context, s->side, 1, &fft));
    for (int64_t done = 0; done < s->modes; done += fft->capacity) {
        int64_t left = s->modes - done, count = left < fft->capacity ? left : fft->capacity;
        clpti_view modes = clpti_view_at(clpti_view_of(s->probe), done * s->side * s->side);
        CLPTI_TRY(confine(s, state, fft, modes, count));
    }
cleanup:
    return status;
}

const clpti_extension clpti_pupil_extension = {.part = &part, .is_used = is_used, .create = create, .after = after};
