/* SPDX-License-Identifier: Apache-2.0 */
/* Benchmark reports as comma-separated values (RFC 4180): one line per figure, with device and settings. */
#include "bench/output.h"

#include <string.h>

static void put_text(FILE *stream, const char *text)
{
    if (!text[strcspn(text, ",\"\r\n")]) {
        fprintf(stream, ",%s", text);
        return;
    }
    fputs(",\"", stream);
    for (; *text; text++) {
        if (*text == '"') fputc('"', stream);
        fputc(*text == '\n' ? ';' : *text, stream);
    }
    fputc('"', stream);
}

/* A number; empty if it is unknown. */
static void put_number(FILE *stream, double number)
{
    fputc(',', stream);
    if (isfinite(number)) fprintf(stream, "%.9g", number);
}

static void put_device(FILE *stream, const clpti_bench_device *d)
{
    const char *texts[] = {d->origin.library, d->origin.mode, d->origin.system, d->origin.processor, d->name,
                           d->short_name,     d->type,        d->platform,      d->version,          d->driver};
    fputs(d->origin.date, stream);
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) put_text(stream, texts[k]);
    put_number(stream, d->copy > 0 ? d->copy : (double)NAN);
    put_number(stream, d->fma > 0 ? d->fma : (double)NAN);
}

static void put_figure(FILE *stream, const clpti_bench_device *d, const clpti_bench_figure *f)
{
    bool timed = clpti_bench_timed(f);
    const double numbers[] = {(double)f->size.side,
                              (double)f->size.count,
                              (double)f->size.each,
                              timed ? f->times.median : (double)NAN,
                              timed ? f->times.spread : (double)NAN,
                              timed ? f->times.minimum : (double)NAN,
                              (double)f->times.samples,
                              (double)f->times.calls,
                              clpti_bench_items_rate(f),
                              f->flop,
                              f->bytes,
                              clpti_bench_flop_rate(f),
                              clpti_bench_byte_rate(f),
                              clpti_bench_copy_share(d, f),
                              clpti_bench_fma_share(d, f),
                              f->joules,
                              f->error,
                              f->tolerance};
    put_text(stream, f->operation);
    put_text(stream, f->item);
    put_text(stream, f->each);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) put_number(stream, numbers[k]);
    put_text(stream, clpti_bench_bound(d, f));
    put_text(stream, d->energy);
    put_text(stream, clpti_bench_state_names[f->state]);
    put_text(stream, f->reason);
    put_text(stream, f->choices);
}

void clpti_bench_write_csv(FILE *stream, const clpti_bench_report *report)
{
    fputs("date,clptycho,mode,system,processor,device,short_name,type,platform,version,driver,copy_bytes_per_second,"
          "fma_flop_per_second,operation,item,part,side,count,parts,seconds,spread_seconds,least_seconds,samples,calls,"
          "items_per_second,flop,bytes,flop_per_second,bytes_per_second,share_of_copy,share_of_fma,joules,error,"
          "tolerance,bound,energy_source,state,reason,choices\r\n",
          stream);
    for (int64_t d = 0; d < report->device_count; d++) {
        const clpti_bench_device *device = &report->devices[d];
        char no_choices[] = "";
        clpti_bench_figure none = {.state = device->left_out ? CLPTI_BENCH_SKIPPED : CLPTI_BENCH_ERROR,
                                   .error = (double)NAN,
                                   .tolerance = (double)NAN,
                                   .joules = (double)NAN,
                                   .choices = no_choices};
        snprintf(none.reason, sizeof none.reason, "%s", device->reason);
        for (int64_t k = 0; k < device->figure_count; k++) {
            put_device(stream, device);
            put_figure(stream, device, &device->figures[k]);
            fputs("\r\n", stream);
        }
        if (device->figure_count || !*device->reason) continue;
        put_device(stream, device);
        put_figure(stream, device, &none);
        fputs("\r\n", stream);
    }
}
