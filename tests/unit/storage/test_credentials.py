"""Keys: only where the operating system protects them, read back after writing, never waited for long."""

import asyncio
import time

import keyring
import keyring.backend
import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest
from keyring.credentials import SimpleCredential

from arvae_desktop.domain.errors import KeyringError
from arvae_desktop.domain.secret import Secret
from arvae_desktop.services.daemon_threads import DaemonWorker
from arvae_desktop.storage.credentials import KeyringCredentials, MemoryCredentials
from tests.unit.storage.keyring_backends import (
    TRUSTED_MODULE,
    Forgetful,
    Hanging,
    Mangling,
    Raising,
    Working,
    in_module,
)

_ORIGIN = "https://arvae.ai:443"
_OTHER_ORIGIN = "https://evil.example:443"
_KEY = Secret("sk-arvae-0123456789")


@pytest.fixture
def use():
    """Makes a backend the one that `keyring` chooses."""
    before = keyring.get_keyring()

    def choose(backend_class, module=TRUSTED_MODULE):
        backend = in_module(backend_class, module)()
        keyring.set_keyring(backend)
        return backend

    yield choose
    keyring.set_keyring(before)


def _store(**options):
    return KeyringCredentials(DaemonWorker(), **options)


def _run(coroutine):
    return asyncio.run(coroutine)


@pytest.mark.parametrize(
    ("module", "place"),
    [
        ("keyring.backends.SecretService", "the system keyring (Secret Service)"),
        ("keyring.backends.libsecret", "the system keyring (Secret Service)"),
        ("keyring.backends.kwallet", "KWallet"),
        ("keyring.backends.macOS", "the macOS keychain"),
        ("keyring.backends.Windows", "the Windows credential manager"),
    ],
)
def test_the_systems_keyrings_keep_a_key_and_are_named(use, module, place):
    use(Working, module)
    store = _store()
    _run(store.set(_ORIGIN, _KEY))
    assert store.place == place
    assert _run(_store().get(_ORIGIN)) == _KEY


@pytest.mark.parametrize(
    "module",
    [
        "keyrings.alt.file",
        "keyring.backends.null",
        "keyring.backends.fail",
        "keyring.backends.SecretServiceX",
        "my.keyring.backends.SecretService",
        "__main__",
    ],
)
@pytest.mark.parametrize("call", ["get", "set", "delete"])
def test_a_backend_that_is_not_the_systems_is_never_used(use, module, call):
    backend = use(Working, module)
    arguments = (_ORIGIN, _KEY) if call == "set" else (_ORIGIN,)
    with pytest.raises(KeyringError, match="no keyring service"):
        _run(getattr(_store(), call)(*arguments))
    assert not backend.passwords


@pytest.mark.parametrize("backend", [keyring.backends.fail.Keyring, keyring.backends.null.Keyring])
def test_keyrings_own_stand_ins_are_no_keyring(use, backend):
    use(Working)
    keyring.set_keyring(backend())
    with pytest.raises(KeyringError, match="no keyring service"):
        _run(_store().set(_ORIGIN, _KEY))


def test_in_a_chain_only_the_systems_keyring_gets_the_key(use, monkeypatch):
    plain, trusted = in_module(Working, "keyrings.alt.file")(), in_module(Working, TRUSTED_MODULE)()
    monkeypatch.setattr(type(plain), "priority", 9)
    monkeypatch.setattr(keyring.backend, "get_all_keyring", lambda: [plain, trusted])
    use(Working)
    chain = keyring.backends.chainer.ChainerBackend()
    assert list(chain.backends) == [plain, trusted], "the plain one would come first"
    keyring.set_keyring(chain)
    _run(_store().set(_ORIGIN, _KEY))
    assert not plain.passwords
    assert list(trusted.passwords.values()) == [_KEY.reveal()]


def test_a_chain_without_the_systems_keyring_is_no_keyring(use, monkeypatch):
    plain = in_module(Working, "keyrings.alt.file")()
    monkeypatch.setattr(keyring.backend, "get_all_keyring", lambda: [plain])
    use(Working)
    keyring.set_keyring(keyring.backends.chainer.ChainerBackend())
    with pytest.raises(KeyringError, match="no keyring service"):
        _run(_store().set(_ORIGIN, _KEY))
    assert not plain.passwords


