"""A webhook as its owner sees it."""

from typing import Any

from tests.client import Client

HOOKS = "/v1/webhooks"


class Hook:
    """A webhook of the risk department, as its owner sees it."""

    def __init__(self, client: Client, url: str) -> None:
        self.client = client
        self.made = client.post(HOOKS, {"url": url, "events": ["case.held"]}).json()
        self.path = f"{HOOKS}/{self.made['id']}"
        self.secret: str = self.made["secret"]

    def read(self) -> dict[str, Any]:
        body: dict[str, Any] = self.client.get(self.path).json()
        return body

    def change(self, **changes: Any) -> None:
        assert self.client.patch(self.path, changes, headers={"If-Match": "*"}).status_code == 200

    @property
    def deliveries(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.client.get(f"{self.path}/deliveries").json()["items"]
        return [self.client.get(f"{self.path}/deliveries/{item['id']}").json() for item in items]

    @property
    def delivery(self) -> dict[str, Any]:
        """The only one."""
        (only,) = self.deliveries
        return only

    def resend(self, delivery: dict[str, Any]) -> None:
        assert self.client.post(f"{self.path}/deliveries/{delivery['id']}:resend").status_code == 202
