"""Search: what is found, in which order, and what is marked."""

import contextlib
import re
import sqlite3
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arvae_desktop.domain.conversations import Conversation
from arvae_desktop.domain.messages import AnswerFacts, AnswerState, Role
from arvae_desktop.storage.store.query import parse
from tests.unit.storage import keeping
from tests.unit.storage.keeping import Folder, done, fill, said, text


def found(store, query, **options):
    return [hit.message_id for hit in done(store.search(query, **options)).messages]


def marked(hit):
    return [hit.snippet[start:end] for start, end in hit.ranges]


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("Crème brûlée", "creme brulee"),
        ("creme brulee", "Crème"),
        ("STRASSE", "straße"),
        ("Straße", "strass"),
        ("Ångström", "angs"),
        ("smørrebrød", "smorrebrod"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("ΑΘΗΝΑ", "αθήνα"),
        ("ёлка", "елка"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَمَّد", "محمد"),
        ("हिन्दी में", "हिन्दी"),
        ("日本語のテキスト", "日本"),
        ("日本語のテキスト", "本語の"),
        ("日本語のテキスト", "語"),
        ("日本語のテキスト", '"テキスト"'),
        ("ｶﾞｷﾞｸﾞ", "ガギ"),
        ("中文、标点", "文标"),
        ("ภาษาไทย", "ไทย"),
        ("한국어는 어렵다", "한국"),
        (unicodedata.normalize("NFD", "한국어 Crème"), "한국어 crème"),
        ("GPT-4o costs $3.50", "gpt-4o 3.50"),
        ("snake_case_name", "case_na"),
        ("it’s fine", "it's"),
        ("a\0b\ud800c", "b c"),
        ("party 🎉 time", "🎉"),
        ("co\u00adop", "coop"),
        ("ｆｕｌｌｗｉｄｔｈ", "fullw"),
    ],
)
def test_what_matches(store, words, query):
    fill(store, "c", said("m", words), said("other", "something else", "m"))
    assert found(store, query) == ["m"]
    assert marked(done(store.search(query)).messages[0])


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("cat hat", '"at"'),
        ("cat hat", "at"),
        ("one two three", '"one three"'),
        ("ones two", '"one two"'),
        ("日本語", "日語"),
        ("語日本", "本語"),
        ("カ", "ガ"),
        ("foobar", '"foo bar"'),
    ],
)
def test_what_does_not_match(store, words, query):
    fill(store, "c", said("m", words))
    assert found(store, query) == []


def test_reasoning_is_found_and_seams_hide_nothing(store):
    fill(store, "c", said("m", "hel", role=Role.ASSISTANT, state=AnswerState.RUNNING))
    seam, thought = keeping.SegmentKind.SEAM, keeping.SegmentKind.REASONING
    pieces = [keeping.Segment(seam, "cut"), *text("lo"), keeping.Segment(thought, "ponder")]
    done(store.append("c", "m", pieces))
    done(store.end_message("c", "m", AnswerState.COMPLETE, None))
    assert found(store, '"hello"') == found(store, "ponder") == ["m"]
    assert found(store, "cut") == []


def test_newest_first_also_after_an_import(store):
    fill(store, "c", said("new", "needle", at=100.0), said("newer", "needle", "new", at=200.0))
    kept = [said("oldest", "needle", at=1.0), said("newest", "needle", "oldest", at=300.0)]
    done(store.import_conversations([(Conversation("imported"), kept)]).done)
    assert found(store, "needle") == ["newest", "newer", "new", "oldest"]
    results = done(store.search("needle", limit=2))
    assert [hit.message_id for hit in results.messages] == ["newest", "newer"]
    assert results.has_more


def test_filters(store):
    fill(
        store,
        "c",
        said("prompt", "needle", at=1e9),
        said("a", "needle", "prompt", role=Role.ASSISTANT, at=1.1e9, model="openai/gpt-4o"),
        said("b", "needle", "prompt", role=Role.ASSISTANT, at=1.6e9, model="llama3.2"),
        title="needle in the title",
    )
    assert found(store, "needle role:user") == ["prompt"]
    assert found(store, "role:user") == ["prompt"]
    assert found(store, "model:GPT needle") == ["a"]
    assert found(store, "model:gpt model:llama") == ["b", "a"]
    assert found(store, "model:none needle") == []
    assert found(store, "after:2004") == ["b", "a"]
    assert found(store, "needle before:2018 after:2003") == ["a"]
    assert found(store, "after:2019 before:2018") == []
    assert found(store, "in:title needle") == []
    assert [hit.snippet for hit in done(store.search("in:title needle")).titles] == ["needle in the title"]
    assert done(store.search("needle role:user")).titles == ()


