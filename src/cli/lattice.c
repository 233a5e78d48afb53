/* SPDX-License-Identifier: Apache-2.0 */
/* The lattice of a raster scan in the object of `reconstruct` (--lattice). */
#include <math.h>

#include "cli/reconstruct.h"

enum { REMOVE, KEEP };

clpt_status clpti_job_remove_lattice(clpti_job *j)
{
    clpt_solver_lattice removal = clpt_solver_lattice_default();
    if (j->v->lattice == KEEP || j->done == 0) return CLPT_OK;
    clpt_status status = clpti_session_check(j->session, clpt_solver_remove_lattice(j->solver, &removal));
    if (status == CLPT_OK && removal.harmonics > 0)
        printf(
            "lattice: positions on a raster of steps %.2f and %.2f pixels; its %lld Fourier components in the object "
            "(%.2g of it) moved into the probe, with which no pattern changes (--lattice)\n",
            hypot(removal.step[0][0], removal.step[0][1]), hypot(removal.step[1][0], removal.step[1][1]),
            (long long)removal.harmonics, removal.modulation);
    return status;
}
