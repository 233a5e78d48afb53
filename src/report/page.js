/* SPDX-License-Identifier: Apache-2.0 */
/* Elements, numbers and tables of both reports. A report's contents become text nodes and attributes, never markup. */
"use strict";

/* ---- elements ---- */

function complete(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes ?? {}))
        if (value !== null && value !== undefined && value !== "") element.setAttribute(name, value);
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
    return element;
}

/* make("td", {class: "number"}, "text", element, [more]): empty attributes and null children are left out. */
function make(name, attributes, ...children) {
    return complete(document.createElement(name), attributes, children);
}

function svg(name, attributes, ...children) {
    return complete(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function heading(level, id, text) {
    return make(`h${level}`, { id }, text);
}

function paragraph(...children) {
    return make("p", null, ...children);
}

function folded(summary, ...children) {
    return make("details", null, make("summary", null, summary), ...children);
}

/* A long name that may break into lines after each "/", "_" and "-". */
function breakable(name) {
    return name.split(/(?<=[/_-])/).flatMap((part, k) => (k ? [make("wbr"), part] : [part]));
}

/* ---- numbers ---- */

const unknown = "–";
const prefixes = [
    [1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""], [1e-3, "m"], [1e-6, "µ"], [1e-9, "n"]];

function isKnown(number) {
    return typeof number === "number";
}

function threeDigits(number) {
    return number < 0.1 ? number.toPrecision(3) : number.toFixed(number < 9.995 ? 2 : number < 99.95 ? 1 : 0);
}

/* "2.25 ms", "114 k": three digits and a unit with its prefix; without a unit numbers below 1 have no prefix. */
function quantity(number, unit = "", digits = threeDigits) {
    if (!isKnown(number)) return unknown;
    if (number === 0) return `0 ${unit}`.trim();
    const usable = unit ? prefixes : prefixes.filter(([scale]) => scale >= 1);
    const [scale, prefix] = usable.find(([smallest]) => number >= 0.9995 * smallest) ?? usable.at(-1);
    return `${digits(number / scale)} ${prefix}${unit}`.trim();
}

/* The number of an axis, a power of ten. */
function decade(exponent, unit = "") {
    return quantity(10 ** exponent, unit, (number) => String(Number(number.toPrecision(1))));
}

function exact(number, unit) {
    return isKnown(number) ? `${Number(number.toPrecision(6))} ${unit}` : null;
}

function scientific(number, digits = 1) {
    if (!isKnown(number)) return unknown;
    return number === 0 ? "0" : number.toExponential(digits);
}

function percent(fraction) {
    if (!isKnown(fraction)) return unknown;
    if (fraction > 0 && fraction < 0.0005) return "< 0.1 %";
    return `${Number((100 * fraction).toFixed(fraction < 0.0995 ? 1 : 0))} %`;
}

function grouped(number) {
    return isKnown(number) ? number.toLocaleString("en") : unknown;
}

function time(date) {
    return make("time", { datetime: date, class: "nowrap" }, date.replace(/T(\d\d:\d\d):\d\dZ$/, " $1 UTC"));
}

/* ---- tables ---- */

/* A column: `head`, `cell(row, index)` (text, element or a list of these), and optionally `class` (a text, or a
 * function of the row), `help` on its head, `hover(row)` on its cells, `names: true` if its cells name their rows. */
function cellOf(column, row, index) {
    const classes = typeof column.class === "function" ? column.class(row) : column.class;
    const attributes = { class: classes, title: column.hover?.(row), scope: column.names ? "row" : null };
    return make(column.names ? "th" : "td", attributes, column.cell(row, index));
}

function headOf(column) {
    const classes = typeof column.class === "string" ? column.class : null;
    if (!column.head) return make("td");
    return make("th", { scope: "col", class: classes, title: column.help }, column.head);
}

/* options: `id(row, index)` of a row; `after(row, index, columns)`, one more row below it; `small`. */
function table(caption, columns, rows, options = {}) {
    const body = rows.map((row, index) => [
        make("tr", { id: options.id?.(row, index) }, columns.map((column) => cellOf(column, row, index))),
        options.after?.(row, index, columns.length),
    ]);
    return make("table", { class: options.small ? "small" : null },
        make("caption", { class: options.small ? null : "hidden" }, caption),
        columns.some((column) => column.head) ? make("thead", null, make("tr", null, columns.map(headOf))) : null,
        make("tbody", null, body));
}

/* A table that scrolls sideways where it is wider than the page. */
function tableCard(caption, columns, rows, options) {
    return make("div", { class: "card", role: "region", "aria-label": caption, tabindex: "0" },
        table(caption, columns, rows, options));
}

/* ---- pages ---- */

/* items: [number, label, whether a number above 0 is bad]. */
function counts(items) {
    const tile = ([number, label, bad]) =>
        make("li", { class: bad && number ? "bad" : null },
            make("b", null, grouped(number)), make("span", null, label));
    return make("ul", { class: "counts" }, items.map(tile));
}

function contents(page) {
    const links = [...page.querySelectorAll("h2")].map((head) => make("a", { href: `#${head.id}` }, head.textContent));
    return make("nav", { "aria-label": "sections" }, links);
}

/* Draws the report that is inlined, by the function under the name of its marking member. */
function drawPage(drawers) {
    const page = document.getElementById("page");
    try {
        const inlined = (id) => JSON.parse(document.getElementById(id).textContent);
        const report = inlined("report"), pictures = inlined("pictures");
        const kind = Object.keys(drawers).find((mark) => mark in report);
        drawers[kind](page, report, pictures);
    } catch (error) {
        page.prepend(make("p", { class: "bad", id: "failure" }, `This report could not be drawn: ${error}`));
        console.error(error);
    }
}