def test_a_running_answer_is_found(store):
    fill(store, "c", said("m", "", role=Role.ASSISTANT, state=AnswerState.RUNNING, model="gpt"))
    done(store.append("c", "m", text("a need")))
    assert found(store, "needle") == []
    done(store.append("c", "m", text("le, running")))
    for query in ("needle", "needle role:assistant", "model:gpt running", '"needle running"'):
        assert found(store, query) == ["m"]
    assert found(store, "needle role:user") == found(store, "needle model:x") == []
    done(store.end_message("c", "m", AnswerState.COMPLETE, AnswerFacts("gpt")))
    assert found(store, "needle") == ["m"]
    done(store.resume_message("c", "m"))
    assert found(store, "needle") == ["m"]


def test_what_is_in_the_bin_is_not_found(store):
    fill(store, "c", said("m", "needle"), title="needle")
    done(store.move_to_bin(["c"]))
    assert found(store, "needle") == []
    assert done(store.search("needle")).titles == ()


def test_a_renamed_conversation_is_found_by_its_new_title_alone(store):
    done(store.put(Conversation("c", "before")))
    done(store.rename("c", "after"))
    assert [len(done(store.search(query)).titles) for query in ("before", "after")] == [0, 1]


def test_snippets_show_what_is_around(store):
    words = f"{'lead ' * 100}Crème\nbrûlée, please{' tail' * 100}"
    fill(store, "c", said("m", words))
    (hit,) = done(store.search("creme brulee")).messages
    assert hit.snippet.startswith("…lead")
    assert hit.snippet.endswith("…")
    assert "Crème brûlée, please" in hit.snippet
    assert marked(hit) == ["Crème", "brûlée"]
    assert len(hit.snippet) < 300


def test_far_down_in_a_long_text(store):
    fill(store, "c", said("m", f"{'чужое слово ' * 20_000} needle"))
    (hit,) = done(store.search("needle")).messages
    assert marked(hit) == ["needle"]


def test_nothing_is_asked_for(store):
    fill(store, "c", said("m", "words"), title="words")
    results = done(store.search("  "))
    assert (results.titles, results.messages, results.has_more) == ((), (), False)


def test_a_later_search_makes_an_earlier_one_stale(store):
    fill(store, "c", said("m", "needle"))
    with store._searcher.suspended():
        searches = [store.search(query) for query in ("n", "ne", "needle")]
    assert [done(search) is None for search in searches] == [True, True, False]


# --- against an oracle that looks at every text ---

_ALPHABET = st.sampled_from(
    ["a", "b", "ab", "B", "é", "e", " ", " ", "-", "日", "本", "語", "、", "\n", "ß", "ss", "한", "가"]
)
_TEXTS = st.lists(_ALPHABET, max_size=12).map("".join)
_QUERIES = st.lists(_TEXTS | _TEXTS.map(lambda words: f'"{words}"'), min_size=1, max_size=3).map(" ".join)


def oracle_units(words):
    """The units of a text, found the slow way."""
    folded = unicodedata.normalize("NFD", words.casefold())
    folded = unicodedata.normalize("NFC", "".join(c for c in folded if unicodedata.combining(c) == 0))
    return re.findall("[日本語]|[^\\W日本語]+", folded)


def oracle_matches(words, query):
    have = oracle_units(words)
    for term in parse(query).terms:
        want, last = list(term.units[:-1]), term.units[-1]
        places = range(len(have) - len(want))
        ends = (have[at + len(want)] for at in places if have[at : at + len(want)] == want)
        if not any(end.startswith(last) if term.is_prefix else end == last for end in ends):
            return False
    return True


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    folder = Folder(tmp_path_factory.mktemp("searched"))
    yield folder.opened()[0]
    folder.close_all()


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_TEXTS, min_size=1, max_size=12), _QUERIES)
def test_search_finds_what_an_oracle_finds(searched, texts, query):
    kept = [said(str(number), words, at=float(number)) for number, words in enumerate(texts)]
    done(searched.import_conversations([(Conversation("c"), kept)]).done)
    expected = [str(number) for number, words in enumerate(texts) if oracle_matches(words, query)]
    if not parse(query).is_empty:
        results = done(searched.search(query))
        assert sorted(hit.message_id for hit in results.messages) == sorted(expected)
        assert all(hit.ranges for hit in results.messages)
    done(searched.purge(["c"]))
    assert done(searched.search("a OR b")).messages == ()


def test_a_purged_title_leaves_the_index(folder, store):
    fill(store, "c", said("m", "text"), title="Unmistakable")
    done(store.purge(["c"]))
    with contextlib.closing(sqlite3.connect(folder.file)) as connection:
        query = "select count(*) from title_index where title_index match 'unmistakable'"
        assert connection.execute(query).fetchone() == (0,)
