"""Messages between the processes of one house, through Redis or Valkey.

They tell how far a sale's journal has come, who is connected, and the spent part of a rate limit. No message decides
anything, and no caller waits for one longer than `SHARE_WITHIN_S`. The broker keeps the latest of each thing, not a
queue, so that an outage gathers nothing. Every message is signed with the house's secret, which its processes share.
The broker reads no message without that signature.
"""

import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import closing
from typing import Any

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ..base import metrics
from ..base.loop import Loop

log = structlog.get_logger()

CHANNEL = "auction"
SHARE = "auction:share:"
SHARE_WITHIN_S = 0.05
"""How long who asks for a share waits; where there is no answer he goes by his own process's count."""
REDIS_WITHIN_S = 0.5
AGAIN_S = 0.5
EXPIRES_S = 6.0
"""How long the presence that another process told of holds."""
REPLAYED_MS = 10_000
MOST_ASKS = 1_000

Ask = tuple[str, int, int, str]
"""A share's owner, its cost and its period in ms, and the act: `take`, `look` or `spend` (also above the limit)."""
ShareTold = tuple[bool, float]
"""Whether one more fits, and how many seconds of the period were spent before."""

# A share is the moment until which it is spent (GCRA), by Redis's own clock. Garbage in its place counts as nothing.
TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local told = {}
for i, key in ipairs(KEYS) do
  local cost, period, how = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), ARGV[3 * i]
  local kept = redis.pcall('GET', key)
  local until_ms = type(kept) == 'string' and tonumber(kept) or 0
  if until_ms ~= until_ms or until_ms - now > 3 * period then until_ms = 0 end -- or Redis's clock was put back
  local spent = math.min(math.max(until_ms - now, 0), 2 * period)
  local fits = spent + cost <= period
  if how == 'spend' or (how == 'take' and fits) then
    local left = spent + cost
    if left > 0 then redis.call('SET', key, now + left, 'PX', left) else redis.call('DEL', key) end
  end
  told[2 * i - 1], told[2 * i] = fits and 1 or 0, spent
