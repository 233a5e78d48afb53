/* SPDX-License-Identifier: Apache-2.0 */
/* Object and probe moved by the same number of pixels leave every far field as it is: nothing measured holds a probe in
 * the middle of its array. This brings it back there, in whole pixels (the operation `centre`), and with it all that
 * lasts in its pixels or the object's; positions stay. */
#ifndef CLPTI_SOLVE_CENTRE_H
#define CLPTI_SOLVE_CENTRE_H

#include "solve/solver.h"

clpt_status clpti_centre_after(clpt_solver *solver);

#endif
