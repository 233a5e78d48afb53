/* SPDX-License-Identifier: Apache-2.0 */
/* node page_run.js PAGE …: draws report pages in a document of as few parts as they need, and checks them. */
"use strict";
const fs = require("fs"), path = require("path"), vm = require("vm");

class Node {
    constructor(tagName, data = "") {
        Object.assign(this, { tagName, data, childNodes: [], parentNode: null, attributes: [], listeners: {} });
        Object.assign(this, { hidden: false, clientWidth: 1000 });
    }
    get firstChild() { return this.childNodes[0] ?? null; }
    get children() { return this.childNodes.filter((node) => node.tagName); }
    get id() { return this.getAttribute("id"); }
    get textContent() { return this.tagName ? this.childNodes.map((node) => node.textContent).join("") : this.data; }
    set textContent(text) { this.replaceChildren(text); }
    getAttribute(name) { return this.attributes.find((one) => one.name === name)?.value ?? null; }
    setAttribute(name, value) {
        this.attributes = [...this.attributes.filter((one) => one.name !== name), { name, value: String(value) }];
    }
    adopt(nodes) {
        return nodes.map((node) => (node instanceof Node ? node : new Node("", String(node)))).map((node) => {
            const from = node.parentNode;
            if (from) from.childNodes = from.childNodes.filter((other) => other !== node);
            return Object.assign(node, { parentNode: this });
        });
    }
    append(...nodes) { this.childNodes.push(...this.adopt(nodes)); }
    prepend(...nodes) { this.childNodes.unshift(...this.adopt(nodes)); }
    replaceChildren(...nodes) {
        this.childNodes = [];
        this.append(...nodes);
    }
    addEventListener(name, listener) { (this.listeners[name] ??= []).push(listener); }
    click() { this.listeners.click?.forEach((listener) => listener()); }
    matches(simple) {
        const [, tag, rest] = /^([a-z0-9*]*)(.*)$/.exec(simple);
        const classes = (this.getAttribute("class") ?? "").split(" ");
        return (!tag || tag === "*" || tag === this.tagName) && (rest.match(/[.#][^.#]+/g) ?? []).every((part) =>
            part[0] === "#" ? this.id === part.slice(1) : classes.includes(part.slice(1)));
    }
    fits(simples) {
        if (!this.matches(simples.at(-1))) return false;
        let above = this.parentNode;
        if (simples.length === 1) return true;
        while (above && !above.fits(simples.slice(0, -1))) above = above.parentNode;
        return above !== null;
    }
    querySelectorAll(selector) {
        const simples = selector.split(" ");
        return this.children.flatMap((node) =>
            [...(node.fits(simples) ? [node] : []), ...node.querySelectorAll(selector)]);
    }
    querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }
}

class Document extends Node {
    constructor() { super("document"); }
    createElement(name) { return new Node(name); }
    createElementNS(space, name) { return new Node(name); }
    getElementById(id) { return this.querySelector(`#${id}`); }
}

function check(file) {
    const html = fs.readFileSync(file, "utf8"), document = new Document(), main = new Node("main");
    main.setAttribute("id", "page");
    document.append(main);
    for (const [, id, text] of html.matchAll(/<script type="application\/json" id="(\w+)">(.*?)<\/script>/gs)) {
        const script = new Node("script");
        script.setAttribute("id", id);
        script.append(text);
        document.append(script);
    }
    const context = vm.createContext({ document, console, addEventListener: () => {} });
    for (const [, text] of html.matchAll(/<script>(.*?)<\/script>/gs))
        vm.runInContext(text, context, { filename: file });
    vm.runInContext(fs.readFileSync(path.join(__dirname, "page_check.js"), "utf8"), context);
    const { failures, count } = vm.runInContext("pageChecks(document)", context);
    console.log(`${path.basename(file)}: ${count()} checks, ${failures.length} failures`);
    failures.slice(0, 20).forEach((failure) => console.log(`  ${failure}`));
    return failures.length === 0 && count() > 50;
}

process.exit(process.argv.slice(2).map(check).every(Boolean) ? 0 : 1);
