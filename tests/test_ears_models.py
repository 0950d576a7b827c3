"""Which models are there, which is used, and what becomes of damaged ones."""

import hashlib
import shutil

import pytest

from voiceguide.ears import EarsError, model_files
from voiceguide.ears.models import find, installed


def make_model(folder, own=False):
    """A folder with the right names in it; Vosk could not load it."""
    for name in (
        "am/final.mdl",
        "conf/model.conf",
        "graph/HCLr.fst",
        "graph/Gr.fst",
        "graph/disambig_tid.int",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("something", encoding="ascii")
    if own:
        (folder / "voiceguide.json").write_text("{}", encoding="ascii")
    return folder


def test_the_best_model_comes_first(tmp_path):
    shipped, fetched = tmp_path / "shipped", tmp_path / "fetched"
    for name in ("voiceguide-cmn-0.2", "voiceguide-cmn-0.10"):
        make_model(shipped / name, own=True)
    make_model(fetched / "small-cn")
    make_model(fetched / "unknown")
    (shipped / "README.md").touch()
    (fetched / ".small-cn.part").mkdir()
    names = ["small-cn", "voiceguide-cmn-0.10", "voiceguide-cmn-0.2", "unknown"]
    models = installed([shipped, fetched, tmp_path / "absent"])
    assert [model.name for model in models] == names
    assert all(model.reason and model.size_bytes > 0 and not model.fault for model in models)
    assert find(None, [shipped, fetched]) == fetched / "small-cn"


def test_a_damaged_model_is_listed_with_its_fault_and_not_used(tmp_path):
    make_model(tmp_path / "voiceguide-cmn-0.1", own=True)
    (make_model(tmp_path / "small-cn") / "am/final.mdl").write_bytes(b"")
    good, damaged = installed([tmp_path])
    assert (good.name, damaged.name) == ("voiceguide-cmn-0.1", "small-cn")
    assert "am/final.mdl" in damaged.fault
    assert find(None, [tmp_path]).name == "voiceguide-cmn-0.1"


def test_the_model_that_was_named_is_used(tmp_path):
    make_model(tmp_path / "models/small-cn")
    mine = make_model(tmp_path / "mine")
    assert find(mine, [tmp_path / "models"]) == mine


@pytest.mark.parametrize("named", [True, False])
def test_no_model(tmp_path, named):
    with pytest.raises(EarsError) as raised:
        find(tmp_path / "absent" if named else None, [tmp_path])
    assert raised.value.code == "no-model"
    assert raised.value.remedy


@pytest.mark.parametrize(
    "name", ["am/final.mdl", "conf/model.conf", "graph/Gr.fst", "graph/disambig_tid.int"]
)
def test_a_missing_file_is_named(tmp_path, name):
    model = make_model(tmp_path)
    (model / name).unlink()
    with pytest.raises(EarsError, match=name) as raised:
        model_files.check_folder(model)
    assert raised.value.code == "bad-model"


def test_a_static_graph_is_a_graph(tmp_path):
    model = make_model(tmp_path)
    shutil.move(model / "graph/HCLr.fst", model / "graph/HCLG.fst")
    model_files.check_folder(model)


def test_another_language(tmp_path):
    with pytest.raises(EarsError) as raised:
        model_files.check_language(tmp_path, {"the", "of", "一"}.__contains__)
    assert raised.value.code == "wrong-language"
    model_files.check_language(tmp_path, set("的一是不我").__contains__)


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-1], lambda data: b"S" + data[1:], lambda data: data + b"x"]
)
def test_checksums_reveal_any_change(tmp_path, damage):
    model = make_model(tmp_path / "model")
    names = ["am/final.mdl", "graph/Gr.fst"]
    lines = [f"{hashlib.sha256((model / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (model / "SHA256SUMS").write_text("".join(lines), encoding="ascii")
    model_files.check_content(model, tmp_path)
    (model / names[1]).write_bytes(damage((model / names[1]).read_bytes()))
    with pytest.raises(EarsError, match=names[1]) as raised:
        model_files.check_content(model, tmp_path)
    assert raised.value.code == "bad-model"


@pytest.mark.thorough
def test_without_checksums_a_child_process_tries_it(tmp_path):
    model = make_model(tmp_path / "model")
    with pytest.raises(EarsError) as raised:
        model_files.check_content(model, tmp_path / "cache")
    assert raised.value.code == "bad-model"
    assert not (tmp_path / "cache").exists()
