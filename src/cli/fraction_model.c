/* SPDX-License-Identifier: Apache-2.0 */
/* The model of fractions of a pixel (--subpixel) in files. */
#include "cli/fraction_model.h"

static const double numbers[] = {[CLPT_SUBPIXEL_BILINEAR] = 0,
                                 [CLPT_SUBPIXEL_EXACT] = 1,
                                 [CLPT_SUBPIXEL_BANK_2] = 2,
                                 [CLPT_SUBPIXEL_BANK_4] = 4,
                                 [CLPT_SUBPIXEL_BANK_8] = 8};
enum { count = sizeof numbers / sizeof *numbers };

double clpti_fraction_number(clpt_subpixel model)
{
    return numbers[model];
}

clpt_status clpti_fraction_model(const char *path, double number, clpt_subpixel *model, clpt_message *message)
{
    for (int i = 0; i < count; i++)
        if (numbers[i] == number) {
            *model = (clpt_subpixel)i;
            return CLPT_OK;
        }
    return clpti_fail(message, CLPT_ERROR_FILE,
                      "%s: array 'subpixel' is %g; it is 0 (bilinear), 1 (exact), or 2, 4 or 8 (K of a bank)", path,
                      number);
}

clpt_status clpti_fraction_load(const char *path, clpti_store *store, clpt_subpixel *model, clpt_message *message)
{
    clpti_tensor number = {0};
    *model = CLPT_SUBPIXEL_BILINEAR;
    if (!clpti_store_has(store, "subpixel")) return CLPT_OK;
    clpt_status status = clpti_store_read(store, "subpixel", CLPT_TYPE_F64, &number, message);
    if (status != CLPT_OK) return status;
    status = clpti_fraction_model(path, clpti_tensor_count(&number) == 1 ? *(const double *)number.data : -1, model,
                                  message);
    clpti_tensor_destroy(&number);
    return status;
}

clpt_subpixel clpti_fraction_chosen(const clpti_session *session, const clpt_solver_options *given, clpt_subpixel model)
{
    return clpti_arguments_have(session->arguments, "subpixel") ? given->subpixel : model;
}