end
return told
"""


class Broker:
    """One process's end of what all have in common. Without an address every question is answered with None at once.

    `sign` is a digest under the house's secret. `on_heads` is told how far other processes' sales have come,
    `on_return` that messages may have been missed.
    """

    def __init__(self, url: str, sign: Callable[[str], bytes], now_ms: Callable[[], int]) -> None:
        self._url = url
        self._sign = sign
        self._now_ms = now_ms
        self._name = secrets.token_hex(8)
        self._number = 0
        self._wake = threading.Condition()
        self._heads: dict[str, int] = {}
        self._presence: dict[str, Any] | None = None
        self._asks: list[tuple[Ask, Future[ShareTold | None]]] = []
        self._others: dict[str, tuple[float, int, dict[str, Any]]] = {}
        self._is_up = False
        self._away_for = ""
        """Why Redis did not answer when it was last spoken to."""
        self._speaker = Loop("broker", self._speak_while_up, AGAIN_S, wake=self._wake, failed=self._lost)
        self._listener = Loop("listener", self._listen, AGAIN_S, failed=_listens_again)
        self.on_heads: Callable[[Mapping[str, int]], None] = lambda _heads: None
        self.on_return: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin to tell and to listen, if there is a Redis to connect to."""
        if self._url:
            self._speaker.start()
            self._listener.start()

    def stop(self) -> None:
        """Tell the others that this process has no connections any more, and end."""
        self.tell_presence({})
        self._speaker.stop(REDIS_WITHIN_S)
        self._listener.stop(REDIS_WITHIN_S)

    # --- telling ---

    def tell_head(self, sale: str, n: int) -> None:
        """The journal of a sale has come to its n-th event."""
        if self._url:
            with self._wake:
                self._heads[sale] = n
                self._wake.notify()

    def tell_presence(self, presence: dict[str, Any]) -> None:
        """The people connected to this process, by sale; it holds for `EXPIRES_S`."""
        if self._url:
            with self._wake:
                self._presence = presence
                self._wake.notify()

    def presence(self, sale: str) -> list[Any]:
        """The people connected to each of the other processes."""
        recent = time.monotonic() - EXPIRES_S
        return [told[sale] for heard_s, _, told in list(self._others.values()) if heard_s > recent and sale in told]

    def ask(self, ask: Ask) -> ShareTold | None:
        """How a share stands in all processes together; None if no answer comes in time."""
        future: Future[ShareTold | None] = Future()
        with self._wake:
            if not self._is_up or len(self._asks) >= MOST_ASKS:
                return None
            self._asks.append((ask, future))
            self._wake.notify()
        try:
            return future.result(SHARE_WITHIN_S)
        except TookTooLong:
            self._is_up = False  # so that only those wait who asked before this was known
            return None

    def _speak_while_up(self) -> None:
        """Speak to Redis until it is away; the loop then tries again, and the process goes on without."""
        with closing(self._client()) as client:
            client.ping()
            self._found()
            while not self._speaker.stopping:
                self._speak(client)

    def _speak(self, client: Any) -> None:
        """Tell and ask what there is; where there is nothing for a while, see whether Redis is there."""
        with self._wake:
            if not (self._heads or self._asks or self._presence is not None or self._speaker.stopping):
                self._wake.wait(AGAIN_S)
            heads, self._heads = self._heads, {}
            presence, self._presence = self._presence, None
            asks, self._asks = self._asks, []
        try:
            with client.pipeline(transaction=False) as pipe:
                if heads or presence is not None:
                    pipe.publish(CHANNEL, self._message(heads, presence))
                if asks:
                    shares = [SHARE + whose for (whose, _, _, _), _ in asks]
                    terms = [each for (_, cost_ms, period_ms, how), _ in asks for each in (cost_ms, period_ms, how)]
                    pipe.eval(TAKE, len(asks), *shares, *terms)
                pipe.ping()
                answers = pipe.execute(raise_on_error=False)
            told = answers[-2] if asks and isinstance(answers[-2], list) else []
            for place, (_, future) in enumerate(asks):
                future.set_result((bool(told[2 * place]), told[2 * place + 1] / 1000) if told else None)
        finally:
            for _, future in asks:
                if not future.done():
                    future.set_result(None)
        self._is_up = True

    def _message(self, heads: dict[str, int], presence: dict[str, Any] | None) -> bytes:
        self._number += 1
        said = {"from": self._name, "number": self._number, "at_ms": self._now_ms(), "heads": heads}
        body = json.dumps(said if presence is None else {**said, "presence": presence}, separators=(",", ":"))
        return self._signature(body) + body.encode()

    def _signature(self, body: str) -> bytes:
        return self._sign(f"broker|{body}").hex().encode()

    def _found(self) -> None:
        self._is_up, self._away_for = True, ""
        metrics.broker_up.set(1)
        log.info("redis answers")

    def _lost(self, error: Exception) -> None:
        """Note that Redis is away; said once for each reason, not twice a second."""
        self._is_up = False
        metrics.broker_up.set(0)
        reason = f"{type(error).__name__}: {error}"[:200]
        if reason != self._away_for:
            log.warning("redis does not answer", error=reason)
        self._away_for = reason

    # --- listening ---

    def _listen(self) -> None:
        with closing(self._client()) as client, closing(client.pubsub()) as heard:
            heard.subscribe(CHANNEL)
            while not self._listener.stopping:
                message = heard.get_message(timeout=1.0)
                if message is None:
                    continue
                if message["type"] == "subscribe":
                    self.on_return()
                elif message["type"] == "message":
                    self.hear(message["data"])

    def hear(self, message: Any) -> None:
        """Take in a message of another process. If its signature is wrong, or it is old or known, nothing changes."""
        said = self._read(message)
        if said is None or said["from"] == self._name:
            return
        _, number, presence = self._others.get(said["from"], (0.0, 0, {}))
        if said["number"] <= number or abs(self._now_ms() - said["at_ms"]) > REPLAYED_MS:
            return
        heard_s = time.monotonic()
        self._others[said["from"]] = (heard_s, said["number"], said.get("presence", presence))
        gone = [name for name, (last_s, *_) in self._others.items() if last_s < heard_s - 10 * EXPIRES_S]
        for name in gone:
            del self._others[name]
        if said["heads"]:
            self.on_heads(said["heads"])

    def _read(self, message: Any) -> dict[str, Any] | None:
        """The content of a message; None unless a process of this house has signed it."""
        if not isinstance(message, bytes):
            return None
        signature, body = message[:64], message[64:].decode(errors="replace")
        if not hmac.compare_digest(signature, self._signature(body)):
            return None
        said: dict[str, Any] = json.loads(body)
        return said

    def _client(self) -> Any:
        return Redis.from_url(
            self._url,
            protocol=2,
            socket_timeout=REDIS_WITHIN_S,
            socket_connect_timeout=REDIS_WITHIN_S,
            health_check_interval=2,
            retry=Retry(NoBackoff(), 0),
        )


def _listens_again(error: Exception) -> None:
    """Messages that are missed meanwhile are found by looking."""
    log.debug("listening again", error=f"{type(error).__name__}: {error}"[:200])
