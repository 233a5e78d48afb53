/* SPDX-License-Identifier: Apache-2.0 */
/* Contexts and buffers from the caller's own OpenCL objects. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime_support.h"

#include "cl/internal.h"

static cl_platform_id platform;
static cl_device_id device;
static cl_context own_context;
static cl_command_queue own_queue;

static cl_context context_on_device(void)
{
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM, (cl_context_properties)platform, 0};
    cl_int error = CL_SUCCESS;
    cl_context made = clCreateContext(properties, 1, &device, NULL, NULL, &error);
    assert_int_equal(error, CL_SUCCESS);
    return made;
}

static int open_own(void **state)
{
    (void)state;
    clpt_context *context = test_open_with(NULL, NULL, NULL);
    platform = context->cl->platform;
    device = context->cl->device;
    clpt_context_destroy(&context);
    own_context = context_on_device();
    own_queue = clCreateCommandQueue(own_context, device, 0, NULL);
    return own_queue == NULL;
}

static int close_own(void **state)
{
    (void)state;
    clReleaseCommandQueue(own_queue);
    clReleaseContext(own_context);
    return 0;
}

static cl_uint references(cl_command_queue queue)
{
    cl_uint number = 0;
    assert_int_equal(clGetCommandQueueInfo(queue, CL_QUEUE_REFERENCE_COUNT, sizeof number, &number, NULL), CL_SUCCESS);
    return number;
}

static clpt_context *adopt(cl_command_queue queue)
{
    clpt_context *context = NULL;
    clpt_message message;
    if (clpt_context_create_from_cl(own_context, device, queue, NULL, &context, &message) != CLPT_OK)
        fail_msg("%s", message.text);
    return context;
}

static void create_from_cl_uses_and_retains_handles(void **state)
{
    (void)state;
    cl_uint before = references(own_queue);
    clpt_context *context = adopt(own_queue);
    assert_true(references(own_queue) > before);
    assert_ptr_equal(clpt_context_get_cl_context(context), own_context);
    assert_ptr_equal(clpt_context_get_cl_device(context), device);
    assert_ptr_equal(clpt_context_get_cl_queue(context), own_queue);
    assert_true(clpt_context_get_device(context)->platform >= 0);
    assert_true(context->memory_limit > 0);
    clpt_context_destroy(&context);
    assert_int_equal(references(own_queue), before);
}

static void create_from_cl_without_queue_makes_one(void **state)
{
    (void)state;
    clpt_context *context = adopt(NULL);
    assert_non_null(clpt_context_get_cl_queue(context));
    assert_ptr_not_equal(clpt_context_get_cl_queue(context), own_queue);
    test_ok(context, clpt_context_finish(context));
    clpt_context_destroy(&context);
}

static void create_from_cl_wrong_handles_are_refused(void **state)
{
    (void)state;
    clpt_context *context = (clpt_context *)1;
    clpt_message message;
    cl_context other = context_on_device();
    cl_command_queue unordered =
        clCreateCommandQueue(own_context, device, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE, NULL);
    assert_int_equal(clpt_context_create_from_cl(other, device, own_queue, NULL, &context, &message),
                     CLPT_ERROR_ARGUMENT);
    assert_null(context);
    assert_non_null(strstr(message.text, "another cl_context"));
    if (unordered) { /* rusticl has none */
        assert_int_equal(clpt_context_create_from_cl(own_context, device, unordered, NULL, &context, &message),
                         CLPT_ERROR_ARGUMENT);
        assert_non_null(strstr(message.text, "in-order"));
        clReleaseCommandQueue(unordered);
    }
    assert_int_equal(clpt_context_create_from_cl(NULL, device, NULL, NULL, &context, &message), CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_context_create_from_cl(own_context, NULL, NULL, NULL, &context, &message),
                     CLPT_ERROR_ARGUMENT);
    assert_int_equal(clpt_context_create_from_cl(own_context, device, NULL, NULL, NULL, &message), CLPT_ERROR_ARGUMENT);
    clReleaseContext(other);
}

