# SPDX-License-Identifier: Apache-2.0
# Adjoints, losses, total variation and the physics layer.
set(adjoint_support support.c support_arrays.c)

foreach(name back back_sums)
  clptycho_test(test_${name} SOURCES test_${name}.c step_case.c ${adjoint_support})
  clptycho_device_tests(test_${name})
endforeach()

if(TARGET clptycho_io)
  foreach(name gradient_golden descent)
    clptycho_test(test_${name} SOURCES test_${name}.c golden.c ${adjoint_support} LIBRARIES clptycho_io)
    clptycho_device_tests(test_${name})
  endforeach()
endif()

foreach(name vjp vjp_scan losses)
  clptycho_test(test_${name} SOURCES test_${name}.c vjp_case.c ${adjoint_support})
  clptycho_device_tests(test_${name})
endforeach()
