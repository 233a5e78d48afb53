/* SPDX-License-Identifier: Apache-2.0 */
/* Texts stored as byte arrays in NPZ files. */
#include <string.h>

#include "core/memory.h"
#include "io/io.h"

enum { LARGEST = 1 << 20 };

clpt_status clpti_npz_read_text(clpti_npz *npz, const char *name, char **text, clpt_message *message)
{
    clpti_npy_info info;
    clpti_tensor bytes = {0};
    int64_t index = clpti_npz_find(npz, name);
    *text = NULL;
    if (index < 0) return clpti_fail(message, CLPT_ERROR_FILE, "no array '%s'", name);
    clpt_status status = clpti_npz_info(npz, index, &info, message);
    CLPTI_TRY(status);
    if (!strstr(info.descr, "u1") || info.rank != 1 || info.shape[0] > LARGEST)
        CLPTI_TRY(
            clpti_fail(message, CLPT_ERROR_FILE, "array '%s' is not a text: a list of up to %d bytes", name, LARGEST));
    CLPTI_TRY(clpti_npz_read(npz, name, CLPT_TYPE_F32, &bytes, message));
    if (!(*text = clpti_calloc(info.shape[0] + 1, 1)))
        CLPTI_TRY(clpti_fail(message, CLPT_ERROR_MEMORY, "no memory for the text '%s'", name));
    for (int64_t i = 0; i < info.shape[0]; ++i) {
        int byte = (int)((const float *)bytes.data)[i];
        (*text)[i] = (char)(byte == '\n' || (byte >= 32 && byte != 127) ? byte : '?');
    }
cleanup:
    clpti_tensor_destroy(&bytes);
    return status;
}
