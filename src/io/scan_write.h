/* SPDX-License-Identifier: Apache-2.0 */
/* Scans as files that clpti_scan_load and other programs read. */
#ifndef CLPTI_IO_SCAN_WRITE_H
#define CLPTI_IO_SCAN_WRITE_H

#include "io/io.h"

/* The frames in use, with positions, mask, background, probe and object where the scan has them: as CXI, with the paths
 * and units of NXcxi_ptycho, if the name ends in .cxi, .nxs, .h5, .hdf5 or .hdf, otherwise as the PtychoPINN contract
 * in an NPZ. CXI requires wavelength, distance and pixel size, and omits the object. */
clpt_status clpti_scan_write(const char *path, const clpti_scan_file *scan, clpt_message *message);
bool clpti_scan_writes_cxi(const char *path);

#endif
