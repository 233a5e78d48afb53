# SPDX-License-Identifier: Apache-2.0
if(TARGET clptycho_io)
  foreach(stem npz npz_damage npz_write h5 scan_file scan_background scan_crop scan_cxi picture)
    clptycho_test(test_${stem} LIBRARIES clptycho_io)
    add_test(NAME ${stem} COMMAND test_${stem})
    set_tests_properties(${stem} PROPERTIES SKIP_RETURN_CODE 77)
  endforeach()
endif()
