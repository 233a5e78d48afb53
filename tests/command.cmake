# SPDX-License-Identifier: Apache-2.0
# The command from outside. A simulator of devices is too slow for its reconstructions.
if(TARGET clptycho_command)
  clptycho_test(test_command_files LIBRARIES clptycho_io)
  set(arguments $<TARGET_FILE:clptycho_command> $<TARGET_FILE:test_command_files>)
  foreach(suite usage bad_input output groups)
    add_test(NAME command.${suite} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_command.sh ${suite} ${arguments} reference)
    clptycho_environment_of(command.${suite} reference environment)
    set_tests_properties(command.${suite} PROPERTIES TIMEOUT 600 ENVIRONMENT "${environment}")
  endforeach()
  foreach(suite groups manual bash zsh fish)
    add_test(NAME command.help.${suite} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_help.sh ${suite}
                                                $<TARGET_FILE:clptycho_command> ${PROJECT_BINARY_DIR}/pages)
    set_tests_properties(command.help.${suite} PROPERTIES TIMEOUT 120 SKIP_RETURN_CODE 77)
  endforeach()
  foreach(suite ops gradients)
    clptycho_command_tests(${suite} RUNTIMES ${clptycho_runtimes}
                           COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_command.sh ${suite} ${arguments} RUNTIME)
  endforeach()
  set(runtimes ${clptycho_runtimes})
  list(REMOVE_ITEM runtimes oclgrind)
  foreach(suite trip near files)
    clptycho_command_tests(${suite} RUNTIMES ${runtimes}
                           COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_reconstruct.sh ${suite} ${arguments} RUNTIME)
  endforeach()
  clptycho_command_tests(simulate RUNTIMES ${runtimes}
                         COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_simulate.sh ${arguments} RUNTIME)
  clptycho_command_tests(scripts RUNTIMES pocl reference
                         COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_scripts.sh $<TARGET_FILE:clptycho_command> RUNTIME)
  clptycho_command_tests(device_list RUNTIMES pocl COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_device_list.sh
                         $<TARGET_FILE:clptycho_command> ${clptycho_icd_dir})
  clptycho_command_tests(config RUNTIMES reference
                         COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_config.sh ${arguments} RUNTIME)
  clptycho_command_tests(pad_detector RUNTIMES ${runtimes}
                         COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_pad_detector.sh ${arguments} RUNTIME)
  clptycho_command_tests(fractions RUNTIMES ${runtimes}
                         COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_fractions.sh ${arguments} RUNTIME)
  clptycho_command_tests(train RUNTIMES pocl intel nvidia reference
                         COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/test_train.sh ${arguments} RUNTIME)
  set(first_run ${CMAKE_CURRENT_SOURCE_DIR}/test_first_run.sh $<TARGET_FILE:clptycho_command>)
  if(CLPTYCHO_HAVE_CLFFT) # Oclgrind writes the count of clFFT's warnings to stderr
    clptycho_command_tests(first_run RUNTIMES pocl COMMAND ${first_run} RUNTIME clfft)
  else()
    clptycho_command_tests(first_run RUNTIMES pocl COMMAND ${first_run} RUNTIME)
  endif()
  clptycho_command_tests(first_run RUNTIMES rusticl oclgrind intel nvidia COMMAND ${first_run} RUNTIME)
endif()
