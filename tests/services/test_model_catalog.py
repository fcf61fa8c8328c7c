"""The models of a server: asked for once connected, and the one in use is remembered."""

import asyncio
import hashlib

import pytest

from arvae_desktop.domain.errors import RefusedError, StatusError
from arvae_desktop.domain.requests import DEFAULT_MODEL
from arvae_desktop.domain.secret import Secret
from arvae_desktop.services.connection import Connection
from arvae_desktop.services.model_catalog import ModelCatalog
from arvae_desktop.storage.credentials import MemoryCredentials

_NO_KEY = Secret("")


@pytest.fixture
def connection(preferences, notifier):
    return Connection(MemoryCredentials(), preferences, notifier)


@pytest.fixture
def make(connection, preferences, notifier, tasks):
    def make(client, model=None):
        return ModelCatalog(client, connection, preferences, notifier, tasks, model=model)

    return make


class Listing:
    """A client that answers for the list of models when it is told to."""

    def __init__(self):
        self.asked = []

    async def list_models(self, endpoint):
        future = asyncio.get_running_loop().create_future()
        self.asked.append((endpoint.base_url.url, future))
        return await future


@pytest.fixture
def listing():
    return Listing()


def _wait_asked(listing, qtbot, count=1):
    qtbot.waitUntil(lambda: len(listing.asked) == count)
    return listing.asked[-1][1]


def _heard(catalog):
    lists = []
    catalog.models_changed.connect(lists.append)
    return lists


# --- over a real socket ---


def test_the_servers_models_are_listed_in_its_order(demo, make, chat_client, connection, run, qtbot):
    catalog = make(chat_client)
    run(connection.connect_to(demo.base_url, _NO_KEY))
    with qtbot.waitSignal(catalog.models_changed, check_params_cb=bool):
        catalog.start()
    assert catalog.models[:2] == ["demo/tour", "demo/echo"]
    assert catalog.current == "demo/tour"


def test_a_wrong_key_is_told_until_there_is_a_right_one(
    serve, make, chat_client, connection, run, notices, qtbot
):
    key = Secret("sk-right-0123456789")
    demo = serve(required_key_sha256=hashlib.sha256(key.reveal().encode()).hexdigest())
    catalog = make(chat_client)
    catalog.start()
    run(connection.connect_to(demo.base_url, Secret("sk-wrong")))
    qtbot.waitUntil(lambda: any(getattr(notice, "kind", "") == "models" for notice in notices))
    notice = notices[-1]
    assert notice.hint
    assert "sk-wrong" not in f"{notice}"
    assert catalog.models == []
    run(connection.connect_to(demo.base_url, key))
    qtbot.waitUntil(lambda: bool(catalog.models))
    assert notices.index("models", notices.index(notice)) > notices.index(notice)


def test_no_server_is_told(serve, make, chat_client, connection, run, notices, qtbot):
    demo = serve()
    base_url = demo.base_url
    run(demo.server.aclose())
    catalog = make(chat_client)
    catalog.start()
    run(connection.connect_to(base_url, _NO_KEY))
    qtbot.waitUntil(lambda: any(getattr(notice, "kind", "") == "models" for notice in notices))
    assert catalog.models == []


# --- exact moments ---


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_server_that_lists_no_models_is_left_alone(make, listing, connection, run, notices, qtbot, status):
    catalog = make(listing)
    catalog.start()
    run(connection.connect_to("http://127.0.0.1:9/v1", _NO_KEY))
    _wait_asked(listing, qtbot).set_exception(StatusError("Not found.", status=status))
    qtbot.waitUntil(catalog._refresh.done)
    assert all(notice in ("models", "keyring") for notice in notices)
    assert catalog.current == DEFAULT_MODEL


@pytest.mark.parametrize("error", [RefusedError("Nothing there."), StatusError("No.", status=500)])
def test_another_failure_is_told(make, listing, connection, run, notices, qtbot, error):
    catalog = make(listing)
    catalog.start()
    run(connection.connect_to("http://127.0.0.1:9/v1", _NO_KEY))
    _wait_asked(listing, qtbot).set_exception(error)
    qtbot.waitUntil(lambda: getattr(notices[-1], "kind", "") == "models")
    assert error.report.title in notices[-1].title
    assert notices[-1].hint == error.report.hint


