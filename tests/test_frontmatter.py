"""Front matter: what is read of it, and what its writers are told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedhub.parse import frontmatter
from feedhub.parse.frontmatter import FrontMatter, FrontMatterError, split


def yaml(block: str) -> dict[str, Any]:
    return dict(split(f"---\n{block}\n---\n").values)


def toml(block: str) -> dict[str, Any]:
    return dict(split(f"+++\n{block}\n+++\n").values)


def attempt(text: str) -> FrontMatter | FrontMatterError:
    try:
        return split(text)
    except FrontMatterError as wrong:
        return wrong


def error(text: str) -> FrontMatterError:
    found = attempt(text)
    assert isinstance(found, FrontMatterError), found
    return found


YAML = {
    "a language that YAML 1.1 takes for false": ("lang: no", {"lang": "no"}),
    "a number with a first zero": ("id: 010", {"id": "010"}),
    "a number with a last zero": ("id: 1.10", {"id": "1.10"}),
    "a date": ("date: 2026-11-24", {"date": "2026-11-24"}),
    "a date with a time": ("date: 2026-11-24 10:00", {"date": "2026-11-24 10:00"}),
    "a Finnish date": ("date: 24.11.2026 klo 10.00", {"date": "24.11.2026 klo 10.00"}),
    "a time that YAML 1.1 counts in sixties": ("title: 19:30", {"title": "19:30"}),
    "a yes": ("draft: yes", {"draft": "yes"}),
    "a year": ("title: 1984", {"title": "1984"}),
    "quotation marks": ("title: \"Lappi: 'uusi'\"", {"title": "Lappi: 'uusi'"}),
    "typographic quotation marks": ("title: ”Lappi” kasvaa", {"title": "”Lappi” kasvaa"}),
    "a list in brackets": ("tags: [a, b c]", {"tags": ["a", "b c"]}),
    "a list of lines": ("tags:\n  - a\n  - b", {"tags": ["a", "b"]}),
    "a list that is not indented": ("tags:\n- a\n- b", {"tags": ["a", "b"]}),
    "a table": ("translations: {sv: https://a.fi/x}", {"translations": {"sv": "https://a.fi/x"}}),
    "kept lines": ("excerpt: |\n  a\n\n  b", {"excerpt": "a\n\nb\n"}),
    "folded lines": ("excerpt: >\n  a\n  b", {"excerpt": "a b\n"}),
    "a value that goes on below": ("title: a\n  b", {"title": "a b"}),
    "no value": ("a:\nb: ~\nc: null\nd: 'null'", {"a": "", "b": "", "c": "", "d": "null"}),
    "a remark": ("# huom\ntitle: a # b", {"title": "a"}),
    "a no-break space after the colon": ("title:\u00a0a", {"title": "a"}),
    "a key of our letters": ("päiväys: x", {"päiväys": "x"}),
    "signs that no feed may hold": ('title: "a\\x00\\ud800\\u0007b"', {"title": "ab"}),
    "a merge, which is a key like others": ("a: b\n<<: {c: d}", {"a": "b", "<<": {"c": "d"}}),
    "nothing": ("", {}),
}


@pytest.mark.parametrize("case", YAML)
def test_yaml_gives_what_was_written(case: str) -> None:
    block, expected = YAML[case]
    assert expected == yaml(block)


TOML = {
    "a string": ('title = "Lappi: uusi"', {"title": "Lappi: uusi"}),
    "a date": ("date = 2026-11-24", {"date": "2026-11-24"}),
    "a date with a time": (
        "date = 2026-11-24T10:00:00+02:00",
        {"date": "2026-11-24T10:00:00+02:00"},
    ),
    "numbers": ("a = 1.10\nb = 7", {"a": "1.10", "b": "7"}),
    "truths": ("draft = true\nx = false", {"draft": "true", "x": "false"}),
    "a list": ("tags = ['a', 'b']", {"tags": ["a", "b"]}),
    "a table": ("[translations]\nsv = 'x'", {"translations": {"sv": "x"}}),
    "lines": ('excerpt = """\na\n...\nb"""', {"excerpt": "a\n...\nb"}),
    "nothing": ("", {}),
}


@pytest.mark.parametrize("case", TOML)
def test_toml_gives_what_was_written(case: str) -> None:
    block, expected = TOML[case]
    assert expected == toml(block)


PARTED = {
    "line ends of Windows": ("---\r\ntitle: a\r\n---\r\nText\r\n", "Text\n"),
    "line ends of old Macs": ("---\rtitle: a\r---\rText", "Text"),
    "blank lines above": ("\n \n---\ntitle: a\n---\nText", "Text"),
    "spaces after the dashes": ("---  \ntitle: a\n--- \nText", "Text"),
    "three dots at the end": ("---\ntitle: a\n...\nText", "Text"),
    "no text below": ("---\ntitle: a\n---", ""),
    "a rule in the text": ("---\ntitle: a\n---\nText\n\n---\n\nMore", "Text\n\n---\n\nMore"),
    "TOML": ("+++\ntitle = 'a'\n+++\nText", "Text"),
}


@pytest.mark.parametrize("case", PARTED)
def test_text_begins_below_the_front_matter(case: str) -> None:
    text, body = PARTED[case]
    matter = split(text)
    assert {"title": "a"} == matter.values
    assert body == matter.body


@pytest.mark.parametrize(
    "text",
    [
        "Just text",
        "",
        "---\n\nText between two rules\n\n---\n\nMore",
        "---\nhttps://a.fi/\n---\n",
        "----\ntitle: a\n----\n",
        "--- title: a ---\n",
        "Text\n---\ntitle: a\n---\n",
        "---\n\nA rule and text",
    ],
)
def test_text_without_front_matter_stays_whole(text: str) -> None:
    matter = split(text)
    assert {} == matter.values
    assert text == matter.body


WRONG = {
    "a second colon": ("---\ndate: x\ntitle: Lappi: uusi\n---\n", 3, "second colon", "quotation"),
    "a value that begins with a star": ("---\ntitle: *a* b\n---\n", 2, "begins with", "quotation"),
    "a value that begins with &": ("---\ntitle: &a b\n---\n", 2, "begins with", "quotation"),
    "a value that begins with !": ("---\ntitle: !a b\n---\n", 2, "begins with", "quotation"),
    "a value that begins with @": ("---\ntitle: @a\n---\n", 2, "a sign that has", "quotation"),
    "a value that begins with #": ("---\na: b\ntags: #a #b\n---\n", 3, "remark", "quotation"),
    "a word after the quotation": ('---\ntitle: "a" b\n---\n', 2, "follows", "quotation"),
    "a quotation that is not closed": ('---\ntitle: "a\nb: c\n---\n', 2, "not closed", "Close it"),
    "a bracket that is not closed": ("---\na: b\ntags: [a\n---\n", 3, "not closed", "Close it"),
    "no space after the colon": ("---\ntitle:a\n---\n", 2, "no key", "a space after"),
    "no space after one colon": ("---\na: b\nlang:fi\n---\n", 3, "no colon", "a space after"),
    "no colon": ("---\na: b\nlang fi\nb: c\n---\n", 3, "no colon", "key: value"),
    "a tab": ("---\na: b\n\tc: d\n---\n", 3, "tab", "spaces"),
    "a key twice": ("---\na: b\nc: d\na: e\n---\n", 4, '"a" is there twice', "Remove"),
    "a list as a key": ("---\na: b\n? [c]\n: d\n---\n", 3, "a key is no word", "key: value"),
    "an alias": ("---\na: b\nc: *d\n---\n", 3, "begins with", "quotation"),
    "a list of values only": ("---\n- a: b\n- c\nx: y\n---\n", 2, "no key", "key: value"),
    "lists without end": ("---\na: [[[[[b]]]]]\n---\n", 2, "in one another", "quotation"),
    "no end": ("---\ntitle: a\n\nText", 1, "does not end", "---"),
    "no end after blank lines": ("\n\n---\ntitle: a\n\nText", 3, "does not end", "---"),
    "no end of TOML": ("+++\ntitle = 'a'\n", 1, "does not end", "+++"),
    "TOML without quotation marks": ("+++\na = 1\nb = c\n+++\n", 3, "no TOML", 'key = "value"'),
    "TOML that breaks off": ("+++\na = 1\nb = [\n+++\n", 3, "no TOML", 'key = "value"'),
    "TOML with a key twice": ("+++\na = 1\na = 2\n+++\n", 3, "no TOML", 'key = "value"'),
    "TOML of lists without end": ("+++\na = [[[[[1]]]]]\n+++\n", 2, "no TOML", "simple"),
    "TOML deeper than Python": (f"+++\na = {'[' * 9000}\n+++\n", 2, "no TOML", "simple"),
    "a number longer than Python's": (f"+++\na = {'9' * 5000}\n+++\n", 2, "no TOML", "simple"),
    "too much of it": (f"---\na: {'b' * 40_000}\n---\n", 2, "too long", "below"),
}


@pytest.mark.parametrize("case", WRONG)
def test_mistake_is_told_with_its_line_and_its_remedy(case: str) -> None:
    text, line, wrong, remedy = WRONG[case]
    found = error(text)
    assert line == found.line
    assert wrong in found.wrong
    assert remedy in found.remedy


def test_lines_of_keys_are_those_of_the_file() -> None:
    matter = split("\n---\ntitle: |\n  a\n  b\n# c\ndate: d\n---\n")
    assert {"title": 3, "date": 7} == matter.lines
    assert {"a": 2, "b": 4} == split("+++\na = 1\n\nb = 2\n+++\n").lines


HOSTILE = {
    "brackets": "[" * 31_000,
    "pairs of brackets": "[a," * 10_000,
    "braces": "{" * 31_000,
    "lists in lists": "- " * 15_000,
    "questions": "? " * 15_000,
    "anchors": "&a " * 10_000,
    "an alias bomb": "\n".join(f"k{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(900)),
    "tags": "!" * 31_000,
    "escapes": '"' + "\\n" * 15_000,
    "line ends": "'" + "\n" * 31_000,
    "keys": "\n".join(f"k{n}: v" for n in range(3_000)),
    "a long list": f"[{'b, ' * 10_000}]",
    "nested tables": "\n".join(" " * n + "a:" for n in range(240)),
}


@pytest.mark.timeout(5)
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_yaml_ends_soon(case: str) -> None:
    found = attempt(f"---\na: {HOSTILE[case]}\n---\n")
    assert len(repr(found)) <= 3 * frontmatter.MAX_CHARACTERS


@given(st.text(max_size=200), st.sampled_from(["---", "+++"]))
def test_any_block_is_read_or_refused(block: str, mark: str) -> None:
    text = f"{mark}\nkey: value\n{block}\n{mark}\ntext"
    found = attempt(text)
    line = found.line if isinstance(found, FrontMatterError) else 1
    assert 1 <= line <= len(text.splitlines()) + 1


SIGNS = "ab:-[]{}&*!|>'\"%@`#,? \n\t~=.+0"


@given(st.text(SIGNS, max_size=60))
def test_any_signs_of_yaml_are_read_or_refused(block: str) -> None:
    found = attempt(f"---\nkey: value\n{block}\n---\n")
    line = found.line if isinstance(found, FrontMatterError) else 1
    assert 1 <= line <= block.count("\n") + 4


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=80))
def test_any_value_in_quotation_marks_stays_as_it_is(value: str) -> None:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    kept = "".join(each for each in value if each not in "\ufdd0\ufffe\uffff\ufeff")
    assert {"title": kept} == {
        k: v.replace("\ufeff", "") for k, v in yaml(f'title: "{quoted}"').items()
    }
