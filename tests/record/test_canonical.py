"""The quick way to canonical JSON says what the slow one says, of the journal's bytes and of any stranger's."""

import json
from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

from auction.record.journal import canonical, read_canonical

slow = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
numbers = st.integers() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
plain = st.none() | st.booleans() | numbers | st.text(st.characters(codec="utf-8"))
values = st.dictionaries(
    st.text(st.characters(codec="utf-8")), plain | st.lists(plain) | st.dictionaries(st.text(), plain)
)


@given(values)
@example({"a": 2**63, "b": -(2**63), "c": 2**64})
@example({"a": 1e16, "b": -0.0, "c": 1.0})
@example({"\U00010000": 1, "\uffff": 2, "\x7f\x00\u2028": "\x1f/"})
def test_the_bytes_are_those_of_the_slow_encoder(value):
    with suppress(UnicodeEncodeError):
        raw = slow(value).encode()
        assert canonical(value) == raw
        body, is_canonical = read_canonical(raw)
        assert is_canonical
        assert repr(body) == repr(json.loads(raw))


@given(
    st.builds(
        lambda value, ascii_only, spaced: json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":" + spaced)),
        values,
        st.booleans(),
        st.sampled_from(["", " "]),
    )
)
@example('{"a":1e16}')
@example('{"a":-0}')
@example('{"a":100000000000000000000}')
@example('{"a":1,"a":2}')
@example('{"a":"\\ud800"}')
@example('{"a":"\\u001F"}')
@example('{"b":1,"a":2}')
@example('"a"')
def test_strange_bytes_are_judged_as_the_slow_pair_judges_them(text):
    with suppress(UnicodeEncodeError):
        raw = text.encode()
        said = json.loads(raw)
        judged = slow(said).encode() == raw
        body, is_canonical = read_canonical(raw)
        assert is_canonical == judged
        assert repr(body) == repr(said)
