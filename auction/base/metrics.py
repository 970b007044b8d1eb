"""The counts and times of the process, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

registry = CollectorRegistry()

bids = Counter(
    "auction_bids_total", "Bids answered, by outcome: accepted or the refusal's code", ["outcome"], registry=registry
)
commands = Counter(
    "auction_commands_total", "Commands answered, by kind and outcome", ["command", "outcome"], registry=registry
)
batch_size = Histogram(
    "auction_batch_size",
    "Commands decided in one commit",
    registry=registry,
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
commit_seconds = Histogram(
    "auction_commit_seconds", "From BEGIN to the end of COMMIT", registry=registry, buckets=_SECONDS
)
fanout_seconds = Histogram("auction_fanout_seconds", "Sending one frame to a room", registry=registry, buckets=_SECONDS)
pages = Counter("auction_pages_total", "Strangers' pages: kept, made, own to one, refused", ["how"], registry=registry)
accepting = Counter("auction_accept_short_total", "Descriptors ran out, by what was done", ["how"], registry=registry)
connections = Gauge("auction_connections", "Open sockets, by the role they joined as", ["role"], registry=registry)
sockets = Gauge("auction_sockets", "Open sockets, whether they have joined a sale or not", registry=registry)
journal_head = Gauge("auction_journal_head", "The last number of a sale's public chain", ["sale"], registry=registry)
errors = Counter("auction_errors_total", "Exceptions that a caller saw as an incident", registry=registry)
sign_ins = Counter(
    "auction_sign_ins_total", "Attempts to sign in: good, failed, refused", ["outcome"], registry=registry
)
cut = Counter("auction_sockets_cut_total", "Sockets that the server ended, by reason", ["reason"], registry=registry)
clock_offset = Gauge(
    "auction_clock_offset_seconds", "How far the time of the house is ahead of this machine's clock", registry=registry
)
clock_steps = Counter(
    "auction_clock_steps_total",
    "Times that a clock came to differ from the time of the house by over a second",
    registry=registry,
)
restored = Counter(
    "auction_restored_total",
    "Joins of clients that were told another record than this: an older one was put back",
    registry=registry,
)
broker_up = Gauge("auction_broker_up", "Whether Redis answered when it was last spoken to", registry=registry)
