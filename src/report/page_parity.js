/* SPDX-License-Identifier: Apache-2.0 */
/* The report of `clptycho parity`: runs, and of every comparison the arrays with elements, histograms and pictures. */
"use strict";

const arrayName = (array) => `${array.stage}/${array.array}`;
const arrayId = (comparison, array) => `array-${comparison}-${array}`;
const wasCompared = (array) => "largest" in array;
const isComplex = (array) => array.reference.type.startsWith("complex");
const joined = (numbers, separator = ", ") => numbers.join(separator);
const comparisonName = (comparison) => `${comparison.got} against ${comparison.reference}`;

/* ---- runs ---- */

const factColumns = [
    { head: "section", class: "soft", cell: ([section]) => section },
    { head: "name", names: true, class: "wide", cell: ([, name]) => name },
    { head: "value", class: "wide", cell: ([, , text]) => text },
];

function factsOf(run) {
    return ["data", "configuration", "run"].flatMap((section) =>
        Object.entries(run[section]).map(([name, text]) => [section, name, text]));
}

const runColumns = [
    { head: "run", names: true, cell: (run) => run.label },
    ...[["program"], ["version"], ["device", "wide"], ["driver"], ["opencl", "wide", "OpenCL"]].map(
        ([name, classes, head = name]) => ({ head, class: classes, cell: (run) => run.run[name] ?? "" })),
];

function drawRuns(report) {
    return [heading(2, "runs", "Runs"), tableCard("Runs", runColumns, report.runs),
        report.runs.map((run) => folded(`Data, configuration and choices of ${run.label}`,
            tableCard(`Data, configuration and choices of ${run.label}`, factColumns, factsOf(run))))];
}

/* ---- details of an array ---- */

const elementColumns = [
    { head: "element", names: true, cell: ([name]) => name },
    { head: "at", class: "number", cell: ([, element]) => (element.at.length ? `[${joined(element.at)}]` : "") },
    { head: "got", class: "number", cell: ([, element]) => element.got_text },
    { head: "reference", class: "number", cell: ([, element]) => element.reference_text },
];

function drawElements(array) {
    const rows = [["first beyond tolerance", array.first_beyond], ["first different", array.first_different],
        ["largest difference", array.most_different]].filter(([, element]) => element);
    return rows.length ? table("Elements", elementColumns, rows, { small: true }) : null;
}

function statisticsColumns(array) {
    const number = (head, member) => (
        { head, class: "number", cell: ([, values]) => String(Number(values[member].toPrecision(6))) });
    return [
        { head: isComplex(array) ? "magnitudes" : "values", names: true, cell: ([name]) => name },
        { head: "type", cell: ([, values]) => values.type },
        number("minimum", "min"), number("maximum", "max"), number("mean", "mean"), number("standard deviation", "std"),
        number("not finite", "not_finite")];
}

function drawStatistics(array) {
    const rows = [["got", array.got], ["reference", array.reference]], elements = array.left_out + array.compared;
    const excluded = `${grouped(array.left_out)} of ${grouped(elements)} elements are excluded by the rule.`;
    return [table("Statistics", statisticsColumns(array), rows, { small: true }),
        array.left_out ? paragraph(excluded) : null];
}

/* Bins of 0, 1, 2-3, 4-7, …, as powers of two from the eighth on. */
function binLabel(from) {
    return from < 256 ? String(from) : ["2", make("sup", null, String(Math.log2(from)))];
}

function drawHistogram(array) {
    const bins = array.ulp_histogram, total = bins.reduce((sum, [, , count]) => sum + count, 0);
    const top = Math.max(...bins.map(([, , count]) => count)), last = bins.at(-1)?.[0];
    if (total < 2 || !last) return null;
    const starts = [0, ...Array.from({ length: Math.log2(last) + 1 }, (_, k) => 2 ** k)];
    const bars = starts.map((from) => {
        const [, to, count] = bins.find(([start]) => start === from) ?? [from, from, 0];
        const bar = make("div", null, count ? make("i", { style: `height: ${(100 * count) / top}%` }) : null);
        const distances = from === to ? from : `${from} to ${to}`, share = ((100 * count) / total).toPrecision(3);
        return make("div", { title: `${distances} ulp: ${Number(share)} %` }, bar, binLabel(from));
    });
    return [paragraph(`Distances in units in the last place of float32 (ulp), at most ${grouped(array.ulp_most)}`),
        make("div", { class: "histogram", role: "img", "aria-label": "histogram of distances in ulp" }, bars)];
}

