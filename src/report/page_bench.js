/* SPDX-License-Identifier: Apache-2.0 */
/* The report of `clptycho bench`: failures, devices, comparisons, throughput, rooflines, figures. */
"use strict";

/* ---- what a report says ---- */

const isTimed = (figure) => figure.seconds !== null;
const colour = (device) => `c${device % 8}`;
const deviceName = (device) => device.name + (device.short_name ? ` (${device.short_name})` : "");
const figureId = (device, figure) => `figure-${device}-${figure}`;

/* "1024 × 128²", "256 × 5 modes × 128²"; without pixels "4096". */
function sizeText(work) {
    const parts = work.parts > 1 ? ` × ${work.parts} ${work.part}` : "";
    return `${work.count}${parts}${work.side > 1 ? ` × ${work.side}²` : ""}`;
}

/* All figures with the numbers of their devices and their own. */
function allFigures(report) {
    return report.devices.flatMap((device, d) => device.figures.map((figure, f) => ({ device, d, figure, f })));
}

function failuresOf(report) {
    const whole = report.devices.filter((device) => device.reason && !device.left_out);
    const failed = allFigures(report).filter(({ figure }) => figure.state === "WRONG" || figure.state === "error");
    return [...whole.map((device) => ({ device })), ...failed];
}

/* ---- tables ---- */

const workColumns = [
    { head: "operation", names: true, cell: ({ figure }) => breakable(figure.operation) },
    { head: "size", help: "items × parts of each × pixels", cell: ({ figure }) => sizeText(figure),
      hover: ({ figure }) => `${figure.count} of: ${figure.item}` },
];

function rateColumn(head, help, member, unit) {
    return { head, help, class: "number", cell: ({ figure }) => quantity(figure[member]),
             hover: ({ figure }) => exact(figure[member], unit) };
}

const figureColumns = [
    { head: "#", help: "number in the roofline", class: "number soft", cell: ({ f }) => String(f + 1) },
    ...workColumns,
    { head: "time", help: "median of one call over the samples", class: "number",
      cell: ({ figure }) => quantity(figure.seconds?.median, "s"),
      hover: ({ figure }) => exact(figure.seconds?.median, "s") },
    { head: "±", help: "distance between the first and the third quartile", class: "number",
      cell: ({ figure }) => quantity(figure.seconds?.spread, "s") },
    rateColumn("items/s", "patterns, groups or images, as the operation counts them", "items_per_second", "items/s"),
    rateColumn("FLOP/s", "floating-point operations by formula", "flop_per_second", "FLOP/s"),
    rateColumn("B/s", "bytes of every array, read or written once", "bytes_per_second", "B/s"),
    { head: "of copy", help: "fraction of the device's rate of copying memory", class: "number",
      cell: ({ figure }) => percent(figure.share_of_copy) },
    { head: "of FMA", help: "fraction of the device's rate of multiply-adds", class: "number",
      cell: ({ figure }) => percent(figure.share_of_fma) },
    { head: "bound", help: "the roof that is lower at this ratio of operations to bytes",
      cell: ({ figure }) => (isTimed(figure) ? figure.bound : "") },
    { head: "energy", help: "of one call, idle power included", class: "number",
      cell: ({ figure }) => quantity(figure.joules, "J"), hover: ({ device }) => device.energy },
    { head: "error", help: "largest difference from double precision, as a fraction of the largest magnitude",
      class: "number", cell: ({ figure }) => scientific(figure.error),
      hover: ({ figure }) => `tolerance ${scientific(figure.tolerance)}` },
    { head: "check", cell: ({ figure }) => (figure.state === "good" ? "good" : figure.reason),
      class: ({ figure }) => (figure.state === "good" ? "good" : figure.state === "skipped" ? "soft" : "wide bad") },
    { head: "", cell: ({ figure }) => folded("how", make("pre", null, howText(figure))) },
];

function howText(figure) {
    const samples = isTimed(figure) ? `${figure.seconds.samples} samples of ${figure.seconds.calls} calls\n` : "";
    return samples + figure.choices;
}

const deviceColumns = [
    { head: "", cell: (device, d) => make("span", { class: `key ${colour(d)}` }) },
    { head: "device", names: true, class: "wide", cell: (device) => [deviceName(device), reasonOf(device)] },
    { head: "type", cell: (device) => device.type },
    { head: "OpenCL", class: "wide", cell: (device) => `${device.version}, driver ${device.driver}` },
    { head: "units", help: "compute units", class: "number", cell: (device) => String(device.compute_units) },
    { head: "memory", class: "number", cell: (device) => quantity(device.memory, "B") },
    { head: "copy", help: "bytes read and written by copying memory, measured in this run", class: "number",
      cell: (device) => quantity(device.copy_bytes_per_second, "B/s") },
    { head: "FMA", help: "independent multiply-adds, measured in this run", class: "number",
      cell: (device) => quantity(device.fma_flop_per_second, "FLOP/s") },
    { head: "energy", help: "counter that joules are read from", cell: (device) => device.energy || unknown },
    { head: "run", class: "wide", cell: (device) => runText(device) },
    { head: "machine", class: "wide", cell: (device) => `${device.processor}, ${device.system}` },
];