@pytest.mark.parametrize("backend", [Forgetful, Mangling])
def test_a_key_that_does_not_come_back_is_told(use, backend):
    use(backend)
    with pytest.raises(KeyringError, match="did not keep it"):
        _run(_store().set(_ORIGIN, _KEY))


def test_a_key_is_kept_for_its_origin_alone(use):
    backend = use(Working)
    _run(_store().set(_ORIGIN, _KEY))
    assert backend.passwords == {("Arvae Desktop", _ORIGIN): _KEY.reveal()}
    assert _run(_store().get(_OTHER_ORIGIN)) is None


def test_a_new_key_replaces_the_old_one(use):
    use(Working)
    _run(_store().set(_ORIGIN, _KEY))
    _run(_store().set(_ORIGIN, Secret("sk-new")))
    assert _run(_store().get(_ORIGIN)) == Secret("sk-new")


def test_deleting_forgets(use):
    backend = use(Working)
    _run(_store().set(_ORIGIN, _KEY))
    _run(_store().delete(_ORIGIN))
    assert not backend.passwords
    assert _run(_store().get(_ORIGIN)) is None


class Listing(Working):
    """Tells of a key without being asked for a name."""

    def get_credential(self, service, username):
        names = [name for kept, name in self.passwords if kept == service]
        if username is not None or not names:
            return super().get_credential(service, username)
        return SimpleCredential(names[0], self.passwords[service, names[0]])


@pytest.mark.parametrize(
    ("backend_class", "left"), [(Working, {"https://other.example:443"}), (Listing, set())]
)
def test_all_keys_that_are_known_or_can_be_found_are_deleted(use, backend_class, left):
    backend = use(backend_class)
    backend.passwords["Another program", "somebody"] = "theirs"

    async def keep_and_forget():
        store = _store()
        for origin in (_ORIGIN, _OTHER_ORIGIN, "https://other.example:443"):
            await store.set(origin, _KEY)
        await store.delete_all([_ORIGIN, _OTHER_ORIGIN, "https://never.example:443"])

    asyncio.run(keep_and_forget())
    assert {name for service, name in backend.passwords if service == "Arvae Desktop"} == left
    assert backend.passwords["Another program", "somebody"] == "theirs"


def test_deleting_all_is_no_error_where_there_is_no_keyring(use):
    use(keyring.backends.null.Keyring, "keyring.backends.null")
    asyncio.run(_store().delete_all([_ORIGIN]))


def test_deleting_what_is_not_there_is_no_error(use):
    use(Working)
    _run(_store().delete(_ORIGIN))


def test_an_empty_password_is_no_key(use):
    use(Working).passwords["Arvae Desktop", _ORIGIN] = ""
    assert _run(_store().get(_ORIGIN)) is None


@pytest.mark.parametrize("call", ["get", "set", "delete"])
@pytest.mark.parametrize(
    "error", [RuntimeError, OSError, keyring.errors.KeyringLocked, keyring.errors.InitError]
)
@pytest.mark.expected_log("keyring call failed")
def test_whatever_a_backend_raises_is_told_without_the_key(use, call, error, caplog):
    use(type("Failing", (Raising,), {"error": error}))
    arguments = (_ORIGIN, _KEY) if call == "set" else (_ORIGIN,)
    with pytest.raises(KeyringError) as caught:
        _run(getattr(_store(), call)(*arguments))
    assert error.__name__ in caught.value.report.title
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert _KEY.reveal() not in f"{caught.value.report} {caught.value!r} {caplog.text}"


def test_windows_refuses_what_it_could_not_hold(use):
    backend = use(Working, "keyring.backends.Windows")
    with pytest.raises(KeyringError, match="1,280"):
        _run(_store().set(_ORIGIN, Secret("k" * 1281)))
    assert not backend.passwords
    _run(_store().set(_ORIGIN, Secret("k" * 1280)))


