"""How the client treats a platform that is away, refuses, or breaks off; the transport is the seam."""

from datetime import timedelta

import httpx2
import pytest

from wattwise_client import BackendFailed, LeaseLost, NotFound, Refused, Unreachable, Wattwise

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
SHORT = timedelta(seconds=3)


def platform(
    *answers: httpx2.Response | Exception, patience: timedelta = SHORT
) -> tuple[Wattwise, list[httpx2.Request]]:
    """A client of a platform that answers so, one after the other, the last one for ever."""
    left, heard = list(answers), []

    def answer(request: httpx2.Request) -> httpx2.Response:
        heard.append(request)
        following = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(following, Exception):
            raise following
        return following

    return Wattwise("http://meters.test", "ww_t", patience=patience, transport=httpx2.MockTransport(answer)), heard


def ok(content: object = ()) -> httpx2.Response:
    return httpx2.Response(200, json=content)


AWAY = httpx2.Response(503, json={"error": "The backend is starting."})


@pytest.mark.parametrize(
    "trouble",
    [
        httpx2.ConnectError("refused"),
        httpx2.ReadError("reset"),
        httpx2.RemoteProtocolError("disconnected"),
        httpx2.ReadTimeout("slow"),
        AWAY,
        httpx2.Response(502, html="<h1>Bad gateway</h1>"),
        httpx2.Response(504),
    ],
)
def test_reading_waits_for_a_platform_that_is_away(trouble):
    api, heard = platform(trouble, ok([]))
    assert api.organizations() == []
    assert len(heard) == 2


def test_a_platform_that_stays_away_is_given_up_with_a_sentence():
    api, heard = platform(httpx2.ConnectError("refused"), patience=timedelta(seconds=0.5))
    with pytest.raises(Unreachable, match=r"No answer from http://meters\.test \(refused\)"):
        api.organizations()
    assert len(heard) >= 2


def test_what_might_have_taken_effect_is_not_sent_again():
    api, heard = platform(httpx2.ReadError("reset"), ok())
    with pytest.raises(Unreachable) as raised:
        api.create_organization(slug="east", name="East", timezone="Europe/Paris")
    assert raised.value.maybe_sent
    assert len(heard) == 1


def test_what_surely_never_arrived_is_sent_again():
    api, heard = platform(httpx2.ConnectError("refused"), ok({"id": 1}))
    assert api.create_organization(slug="east", name="East", timezone="Europe/Paris") == {"id": 1}
    assert len(heard) == 2


def test_no_is_an_answer_and_is_not_asked_again():
    body = {"error": "The role does not allow that.", "remedy": "Ask an owner.", "fields": {"role": ["too low"]}}
    api, heard = platform(httpx2.Response(403, json=body))
    with pytest.raises(Refused, match="The role does not allow that. role: too low Ask an owner.") as raised:
        api.organizations()
    assert (raised.value.status, raised.value.remedy) == (403, "Ask an owner.")
    assert len(heard) == 1


@pytest.mark.parametrize(
    ("status", "error", "sentence"),
    [
        (404, NotFound, "There is nothing at /data/organizations/"),
        (401, Refused, "The token is not known here"),
        (500, BackendFailed, r"\(status 500\)\. Its log says why"),
        (409, LeaseLost, r"refused GET /data/organizations/ \(status 409\)"),
        (302, Refused, "Is the address that of the platform"),
    ],
)
def test_each_status_has_its_error_even_without_a_sentence(status, error, sentence):
    api, _ = platform(httpx2.Response(status, text="<html>"))
    with pytest.raises(error, match=sentence):
        api.organizations()


def test_a_conflict_among_people_is_no_lost_lease():
    api, _ = platform(httpx2.Response(409, json={"error": "The job is running."}))
    with pytest.raises(Refused) as raised:
        api.retry_job("4f")
    assert not isinstance(raised.value, LeaseLost)


def test_the_token_is_sent_and_never_shown():
    api, heard = platform(httpx2.Response(403, json={"error": "No."}))
    with pytest.raises(Refused) as raised:
        api.organizations()
    assert heard[0].headers["authorization"] == "Bearer ww_t"
    assert "ww_t" not in str(raised.value)


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://meters.test", "", "http://"])
def test_an_address_that_is_none_is_said_at_once(url):
    with pytest.raises(ValueError, match="is no address of a Wattwise platform"):
        Wattwise(url, "ww_t")


def test_filters_that_are_not_given_are_not_sent():
    api, heard = platform(ok([]))
    api.meters(organization_id=3, ids=[1, 2])
    assert str(heard[0].url) == "http://meters.test/data/meters/?organization=3&id=1&id=2"


def test_no_ids_are_no_meters_and_not_all_meters():
    api, heard = platform(ok([]))
    assert api.meters(ids=[]) == []
    assert api.readings(meter_ids=[]).height == 0
    assert list(api.readings_batches(meter_ids=[])) == []
    assert heard == []


def test_lists_are_read_to_their_last_page():
    pages = [{"next": "more", "results": [{"id": 1}]}, {"next": None, "results": [{"id": 2}]}]
    api, heard = platform(*(ok(page) for page in pages))
    assert [job["id"] for job in api.jobs(organization_id=7)] == [1, 2]
    assert [request.url.params["page"] for request in heard] == ["1", "2"]
