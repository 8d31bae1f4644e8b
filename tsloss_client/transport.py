"""Requests to the service: the key, repeats of what failed on the way, one error for each cause."""

import os
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from tsloss_client.errors import FaultError, RefusedError, UnreachableError
from tsloss_client.objects import Answer, Deleted

AnswerT = TypeVar("AnswerT", bound=Answer)
Query = Mapping[str, Any]

TRIES = 3
LONGEST_WAIT = 10.0
"""Seconds between two tries, whatever the service asks for."""
IN_FLIGHT_SECONDS = 90.0
"""For so long a POST is repeated whose earlier try the service has not finished. It gives up on one
that was cut off after a minute, and then carries out the repeat."""
_AWAY = frozenset({502, 503, 504})
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def _after_id(last: Answer) -> Query:
    return {"after": last.id}  # type: ignore[attr-defined]


class Transport:
    """One service and one key.

    A request that no answer came to, or that found the service away, is repeated. A POST carries an
    Idempotency-Key, so that a repeat never does the thing twice: while the service carries out an
    earlier try, the repeat waits for its answer. A DELETE needs no key.
    """

    def __init__(self, base_url: str | None, api_key: str | None, timeout: float) -> None:
        self.base_url = (base_url or _required("TSLOSS_BASE_URL")).rstrip("/").removesuffix("/v1")
        key = api_key or _required("TSLOSS_API_KEY")
        with self._told():
            self._http = httpx.Client(
                base_url=self.base_url,
                headers={"Authorization": f"Bearer {key.strip()}"},
                timeout=timeout,
                # A proxy of the environment does not reach this machine's own loopback.
                trust_env=httpx.URL(self.base_url).host not in _LOOPBACK,
            )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, kind: type[AnswerT]) -> AnswerT:
        """Return what is at a path."""
        return _read(self.request("GET", path), kind)

    def get_all(self, path: str, kind: type[AnswerT]) -> list[AnswerT]:
        """Return the members of a list that comes in one piece."""
        return _page(self.request("GET", path), kind)[0]

    def get_pages(
        self,
        path: str,
        kind: type[AnswerT],
        query: Query,
        after: Callable[[AnswerT], Query] = _after_id,
    ) -> Iterator[AnswerT]:
        """Yield the members of a list, page after page.

        `after` makes the last member of a page the query of the next one; without it, of its `id`.
        That is asked for before the last member is handed out, so that each may be deleted.
        """
        given = _given(query)
        members, has_more = _page(self.request("GET", path, params=given), kind)
        while has_more and members:
            *others, last = members
            yield from others
            given |= after(last)
            members, has_more = _page(self.request("GET", path, params=given), kind)
            yield last
        yield from members

    def post(self, path: str, kind: type[AnswerT], body: Any = None, **form: Any) -> AnswerT:
        """Do something and return the answer; `form` is httpx's `files` and `data`."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        if body is not None:
            form["json"] = body
        return _read(self.request("POST", path, headers=headers, **form), kind)

    def delete(self, path: str, id_: str) -> Deleted:
        """Delete a member of the list at a path.

        A repeat that finds it gone counts as a success: an earlier try did it, and went unheard.
        """
        with self._told():
            answer, is_repeat = self._heard(self._http.build_request("DELETE", f"{path}/{id_}"))
        if answer.status_code == 404 and is_repeat:
            return Deleted(id=id_, deleted=True)
        return _read(checked(answer), Deleted)

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Return a successful answer. Raises UnreachableError, RefusedError or FaultError."""
        with self._told():
            # Built once: a form's boundary is random, and a repeat must have the body of the first.
            request = self._http.build_request(method, path, **given)
            return checked(self._carried_out(request))

    def _carried_out(self, request: httpx.Request) -> httpx.Response:
        """Return the answer, other than that the service still carries out an earlier try."""
        answer, _ = self._heard(request)
        until = time.monotonic() + IN_FLIGHT_SECONDS
        repeats = 0
        while _is_in_flight(answer) and time.monotonic() < until:
            repeats += 1
            # The body goes along each time, so a large one is sent less and less often.
            time.sleep(max(wait_before(1, answer), wait_before(repeats)))
            answer, _ = self._heard(request)
        return answer

    def _heard(self, request: httpx.Request) -> tuple[httpx.Response, bool]:
        """Return the answer of a service that is there, or of the last try.

        And whether an earlier try may have been carried out.
        """
        may_be_done = False
        for attempt in range(1, TRIES):
            try:
                answer = self._http.send(request)
            except httpx.TransportError as error:
                may_be_done = may_be_done or not isinstance(error, _NEVER_SENT)
                time.sleep(wait_before(attempt))
                continue
            if not _is_away(answer):
                return answer, may_be_done
            may_be_done = True
            time.sleep(wait_before(attempt, answer))
        return self._http.send(request), may_be_done

    @contextmanager
    def stream(self, path: str, **given: Any) -> Iterator[httpx.Response]:
        """Yield an answer whose body is read as it comes."""
        with self._told(), self._http.stream("GET", path, **given) as answer:
            if answer.is_error:
                answer.read()
            yield checked(answer)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Raise UnreachableError, in one line, for what goes wrong on the way."""
        try:
            yield
        except (httpx.TransportError, httpx.InvalidURL) as error:
            reason = str(error) or type(error).__name__
            message = f"{self.base_url}: the service does not answer: {reason}"
            raise UnreachableError(message) from error


def checked(answer: httpx.Response) -> httpx.Response:
    """Return the answer if it is a success. Raises the error that it tells of."""
    if not answer.is_error:
        return answer
    message, param, code = _told(answer)
    if answer.status_code in _AWAY:
        raise UnreachableError(message)
    if answer.status_code >= 500:
        raise FaultError(f"the service failed (HTTP {answer.status_code}): {message}")
    raise RefusedError(answer.status_code, message, param, code)


def wait_before(attempt: int, answer: httpx.Response | None = None) -> float:
    """Return the seconds to wait after a failed try: what the service asks for, else more and more.

    `attempt` counts from 1.
    """
    asked = "" if answer is None else answer.headers.get("retry-after", "")
    wanted = float(asked) if asked.isdigit() else 0.25 * 2.0 ** (attempt - 1)
    return min(LONGEST_WAIT, wanted)


def _is_away(answer: httpx.Response) -> bool:
    never = answer.headers.get("x-should-retry") == "false"
    return answer.status_code in _AWAY and not never


def _is_in_flight(answer: httpx.Response) -> bool:
    return answer.status_code == 409 and _told(answer)[2] == "request_in_flight"


def _told(answer: httpx.Response) -> tuple[str, str | None, str | None]:
    """Message, field and code; of a body that is not the service's, its first line."""
    try:
        error = answer.json()["error"]
        return str(error["message"]), error["param"], error["code"]
    except (ValueError, KeyError, TypeError):
        text = answer.text.strip().splitlines()
        return f"HTTP {answer.status_code} {text[0][:200] if text else ''}".strip(), None, None


def _read(answer: httpx.Response, kind: type[AnswerT]) -> AnswerT:
    try:
        return kind.model_validate_json(answer.content)
    except ValidationError as error:
        raise _unreadable(answer, error) from None


def _page(answer: httpx.Response, kind: type[AnswerT]) -> tuple[list[AnswerT], bool]:
    try:
        page = answer.json()
        return TypeAdapter(list[kind]).validate_python(page["data"]), bool(page["has_more"])  # type: ignore[valid-type]
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(answer, error) from None


def _unreadable(answer: httpx.Response, error: Exception) -> FaultError:
    first = str(error).splitlines()[0]
    return FaultError(f"{answer.request.url}: not an answer of this service: {first}")


def _given(query: Query) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}


def _required(variable: str) -> str:
    value = os.environ.get(variable)
    if not value:
        raise UnreachableError(f"{variable} is not set")
    return value