def test_nobody_is_asked_before_the_start_or_without_a_server(make, listing, connection, run):
    catalog = make(listing)
    run(connection.connect_to("http://127.0.0.1:9/v1", _NO_KEY))
    assert listing.asked == []
    run(connection.forget_key())
    catalog.start()
    assert listing.asked == []


def test_an_endpoint_is_asked_once(make, listing, connection, run, qtbot):
    catalog = make(listing)
    catalog.start()
    run(connection.connect_to("http://127.0.0.1:9/v1", Secret("sk-1")))
    _wait_asked(listing, qtbot).set_result(["a"])
    qtbot.waitUntil(lambda: catalog.models == ["a"])
    assert len(listing.asked) == 1


def test_the_answer_of_a_server_that_was_left_does_not_count(make, listing, connection, run, qtbot):
    catalog = make(listing)
    catalog.start()
    run(connection.connect_to("http://127.0.0.1:9/v1", _NO_KEY))
    first = _wait_asked(listing, qtbot)
    run(connection.connect_to("http://127.0.0.1:10/v1", _NO_KEY))
    second = _wait_asked(listing, qtbot, 2)
    qtbot.waitUntil(first.cancelled)
    second.set_result(["b/one"])
    qtbot.waitUntil(lambda: catalog.models == ["b/one"])


def test_another_server_empties_the_list_at_once(make, listing, connection, run, qtbot):
    catalog = make(listing)
    catalog.start()
    run(connection.connect_to("http://127.0.0.1:9/v1", _NO_KEY))
    _wait_asked(listing, qtbot).set_result(["a"])
    qtbot.waitUntil(lambda: catalog.models == ["a"])
    lists = _heard(catalog)
    run(connection.connect_to("http://127.0.0.1:10/v1", _NO_KEY))
    assert lists == [[]]
    _wait_asked(listing, qtbot, 2).set_result([])


# --- the model in use ---


def test_without_a_choice_the_default_stays_where_the_server_has_it(make, listing, connection, run, qtbot):
    catalog = make(listing)
    catalog.start()
    run(connection.connect_to("http://127.0.0.1:9/v1", _NO_KEY))
    _wait_asked(listing, qtbot).set_result(["a", DEFAULT_MODEL])
    qtbot.waitUntil(lambda: bool(catalog.models))
    assert catalog.current == DEFAULT_MODEL


def test_without_a_choice_and_the_default_the_first_model_is_used(make, listing, connection, run, qtbot):
    catalog = make(listing)
    catalog.start()
    run(connection.connect_to("http://127.0.0.1:9/v1", _NO_KEY))
    with qtbot.waitSignal(catalog.current_changed) as heard:
        _wait_asked(listing, qtbot).set_result(["a", "b"])
    assert heard.args == ["a"]
    assert catalog.current == "a"


def test_a_chosen_model_is_kept_even_if_it_is_not_listed(make, listing, connection, preferences, run, qtbot):
    preferences.change(base_url="http://127.0.0.1:9/v1", model="my/own")
    catalog = make(listing)
    assert catalog.current == "my/own"
    catalog.start()
    run(connection.connect_to("http://127.0.0.1:9/v1", _NO_KEY))
    _wait_asked(listing, qtbot).set_result(["a"])
    qtbot.waitUntil(lambda: bool(catalog.models))
    assert catalog.current == "my/own"


def test_a_choice_is_remembered(make, listing, preferences, settings_file, qtbot):
    catalog = make(listing)
    with qtbot.waitSignal(catalog.current_changed):
        catalog.choose("  some/model ")
    assert catalog.current == "some/model"
    preferences.save_now()
    assert settings_file.load().model == "some/model"


@pytest.mark.parametrize("model", ["", "  ", DEFAULT_MODEL])
def test_no_choice_changes_nothing(make, listing, preferences, qtbot, model):
    catalog = make(listing)
    with qtbot.assertNotEmitted(catalog.current_changed):
        catalog.choose(model)
    assert preferences.settings.model is None


def test_a_given_model_wins_and_is_not_written(make, listing, preferences, connection, run, qtbot):
    preferences.change(base_url="http://127.0.0.1:9/v1", model="saved/one")
    catalog = make(listing, model="given/one")
    assert catalog.current == "given/one"
    catalog.start()
    run(connection.connect_to("http://127.0.0.1:9/v1", _NO_KEY))
    _wait_asked(listing, qtbot).set_result(["a"])
    qtbot.waitUntil(lambda: bool(catalog.models))
    assert catalog.current == "given/one"
    assert preferences.settings.model == "saved/one"


