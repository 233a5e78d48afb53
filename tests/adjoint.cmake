# SPDX-License-Identifier: Apache-2.0
# Adjoints, losses, total variation and the physics layer.
foreach(name vjp vjp_scan losses)
  clptycho_test(test_${name})
  clptycho_device_tests(test_${name})
endforeach()

if(TARGET clptycho_io)
  foreach(name gradient_golden descent)
    clptycho_test(test_${name} LIBRARIES clptycho_io)
    clptycho_device_tests(test_${name})
  endforeach()
endif()