function drawPicture(png, caption) {
    return png ? make("figure", null, make("img", { src: `data:image/png;base64,${png}`, alt: caption }),
        make("figcaption", null, caption)) : null;
}

function drawPictures(array, pictures) {
    if (!pictures) return null;
    const image = pictures.image.length ? ` [${joined(pictures.image)}]` : "", by = pictures.reduced_by;
    const scale = Number(array.scale.toPrecision(3)), rule = array.rule ? `, ${array.rule}` : "";
    const reduced = by > 1 ? `, the maximum of ${by} × ${by} elements` : "";
    return [make("div", { class: "figures" },
        drawPicture(pictures.amplitude, `reference${image}${isComplex(array) ? ", amplitude" : ""}`),
        drawPicture(pictures.phase, `reference${image}, phase`),
        drawPicture(pictures.difference, `|got − reference| / ${scale}${rule}${reduced}`)),
        pictures.reason ? make("p", { class: "bad" }, pictures.reason) : null];
}

function drawDetails(array, pictures) {
    return make("div", null, drawElements(array), drawStatistics(array), drawHistogram(array),
        drawPictures(array, pictures));
}

/* ---- the table of a comparison ---- */

/* The row of details below an array's own: drawn when it is first opened. */
function detailsRow(array, id, columns, pictures) {
    const cell = make("td", { colspan: columns });
    const row = make("tr", { id: `${id}-details`, class: "details" }, cell);
    row.hidden = true;
    row.show = (shown) => {
        if (shown && !cell.firstChild) cell.append(drawDetails(array, pictures));
        row.hidden = !shown;
        document.querySelector(`#${id} button`)?.setAttribute("aria-expanded", String(shown));
    };
    return row;
}

function nameCell(array, id) {
    if (!wasCompared(array)) return breakable(arrayName(array));
    const attributes = { type: "button", class: "open", "aria-expanded": "false", "aria-controls": `${id}-details` };
    const button = make("button", attributes, breakable(arrayName(array)));
    button.addEventListener("click", () => {
        const row = document.getElementById(`${id}-details`);
        row.show(row.hidden);
    });
    return button;
}

/* The fraction of the tolerance that is used, on a logarithmic scale from a thousandth to ten times. */
function gauge(array) {
    const fraction = array.tolerance > 0 ? array.largest / array.tolerance : 0;
    const length = fraction > 0 ? Math.min(Math.max((Math.log10(fraction) + 3) / 4, 0.02), 1) : 0;
    return make("span", { class: array.verdict === "fail" ? "gauge bad" : "gauge" },
        make("i", { style: `width: ${100 * length}%` }));
}

function fractionText(array) {
    if (!(array.tolerance > 0)) return "";
    const fraction = array.largest / array.tolerance;
    return fraction < 10 ? percent(fraction) : `${grouped(Math.round(fraction))} ×`;
}

function ruleTexts(array) {
    const allowed = `${Number((100 * array.part_allowed).toPrecision(3))} % may differ`;
    const moved = ["one ulp at the start changes it by ", make("span", { class: "nowrap" }, scientific(array.moved))];
    const texts = [array.reason, array.rule, array.part_allowed > 0 && allowed, isKnown(array.moved) && moved];
    return texts.filter(Boolean).flatMap((text, k) => [k ? "; " : "", text]);
}

const verdictClasses = { pass: "good", fail: "bad", absent: "soft" };
const verdictNames = { pass: "pass", fail: "FAIL", absent: "absent" };

