# SPDX-License-Identifier: Apache-2.0
# FFT providers, modes, reconstruction, choices, and arrays beyond 2³¹ elements.
foreach(name fft modes solver state solver_arguments engines likelihood refine corrections opr
        orthogonalise choices switches)
  clptycho_test(test_${name})
  clptycho_device_tests(test_${name})
endforeach()

clptycho_test(test_options)
add_test(NAME options COMMAND test_options)
clptycho_test(test_batches)
clptycho_device_tests(test_batches RUNTIMES pocl reference nvidia)
clptycho_test(test_cancel LIBRARIES Threads::Threads)
clptycho_device_tests(test_cancel RUNTIMES pocl reference nvidia)
clptycho_test(test_solver_faults)
clptycho_device_tests(test_solver_faults RUNTIMES pocl rusticl nvidia)
foreach(name probe_centre pupil lattice subpixel moved_probes variants exit_step)
  clptycho_test(test_${name})
  clptycho_device_tests(test_${name} RUNTIMES pocl intel nvidia reference)
endforeach()

# GPUs' kernels, which PoCL compiles four times as fast this way (182 and 45 s).
if(TEST exit_step.pocl)
  set_property(TEST exit_step.pocl APPEND PROPERTY ENVIRONMENT POCL_WORK_GROUP_METHOD=cbs)
endif()

# Takes 9 GB of the machine and as many of the device where that has them.
clptycho_test(test_large)
clptycho_device_tests(test_large RUNTIMES pocl nvidia)
foreach(runtime pocl nvidia)
  if(TEST large.${runtime})
    set_property(TEST large.${runtime} APPEND PROPERTY ENVIRONMENT CLPTYCHO_TEST_LARGE=1)
    set_tests_properties(large.${runtime} PROPERTIES RUN_SERIAL ON TIMEOUT 900)
  endif()
endforeach()
