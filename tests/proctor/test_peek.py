"""What is read past Python, of dicts and functions, tells of every change, and of nothing else."""

import types

import pytest

from proctor import integrity, peek

needs_versions = pytest.mark.skipif(
    not peek.VERSIONS_TELL, reason="needs CPython 3.11 to 3.13: this Python notes no versions of its dicts"
)


class Thing:
    number = 1


def one() -> int:
    return 1


def two() -> int:
    return 2


def told(read: object) -> object:
    assert callable(read)
    return read()


@needs_versions
def test_a_dict_has_another_version_after_each_change() -> None:
    space: dict[str, int] = {}
    version = peek.version(space)
    seen = [told(version)]
    for key, value in (("a", 1), ("a", 2), ("b", 1)):
        space[key] = value
        seen.append(told(version))
    del space["a"]
    seen.append(told(version))
    assert len(set(seen)) == 5
    assert space["b"] == 1
    assert told(version) == seen[-1]  # to look is no change


@needs_versions
def test_a_class_has_versions_too() -> None:
    version = peek.version(vars(Thing))
    before = told(version)
    Thing.number = 2
    assert told(version) != before


def test_codes() -> None:
    function = types.FunctionType(one.__code__, {})
    other = types.FunctionType(two.__code__, {})
    codes = peek.codes([function, other])
    assert told(codes) == [id(one.__code__), id(two.__code__)]
    function.__code__ = two.__code__
    assert told(codes) == [id(two.__code__)] * 2


def test_a_part_is_quiet_again_when_all_is_as_it_was() -> None:
    module = types.ModuleType("module")
    vars(module).update(one=one, two=two)
    part = integrity.Part(module)
    assert list(part.changed()) == []
    assert part.unchanged.surely or not peek.VERSIONS_TELL
    vars(module).update(one=two)
    assert list(part.changed()) == ["module.one"]
    assert list(part.changed()) == ["module.one"]
    vars(module).update(one=one)
    assert list(part.changed()) == []


@pytest.mark.parametrize("known", [True, False])
def test_a_part_finds_another_code(known: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not known:
        monkeypatch.setattr(peek, "codes", lambda functions: None)
        monkeypatch.setattr(peek, "version", lambda space: None)
    module = types.ModuleType("module")
    function = types.FunctionType(one.__code__, {}, "one")
    vars(module).update(one=function)
    part = integrity.Part(module)
    assert list(part.changed()) == []
    function.__code__ = two.__code__
    assert list(part.changed()) == ["module.one"]
    vars(module).update(one=one)
    assert "module.one" in list(part.changed())
