"""A page's modules as one script: nothing is lost, and what cannot be joined by plain text is refused."""

import shutil
import subprocess

import pytest

from auction.web.scripts import joined, worded

COUNT = """// Counts.
import { t } from "./words.js";

const own = 2; // how many
let calls = 0;

/**
 * What it has come to.
 */
export async function count() {
  const { io } = await import("../../vendor/library.js");
  calls += 1;
  return `${io}${own * calls} http://x`;
}
"""
WORDS = """const own = "words";
export const t = (words) => `${own} ${words}`;
export class Nobody {}
"""
PAGE = """import { count } from "../core/count.js";
import { t } from "../core/words.js";

const own = await Promise.resolve(`${t("so")} ${t("a \\"b\\"")}`);
process.stdout.write(`${own} ${await count()} ${await count()}`);
"""


@pytest.fixture
def modules(tmp_path):
    """A folder of modules, and what their page is joined to."""
    for folder in ("vendor", "js/core", "js/pages"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "vendor/library.js").write_text('export const io = "io";\n')
    (tmp_path / "js/core/count.js").write_text(COUNT)
    (tmp_path / "js/core/words.js").write_text(WORDS)
    (tmp_path / "js/pages/page.js").write_text(PAGE)
    return tmp_path


def script(folder) -> str:
    return joined(folder / "js/pages/page.js", folder, lambda name: f"./{name}")


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here")
def test_the_script_does_what_the_modules_do_and_each_name_stays_in_its_module(modules):
    (modules / "joined.mjs").write_text(script(modules))
    (modules / "package.json").write_text('{"type": "module"}')
    said = [
        subprocess.run(["node", modules / each], capture_output=True, text=True, check=True).stdout
        for each in ("js/pages/page.js", "joined.mjs")
    ]
    assert said == ['words so words a "b" io2 http://x io4 http://x'] * 2


def test_a_module_stands_once_before_those_that_need_it_and_comments_are_gone(modules):
    text = script(modules)
    assert text.count("const $words =") == 1
    assert text.index("const $words =") < text.index("const $count =")
    assert "Counts." not in text
    assert "come to" not in text
    assert 'const { io } = await import("./vendor/library.js");' in text
    assert worded(text, {'a "b"': 'ä "ö"', "so": "甲"}.__getitem__).count(r't("甲")} ${t("ä \"ö\"")') == 1


@pytest.mark.parametrize(
    ("module", "why"),
    [
        ('import * as all from "./words.js";\n', "cannot be joined"),
        ('import {\n  t,\n} from "./words.js";\n', "cannot be joined"),
        ("export let own = 2;\n", "cannot be joined"),
        ("export default 3;\n", "cannot be joined"),
        ("export const text = `a\nb`;\n", "runs over a line"),
        ('import { count } from "./count.js";\n', "imports itself"),
    ],
)
def test_what_cannot_be_joined_by_plain_text_is_refused(modules, module, why):
    (modules / "js/core/words.js").write_text(f"{module}export const t = 1;\n")
    with pytest.raises(ValueError, match=why):
        script(modules)
