"""The metrics are for who runs the server: what they count is not for everybody."""

import pytest

from auction.web.application import create_app
from tests.serving import parts_for


@pytest.fixture
def client(tmp_path):
    made = parts_for(tmp_path, AUCTION_METRICS_TOKEN="q7Rz0vXkLw2m-Yt5_nHc8JdP4sGb1AeU")
    yield create_app(made).test_client()
    made.store.close()


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("203.0.113.7", {}, 403),
        ("203.0.113.7", {"Authorization": "Bearer wrong"}, 403),
        ("203.0.113.7", {"Authorization": "Bearer q7Rz0vXkLw2m-Yt5_nHc8JdP4sGb1AeU"}, 200),
    ],
)
def test_metrics_are_read_from_this_machine_or_with_the_token(client, address, headers, status):
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status
    assert (b"auction_bids_total" in answer.data) == (status == 200)
