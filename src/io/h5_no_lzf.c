/* SPDX-License-Identifier: Apache-2.0 */
/* Replacement for the filters in a build without liblzf. */
#include "io/h5_internal.h"

void clpti_h5_register_filters(void)
{
}
