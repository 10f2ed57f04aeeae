"""An OpenAI-compatible service: where it is comes from the environment; every failure is one `RunError`."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import finalize

from harness.errors import HarnessError, InputError, RunError
from harness.models.llm.reply import Reply, read_reply

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAIError

SHORTEST_SECRET = 8
"""Characters from which a key is a secret: the word for a service without keys may be in any answer."""
_SHOWN = 200
_KEPT = "replies that arrived are kept: the same command asks only for the rest"
_REFUSED = (
    "a service without JSON Schema needs 'structured: false'; null leaves temperature or max_tokens out"
)
_HINTS = {
    400: _REFUSED,
    404: "check the name of the model, and the address: most end in /v1",
    422: _REFUSED,
    429: "lower 'concurrency' or raise 'retries', and look at what the account may still use",
}


class Service:
    """A client of one endpoint. Neither its address nor its key is in any message.

    Parameters
    ----------
    base_url_env, key_env : str
        Names of environment variables.
    timeout : float
        Seconds to wait for an answer.
    retries : int
        How often a request is sent again after a fault that may pass: no connection, no answer in time,
        HTTP 408, 409, 429 and 5xx (waiting as the service says, else twice as long each time), or an
        answer that is no chat completion.

    Raises
    ------
    InputError
        A variable is not set, or cannot be what it should be.
    """

    def __init__(self, base_url_env: str, key_env: str, *, timeout: float, retries: int) -> None:
        from openai import OpenAI

        self.base_url_env, self.key_env = base_url_env, key_env
        self.timeout, self.retries = timeout, retries
        self._key = _variable(key_env, "any word will do for a service that asks for no key")
        self._url = _variable(base_url_env, "such as http://127.0.0.1:8000/v1")
        if not (self._key.isascii() and self._key.isprintable()):
            raise InputError(f"${key_env} holds characters that no key has")
        try:
            parts = urlsplit(self._url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError
            self._client = OpenAI(api_key=self._key, base_url=self._url, timeout=timeout, max_retries=retries)
        except Exception:  # whatever it says, it says with the address
            hint = "such as http://127.0.0.1:8000/v1"
            raise InputError(f"${base_url_env} holds no address", hint=hint) from None
        finalize(
            self, self._client.close
        ).atexit = False  # connections end with the session, not some time later

    def ask(self, body: Mapping[str, Any]) -> Reply:
        """Send one request and wait for its answer.

        Raises
        ------
        RunError
            It failed for good, or once more than there are retries.
        """
        for attempt in range(self.retries + 1):
            data = self._sent(body)
            try:
                return read_reply(self._without_secrets(data.decode()))
            except ValueError as error:
                if attempt == self.retries:
                    what = f"its answer is no chat completion{self._quoted(str(error))}"
                    raise self._error(what, "check the address: most end in /v1") from None
            time.sleep(min(8.0, 0.25 * 2**attempt))
        raise AssertionError("a last attempt returns or raises")

    def _sent(self, body: Mapping[str, Any]) -> bytes:
        from openai import OpenAIError

        try:
            return self._client.post("/chat/completions", cast_to=bytes, body=dict(body))
        except OpenAIError as error:
            raise self._failure(error) from None

    def _failure(self, error: OpenAIError) -> HarnessError:
        from openai import APIConnectionError, APIStatusError, APITimeoutError

        tries = f"up to {self.retries + 1} attempts" if self.retries else "1 attempt"
        if isinstance(error, APITimeoutError):
            what = f"it did not answer within {self.timeout:g} seconds ({tries})"
            return self._error(what, "raise 'timeout', or lower 'concurrency'")
        if isinstance(error, APIConnectionError):
            cause = type(error.__cause__).__name__
            return self._error(f"no connection, or one that broke ({cause}; {tries})", "check that it runs")
        if isinstance(error, APIStatusError):
            code = error.status_code
            if code == 401:
                return self._error(f"it does not take the key in ${self.key_env} (HTTP 401)", "renew the key")
            again = f", {tries}" if code in (408, 409, 429) or code >= 500 else ""
            wait = error.response.headers.get("retry-after", "")
            asked = f", it asks to wait {int(wait):,} seconds" if wait.isdecimal() else ""
            return self._error(f"HTTP {code}{again}{asked}{self._said(error)}", _HINTS.get(code, ""))
        return self._error(type(error).__name__, "")

    def _error(self, what: str, hint: str) -> RunError:
        hint = f"{hint}; {_KEPT}" if hint else _KEPT
        return RunError(f"the service at ${self.base_url_env} failed: {what}", hint=hint)

    def _said(self, error: APIStatusError) -> str:
        body = error.body
        said = body.get("message") if isinstance(body, dict) else body
        return self._quoted(said) if isinstance(said, str) else ""

    def _quoted(self, said: str) -> str:
        """Return the service's own words as they stand behind a message."""
        text = " ".join(said.split()).replace(self._url, "***").replace(urlsplit(self._url).netloc, "***")
        return f": {self._without_secrets(text)[:_SHOWN]}" if text else ""

    def _without_secrets(self, text: str) -> str:
        """Return what a service said without the key, should it say it back."""
        return text.replace(self._key, "***") if len(self._key) >= SHORTEST_SECRET else text


def _variable(name: str, hint: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise InputError(f"the environment variable {name} is not set", hint=hint)
    return value
