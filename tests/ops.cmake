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

# Kernels for CPUs with vectors narrower than this processor's.
foreach(width 4 8)
  set(command ${CMAKE_COMMAND} -E env CLPTYCHO_TUNING=lanes=${width})
  clptycho_runtime_test(steps_lanes_${width} pocl ${command} $<TARGET_FILE:test_steps>)
  clptycho_runtime_test(fft_lanes_${width} pocl ${command} CLPTYCHO_TEST_SMALL=1 $<TARGET_FILE:test_fft>)
endforeach()
