"""Parts: the same files give the same parts, so that a second attempt leaves out what is stored."""

from wattwise_contract.recipes import Recipe


def files(count: int) -> dict[str, str]:
    return {
        f"home{number}_DOT_csv": "time,kwh\n" + "".join(f"2026-05-04 {hour:02d}:00,{number}\n" for hour in range(24))
        for number in range(count)
    }


def test_many_small_files_are_one_part(import_files) -> None:
    imported = import_files(**files(40))
    assert len(imported.parts) == 1
    assert len(imported.meters) == 40


def test_the_same_files_give_the_same_parts_under_the_same_keys(import_files) -> None:
    one, again = import_files(**files(5)), import_files(**files(5))
    assert [part.key for part in one.parts] == [part.key for part in again.parts]
    assert all(a.readings.equals(b.readings) for a, b in zip(one.parts, again.parts, strict=True))


def test_files_of_different_shapes_are_different_parts(import_files) -> None:
    imported = import_files(**files(2), other_DOT_csv="home;zeit;Wh\nX;04.05.2026 00:00;500\nX;04.05.2026 01:00;500\n")
    assert len({part.key for part in imported.parts}) == 2
    assert sum(imported.values("X").values()) == 1.0


def test_what_was_found_out_is_told(import_files) -> None:
    imported = import_files(**files(3), recipe=Recipe(timezone="Europe/London"))
    told = " ".join(imported.summary.interpretation)
    assert "“time”" in told
    assert "“kwh”" in told
    assert "3 meters, read hourly" in told
    assert "Europe/London" in told


def test_a_header_that_says_end_is_believed(import_files) -> None:
    text = "home,interval end,kwh\nH1,2026-05-04 00:30,1\nH1,2026-05-04 01:00,1\n"
    found, told = import_files(a_DOT_csv=text), import_files(a_DOT_csv=text, recipe=Recipe(stamp_marks="start"))
    assert list(found.values()) == ["2026-05-04 00:00", "2026-05-04 00:30"]
    assert list(told.values()) == ["2026-05-04 00:30", "2026-05-04 01:00"]
    assert any("mark the end of intervals" in sentence for sentence in found.summary.interpretation)
