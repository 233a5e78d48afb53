/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a drawn report page against the JSON inside it, in a browser or in page_run.js. */
"use strict";

/* Returns what is wrong, a list of texts; `count()` is how many checks were made. */
function pageChecks(document) {
    const failures = [];
    let made = 0;
    const expect = (truth, what) => {
        made++;
        if (!truth) failures.push(String(what).slice(0, 300));
    };
    const all = (selector, root = document) => [...root.querySelectorAll(selector)];
    const parsed = (id) => JSON.parse(document.getElementById(id).textContent);
    const report = parsed("report"), pictures = parsed("pictures");
    const page = document.getElementById("page");

    /* The cells of a row by the heads of their columns; a head that occurs again is followed by a number. */
    function cells(row) {
        const table = row.parentNode.parentNode, found = {};
        all("thead tr", table)[0].childNodes.forEach((head, k) => {
            let name = head.textContent;
            for (let n = 2; name in found; n++) name = `${head.textContent}${n}`;
            found[name] = row.childNodes[k]?.textContent ?? "";
        });
        return found;
    }

    /* Body rows of the tables that have a column of this head. */
    function rowsWith(head) {
        return all("table").filter((table) => all("thead th", table).some((th) => th.textContent === head))
            .flatMap((table) => all("tbody tr", table)).map(cells);
    }

    /* Three digits of a number, behind them a unit with its prefix; a dash where there is no number. */
    function isQuantity(text, number, unit, what) {
        const scales = { P: 1e15, T: 1e12, G: 1e9, M: 1e6, k: 1e3, "": 1, m: 1e-3, "µ": 1e-6, n: 1e-9 };
        const parts = /^([\d.]+) ?([PTGMkmµn]?)(.*)$/.exec(text);
        if (typeof number !== "number") return expect(text === "–", `${what}: '${text}' of nothing`);
        const shown = parts ? Number(parts[1]) * scales[parts[2]] : NaN;
        const same = Math.abs(shown - number) <= 0.006 * number && parts[3] === unit && (unit || !/[mµn]/.test(parts[2]));
        return expect(same, `${what}: '${text}' of ${number} ${unit}`);
    }

    function isNear(text, number, what) {
        expect(Math.abs(Number(text) - number) <= 0.051 * Math.abs(number), `${what}: '${text}' of ${number}`);
    }

    function isShown(text) {
        expect(page.textContent.includes(text), `not on the page: ${text}`);
    }

    /* Whatever a report contains, no element runs, loads or leads elsewhere. */
    function isHarmless() {
        const known = new Set(("a b button caption details div figcaption figure h1 h2 h3 i img li nav p pre span " +
            "summary sup table tbody td th thead time tr ul wbr svg circle line path polyline text title").split(" "));
        const freeText = ["title", "aria-label", "alt", "datetime"];
        expect(globalThis.hostile === undefined, "a script of the report ran");
        for (const element of all("*", page)) {
            expect(known.has(element.tagName.toLowerCase()), `element ${element.tagName}`);
            for (const { name, value } of element.attributes) {
                expect(!name.startsWith("on"), `attribute ${name}`);
                if (name === "href")
                    expect(/^#[a-z0-9-]+$/.test(value) && document.getElementById(value.slice(1)), `link ${value}`);
                if (name === "src") expect(/^data:image\/png;base64,[A-Za-z0-9+/]+=*$/.test(value), `source ${value}`);
                if (!freeText.includes(name))
                    expect(!/NaN|undefined|null|Infinity|object/.test(value), `${name} is ${value}`);
            }
        }
        const ids = all("*", document).map((element) => element.getAttribute("id")).filter(Boolean);
        expect(new Set(ids).size === ids.length, "an id occurs twice");
    }

    /* ---- bench ---- */

    const nameOf = (device) => device.name + (device.short_name ? ` (${device.short_name})` : "");

    function checkFigure(device, d, figure, f) {
        const row = document.getElementById(`figure-${d}-${f}`), what = `figure ${d} ${f}`;
        expect(row, `no row of ${what}`);
        const shown = cells(row), seconds = figure.seconds;
        expect(shown["#"] === String(f + 1) && shown.operation === figure.operation, `${what}: ${shown.operation}`);
        expect(shown.size.startsWith(String(figure.count)), `${what}: size ${shown.size}`);
        isQuantity(shown.time, seconds?.median, "s", `${what}, time`);
        isQuantity(shown["±"], seconds?.spread, "s", `${what}, spread`);
        isQuantity(shown["items/s"], figure.items_per_second, "", `${what}, items`);
        isQuantity(shown["FLOP/s"], figure.flop_per_second, "", `${what}, operations`);
        isQuantity(shown["B/s"], figure.bytes_per_second, "", `${what}, bytes`);
        isQuantity(shown.energy, figure.joules, "J", `${what}, energy`);
        expect(shown.check === (figure.state === "good" ? "good" : figure.reason), `${what}: ${shown.check}`);
        expect(row.textContent.includes(figure.choices), `${what}: no choices`);
    }

    /* One bar for each device, operation, side and number of parts; of two bars the faster one is longer. */
    function checkBars(figures) {
        const timed = figures.filter(({ figure }) => figure.items_per_second > 0);
        const work = ({ d, figure }) => JSON.stringify([d, figure.operation, figure.side, figure.parts]);
        const works = new Set(timed.map(work));
        const bars = all(".bar").map((bar) => all("i", bar)[0].getAttribute("style"));
        expect(bars.length === works.size, `${bars.length} bars of ${works.size}`);
        expect(bars.every((style) => /^width: [\d.]+%$/.test(style)), "a bar without a width");
        const places = all(".bar").map((bar) => [Number(/[\d.]+/.exec(all("i", bar)[0].getAttribute("style"))[0]),
            all("span", bar)[0].textContent.replace(" WRONG", "")]);
        const scales = { G: 1e9, M: 1e6, k: 1e3 };
        const sorted = places.map(([width, text]) => [width, parseFloat(text) * (scales[text.at(-1)] ?? 1)]);
        sorted.sort((a, b) => a[1] - b[1]);
        const isLonger = ([width, rate], k) => !k || width > sorted[k - 1][0] || rate < 1.1 * sorted[k - 1][1];
        expect(sorted.every(isLonger), "a faster bar is not longer");
    }

    function checkComparisons() {
        const rows = rowsWith("before"), changes = report.comparisons.flatMap((comparison) => comparison.changes);
        expect(rows.length === changes.length, `${rows.length} rows of ${changes.length} changes`);
        for (const change of changes) {
            const of = nameOf(report.devices[change.device]);
            const row = rows.find((one) => one.operation === change.operation && one.device.startsWith(of) &&
                one.size.startsWith(String(change.count)));
            expect(row?.verdict === change.verdict, `${change.operation}: ${row?.verdict}, not ${change.verdict}`);
            isQuantity(row?.before, change.before?.median, "s", "before");
            isQuantity(row?.now, change.now?.median, "s", "now");
        }
        for (const comparison of report.comparisons) {
            isShown(comparison.source);
            for (const [verdict, count] of Object.entries(comparison.counts)) isShown(`${count} ${verdict}`);
            expect(all("p.bad").length === comparison.roofs_changed.length, "roofs that changed");
        }
        if (changes.some((change) => change.before?.median > 0 && change.now?.median > 0))
            expect(all(".bar .past").length > 0, "no marks of earlier runs");
    }

    function checkBench() {
        const figures = report.devices.flatMap((device, d) => device.figures.map((figure) => ({ device, d, figure })));
        const failed = figures.filter(({ figure }) => ["WRONG", "error"].includes(figure.state)).length +
            report.devices.filter((device) => device.reason && !device.left_out).length;
        expect(rowsWith("units").length === report.devices.length, "rows of devices");
        expect(rowsWith("reason").length === failed, `not ${failed} failures`);
        for (const device of report.devices) {
            isShown(nameOf(device));
            for (const member of ["version", "driver", "processor", "system", "reason"]) isShown(device[member]);
        }
        report.devices.forEach((device, d) => device.figures.forEach((figure, f) => checkFigure(device, d, figure, f)));
        checkBars(figures);
        checkComparisons();
        const points = figures.filter(({ device, figure }) =>
            figure.flop_per_second > 0 && figure.bytes > 0 && device.copy_bytes_per_second);
        expect(all("svg a").length === points.length, `${all("svg a").length} points of ${points.length}`);
        for (const { figure } of points)
            expect(all("svg title").some((title) => title.textContent.includes(figure.operation)),
                `no point of ${figure.operation}`);
    }

    /* ---- parity ---- */

    function checkDetails(array, pictured, row) {
        for (const element of [array.first_beyond, array.first_different, array.most_different].filter(Boolean))
            for (const text of [element.got_text, element.reference_text, element.at.join(", ")])
                expect(row.textContent.includes(text), `${array.stage}/${array.array}: no element '${text}'`);
        const bins = array.ulp_histogram, total = bins.reduce((sum, [, , count]) => sum + count, 0);
        const drawn = total > 1 && bins.at(-1)[0] > 0 ? bins.length : 0;
        expect(all(".histogram i", row).length === drawn, `not ${drawn} bars of a histogram`);
        const kinds = ["amplitude", "phase", "difference"].filter((kind) => pictured?.[kind]);
        expect(all("img", row).length === kinds.length, `${all("img", row).length} pictures of ${kinds.length}`);
        all("img", row).forEach((image, k) =>
            expect(image.getAttribute("src").endsWith(`,${pictured[kinds[k]]}`), "another picture"));
    }

    function checkArray(comparison, c, array, k) {
        const [row, details] = ["", "-details"].map((end) => document.getElementById(`array-${c}-${k}${end}`));
        const shown = cells(row), button = all("button", row)[0], what = `${array.stage}/${array.array}`;
        expect(shown["stage/array"] === what, `row ${k} is ${shown["stage/array"]}, not ${what}`);
        expect(shown.verdict.toLowerCase() === array.verdict, `${what}: ${shown.verdict}`);
        for (const text of [array.reason, array.rule])
            expect(shown.rule.includes(text), `${what}: '${shown.rule}' without '${text}'`);
        if (!("largest" in array)) return expect(!button && !details, `${what} has details`);
        isNear(shown.largest, array.largest, `${what}, largest`);
        isNear(shown.rms, array.rms, `${what}, rms`);
        isNear(shown.tolerance, array.tolerance, `${what}, tolerance`);
        expect(Number(shown.ulp.replaceAll(",", "")) === array.ulp_most, `${what}: ${shown.ulp} ulp`);
        expect(details.hidden === (array.verdict !== "fail"), `${what}: details of failures alone are open`);
        if (details.hidden) button.click();
        expect(!details.hidden && button.getAttribute("aria-expanded") === "true", `${what} does not open`);
        checkDetails(array, pictures.find((one) => one.comparison === c && one.array === k), details);
        button.click();
        expect(details.hidden && button.getAttribute("aria-expanded") === "false", `${what} does not close`);
        return undefined;
    }

    function checkParity() {
        expect(rowsWith("program").length === report.runs.length, "rows of runs");
        const facts = new Set(rowsWith("section").map((row) => JSON.stringify([row.section, row.name, row.value])));
        for (const run of report.runs)
            for (const section of ["data", "configuration", "run"])
                for (const [name, text] of Object.entries(run[section]))
                    expect(facts.has(JSON.stringify([section, name, text])), `no fact ${name}`);
        report.comparisons.forEach((comparison, c) => {
            isShown(`${comparison.got} against ${comparison.reference}`);
            for (const line of comparison.differs) isShown(line);
            comparison.arrays.forEach((array, k) => checkArray(comparison, c, array, k));
            all("button.toggle")[c].click();
            expect(all(".details").some((row) => !row.hidden), "nothing opens");
        });
        const failed = report.comparisons.reduce((sum, comparison) => sum + comparison.fail, 0);
        expect(rowsWith("of").length === failed, `not ${failed} failures`);
    }

    const failure = document.getElementById("failure");
    expect(!failure, failure?.textContent);
    if (!failure) ("clptycho_bench" in report ? checkBench : checkParity)();
    isHarmless();
    return { failures, count: () => made, expect };
}
