/* SPDX-License-Identifier: Apache-2.0 */
/* PNG pictures of fields: size, colours, scale bar. */
#include "io_support.h"

#include <math.h>
#include <png.h>
#include <unistd.h>

static clpt_message message;

typedef struct picture {
    png_image image;
    unsigned char *pixels; /* RGB */
} picture;

static picture read_picture(const char *path)
{
    picture p = {.image = {.version = PNG_IMAGE_VERSION}};
    assert_true(png_image_begin_read_from_file(&p.image, path));
    p.image.format = PNG_FORMAT_RGB;
    p.pixels = malloc(PNG_IMAGE_SIZE(p.image));
    assert_true(png_image_finish_read(&p.image, NULL, p.pixels, 0, NULL));
    return p;
}

static const unsigned char *pixel(const picture *p, int64_t y, int64_t x)
{
    return p->pixels + 3 * (y * p->image.width + x);
}

static bool is_grey(const unsigned char *rgb)
{
    return rgb[0] == rgb[1] && rgb[1] == rgb[2];
}

static bool has_dark_pixel(const picture *p, int64_t x_from, int64_t x_to)
{
    for (int64_t y = 0; y < p->image.height; y++)
        for (int64_t x = x_from; x < x_to; x++)
            if (pixel(p, y, x)[0] == 0) return true;
    return false;
}

/* A field of 400×500 is not enlarged, so pixels of the file are those of the field. */
enum { HEIGHT = 400, WIDTH = 500 };

static picture draw(const char *name, const double *values, clpt_type type, clpti_picture kind)
{
    io_ok(clpti_picture_write(io_path(name), values, type, HEIGHT, WIDTH, kind, NULL, &message), &message);
    picture p = read_picture(io_path(name));
    assert_int_equal(p.image.height, HEIGHT);
    assert_true(p.image.width > WIDTH + 40);
    assert_true(has_dark_pixel(&p, WIDTH + 42, p.image.width)); /* labels */
    return p;
}

static double *make_field(int numbers)
{
    double *field = calloc(HEIGHT * WIDTH, (size_t)numbers * sizeof *field);
    assert_non_null(field);
    return field;
}

static void amplitude_of_ramp_rises_from_black_to_white(void **state)
{
    (void)state;
    double *field = make_field(2);
    for (int i = 0; i < HEIGHT * WIDTH; i++) field[2 * i + 1] = i % WIDTH;
    picture p = draw("ramp.png", field, CLPT_TYPE_C128, CLPTI_PICTURE_AMPLITUDE);
    assert_int_equal(pixel(&p, 7, 0)[0], 0);
    assert_int_equal(pixel(&p, 7, WIDTH - 1)[0], 255);
    for (int x = 1; x < WIDTH; x++)
        assert_true(is_grey(pixel(&p, 3, x)) && pixel(&p, 3, x)[0] >= pixel(&p, 3, x - 1)[0]);
    assert_true(abs(pixel(&p, 3, WIDTH / 2)[0] - 128) < 3);
    free(p.pixels);
    free(field);
}

static void amplitude_ignores_a_few_outliers(void **state)
{
    (void)state;
    double *field = make_field(1);
    for (int i = 0; i < HEIGHT * WIDTH; i++) field[i] = i % WIDTH;
    field[12345] = 1e30;
    picture p = draw("outlier.png", field, CLPT_TYPE_F64, CLPTI_PICTURE_AMPLITUDE);
    assert_true(abs(pixel(&p, 3, WIDTH / 2)[0] - 128) < 3);
    free(p.pixels);
    free(field);
}

static void phase_over_full_turn_is_cyclic_colour(void **state)
{
    (void)state;
    double *field = make_field(2);
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
        double angle = 2 * 3.14159265358979 * ((i % WIDTH) / (double)WIDTH - 0.5);
        field[2 * i] = cos(angle);
        field[2 * i + 1] = sin(angle);
    }
    picture p = draw("phase.png", field, CLPT_TYPE_C128, CLPTI_PICTURE_PHASE);
    const unsigned char *first = pixel(&p, 3, 0), *last = pixel(&p, 3, WIDTH - 1), *middle = pixel(&p, 3, WIDTH / 2);
    assert_false(is_grey(middle));
    for (int c = 0; c < 3; c++) assert_true(abs(first[c] - last[c]) < 4);
    assert_true(abs(first[0] - middle[0]) + abs(first[1] - middle[1]) + abs(first[2] - middle[2]) > 60);
    free(p.pixels);
    free(field);
}

