"""The settings file: what was chosen comes back, whatever has happened to the file meanwhile."""

import json
import os
import stat

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from arvae_desktop.storage.settings import Settings, SettingsFile

_CHOSEN = Settings(
    base_url="http://localhost:11434/v1",
    uses_key=False,
    model="some/model",
    appearance="dark",
    window_size=(1200, 800),
    sidebar_width=260,
    proxy="socks5://localhost:1080",
    ca_file="/etc/authorities.pem",
    continues_once=True,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config" / "settings.json"


@pytest.fixture
def file(path):
    return SettingsFile(path)


@pytest.fixture
def no_umask():
    """Whatever makes files private is the app and not the test machine's mask."""
    before = os.umask(0)
    yield
    os.umask(before)


def _mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_what_was_saved_is_loaded(path, file):
    file.save(_CHOSEN)
    assert SettingsFile(path).load() == _CHOSEN


def test_without_a_file_the_defaults_hold_and_nothing_is_made(path, file):
    assert file.load() == Settings()
    assert not path.parent.exists()


def test_saving_defaults_and_loading_them_gives_defaults(path, file):
    file.save(Settings())
    assert SettingsFile(path).load() == Settings()


@pytest.mark.usefixtures("no_umask")
def test_file_and_folder_are_the_users_alone(path, file):
    file.save(_CHOSEN)
    assert _mode(path) == 0o600
    assert _mode(path.parent) == 0o700


@pytest.mark.usefixtures("no_umask")
def test_a_file_that_others_could_read_becomes_private(path, file):
    _write(path, "{}")
    path.chmod(0o644)
    file.save(_CHOSEN)
    assert _mode(path) == 0o600


def test_the_file_is_text_that_people_can_read(path, file):
    file.save(_CHOSEN)
    text = path.read_text("utf-8")
    assert json.loads(text)["base_url"] == "http://localhost:11434/v1"
    assert text.count("\n") > 5
    assert "key" not in text.replace("uses_key", "")


def test_nothing_but_the_file_is_left_in_the_folder(path, file):
    file.save(Settings())
    file.save(_CHOSEN)
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "content", ["", "{", "null", "[1, 2]", '"text"', "\x00\x00", '{"base_url": "x"} trailing']
)
@pytest.mark.expected_log("settings can't be read")
def test_a_broken_file_is_moved_aside(path, file, content):
    _write(path, content)
    assert file.load() == Settings()
    assert not path.exists()
    assert path.with_name("settings.broken.json").read_text("utf-8") == content
    file.save(_CHOSEN)
    assert SettingsFile(path).load() == _CHOSEN


@pytest.mark.expected_log("settings can't be read")
def test_bytes_that_are_no_utf8_are_moved_aside(path, file):
    path.parent.mkdir()
    path.write_bytes(b'{"base_url": "\xff\xfe"}')
    assert file.load() == Settings()
    assert path.with_name("settings.broken.json").read_bytes() == b'{"base_url": "\xff\xfe"}'


@pytest.mark.expected_log("settings can't be read")
def test_a_second_broken_file_replaces_the_first(path, file):
    for content in ("first{", "second{"):
        _write(path, content)
        file.load()
    assert path.with_name("settings.broken.json").read_text("utf-8") == "second{"


@pytest.mark.expected_log("settings can't be read")
def test_a_file_that_the_disk_does_not_give_stays_as_it_is(path, file, monkeypatch):
    file.save(_CHOSEN)
    with monkeypatch.context() as patch:

        def refuse(*_arguments, **_options):
            raise PermissionError(13, "Permission denied")

        patch.setattr(type(path), "read_text", refuse)
        assert file.load() == Settings()
    with pytest.raises(PermissionError):
        file.save(Settings())
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.json"]
    assert file.load() == _CHOSEN
    file.save(Settings())
    assert file.load() == Settings()


def test_fields_of_another_version_stay(path, file):
    _write(path, json.dumps({"model": "old/one", "sound": True, "nested": {"list": [1, None]}}))
    assert file.load().model == "old/one"
    file.save(Settings(model="new/one"))
    saved = json.loads(path.read_text("utf-8"))
    assert saved["model"] == "new/one"
    assert saved["sound"] is True
    assert saved["nested"] == {"list": [1, None]}


def test_a_missing_field_takes_its_default(path, file):
    _write(path, json.dumps({"appearance": "light"}))
    assert file.load() == Settings(appearance="light")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("base_url", 5),
        ("base_url", ""),
        ("base_url", ["https://arvae.ai"]),
        ("uses_key", "no"),
        ("uses_key", 0),
        ("uses_key", None),
        ("model", {}),
        ("model", True),
        ("appearance", "purple"),
        ("appearance", None),
        ("appearance", ["dark"]),
        ("window_size", "1200x800"),
        ("window_size", [1200]),
        ("window_size", [1200, 800, 3]),
        ("window_size", [1200, "800"]),
        ("window_size", [-1200, 800]),
        ("window_size", [0, 0]),
        ("window_size", [10**9, 800]),
        ("window_size", [True, True]),
        ("sidebar_width", 0),
        ("sidebar_width", -5),
        ("sidebar_width", 1e400),
        ("sidebar_width", 260.5),
        ("sidebar_width", True),
    ],
)
def test_a_value_of_the_wrong_type_is_the_default_and_harms_no_other(path, file, field, value):
    _write(path, json.dumps({**_as_json(_CHOSEN), field: value}))
    loaded = file.load()
    assert getattr(loaded, field) == getattr(Settings(), field)
    others = set(_as_json(_CHOSEN)) - {field}
    assert {name: getattr(loaded, name) for name in others} == {
        name: getattr(_CHOSEN, name) for name in others
    }


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(list(Settings.__dataclass_fields__)) | st.text(), _JSON))
def test_any_object_loads_and_saves(path, content):
    _write(path, json.dumps(content))
    file = SettingsFile(path)
    loaded = file.load()
    file.save(loaded)
    again = SettingsFile(path)
    assert again.load() == loaded


def test_a_folder_that_cannot_be_made_is_an_os_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"file"):
        SettingsFile(tmp_path / "file" / "settings.json").save(_CHOSEN)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_an_os_error(path, file):
    path.parent.mkdir(mode=0o500)
    with pytest.raises(PermissionError):
        file.save(_CHOSEN)


def test_a_failed_save_leaves_nothing_behind(path, file):
    (path / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match=r"settings"):
        file.save(_CHOSEN)
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.json"]


def test_a_failed_save_leaves_the_old_file(path, file, monkeypatch):
    file.save(_CHOSEN)

    def full_disk(*_paths):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(OSError, match="No space left"):
        file.save(Settings())
    assert SettingsFile(path).load() == _CHOSEN
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.json"]


def _as_json(settings):
    return {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
