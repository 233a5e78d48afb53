/* SPDX-License-Identifier: Apache-2.0 */
/* HDF5 filter 32000, h5py's LZF, for reading: each chunk is one LZF block, or stored as it is where that is no
 * smaller. Client data: filter version, LZF version, bytes of a chunk. */
#include <lzf.h>
#include <stdlib.h>

#include "io/h5_internal.h"

enum { lzf_filter = 32000, max_expansion = 300 }; /* three bytes of LZF repeat at most 264 bytes */

static size_t decode(unsigned flags, size_t parameters, const unsigned values[], size_t bytes, size_t *capacity,
                     void **buffer)
{
    size_t limit = bytes * max_expansion, size = parameters >= 3 ? values[2] : 0;
    if (!(flags & H5Z_FLAG_REVERSE)) return 0;
    if (size == 0 || size > limit || size > UINT32_MAX || bytes > UINT32_MAX) return 0;
    void *out = malloc(size);
    unsigned got = out ? lzf_decompress(*buffer, (unsigned)bytes, out, (unsigned)size) : 0;
    if (got == 0) {
        free(out);
        return 0;
    }
    free(*buffer);
    *buffer = out;
    *capacity = size;
    return got;
}

void clpti_h5_register_filters(void)
{
    static const H5Z_class2_t lzf = {H5Z_CLASS_T_VERS, lzf_filter, 0, 1, "lzf", NULL, NULL, decode};
    if (H5Zfilter_avail(lzf_filter) <= 0) H5Zregister(&lzf);
}
