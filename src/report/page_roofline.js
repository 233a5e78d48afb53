/* SPDX-License-Identifier: Apache-2.0 */
/* A device's roofline: operations per second over operations per byte, both logarithmic, with a numbered point for each
 * figure. It is drawn at the width that it has on the page, so that its text keeps its size. */
"use strict";

const lineHeight = 13;

function hasPoint(figure) {
    return figure.flop_per_second > 0 && figure.bytes > 0;
}

/* Points as log10 of x and y, and the whole decades around them and the corner of the roof. */
function roofPlot(device, width) {
    const points = device.figures.map((figure, f) => ({ figure, f })).filter(({ figure }) => hasPoint(figure));
    for (const point of points) {
        point.x = Math.log10(point.figure.flop / point.figure.bytes);
        point.y = Math.log10(point.figure.flop_per_second);
    }
    const fma = Math.log10(device.fma_flop_per_second), corner = fma - Math.log10(device.copy_bytes_per_second);
    const xs = [corner, ...points.map(({ x }) => x)], ys = [fma, ...points.map(({ y }) => y)];
    const narrow = width < 600;
    return {
        device, points, fma, corner, width, height: narrow ? 360 : 460,
        left: narrow ? 50 : 66, right: 14, top: 28, bottom: 44,
        x: [Math.floor(Math.min(...xs) - 0.2), Math.ceil(Math.max(...xs) + 0.3)],
        y: [Math.floor(Math.min(...ys) - 0.1), Math.ceil(Math.max(...ys) + 0.1)],
    };
}

const pixelX = (p, x) => p.left + ((x - p.x[0]) / (p.x[1] - p.x[0])) * (p.width - p.left - p.right);
const pixelY = (p, y) => p.height - p.bottom - ((y - p.y[0]) / (p.y[1] - p.y[0])) * (p.height - p.top - p.bottom);
const range = ([low, high]) => Array.from({ length: high - low + 1 }, (_, k) => low + k);
const label = (x, y, anchor, text, classes) => svg("text", { x, y, "text-anchor": anchor, class: classes }, text);
const line = (x1, y1, x2, y2, classes) => svg("line", { x1, y1, x2, y2, class: classes });

function drawAxes(p) {
    const right = p.width - p.right, bottom = p.height - p.bottom;
    return [
        range(p.x).map((d) => [line(pixelX(p, d), p.top, pixelX(p, d), bottom, "grid"),
            label(pixelX(p, d), bottom + 17, "middle", String(Number((10 ** d).toPrecision(1))))]),
        range(p.y).map((d) => [line(p.left, pixelY(p, d), right, pixelY(p, d), "grid"),
            label(p.left - 8, pixelY(p, d) + 4, "end", decade(d))]),
        label(right, p.height - 8, "end", "FLOP per byte", "faint"), label(4, 14, "start", "FLOP/s", "faint")];
}

/* The two rates of the roof, as texts that end at x. */
function roofLabels(p) {
    const { device, fma, corner } = p, y = pixelY(p, fma);
    return [
        { text: quantity(device.fma_flop_per_second, "FLOP/s"), end: pixelX(p, p.x[1]) - 4, y: y - 7 },
        { text: quantity(device.copy_bytes_per_second, "B/s"), end: pixelX(p, corner) - 16, y: y + 4 }];
}

function drawRoof(p) {
    const { fma, corner } = p;
    const start = Math.max(p.x[0], corner + p.y[0] - fma), at = (x, rate) => `${pixelX(p, x)},${pixelY(p, rate)}`;
    const points = [at(start, fma - corner + start), at(corner, fma), at(p.x[1], fma)].join(" ");
    return [svg("polyline", { class: "roof", points }),
        roofLabels(p).map(({ text, end, y }) => label(end, y, "end", text, "strong"))];
}

function isFree(p, taken, at) {
    const inside = at.x > p.left + 4 && at.x < p.width - p.right - 4 && at.y > p.top && at.y < p.height - p.bottom - 4;
    return inside && !taken.some((other) =>
        Math.abs(other.x - at.x) < (other.width + at.width) / 2 && Math.abs(other.y - at.y) < lineHeight - 2);
}

/* The nearest free place for a label, in rings around its point. */
function placeLabel(p, taken, x, y, width) {
    for (let ring = 0; ring < 6; ring++)
        for (let k = 0; k < 12; k++) {
            const angle = (Math.PI / 6) * (k + 0.5 * ring) - Math.PI / 2, far = 12 + 11 * ring;
            const at = { x: x + far * Math.cos(angle), y: y + far * Math.sin(angle), width };
            if (isFree(p, taken, at)) return at;
        }
    return { x, y: y - 10, width };
}

function drawPoint(p, d, taken, { figure, f, x, y }) {
    const [cx, cy] = [pixelX(p, x), pixelY(p, y)], number = String(f + 1);
    const at = placeLabel(p, taken, cx, cy, 8 * number.length);
    taken.push(at);
    const title = `${number}: ${figure.operation} ${sizeText(figure)}, ${quantity(figure.flop_per_second, "FLOP/s")}`;
    const wrong = figure.state === "WRONG";
    return svg("a", { href: `#${figureId(d, f)}`, "aria-label": title }, svg("title", null, title),
        Math.hypot(at.x - cx, at.y - cy) > 14 ? line(cx, cy, at.x, at.y, "lead") : null,
        wrong ? svg("path", { class: "cross", d: `M${cx - 4} ${cy - 4}l8 8m0 -8l-8 8` })
            : svg("circle", { class: `point ${colour(d)}`, cx, cy, r: 4 }),
        label(at.x, at.y + 4, "middle", number, "strong"));
}

function drawRoofline(device, d, width) {
    const p = roofPlot(device, width);
    const taken = p.points.map(({ x, y }) => ({ x: pixelX(p, x), y: pixelY(p, y), width: 8 }));
    for (const { text, end, y } of roofLabels(p))
        taken.push({ x: end - 3.5 * text.length, y: y - 4, width: 7 * text.length });
    return svg("svg", { viewBox: `0 0 ${p.width} ${p.height}`, "aria-label": `Roofline of ${deviceName(device)}` },
        drawAxes(p), drawRoof(p), p.points.map((point) => drawPoint(p, d, taken, point)));
}

/* A frame that is drawn in by fitRooflines, when it is part of the page. */
function rooflineFrame(device, d) {
    const frame = make("div", { class: "roofline" });
    frame.fit = () => frame.replaceChildren(drawRoofline(device, d, Math.max(300, frame.clientWidth)));
    return make("div", { class: "card" }, frame);
}

function fitRooflines() {
    for (const frame of document.querySelectorAll(".roofline")) frame.fit();
}

function drawRooflines(report) {
    const known = report.devices.map((device, d) => [device, d]).filter(([device]) =>
        device.copy_bytes_per_second && device.fma_flop_per_second && device.figures.some(hasPoint));
    if (!known.length) return null;
    return [heading(2, "rooflines", "Rooflines"),
        paragraph("Operations per second over operations per byte that has to move (every array once). The line is " +
            "what the device itself reached in this run: copying memory on the left, multiply-adds on the right. " +
            "Numbers are those of the tables below; points above the line profit from caches."),
        known.map(([device, d]) => [heading(3, null, deviceName(device)), rooflineFrame(device, d)])];
}