def test_a_choice_after_a_given_model_holds(make, listing, connection, run, qtbot):
    catalog = make(listing, model="given/one")
    catalog.start()
    run(connection.connect_to("http://127.0.0.1:9/v1", _NO_KEY))
    catalog.choose("chosen/one")
    run(connection.connect_to("http://127.0.0.1:9/v2", _NO_KEY))
    _wait_asked(listing, qtbot, 2).set_result([])
    assert catalog.current == "chosen/one"


def test_the_demo_has_its_own_model_and_remembers_none(make, listing, connection, preferences, qtbot):
    preferences.change(base_url="http://127.0.0.1:9/v1", model="saved/one")
    catalog = make(listing)
    catalog.start()
    connection.use_demo("http://127.0.0.1:8/v1")
    assert catalog.current == "demo/tour"
    catalog.choose("demo/echo")
    assert catalog.current == "demo/echo"
    assert preferences.settings.model == "saved/one"
    _wait_asked(listing, qtbot).set_result(["demo/tour"])
    qtbot.waitUntil(lambda: bool(catalog.models))
    assert catalog.current == "demo/echo"


def test_the_demo_is_left_with_the_model_of_before(make, listing, connection, preferences, run, qtbot):
    preferences.change(base_url="http://127.0.0.1:9/v1", model="saved/one")
    catalog = make(listing)
    catalog.start()
    connection.use_demo("http://127.0.0.1:8/v1")
    _wait_asked(listing, qtbot).set_result(["demo/tour"])
    connection.leave_demo()
    run(connection.connect_to("http://127.0.0.1:9/v1", _NO_KEY))
    _wait_asked(listing, qtbot, 2).set_result(["a"])
    assert catalog.current == "saved/one"


def test_a_saved_model_is_not_of_a_server_given_for_this_run(listing, preferences, notifier, tasks):
    preferences.change(base_url="https://saved.example/v1", model="saved/one")
    other = Connection(MemoryCredentials(), preferences, notifier, base_url="https://other.example/v1")
    catalog = ModelCatalog(listing, other, preferences, notifier, tasks)
    assert catalog.current == DEFAULT_MODEL
    catalog.choose("other/one")
    assert catalog.current == "other/one"
    assert preferences.settings.model == "saved/one"
    same = Connection(MemoryCredentials(), preferences, notifier, base_url="https://saved.example/v2")
    catalog = ModelCatalog(listing, same, preferences, notifier, tasks)
    assert catalog.current == "saved/one"


def test_a_model_chosen_while_the_list_is_asked_for_stays(listing, preferences, notifier, tasks, qtbot):
    connection = Connection(MemoryCredentials(), preferences, notifier, base_url="http://127.0.0.1:9/v1")
    catalog = ModelCatalog(listing, connection, preferences, notifier, tasks)
    connection.use_demo("http://127.0.0.1:8/v1")
    catalog.start()
    asked = _wait_asked(listing, qtbot)
    catalog.choose("my/own")
    asked.set_result(["a"])
    qtbot.waitUntil(lambda: bool(catalog.models))
    assert catalog.current == "my/own"
    assert preferences.settings.model is None


# --- asking again ---


def test_a_list_that_failed_is_asked_for_again(make, listing, connection, run, notices, qtbot):
    catalog = make(listing)
    catalog.refresh_if_empty()
    assert listing.asked == []
    catalog.start()
    run(connection.connect_to("http://127.0.0.1:9/v1", _NO_KEY))
    first = _wait_asked(listing, qtbot)
    catalog.refresh_if_empty()
    first.set_exception(RefusedError("Nothing there."))
    qtbot.waitUntil(lambda: getattr(notices[-1], "kind", "") == "models")
    assert len(listing.asked) == 1, "it was under way already"
    qtbot.waitUntil(catalog._refresh.done)
    catalog.refresh_if_empty()
    _wait_asked(listing, qtbot, 2).set_result(["a"])
    qtbot.waitUntil(lambda: catalog.models == ["a"])
    assert notices[-1] == "models", "the notice is taken back"
    catalog.refresh_if_empty()
    qtbot.wait(50)
    assert len(listing.asked) == 2, "there is a list"


def test_the_notice_can_be_taken_back(make, listing, notices):
    make(listing).withdraw_notice()
    assert notices == ["models"]