static void buffer_from_cl_shares_memory(void **state)
{
    (void)state;
    float data[64], back[64] = {0};
    for (int i = 0; i < 64; i++) data[i] = (float)i;
    clpt_context *context = adopt(own_queue);
    cl_mem memory = clCreateBuffer(own_context, CL_MEM_READ_WRITE, sizeof data, NULL, NULL);
    assert_non_null(memory);
    clpt_buffer *buffer = NULL;
    test_ok(context, clpt_buffer_create_from_cl(context, memory, CLPT_TYPE_C64, 32, &buffer));
    clReleaseMemObject(memory); /* the buffer holds it now */
    assert_ptr_equal(clpt_buffer_get_cl_mem(buffer), memory);
    assert_int_equal(clpt_buffer_get_type(buffer), CLPT_TYPE_C64);
    assert_int_equal(clpt_buffer_get_count(buffer), 32);
    test_ok(context, clpti_cl_write(context, buffer->memory, 0, data, sizeof data));
    assert_int_equal(clEnqueueReadBuffer(own_queue, memory, CL_TRUE, 0, sizeof back, back, 0, NULL, NULL), CL_SUCCESS);
    assert_memory_equal(back, data, sizeof data);
    clpt_buffer_destroy(&buffer);
    clpt_context_destroy(&context);
}

static void buffer_from_cl_wrong_memory_is_refused(void **state)
{
    (void)state;
    clpt_context *context = adopt(own_queue), *reference = test_open("reference", 0);
    cl_context other = context_on_device();
    cl_mem memory = clCreateBuffer(own_context, CL_MEM_READ_WRITE, 64, NULL, NULL);
    cl_mem foreign = clCreateBuffer(other, CL_MEM_READ_WRITE, 64, NULL, NULL);
    clpt_buffer *buffer = NULL;
    test_fails(context, clpt_buffer_create_from_cl(context, memory, CLPT_TYPE_F32, 17, &buffer), CLPT_ERROR_ARGUMENT,
               "64 bytes|68");
    test_fails(context, clpt_buffer_create_from_cl(context, foreign, CLPT_TYPE_F32, 16, &buffer), CLPT_ERROR_ARGUMENT,
               "another cl_context");
    test_fails(context, clpt_buffer_create_from_cl(context, memory, CLPT_TYPE_F64, 4, &buffer), CLPT_ERROR_ARGUMENT,
               "CLPT_TYPE_F32");
    test_fails(context, clpt_buffer_create_from_cl(context, NULL, CLPT_TYPE_F32, 4, &buffer), CLPT_ERROR_ARGUMENT,
               "cl_mem");
    test_fails(context, clpt_buffer_create_from_cl(context, memory, CLPT_TYPE_F32, 0, &buffer), CLPT_ERROR_ARGUMENT,
               "not 0");
    test_fails(context, clpt_buffer_create_from_cl(context, memory, CLPT_TYPE_C64, INT64_MAX / 4, &buffer),
               CLPT_ERROR_ARGUMENT, "64 bits");
    test_fails(reference, clpt_buffer_create_from_cl(reference, memory, CLPT_TYPE_F32, 4, &buffer), CLPT_ERROR_ARGUMENT,
               "reference");
    assert_null(buffer);
    clReleaseMemObject(memory);
    clReleaseMemObject(foreign);
    clReleaseContext(other);
    clpt_context_destroy(&context);
    clpt_context_destroy(&reference);
}

static void handles_of_reference_are_null(void **state)
{
    (void)state;
    clpt_context *reference = test_open("reference", 0);
    clpt_buffer *buffer = NULL;
    test_ok(reference, clpt_buffer_create(reference, CLPT_TYPE_C64, 4, &buffer));
    assert_null(clpt_context_get_cl_context(reference));
    assert_null(clpt_context_get_cl_device(reference));
    assert_null(clpt_context_get_cl_queue(reference));
    assert_null(clpt_buffer_get_cl_mem(buffer));
    assert_null(clpt_context_get_cl_queue(NULL));
    assert_null(clpt_buffer_get_cl_mem(NULL));
    clpt_buffer_destroy(&buffer);
    clpt_context_destroy(&reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(create_from_cl_uses_and_retains_handles),
        cmocka_unit_test(create_from_cl_without_queue_makes_one),
        cmocka_unit_test(create_from_cl_wrong_handles_are_refused),
        cmocka_unit_test(buffer_from_cl_shares_memory),
        cmocka_unit_test(buffer_from_cl_wrong_memory_is_refused),
        cmocka_unit_test(handles_of_reference_are_null),
    };
    test_start();
    return cmocka_run_group_tests(tests, open_own, close_own);
}
