"""Damaged files: the store always opens, nothing is deleted, and what was rescued is told."""

import hashlib
import random
import shutil

import pytest

from arvae_desktop.domain.conversations import Conversation
from arvae_desktop.domain.library import ARCHIVE, BIN, PINNED, RECENT
from tests.unit.storage.keeping import Folder, done, said

_CONVERSATIONS = 60
_MESSAGES = 12
_PAGE = 4096
_KINDS = [
    "flipped bits",
    "many flipped bits",
    "cut",
    "zeroed page",
    "zeroed stretch",
    "first page zeroed",
    "wrong header",
    "pages swapped",
    "log missing",
    "log damaged",
    "no database",
    "empty",
    "a folder",
]
_SEEN_AT_ONCE = {"first page zeroed", "wrong header", "no database", "empty"}
_CASES = [(kind, seed) for seed in range(8) for kind in _KINDS][:100]


def words(conversation, number):
    return f"message {number} of {conversation}: " + f"word{number} " * (number * 20)


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    """Stores that were opened, written to, and left as a crash leaves them: backed up, and not."""
    return [make_original(tmp_path_factory.mktemp("original"), has_backup) for has_backup in (True, False)]


def make_original(path, has_backup):
    folder = Folder(path / "data")
    store, _ = folder.opened()
    found = []
    for number in range(_CONVERSATIONS):
        kept = [
            said(f"m{index}", words(number, index), f"m{index - 1}" if index else None, at=float(number))
            for index in range(_MESSAGES)
        ]
        found.append((Conversation(f"c{number}", f"Title {number}", tip=f"m{_MESSAGES - 1}"), kept))
    done(store.import_conversations(found).done)
    if has_backup:
        done(store.back_up())
    done(store.close())
    store, _ = folder.opened()
    done(store.rename("c0", "Renamed"))
    crashed = Folder(path / "crashed")
    shutil.copytree(folder.path, crashed.path)
    folder.close_all()
    return crashed


@pytest.mark.parametrize(("kind", "seed"), _CASES)
def test_a_damaged_store_opens(originals, tmp_path, kind, seed):
    folder = Folder(tmp_path / "data")
    shutil.copytree(originals[seed % 2].path, folder.path)
    damage(folder.file, kind, random.Random(f"{kind}{seed}"))
    before = digest(folder.file) if folder.file.is_file() else None
    store, report = folder.opened()
    is_intact = done(store.check())
    found = read_all(store)
    done(store.put(Conversation("new")))
    done(store.add_message("new", said("m", "life goes on")))
    assert [hit.conversation_id for hit in done(store.search('"life goes on"')).messages] == ["new"]
    assert done(store.check())
    done(store.close())

    salvages = [*filter(None, [report.salvage]), *folder.salvages]
    # What a quick check doesn't see may be met later.
    assert is_intact or folder.salvages
    for salvage in salvages:
        assert salvage.damaged.exists()
    if salvages:
        # Nothing was deleted: what was there is still there, only elsewhere. A file that can be opened is
        # marked as open, and its log brought into it, before the damage is met.
        if kind in _SEEN_AT_ONCE:
            assert before in {digest(path) for path in folder.path.iterdir() if path.is_file()}
        first = salvages[0]
        if first.backup is not None:
            assert len(found) >= _CONVERSATIONS * _MESSAGES
    known = {words(number, index) for number in range(_CONVERSATIONS) for index in range(_MESSAGES)}
    if kind in ("zeroed page", "log missing") and salvages == []:
        assert set(found) == known
    if kind == "zeroed page":
        assert len(known & set(found)) > len(known) * 0.5
    folder.close_all()


def test_a_store_with_its_first_page_gone_is_nearly_whole(originals, tmp_path):
    folder = Folder(tmp_path / "data")
    shutil.copytree(originals[0].path, folder.path)
    shutil.rmtree(folder.backups, ignore_errors=True)
    damage(folder.file, "first page zeroed", random.Random(0))
    store, report = folder.opened()
    assert report.salvage.lost_pieces > 0
    assert len(read_all(store)) == report.salvage.messages == _CONVERSATIONS * _MESSAGES
    folder.close_all()


def test_salvage_goes_on_where_a_crash_ended_it(originals, tmp_path):
    folder = Folder(tmp_path / "data")
    shutil.copytree(originals[0].path, folder.path)
    # As it is between moving the damaged file and putting the new one in its place.
    folder.file.rename(folder.file.with_suffix(".new"))
    store, report = folder.opened()
    assert report.salvage is None
    assert len(read_all(store)) == _CONVERSATIONS * _MESSAGES
    folder.close_all()


def damage(file, kind, chance):
    log = file.with_name(f"{file.name}-wal")
    if kind == "log missing":
        log.unlink()
    elif kind == "log damaged":
        log.write_bytes(chance.randbytes(5000))
    elif kind == "a folder":
        file.unlink()
        file.mkdir()
        (file / "kept").touch()
    else:
        file.write_bytes(DAMAGES[kind](bytearray(file.read_bytes()), chance))
    if kind in _SEEN_AT_ONCE:
        log.unlink()  # it has a copy of the first page, which would heal it


def flip(raw, chance, times=8):
    for _ in range(times):
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    return raw


def zero(raw, first, count=1):
    raw[first * _PAGE : (first + count) * _PAGE] = bytes(count * _PAGE)
    return raw


def random_page(raw, chance):
    return chance.randrange(1, len(raw) // _PAGE)


def break_header(raw, chance):
    size = chance.choice([16, 50, 100])
    raw[:size] = chance.randbytes(size)
    return raw


def swap_pages(raw, chance):
    one, two = (slice(page * _PAGE, (page + 1) * _PAGE) for page in (random_page(raw, chance), 1))
    raw[one], raw[two] = raw[two], raw[one]
    return raw


DAMAGES = {
    "flipped bits": flip,
    "many flipped bits": lambda raw, chance: flip(raw, chance, 500),
    "cut": lambda raw, chance: raw[: chance.randrange(100, len(raw))],
    "zeroed page": lambda raw, chance: zero(raw, random_page(raw, chance)),
    "zeroed stretch": lambda raw, chance: zero(raw, random_page(raw, chance) // 2, 20),
    "first page zeroed": lambda raw, _chance: zero(raw, 0),
    "wrong header": break_header,
    "pages swapped": swap_pages,
    "no database": lambda _raw, _chance: b"Dear diary, " * 1000,
    "empty": lambda _raw, _chance: b"",
}


def read_all(store):
    """The texts of all messages, however little is known of their conversations."""
    found = []
    for conversation_id in done(store.conversation_ids()):
        kept = done(store.load_messages(conversation_id))
        done(store.load_newest(conversation_id))
        found += [message.message.text for message in kept]
    for shelf in (PINNED, RECENT, ARCHIVE, BIN):
        done(store.list_conversations(shelf, limit=10_000))
    done(store.overview())
    return found


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()
