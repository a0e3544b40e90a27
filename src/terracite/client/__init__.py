# SPDX-License-Identifier: AGPL-3.0-or-later
"""A Terracite repository from Python: deposit, follow, moderate, search, download, cite.

    with Client("https://data.example.org", token) as repository:
        deposit = repository.create_deposit("Yearly maps", disciplines=["continental_surfaces"])
        dataset = deposit.create_dataset()
        dataset.upload("maps/")
        dataset = dataset.describe(title="Land cover, 2023", licence="CC-BY-4.0")
        print(dataset.findings())

Values are frozen: what changes something returns the new state. Errors say what happened and the cure. Every call is
repeated when the connection breaks, and nothing is done twice. Fields that a newer repository adds are ignored.
"""

from terracite.client.datasets import Dataset
from terracite.client.deposits import Deposit
from terracite.client.repository import Client
from terracite.client.values import (
    AccessRequest,
    File,
    Finding,
    Found,
    Hit,
    Invitation,
    Link,
    Offered,
    Option,
    Person,
    Preview,
    Usage,
    Waiting,
)
from terracite.services.rest import RefusedError

__all__ = [
    "AccessRequest", "Client", "Dataset", "Deposit", "File", "Finding", "Found", "Hit", "Invitation", "Link", "Offered",
    "Option", "Person", "Preview", "RefusedError", "Usage", "Waiting",
]  # fmt: skip
