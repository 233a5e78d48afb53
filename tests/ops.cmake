# SPDX-License-Identifier: Apache-2.0
# Operations: the reference on its own, then every operation on every runtime against stored cases and the reference.
foreach(name poisson reference reference_waves)
  clptycho_test(test_${name})
  add_test(NAME ${name} COMMAND test_${name})
endforeach()

if(TARGET clptycho_io)
  foreach(name golden golden_patches)
    clptycho_test(test_${name} LIBRARIES clptycho_io)
    clptycho_device_tests(test_${name})
  endforeach()
endif()

foreach(name warp extract reassemble forward tile_lists steps constraints centre adjoint arrays near_field)
  clptycho_test(test_${name})
  clptycho_device_tests(test_${name})
endforeach()