static void phase_near_pi_is_grey_without_a_tear(void **state)
{
    (void)state;
    double *field = make_field(2);
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
        double angle = 3.14159265358979 + 0.2 * ((i % WIDTH) / (double)WIDTH - 0.5);
        field[2 * i] = cos(angle);
        field[2 * i + 1] = sin(angle);
    }
    picture p = draw("weak.png", field, CLPT_TYPE_C128, CLPTI_PICTURE_PHASE);
    for (int x = 1; x < WIDTH; x++)
        assert_true(is_grey(pixel(&p, 3, x)) && pixel(&p, 3, x)[0] >= pixel(&p, 3, x - 1)[0]);
    assert_true(pixel(&p, 3, 0)[0] == 0 && pixel(&p, 3, WIDTH - 1)[0] == 255);
    free(p.pixels);
    free(field);
}

static void logarithm_shows_decades_evenly(void **state)
{
    (void)state;
    double *field = make_field(1);
    for (int i = 0; i < HEIGHT * WIDTH; i++) field[i] = pow(10, 4.0 * (i % WIDTH) / (WIDTH - 1));
    field[0] = 0;
    picture p = draw("log.png", field, CLPT_TYPE_F64, CLPTI_PICTURE_LOG);
    assert_int_equal(pixel(&p, 0, 0)[0], 0);
    assert_true(abs(pixel(&p, 3, WIDTH / 4)[0] - 64) < 3);
    assert_true(abs(pixel(&p, 3, 3 * WIDTH / 4)[0] - 191) < 3);
    free(p.pixels);
    free(field);
}

static void nan_has_a_colour_of_its_own(void **state)
{
    (void)state;
    double *field = make_field(1);
    for (int i = 0; i < HEIGHT * WIDTH; i++) field[i] = i % WIDTH;
    field[3 * WIDTH + 100] = NAN;
    field[3 * WIDTH + 101] = INFINITY;
    field[3 * WIDTH + 102] = -INFINITY;
    picture p = draw("nan.png", field, CLPT_TYPE_F64, CLPTI_PICTURE_AMPLITUDE);
    assert_false(is_grey(pixel(&p, 3, 100)));
    assert_int_equal(pixel(&p, 3, 101)[0], 255);
    assert_int_equal(pixel(&p, 3, 102)[0], 0);
    free(p.pixels);
    free(field);
}

static void constant_and_empty_fields_are_drawn(void **state)
{
    (void)state;
    static const clpti_picture kinds[] = {CLPTI_PICTURE_AMPLITUDE, CLPTI_PICTURE_PHASE, CLPTI_PICTURE_LOG,
                                          CLPTI_PICTURE_COLOUR};
    static const double constants[] = {0, 2.5, -1e300, 1e-310, NAN, INFINITY};
    double *field = make_field(2);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        for (size_t c = 0; c < sizeof constants / sizeof *constants; c++) {
            for (int i = 0; i < 2 * HEIGHT * WIDTH; i++) field[i] = constants[c];
            free(draw("constant.png", field, CLPT_TYPE_C128, kinds[k]).pixels);
            free(draw("constant.png", field, CLPT_TYPE_F64, kinds[k]).pixels);
        }
    }
    free(field);
}

/* Hue is the phase, brightness the amplitude. */
static void colour_has_hue_of_phase_and_brightness_of_amplitude(void **state)
{
    (void)state;
    double *field = make_field(2);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const double angle = 2 * 3.14159265358979 * x / WIDTH, amplitude = y / (HEIGHT - 1.0);
            field[2 * (y * WIDTH + x)] = amplitude * cos(angle);
            field[2 * (y * WIDTH + x) + 1] = amplitude * sin(angle);
        }
    picture p = draw("colour.png", field, CLPT_TYPE_C128, CLPTI_PICTURE_COLOUR);
    for (int x = 0; x < WIDTH; x += 50) {
        const unsigned char *dark = pixel(&p, 0, x), *half = pixel(&p, HEIGHT / 2, x),
                            *bright = pixel(&p, HEIGHT - 1, x);
        int opposite = 0;
        for (int c = 0; c < 3; c++) {
            assert_true(dark[c] == 0 && half[c] <= bright[c] && bright[c] > 10);
            opposite += abs(bright[c] - pixel(&p, HEIGHT - 1, (x + WIDTH / 2) % WIDTH)[c]);
        }
        assert_true(opposite > 60);
    }
    free(p.pixels);
    free(field);
}