@pytest.mark.parametrize("call", ["get", "set", "delete"])
def test_a_hanging_keyring_is_given_up_and_the_loop_turns_meanwhile(use, call):
    backend = use(Hanging)
    arguments = (_ORIGIN, _KEY) if call == "set" else (_ORIGIN,)

    async def main():
        started = time.monotonic()
        task = asyncio.create_task(getattr(_store(time_limit_s=0.2), call)(*arguments))
        turns, longest, last = 0, 0.0, started
        while not task.done():
            await asyncio.sleep(0)
            now = time.monotonic()
            turns, longest, last = turns + 1, max(longest, now - last), now
        with pytest.raises(KeyringError, match="does not answer"):
            await task
        return turns, longest, last - started

    turns, longest, took = _run(main())
    # Whether the loop has ended or not, the call that comes back late disturbs nobody.
    backend.released.set()
    assert backend.entered.is_set()
    assert turns > 100
    assert longest < 1
    assert 0.2 <= took < 5


@pytest.mark.parametrize("backend", [Hanging, Raising])
@pytest.mark.parametrize(
    ("call", "hint"),
    [
        ("get", "Unlock the keyring and start again, or paste the key for this run."),
        ("set", "The key is kept in memory until you quit. Unlock or install a keyring to keep it longer."),
        ("delete", "The key is still in the keyring: unlock it and forget it again."),
    ],
)
@pytest.mark.expected_log("keyring call failed")
def test_a_failure_says_what_to_do_about_this_call(use, backend, call, hint):
    keyring_backend = use(backend)
    arguments = (_ORIGIN, _KEY) if call == "set" else (_ORIGIN,)
    with pytest.raises(KeyringError) as caught:
        _run(getattr(_store(time_limit_s=0.05), call)(*arguments))
    assert caught.value.report.hint == hint
    if backend is Hanging:
        keyring_backend.released.set()


def test_calls_run_in_order_and_one_that_waits_behind_a_hanging_one_is_given_up_on_its_own(use):
    hanging = use(Hanging)

    async def main():
        store = _store(time_limit_s=5)
        stuck = asyncio.create_task(store.get(_ORIGIN))
        await asyncio.to_thread(hanging.entered.wait, 5)
        store._time_limit_s = 0.05
        for later in (store.set(_ORIGIN, _KEY), store.get(_ORIGIN), store.delete(_ORIGIN)):
            with pytest.raises(KeyringError, match="does not answer"):
                await later
        hanging.released.set()
        assert await stuck is None
        store._time_limit_s = 5
        assert await store.get(_ORIGIN) is None, "what was given up in the queue has not run"

    _run(main())
    assert hanging.passwords == {}


@pytest.mark.parametrize("way", ["limit", "cancelled"])
def test_a_key_whose_writing_was_given_up_does_not_come_back(use, way):
    hanging = use(Hanging)

    async def main():
        store = _store(time_limit_s=0.1 if way == "limit" else 5)
        writing = asyncio.create_task(store.set(_ORIGIN, _KEY))
        await asyncio.to_thread(hanging.entered.wait, 5)
        if way == "cancelled":
            writing.cancel()
        with pytest.raises((KeyringError, asyncio.CancelledError)):
            await writing
        hanging.released.set()
        store._time_limit_s = 5
        assert await store.get(_ORIGIN) is None

    _run(main())
    assert hanging.passwords == {}


def test_a_key_forgotten_while_it_is_written_is_forgotten(use):
    hanging = use(Hanging)

    async def main():
        store = _store()
        writing = asyncio.create_task(store.set(_ORIGIN, _KEY))
        await asyncio.to_thread(hanging.entered.wait, 5)
        forgetting = asyncio.create_task(store.delete(_ORIGIN))
        await asyncio.sleep(0)
        hanging.released.set()
        await asyncio.gather(writing, forgetting)

    _run(main())
    assert hanging.passwords == {}


def test_memory_keeps_keys_for_their_origin():
    store = MemoryCredentials()
    assert "memory" in store.place
    _run(store.set(_ORIGIN, _KEY))
    assert _run(store.get(_ORIGIN)) == _KEY
    assert _run(store.get(_OTHER_ORIGIN)) is None
    _run(store.delete(_ORIGIN))
    _run(store.delete(_ORIGIN))
    assert _run(store.get(_ORIGIN)) is None
    assert _run(MemoryCredentials().get(_ORIGIN)) is None
