/* SPDX-License-Identifier: Apache-2.0 */
/* TIFF stacks through the store. */
#include <tiffio.h>

#include "io_support.h"

#include "io/store.h"

enum { PAGES = 3, HEIGHT = 4, WIDTH = 5, PIXELS = HEIGHT * WIDTH };

static void write_stack(const char *path, const char *mode, uint16_t bits, uint16_t format, uint16_t compression)
{
    TIFF *tiff = TIFFOpen(path, mode);
    assert_non_null(tiff);
    for (int s = 0; s < PAGES; s++) {
        TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, WIDTH);
        TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, HEIGHT);
        TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits);
        TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, format);
        TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
        TIFFSetField(tiff, TIFFTAG_COMPRESSION, compression);
        TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
        for (int y = 0; y < HEIGHT; y++) {
            uint16_t whole[WIDTH];
            float real[WIDTH];
            for (int x = 0; x < WIDTH; x++) real[x] = whole[x] = (uint16_t)(100 * s + 10 * y + x);
            assert_true(TIFFWriteScanline(tiff, bits == 16 ? (void *)whole : (void *)real, (uint32_t)y, 0) == 1);
        }
        TIFFWriteDirectory(tiff);
    }
    TIFFClose(tiff);
}

static void check_stack(const char *path)
{
    clpti_store *store;
    clpti_tensor t;
    float part[2 * 3];
    io_ok(clpti_store_open(path, &store, &io_message), &io_message);
    assert_string_equal(clpti_store_format_name(store), "TIFF");
    io_ok(clpti_store_read(store, "frames", CLPT_TYPE_F32, &t, &io_message), &io_message);
    assert_true(t.rank == 3 && t.shape[0] == PAGES && t.shape[1] == HEIGHT && t.shape[2] == WIDTH);
    for (int i = 0; i < PAGES * PIXELS; i++)
        assert_true(((float *)t.data)[i] == (float)(i / PIXELS * 100 + i % PIXELS / WIDTH * 10 + i % WIDTH));
    clpti_tensor_destroy(&t);
    for (int s = PAGES - 1; s >= 0; s--) {
        io_ok(clpti_store_read_frame(store, "frames", s, (int64_t[]){1, 2}, (int64_t[]){2, 3}, part, &io_message),
              &io_message);
        assert_true(part[0] == (float)(100 * s + 12) && part[5] == (float)(100 * s + 24));
    }
    clpti_store_close(&store);
}

static void stacks_are_read(void **state)
{
    (void)state;
    char path[300];
    snprintf(path, sizeof path, "%s", io_path("stack.tif"));
    static const char *const modes[] = {"wl", "wb", "w8"};
    for (int k = 0; k < 3; k++) {
        write_stack(path, modes[k], 16, SAMPLEFORMAT_UINT, COMPRESSION_NONE);
        check_stack(path);
        write_stack(path, modes[k], 32, SAMPLEFORMAT_IEEEFP, COMPRESSION_LZW);
        check_stack(path);
    }
}

static void damaged_stacks_are_refused(void **state)
{
    (void)state;
    char path[300];
    clpti_store *store;
    clpti_tensor t;
    snprintf(path, sizeof path, "%s", io_path("stack.tif"));
    write_stack(path, "wl", 16, SAMPLEFORMAT_UINT, COMPRESSION_NONE);
    io_bytes bytes = io_file(path);
    for (size_t length = 8; length < bytes.count; length += 7) {
        io_write_file(path, bytes.bytes, length);
        clpt_status status = clpti_store_open(path, &store, &io_message);
        if (status == CLPT_OK) status = clpti_store_read(store, "frames", CLPT_TYPE_F32, &t, &io_message);
        if (status == CLPT_OK) clpti_tensor_destroy(&t);
        clpti_store_close(&store);
    }
    io_write_file(path, "II*\0junk", 8);
    io_failed(clpti_store_open(path, &store, &io_message), &io_message, "stack.tif", "TIFF", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stacks_are_read),
        cmocka_unit_test(damaged_stacks_are_refused),
    };
    return cmocka_run_group_tests_name("tiff", tests, io_directory_make, io_directory_remove);
}