function reasonOf(device) {
    return device.reason ? make("div", { class: device.left_out ? "soft" : "bad" }, device.reason) : null;
}

function runText(device) {
    return [`clptycho ${device.clptycho}, `, time(device.date), device.mode ? `, ${device.mode}` : ""];
}

const failureColumns = [
    { head: "device", class: "wide", names: true, cell: ({ device }) => deviceName(device) },
    { head: "operation",
      cell: ({ figure, d, f }) => (figure ? make("a", { href: `#${figureId(d, f)}` }, figure.operation) : "all") },
    { head: "size", cell: ({ figure }) => (figure ? sizeText(figure) : "") },
    { head: "reason", class: () => "wide bad", cell: ({ device, figure }) => (figure ?? device).reason },
];

/* ---- comparisons ---- */

const quiet = ["same", "new", "missing"];
const verdictClass = (verdict) =>
    ["SLOWER", "BROKEN"].includes(verdict) ? "bad" : quiet.includes(verdict) ? "soft" : "good";

const changeColumns = (report) => [
    { head: "operation", names: true, cell: (change) => breakable(change.operation) },
    { head: "size", cell: sizeText },
    { head: "verdict", cell: (change) => change.verdict, class: (change) => verdictClass(change.verdict) },
    { head: "before", class: "number", cell: (change) => quantity(change.before?.median, "s") },
    { head: "±", class: "number", cell: (change) => quantity(change.before?.spread, "s") },
    { head: "now", class: "number", cell: (change) => quantity(change.now?.median, "s") },
    { head: "±", class: "number", cell: (change) => quantity(change.now?.spread, "s") },
    { head: "change", class: "number", cell: (change) => changeText(change.ratio) },
    { head: "device", class: "wide", cell: (change) => [deviceName(report.devices[change.device]),
        change.reason ? make("div", { class: "bad" }, change.reason) : null] },
];

function changeText(ratio) {
    if (!isKnown(ratio)) return unknown;
    return `${ratio < 1 ? "−" : "+"}${Math.abs(100 * (ratio - 1)).toFixed(1)} %`;
}

function roofText(name, roofs) {
    const text = ({ copy_bytes_per_second: copy, fma_flop_per_second: fma }) =>
        `${quantity(copy, "B/s")} and ${quantity(fma, "FLOP/s")}`;
    return `The roofs of ${name} changed from ${text(roofs.before)} to ${text(roofs.now)}: ` +
        "the machine may not have been idle.";
}

function drawComparison(report, comparison) {
    const head = heading(3, null, comparison.source || "Earlier run");
    const origin = comparison.date ? [time(comparison.date), `, clptycho ${comparison.clptycho}. `] : [];
    if (!comparison.shared_devices)
        return [head, paragraph(origin, "No device is in both runs: nothing was compared.")];
    const totals = Object.entries(comparison.counts).map(([verdict, count]) => `${count} ${verdict}`).join(", ");
    const same = comparison.changes.filter(({ verdict }) => quiet.includes(verdict));
    const news = comparison.changes.filter(({ verdict }) => !quiet.includes(verdict));
    const changes = (name, rows) => tableCard(name, changeColumns(report), rows);
    return [head,
        paragraph(origin, `${totals}. Slower or faster: medians differ by more than both spreads together and ` +
            `by more than ${percent(comparison.noise)}.`),
        comparison.roofs_changed.map((roofs) =>
            make("p", { class: "bad" }, roofText(deviceName(report.devices[roofs.device]), roofs))),
        news.length ? changes("Changes", news) : paragraph("Nothing became faster, slower or broken."),
        same.length ? folded("Same, new and missing", changes("Same, new and missing", same)) : null];
}

/* ---- bars ---- */

const workKey = (work) => [work.operation, work.side, work.parts].join("\n");

/* One group for each operation, side and number of parts: of each device its figure with the largest count. */
function barGroups(report) {
    const groups = new Map();
    for (const one of allFigures(report)) {
        if (!(one.figure.items_per_second > 0)) continue;
        const group = groups.get(workKey(one.figure)) ?? new Map();
        if (!(group.get(one.d)?.figure.count >= one.figure.count)) group.set(one.d, one);
        groups.set(workKey(one.figure), group);
    }
    return [...groups.values()].map((group) => [...group.values()]);
}

