"""The built style sheets and scripts: nothing needed is lost, nothing foreign comes in, and they stay small."""

import json
import re
from pathlib import Path

import pytest

from bihaelt import assets
from scripts import build_assets

KB = 1024
KERN = build_assets.MODULES / "@kern-ux" / "native" / "dist" / "kern.css"
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|top|bottom|(?:min-|max-)?(?:width|height))\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)"
)


@pytest.fixture(scope="module")
def built() -> dict[str, Path]:
    """Name -> built file, built anew if an input changed."""
    assert build_assets.main() == 0
    files = json.loads(build_assets.MANIFEST.read_text("utf-8"))["files"]
    return {name: build_assets.STATIC / path for name, path in files.items()}


def classes_in(css: str) -> set[str]:
    without_values = re.sub(r"\{[^{}]*\}", "{}", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    return set(re.findall(r"\.(kern-[\w-]+)", without_values))


def size_packed(file: Path) -> int:
    return file.with_name(file.name + ".br").stat().st_size


@pytest.mark.parametrize("sheet", ["app.css", "app.rtl.css"])
def test_no_kern_class_that_a_page_uses_is_lost(built: dict[str, Path], sheet: str) -> None:
    used = set(build_assets.used_classes(build_assets.sources()))
    wanted = used & classes_in(KERN.read_text("utf-8"))
    assert wanted - classes_in(built[sheet].read_text("utf-8")) == set()


def test_no_kern_class_that_nobody_uses_is_sent(built: dict[str, Path]) -> None:
    used = set(build_assets.used_classes(build_assets.sources()))
    ours = classes_in(build_assets.STYLES.read_text("utf-8"))
    assert classes_in(built["app.css"].read_text("utf-8")) - used - ours == set()


def test_class_names_are_written_out_so_that_the_build_sees_them() -> None:
    pieced = [
        str(file) for file in build_assets.sources() if re.search(r"kern-[\w-]*-[{\"'] *[{~%]", file.read_text("utf-8"))
    ]
    assert pieced == []


def test_style_sheets_and_scripts_stay_small(built: dict[str, Path]) -> None:
    assert size_packed(built["app.css"]) <= 15 * KB
    assert size_packed(built["app.rtl.css"]) <= 15 * KB
    assert sum(file.stat().st_size for name, file in built.items() if name.endswith(".js")) <= 15 * KB


def test_every_file_has_its_compressed_twins(built: dict[str, Path]) -> None:
    missing = [
        f"{file.name}{ending}"
        for file in built.values()
        for ending in (".gz", ".br")
        if not file.with_name(file.name + ending).is_file()
    ]
    assert missing == []


def test_nothing_is_fetched_from_elsewhere_and_no_web_font(built: dict[str, Path]) -> None:
    for sheet in ("app.css", "app.rtl.css"):
        css = built[sheet].read_text("utf-8")
        assert [
            url for url in re.findall(r"url\((.*?)\)", css) if not url.strip("\"'").startswith("data:image/svg+xml")
        ] == []
        assert "@font-face" not in css
        assert "@import" not in css


def test_dark_colours_and_the_switch_survive_the_build(built: dict[str, Path]) -> None:
    css = built["app.css"].read_text("utf-8")
    assert "prefers-color-scheme:dark" in css
    assert "[data-kern-theme=dark]" in css


def test_kern_is_mirrored_for_right_to_left(built: dict[str, Path]) -> None:
    rule = re.compile(r"\.kern-form-input--error\{border-(left|right):")
    left_to_right = rule.search(built["app.css"].read_text("utf-8"))
    right_to_left = rule.search(built["app.rtl.css"].read_text("utf-8"))
    assert left_to_right is not None
    assert right_to_left is not None
    assert (left_to_right[1], right_to_left[1]) == ("left", "right")


def test_our_own_styles_use_logical_properties_only() -> None:
    css = re.sub(r"/\*.*?\*/", "", build_assets.STYLES.read_text("utf-8"), flags=re.DOTALL)
    assert PHYSICAL.findall(css) == []


def test_an_unchanged_tree_is_not_built_again(built: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert build_assets.main() == 0
    assert capsys.readouterr().out == "assets: up to date\n"


def test_a_page_without_a_new_class_changes_nothing_and_one_with_it_does(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<a class="kern-btn kern-btn--primary">', "utf-8")
    first = build_assets.fingerprint(build_assets.used_classes([page]))
    page.write_text('<p>New words</p><a class="kern-btn--primary kern-btn">', "utf-8")
    assert build_assets.fingerprint(build_assets.used_classes([page])) == first
    page.write_text('<a class="kern-btn kern-btn--tertiary">', "utf-8")
    assert build_assets.fingerprint(build_assets.used_classes([page])) != first


def test_an_asset_has_an_address_below_static(built: dict[str, Path]) -> None:
    assert assets.asset("app.js") == f"/static/built/{built['app.js'].name}"


def test_an_unknown_asset_is_named_with_the_command_that_helps(built: dict[str, Path]) -> None:
    with pytest.raises(assets.AssetsMissing, match=r"no asset 'app\.png'.*make assets"):
        assets.asset("app.png")


def test_missing_assets_are_named_with_the_command_that_helps(tmp_path: Path) -> None:
    with pytest.raises(assets.AssetsMissing, match="make assets"):
        assets.manifest(tmp_path / "manifest.json")


def test_the_lock_file_names_no_address() -> None:
    packages = json.loads(build_assets.LOCK.read_text("utf-8"))["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
