import os
from pathlib import Path

import numpy as np
import pytest

from responder.drafting import Drafting
from responder.drafting.learned import files
from responder.drafting.learned.backtest import Report, backtest
from responder.drafting.learned.model import ShopModel, examples, learn
from responder.drafting.learned.shelf import Shelf, UnusableModel
from tests.drafting.learned.lessons import shop

SHOP = "amazon-us"


@pytest.fixture(scope="module")
def report(shipped: Drafting) -> Report:
    return backtest(shop(120), shipped.intents)


@pytest.fixture(scope="module")
def model(shipped: Drafting) -> ShopModel:
    return learn(examples(shop(120), shipped.intents))


def test_a_model_is_read_as_it_was_saved(tmp_path: Path, model: ShopModel, report: Report) -> None:
    version = files.save(tmp_path, SHOP, model, report)

    read = files.read(tmp_path, SHOP, version)

    assert (read.labels, read.vocabulary) == (model.labels, model.vocabulary)
    assert read.curve == model.curve
    assert (read.weights == model.weights).all()


def test_every_version_is_kept_and_none_is_used_before_it_is_switched_on(
    tmp_path: Path, model: ShopModel, report: Report
) -> None:
    first = files.save(tmp_path, SHOP, model, report)
    second = files.save(tmp_path, SHOP, model, report)

    assert files.versions(tmp_path, SHOP) == [first, second] == ["0001", "0002"]
    assert files.active(tmp_path, SHOP) is None
    assert Shelf(tmp_path).of(SHOP) is None


def test_a_running_service_takes_up_what_is_switched_on_and_off(
    tmp_path: Path, model: ShopModel, report: Report
) -> None:
    shelf = Shelf(tmp_path)
    version = files.save(tmp_path, SHOP, model, report)
    assert shelf.of(SHOP) is None

    files.switch(tmp_path, SHOP, version)
    found = shelf.of(SHOP)

    assert isinstance(found, ShopModel)
    assert shelf.of(SHOP) is found, "it is read once"
    assert shelf.of("another") is None
    assert shelf.of("") is None
    files.switch(tmp_path, SHOP, None)
    assert shelf.of(SHOP) is None


def test_another_version_replaces_the_one_that_is_held(
    tmp_path: Path, model: ShopModel, report: Report
) -> None:
    shelf = Shelf(tmp_path)
    for _ in range(2):
        files.save(tmp_path, SHOP, model, report)
    files.switch(tmp_path, SHOP, "0001")
    first = shelf.of(SHOP)

    files.switch(tmp_path, SHOP, "0002")
    later = (tmp_path / SHOP / "active").stat().st_mtime_ns + 1_000_000
    os.utime(tmp_path / SHOP / "active", ns=(later, later))

    assert shelf.of(SHOP) is not first


def test_a_version_that_does_not_exist_is_refused_with_those_that_do(
    tmp_path: Path, model: ShopModel, report: Report
) -> None:
    files.save(tmp_path, SHOP, model, report)

    with pytest.raises(UnusableModel, match="has no model '0009'; there are 0001"):
        files.switch(tmp_path, SHOP, "0009")


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04half"])
def test_a_broken_file_is_refused_and_the_rules_go_on(tmp_path: Path, content: bytes) -> None:
    (tmp_path / SHOP).mkdir()
    (tmp_path / SHOP / "0001.npz").write_bytes(content)
    (tmp_path / SHOP / "active").write_text("0001")

    with pytest.raises(UnusableModel, match="learn again with"):
        files.read(tmp_path, SHOP, "0001")
    assert Shelf(tmp_path).of(SHOP) is None


def test_parts_that_do_not_fit_are_refused(
    tmp_path: Path, model: ShopModel, report: Report
) -> None:
    version = files.save(tmp_path, SHOP, model, report)
    file = tmp_path / SHOP / f"{version}.npz"
    with np.load(file) as held:
        parts = dict(held)
    parts["weights"] = parts["weights"][:-1]
    np.savez_compressed(file, **parts)

    with pytest.raises(UnusableModel):
        files.read(tmp_path, SHOP, version)


def test_a_file_with_objects_in_it_is_not_unpickled(tmp_path: Path) -> None:
    (tmp_path / SHOP).mkdir()
    np.savez(tmp_path / SHOP / "0001.npz", about=np.array([object()], dtype=object))

    with pytest.raises(UnusableModel):
        files.read(tmp_path, SHOP, "0001")


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "a\\b"])
def test_a_name_does_not_lead_out_of_the_directory(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnusableModel, match="no account id"):
        files.versions(tmp_path, name)


def test_nonsense_in_the_file_that_names_the_version_means_rules(tmp_path: Path) -> None:
    (tmp_path / SHOP).mkdir()
    (tmp_path / SHOP / "active").write_text("../../etc")

    assert files.active(tmp_path, SHOP) is None
    assert Shelf(tmp_path).of(SHOP) is None
