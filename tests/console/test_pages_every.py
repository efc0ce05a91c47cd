"""What holds for every page: a strict policy, a language, unique ids, labels."""

import re
from typing import Any

from tests.console.house import House
from tests.console.markup import find, has, parse
from tests.console.person import Person


async def pages(house: House, ann: Person) -> dict[str, Any]:
    one = await house.buyer_writes()
    await house.draft()
    paths = ["/", f"/c/{one}", "/rows", "/views", "/login", "/api/docs", "/c/00-nobody", "/?view=x"]
    return {path: await ann.get(path) for path in paths}


async def test_every_page_has_a_strict_policy_and_is_not_kept(house: House, ann: Person) -> None:
    for path, response in (await pages(house, ann)).items():
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Content-Type"].startswith("text/html")


async def test_no_page_has_inline_script_or_style(house: House, ann: Person) -> None:
    for path, response in (await pages(house, ann)).items():
        html = await response.text()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html), path


async def test_every_page_has_a_language_a_title_and_unique_ids(house: House, ann: Person) -> None:
    for path, response in (await pages(house, ann)).items():
        html = await response.text()
        if "<html" in html:
            assert find(html, "html").attributes["lang"] == "en"
            assert find(html, "title").text().strip()
        ids = [node.attributes["id"] for node in parse(html).css("[id]")]
        assert len(ids) == len(set(ids)), path


async def test_every_field_has_a_label(house: House, ann: Person) -> None:
    for path, response in (await pages(house, ann)).items():
        html = await response.text()
        for field in parse(html).css("input:not([type=hidden]), textarea, select"):
            name = field.attributes.get("id")
            within = field.parent is not None and field.parent.tag == "label"
            labeled = within or has(html, f"label[for='{name}']")
            assert labeled or field.attributes.get("aria-label"), f"{path}: {field.html}"