/* The longest run of dark pixels in a row of the strip below the field. */
static int64_t bar_length(const picture *p)
{
    int64_t longest = 0;
    for (int64_t y = HEIGHT; y < p->image.height; y++) {
        int64_t run = 0;
        for (int64_t x = 0; x < p->image.width; x++) {
            run = pixel(p, y, x)[0] == 0 ? run + 1 : 0;
            longest = run > longest ? run : longest;
        }
    }
    return longest;
}

static void length_bar_has_a_round_length(void **state)
{
    (void)state;
    static const struct {
        double pixel; /* metres */
        int64_t bar;  /* pixels */
    } cases[] = {{1e-8, 100}, {13e-9, 154}, {3e-10, 167}, {7e-7, 143}, {0, 0}};
    double *field = make_field(1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const clpti_picture_notes notes = {.pixel = cases[i].pixel};
        io_ok(clpti_picture_write(io_path("bar.png"), field, CLPT_TYPE_F64, HEIGHT, WIDTH, CLPTI_PICTURE_AMPLITUDE,
                                  &notes, &message),
              &message);
        picture p = read_picture(io_path("bar.png"));
        assert_int_equal(p.image.height > HEIGHT, cases[i].bar > 0);
        assert_int_equal(bar_length(&p), cases[i].bar);
        free(p.pixels);
    }
    free(field);
}

static void captions_stand_above_their_halves(void **state)
{
    (void)state;
    static const clpti_picture_notes notes = {
        .captions = {"result.h5", "a name that is much longer than half of the field's width"}};
    double *field = make_field(1);
    io_ok(clpti_picture_write(io_path("captions.png"), field, CLPT_TYPE_F64, HEIGHT, WIDTH, CLPTI_PICTURE_AMPLITUDE,
                              &notes, &message),
          &message);
    picture p = read_picture(io_path("captions.png"));
    const int64_t strip = p.image.height - HEIGHT;
    int64_t left = 0, right = 0, beyond = 0;
    assert_true(strip > 0);
    for (int64_t y = 0; y < strip; y++)
        for (int64_t x = 0; x < p.image.width; x++)
            *(x < WIDTH / 2 ? &left : x < WIDTH ? &right : &beyond) += pixel(&p, y, x)[0] == 0;
    assert_true(left > 50 && right > left && beyond == 0);
    free(p.pixels);
    free(field);
}

/* The mean row of the curve's pixels in a column. */
static double curve_at(const picture *p, int64_t x)
{
    double sum = 0, count = 0;
    for (int64_t y = 0; y < p->image.height; y++)
        if (pixel(p, y, x)[2] > pixel(p, y, x)[0] + 50) {
            sum += (double)y;
            count++;
        }
    return count > 0 ? sum / count : NAN;
}

/* A geometric sequence is a straight line on a logarithmic axis. */
static void curve_falls_along_its_values(void **state)
{
    (void)state;
    double values[101];
    for (int i = 0; i < 101; i++) values[i] = pow(10, -0.03 * i);
    const char *path = io_path("curve.png");
    io_ok(clpti_picture_write_curve(path, values, 101, "error by iteration", &message), &message);
    picture p = read_picture(path);
    const double first = curve_at(&p, 150), middle = curve_at(&p, 350), last = curve_at(&p, 550);
    assert_true(first < middle && middle < last && fabs(first - 2 * middle + last) < 3);
    free(p.pixels);
    const double odd[][3] = {{0, 1, -2}, {NAN, INFINITY, NAN}, {5, 5, 5}, {1, NAN, 2}};
    for (size_t k = 0; k < sizeof odd / sizeof *odd; k++)
        for (int64_t count = 0; count <= 3; count++)
            io_ok(clpti_picture_write_curve(path, odd[k], count, "", &message), &message);
}

static void tiny_and_thin_fields_are_enlarged(void **state)
{
    (void)state;
    static const int64_t sides[][2] = {{1, 1}, {1, 700}, {700, 1}, {3, 2}};
    double field[700];
    for (int i = 0; i < 700; i++) field[i] = i;
    for (size_t i = 0; i < 4; i++) {
        const char *path = io_path("tiny.png");
        io_ok(clpti_picture_write(path, field, CLPT_TYPE_F64, sides[i][0], sides[i][1], CLPTI_PICTURE_AMPLITUDE, NULL,
                                  &message),
              &message);
        picture p = read_picture(path);
        assert_true(p.image.height >= 96 && p.image.width >= 100);
        free(p.pixels);
    }
}

