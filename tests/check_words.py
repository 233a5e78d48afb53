#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_words.py SOURCE_DIR [PATH…]: the words of comments, messages and documents, and the spelling of identifiers, against
tests/words_out.txt; and the comment that opens a C file. Prints file:line: word -> better, and fails if there is any.
PATH: these files only."""
import os
import re
import sys

C = (".c", ".h", ".cl", ".clh", ".cpp")
SCRIPT = (".sh", ".py", ".cmake", ".cmake.in", "CMakeLists.txt")
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
OPENING = re.compile(r"/\* SPDX[^\n]*\n\s*/\*")
OPENED = ("src/", "cl/")
ROOT = sys.argv[1]


def read_rules():
    rules = {"out": [], "opens": [], "spell": [], "name": [], "allow": [], "covers": [], "except": []}
    for number, line in enumerate(open(f"{ROOT}/tests/words_out.txt", encoding="utf-8"), 1):
        if line.startswith("#") or not line.strip():
            continue
        kind, rest = line.rstrip("\n").split(None, 1)
        pattern, _, note = rest.partition(" -> ")
        if kind not in rules or (kind != "covers") != bool(note):
            sys.exit(f"words_out.txt:{number}: expected 'kind pattern -> better word or reason', or 'covers path'")
        pattern = pattern.strip()
        rules[kind].append((pattern if kind in ("covers", "except") else re.compile(pattern, re.I), note))
    return rules


def unwrap(comment):
    """A comment's text on one line, without its frame."""
    body = comment[2:-2] if comment.startswith("/*") else comment[2:]
    return " ".join(re.sub(r"^\s*[*!]*\s?", "", line) for line in body.split("\n")).strip(" *!<")


def c_units(text):
    """(line, kind, text) of every comment and every run of string literals with a space; then the code between them."""
    code, last, run, end = [], 0, None, 0
    for m in TOKEN.finditer(text):
        token, line = m.group(0), text.count("\n", 0, m.start()) + 1
        code.append(text[last:m.start()])
        if run and (token[0] != '"' or text[end:m.start()].strip()):
            yield run
            run = None
        if token.startswith("/"):
            yield line, "comment", unwrap(token)
            code.append("\n" * token.count("\n"))
        elif token[0] == '"':
            run, end = (run[0], "string", run[2] + token[1:-1]) if run else (line, "string", token[1:-1]), m.end()
        last = m.end()
    if run:
        yield run
    code.append(text[last:])
    yield 1, "code", "".join(code)


def block_units(text, comment):
    """Lines of a script's comments, or of Markdown outside code: neighbouring ones together."""
    start, words, fence = 0, [], False
    for number, line in enumerate(text.split("\n") + [""], 1):
        fence ^= not comment and line.lstrip().startswith("```")
        part = line.lstrip("# ") if comment and line.lstrip().startswith("#") else "" if comment or fence else line
        if comment and not part and " # " in line:
            yield number, "comment", line.split(" # ", 1)[1]
        breaks = not comment and re.match(r"\s*(\||- |#|\d+\. )", part)
        if (not part.strip() or breaks) and words:
            yield start, "comment" if comment else "document", " ".join(words)
            words = []
        if part.strip():
            start, words = (number if not words else start), words + [part.strip()]


def units(path, text):
    if path.endswith(C):
        for unit in c_units(text):
            if unit[1] != "string" or " " in unit[2].strip():
                yield unit
    elif path.endswith(SCRIPT):
        yield from block_units(text, True)
    elif path.endswith(".md"):
        yield from block_units(text, False)


def findings(path, text, rules):
    for line, kind, words in units(path, text):
        if kind == "code":
            for number, row in enumerate(words.split("\n"), line):
                for name in re.findall(r"[A-Za-z_]\w+", row):
                    if not any(a.search(name) for a, _ in rules["allow"]):
                        yield from ((number, name, better) for p, better in rules["spell"] if p.search(name))
                        yield from ((number, name, better) for p, better in rules["name"] if p.fullmatch(name))
            continue
        words = re.sub(r"`[^`]*`|https?://\S+|\]\([^)]*\)", "`", words)
        for pattern, _ in rules["allow"]:
            words = pattern.sub("~", words)
        for pattern, better in rules["out"] + rules["spell"] + (rules["opens"] if kind == "comment" else []):
            for m in pattern.finditer(words):
                at = words[max(0, m.start() - 30):m.end() + 25]
                yield line, f"'{m.group(0).strip()}' in '{at.strip()}'", better


def files_of(rules, kind):
    for top, _ in rules[kind]:
        if not os.path.exists(f"{ROOT}/{top}"):
            sys.exit(f"words_out.txt: '{kind} {top}': there is no such file or folder")
        if os.path.isfile(f"{ROOT}/{top}"):
            yield top
        for folder, _, names in os.walk(f"{ROOT}/{top}"):
            yield from (os.path.relpath(f"{folder}/{name}", ROOT) for name in names)


def main():
    rules = read_rules()
    failed = False
    for path in sys.argv[2:] or sorted(set(files_of(rules, "covers")) - set(files_of(rules, "except"))):
        if path.endswith(C + SCRIPT + (".md",)):
            with open(f"{ROOT}/{path}", encoding="utf-8") as file:
                text = file.read()
                if path.endswith(C) and path.startswith(OPENED) and not OPENING.match(text):
                    failed = True
                    print(f"{path}:2: no comment on the purpose of the file after its SPDX line")
                for line, word, better in findings(path, text, rules):
                    failed = True
                    print(f"{path}:{line}: {word} -> {better}")
    return failed


sys.exit(main())
