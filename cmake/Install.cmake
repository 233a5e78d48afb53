# SPDX-License-Identifier: Apache-2.0
# Files installed by `cmake --install`: libraries, headers, command, CMake package, pkg-config file. All paths are
# relative, so that the installed tree may be moved.
include(CMakePackageConfigHelpers)
set(clptycho_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/clptycho)

foreach(kind shared archive)
  install(
    TARGETS clptycho_${kind}
    EXPORT clptycho_${kind}_targets
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
            COMPONENT library
            NAMELINK_COMPONENT development
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
  install(
    EXPORT clptycho_${kind}_targets
    NAMESPACE clptycho::
    DESTINATION ${clptycho_package_dir}
    FILE clptycho_${kind}.cmake
    COMPONENT development)
endforeach()
if(TARGET clptycho_command)
  install(TARGETS clptycho_command RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tools)
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/clptycho DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR}
        COMPONENT library)
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT tools)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs ${PROJECT_SOURCE_DIR}/examples DESTINATION ${CMAKE_INSTALL_DOCDIR}
        COMPONENT development)

# Libraries required by a static link in addition to OpenCL, threads and m, in linker order.
set(clptycho_static_needs xxhash)
if(CLPTYCHO_HAVE_CLFFT)
  list(APPEND clptycho_static_needs clFFT)
endif()
if(CLPTYCHO_HAVE_CLBLAST)
  list(APPEND clptycho_static_needs clblast)
endif()
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/clptychoConfig.cmake.in ${PROJECT_BINARY_DIR}/clptychoConfig.cmake
  INSTALL_DESTINATION ${clptycho_package_dir}
  NO_SET_AND_CHECK_MACRO)
set(clptycho_compatibility SameMajorVersion)
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(clptycho_compatibility SameMinorVersion) # before 1.0 a new minor version may change the interface
endif()
write_basic_package_version_file(${PROJECT_BINARY_DIR}/clptychoConfigVersion.cmake COMPATIBILITY ${clptycho_compatibility})
install(FILES ${PROJECT_BINARY_DIR}/clptychoConfig.cmake ${PROJECT_BINARY_DIR}/clptychoConfigVersion.cmake
        DESTINATION ${clptycho_package_dir} COMPONENT development)

list(TRANSFORM clptycho_static_needs PREPEND -l OUTPUT_VARIABLE clptycho_pc_libraries)
list(JOIN clptycho_pc_libraries " " clptycho_pc_libraries)
set(clptycho_pc_prefix ${CMAKE_INSTALL_PREFIX})
if(NOT IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
  cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig
             OUTPUT_VARIABLE clptycho_pc_prefix)
  string(PREPEND clptycho_pc_prefix "\${pcfiledir}/")
endif()
foreach(place INCLUDEDIR LIBDIR)
  cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_${place} BASE_DIRECTORY "\${prefix}" OUTPUT_VARIABLE clptycho_pc_${place})
endforeach()
configure_file(${PROJECT_SOURCE_DIR}/cmake/clptycho.pc.in ${PROJECT_BINARY_DIR}/clptycho.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/clptycho.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