static void write_of_what_cannot_be_drawn_leaves_old_file(void **state)
{
    (void)state;
    const double value = 1;
    const float single = 1;
    const char *path = io_path("old.png");
    io_write_file(path, "old", 3);
    io_failed(clpti_picture_write(path, &value, CLPT_TYPE_F64, 0, 5, CLPTI_PICTURE_LOG, NULL, &message), &message,
              "old.png", "0×5", NULL);
    io_failed(clpti_picture_write(path, &single, CLPT_TYPE_F32, 1, 1, CLPTI_PICTURE_LOG, NULL, &message), &message,
              "old.png", "float32", NULL);
    io_failed(clpti_picture_write(path, &value, CLPT_TYPE_F64, 1, INT64_MAX, CLPTI_PICTURE_LOG, NULL, &message),
              &message, "old.png", NULL);
    assert_int_equal(io_file(path).count, 3);
    io_failed(clpti_picture_write(io_path("no/a.png"), &value, CLPT_TYPE_F64, 1, 1, CLPTI_PICTURE_LOG, NULL, &message),
              &message, "a.png", "No such file", NULL);
}

/* Grey and coloured pictures in memory have the pixels of the files. */
static void encoded_pictures_are_those_of_files(void **state)
{
    (void)state;
    double *field = make_field(2);
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
        field[2 * i] = cos(0.01 * i) * (i % WIDTH);
        field[2 * i + 1] = sin(0.01 * i) * (i % WIDTH);
    }
    for (int kind = CLPTI_PICTURE_AMPLITUDE; kind <= CLPTI_PICTURE_LOG; kind++) {
        unsigned char *png;
        size_t bytes;
        picture file = draw("same.png", field, CLPT_TYPE_C128, (clpti_picture)kind),
                made = {.image = {.version = PNG_IMAGE_VERSION}};
        io_ok(
            clpti_picture_encode(field, CLPT_TYPE_C128, HEIGHT, WIDTH, (clpti_picture)kind, 16, &png, &bytes, &message),
            &message);
        assert_true(png_image_begin_read_from_memory(&made.image, png, bytes));
        assert_int_equal((made.image.format & PNG_FORMAT_FLAG_COLOR) != 0, kind == CLPTI_PICTURE_PHASE);
        made.image.format = PNG_FORMAT_RGB;
        assert_true(made.image.width == file.image.width && made.image.height == file.image.height);
        made.pixels = malloc(PNG_IMAGE_SIZE(made.image));
        assert_true(png_image_finish_read(&made.image, NULL, made.pixels, 0, NULL));
        assert_memory_equal(made.pixels, file.pixels, PNG_IMAGE_SIZE(file.image));
        free(made.pixels);
        free(file.pixels);
        free(png);
    }
    unsigned char *none;
    size_t bytes;
    assert_int_equal(clpti_picture_encode(field, CLPT_TYPE_C64, 4, 4, CLPTI_PICTURE_PHASE, 16, &none, &bytes, &message),
                     CLPT_ERROR_ARGUMENT);
    assert_null(none);
    free(field);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amplitude_of_ramp_rises_from_black_to_white),
        cmocka_unit_test(amplitude_ignores_a_few_outliers),
        cmocka_unit_test(phase_over_full_turn_is_cyclic_colour),
        cmocka_unit_test(phase_near_pi_is_grey_without_a_tear),
        cmocka_unit_test(logarithm_shows_decades_evenly),
        cmocka_unit_test(nan_has_a_colour_of_its_own),
        cmocka_unit_test(constant_and_empty_fields_are_drawn),
        cmocka_unit_test(colour_has_hue_of_phase_and_brightness_of_amplitude),
        cmocka_unit_test(length_bar_has_a_round_length),
        cmocka_unit_test(captions_stand_above_their_halves),
        cmocka_unit_test(curve_falls_along_its_values),
        cmocka_unit_test(tiny_and_thin_fields_are_enlarged),
        cmocka_unit_test(encoded_pictures_are_those_of_files),
        cmocka_unit_test(write_of_what_cannot_be_drawn_leaves_old_file),
    };
    return cmocka_run_group_tests(tests, io_directory_make, io_directory_remove);
}