function arrayColumns(c) {
    const compared = (cell) => (array) => (wasCompared(array) ? cell(array) : "");
    const number = (head, help, cell) => ({ head, help, class: "number", cell: compared(cell) });
    return [
        { head: "stage/array", names: true, cell: (array, k) => nameCell(array, arrayId(c, k)) },
        { head: "verdict", class: (array) => verdictClasses[array.verdict],
          cell: (array) => verdictNames[array.verdict] },
        number("shape", "axes of the array", (array) => joined(array.reference.shape, " × ") || "scalar"),
        number("largest", "largest difference, as a fraction of the reference's largest magnitude",
            (array) => scientific(array.largest, 2)),
        number("rms", "root of the mean square of differences, as a fraction of the same",
            (array) => scientific(array.rms, 2)),
        number("tolerance", "of the largest difference", (array) => scientific(array.tolerance)),
        { head: "used",
          help: "largest / tolerance on a logarithmic scale: the line is the tolerance, each quarter a decade",
          cell: compared(gauge), hover: compared((array) => `${fractionText(array) || unknown} of the tolerance`) },
        number("", "", fractionText),
        number("ulp", "largest distance in units in the last place of float32; shown, not judged",
            (array) => grouped(array.ulp_most)),
        { head: "rule", class: (array) => (array.verdict === "fail" ? "wide bad" : "wide"), cell: ruleTexts },
    ];
}

function openAll(rows) {
    const button = make("button", { type: "button", class: "toggle" }, "Open all details");
    button.addEventListener("click", () => {
        const shown = rows.some((row) => row.hidden);
        rows.forEach((row) => row.show(shown));
        button.textContent = shown ? "Close all details" : "Open all details";
    });
    return button;
}

function drawArrays(comparison, c, pictures) {
    const details = [];
    const after = (array, k, columns) => {
        if (!wasCompared(array)) return null;
        const own = pictures.find((entry) => entry.comparison === c && entry.array === k);
        return details[details.push(detailsRow(array, arrayId(c, k), columns, own)) - 1];
    };
    const name = comparisonName(comparison), differs = comparison.differs.join("\n");
    const card = tableCard(name, arrayColumns(c), comparison.arrays, { id: (_, k) => arrayId(c, k), after });
    const fail = make("span", { class: comparison.fail ? "bad" : null }, `${comparison.fail} fail`);
    return [heading(2, `comparison-${c}`, name),
        paragraph(`${comparison.pass} pass, `, fail, `, ${comparison.absent} absent. `, openAll(details)),
        differs ? folded("Differences in how the two were run", make("pre", null, differs)) : null, card];
}

/* ---- the page ---- */

const arrayFailureColumns = [
    { head: "stage/array", names: true,
      cell: ({ array, c, k }) => make("a", { href: `#${arrayId(c, k)}` }, arrayName(array)) },
    { head: "of", cell: ({ comparison }) => comparisonName(comparison) },
    { head: "reason", class: () => "wide bad", cell: ({ array }) => array.reason },
];

function drawParity(page, report, pictures) {
    const all = report.comparisons.flatMap((comparison, c) =>
        comparison.arrays.map((array, k) => ({ comparison, c, array, k })));
    const failures = all.filter(({ array }) => array.verdict === "fail");
    const sum = (member) => report.comparisons.reduce((total, comparison) => total + comparison[member], 0);
    document.title = "clptycho parity";
    const sections = [
        failures.length ? heading(2, "failures", "Failures") : null,
        failures.length ? tableCard("Failures", arrayFailureColumns, failures) : null,
        drawRuns(report), report.comparisons.map((comparison, c) => drawArrays(comparison, c, pictures))];
    page.append(...make("div", null, sections).childNodes);
    page.prepend(make("h1", null, "clptycho parity"),
        paragraph(`clptycho ${report.clptycho}. Every stage of the computation, from the same numbers. ` +
            "Differences are fractions of the reference's largest magnitude. Distances in units in the last place " +
            "(ulp) are shown, not judged."),
        counts([[sum("pass"), "pass"], [sum("fail"), "fail", true], [sum("absent"), "absent"]]), contents(page));
    for (const { c, k } of failures) document.getElementById(`${arrayId(c, k)}-details`)?.show(true);
}
