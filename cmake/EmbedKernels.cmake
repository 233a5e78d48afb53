# SPDX-License-Identifier: Apache-2.0
# Embeds every file under cl/ in a C table (clpti_sources, src/cl/runtime.h), regenerated when one of them changes.
function(clptycho_embed_kernels output)
  file(GLOB_RECURSE kernels CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cl/*.cl ${PROJECT_SOURCE_DIR}/cl/*.clh
       ${PROJECT_SOURCE_DIR}/cl/*.h)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DROOT=${PROJECT_SOURCE_DIR}/cl -DOUTPUT=${output} "-DFILES=${kernels}" -P
            ${PROJECT_SOURCE_DIR}/cmake/WriteKernelTable.cmake
    DEPENDS ${kernels} ${PROJECT_SOURCE_DIR}/cmake/WriteKernelTable.cmake ${PROJECT_SOURCE_DIR}/cmake/TextArray.cmake
    VERBATIM)
endfunction()