/* Rates of the same figure in earlier runs. */
function pastRates(report, { d, figure }) {
    const isOf = (change) =>
        change.device === d && workKey(change) === workKey(figure) && change.count === figure.count;
    const changes = report.comparisons.flatMap((comparison) => comparison.changes.filter(isOf));
    return changes.filter((change) => change.before?.median > 0).map((change) => change.count / change.before.median);
}

function drawBar(report, place, one) {
    const { device, d, figure } = one;
    const ends = pastRates(report, one).map(place), end = place(figure.items_per_second);
    const wrong = figure.state === "WRONG", seconds = quantity(figure.seconds.median, "s");
    const title = `${deviceName(device)}: ${figure.operation} ${sizeText(figure)}, ${seconds}`;
    return make("div", { class: `bar ${colour(d)}`, title }, make("i", { style: `width: ${end}%` }),
        ends.map((past) => make("i", { class: "past", style: `left: ${past}%` })),
        make("span", { class: wrong ? "bad" : null, style: `left: ${Math.max(end, ...ends)}%` },
            quantity(figure.items_per_second) + (wrong ? " WRONG" : "")));
}

function groupName({ figure }) {
    const parts = figure.parts > 1 ? ` ${figure.parts} ×` : "", side = figure.side > 1 ? ` ${figure.side}²` : "";
    return figure.operation + parts + side;
}

function drawBars(report, groups) {
    const rates = groups.flat().map(({ figure }) => Math.log10(figure.items_per_second));
    const low = Math.floor(Math.min(...rates) - 0.15), high = Math.max(Math.ceil(Math.max(...rates)), low + 1);
    const place = (rate) => Math.min(Math.max((100 * (Math.log10(rate) - low)) / (high - low), 0), 100).toFixed(2);
    const ticks = Array.from({ length: high - low + 1 }, (_, k) =>
        make("span", { style: `left: ${(100 * k) / (high - low)}%` }, decade(low + k)));
    const row = (classes, name, ...scale) => make("div", { class: classes }, make("div", { class: "name" }, name),
        make("div", { class: "scale" }, ...scale));
    return make("div", { class: "card bars", role: "img", style: `--decades: ${high - low}`,
                         "aria-label": "Items per second of every operation; the tables of figures have the numbers" },
        row("group axis", "", ticks),
        groups.map((group) => row("group", groupName(group[0]), group.map((one) => drawBar(report, place, one)))));
}

function drawThroughput(report) {
    const groups = barGroups(report);
    if (!groups.length) return null;
    const keys = report.devices.map((device, d) => device.figures.length ? [
        make("li", null, make("span", { class: `key ${colour(d)}` }), deviceName(device))] : null);
    return [heading(2, "throughput", "Throughput"),
        paragraph("Items per second (patterns, groups, images, as the operation counts them), on a logarithmic axis. ",
            report.comparisons.length ? "Strokes across a bar: earlier runs." : null),
        make("ul", { class: "keys" }, keys), drawBars(report, groups)];
}

/* ---- figures ---- */

function drawFigures(device, d) {
    if (!device.figures.length) return null;
    const rows = device.figures.map((figure, f) => ({ device, d, figure, f }));
    return [heading(3, `figures-${d}`, deviceName(device)), paragraph(`driver ${device.driver}, `, runText(device)),
        tableCard(`Figures of ${deviceName(device)}`, figureColumns, rows, { id: (row, f) => figureId(d, f) })];
}

function drawBench(page, report) {
    const figures = allFigures(report).map(({ figure }) => figure), failures = failuresOf(report);
    const count = (state) => figures.filter((figure) => figure.state === state).length;
    const changes = report.comparisons.flatMap((comparison) => comparison.changes);
    const bad = (change) => verdictClass(change.verdict) === "bad";
    document.title = "clptycho bench";
    const sections = [
        failures.length ? [heading(2, "failures", "Failures"), tableCard("Failures", failureColumns, failures)] : null,
        heading(2, "devices", "Devices"), tableCard("Devices", deviceColumns, report.devices),
        report.comparisons.length ? heading(2, "comparisons", "Comparison with earlier runs") : null,
        report.comparisons.map((comparison) => drawComparison(report, comparison)),
        drawThroughput(report),
        drawRooflines(report),
        figures.length ? heading(2, "figures", "Figures") : null,
        report.devices.map(drawFigures),
    ];
    page.append(...make("div", null, sections).childNodes);
    fitRooflines();
    addEventListener("resize", fitRooflines);
    page.prepend(make("h1", null, "clptycho bench"), paragraph(time(report.date), `, clptycho ${report.clptycho}`),
        counts([[count("good"), "agree with double precision"], [count("WRONG"), "wrong", true],
            [failures.length - count("WRONG"), "not measured", true], [count("skipped"), "skipped"],
            ...(report.comparisons.length ? [[changes.filter(bad).length, "slower or broken", true]] : [])]),
        contents(page));
}
