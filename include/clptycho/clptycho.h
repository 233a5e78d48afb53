/* SPDX-License-Identifier: Apache-2.0
 *
 * clptycho: ptychography on any OpenCL device, from C and C++. This header includes the whole interface except
 * clptycho_cl.h:
 *   core.h        status, devices, contexts, arrays, buffers, scans: every program needs it
 *   choices.h     the kernels and FFT providers that a context used, and the reasons
 *   operations.h  warp, patches, diffraction, forward model: simulation and preprocessing
 *   gradients.h   adjoints, losses and the gradient of a batch: optimisers of your own
 *   learning.h    PtychoPINN's physics layer and groups of positions
 *   network.h     a network trained through the physics layer: prediction, gradients, steps
 *   options.h     descriptions of options: user interfaces
 *   solver.h      reconstruction
 *   quality.h     comparison with a truth
 *   clptycho_cl.h shares contexts, queues and buffers with OpenCL code of your own
 *
 * In three steps:
 *   1. open a device          clpt_context_create(NULL, &context, &message);
 *   2. describe arrays        clpt_array object = clpt_array_host(memory, CLPT_TYPE_C64, 2, CLPT_SHAPE(512, 512));
 *   3. call, check, destroy   if (clpt_…(context, …) != CLPT_OK) puts(clpt_context_get_message(context)); …
 * examples/ has whole programs, docs/library.md the rules of the interface in full.
 *
 * Arrays are in C order (row-major). Fields (images, patches, probes, patterns) are float32 or complex64 (re, im pairs)
 * on a device and float64 or complex128 in a reference context; the library converts host arrays. Coordinates are
 * float64 pairs (x, y) in object pixels: x is the column, y the row. Geometry (positions, offsets, shifts, transforms)
 * is always host memory and is copied before the call returns.
 * Letters: B images, S scan positions, G groups, C patches per group, P probe modes, N patch side, M canvas side.
 *
 * Asynchrony: a call whose fields are all buffers enqueues work on the context's in-order queue and returns; a call
 * with a host array returns when its results are in that array.
 *
 * Threads: a context and everything made from it may be used by one thread at a time; different contexts are
 * independent. The library never prints or exits and has no mutable globals of its own.
 *
 * Errors: every function that can fail returns a clpt_status. clpt_context_get_message() then reports the request, its
 * sizes, the device, and the remedy. A failed call leaves its outputs undefined and everything else intact. A NULL
 * context is CLPT_ERROR_ARGUMENT.
 *
 * Growth: structs that begin with `size` may get more members in later versions, without breaking a program compiled
 * before. Start from clpt_x_default(), or in C, where 0 is right for all other members, from {.size = sizeof(clpt_x),
 * …}; clpt_x_init(&x, sizeof x) is for other languages. Structs that the library returns by const pointer may grow too.
 * All others stay as they are.
 */
#ifndef CLPTYCHO_CLPTYCHO_H
#define CLPTYCHO_CLPTYCHO_H

#include "clptycho/choices.h"
#include "clptycho/core.h"
#include "clptycho/gradients.h"
#include "clptycho/learning.h"
#include "clptycho/network.h"
#include "clptycho/operations.h"
#include "clptycho/options.h"
#include "clptycho/quality.h"
#include "clptycho/solver.h"

#endif
