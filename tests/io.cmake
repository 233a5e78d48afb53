# SPDX-License-Identifier: Apache-2.0
if(TARGET clptycho_io)
  foreach(stem npz npz_damage npz_write scan_file scan_crop picture)
    clptycho_test(test_${stem} SOURCES test_${stem}.c io_support.c io_scan.c LIBRARIES clptycho_io)
    add_test(NAME ${stem} COMMAND test_${stem})
  endforeach()
endif()
