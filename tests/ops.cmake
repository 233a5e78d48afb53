# SPDX-License-Identifier: Apache-2.0
# Operations: the reference on its own, then every operation on every runtime against stored cases and the reference.
set(support support.c support_arrays.c moved.c)

foreach(name poisson reference reference_waves)
  clptycho_test(test_${name} SOURCES test_${name}.c ${support})
  add_test(NAME ${name} COMMAND test_${name})
endforeach()

if(TARGET clptycho_io)
  foreach(name golden golden_patches)
    clptycho_test(test_${name} SOURCES test_${name}.c golden.c ${support} LIBRARIES clptycho_io)
    clptycho_device_tests(test_${name})
  endforeach()
endif()

foreach(name warp extract reassemble forward)
  clptycho_test(test_${name} SOURCES test_${name}.c op_case.c ${support})
  clptycho_device_tests(test_${name})
endforeach()

clptycho_test(test_tile_lists SOURCES test_tile_lists.c ${support})
clptycho_device_tests(test_tile_lists)

foreach(name steps step_sums lanes constraints centre adjoint arrays)
  clptycho_test(test_${name} SOURCES test_${name}.c step_case.c op_case.c ${support})
  clptycho_device_tests(test_${name})
endforeach()

clptycho_test(test_near_field SOURCES test_near_field.c op_case.c solver_case.c ${support})
clptycho_device_tests(test_near_field)
