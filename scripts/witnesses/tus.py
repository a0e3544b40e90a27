# SPDX-License-Identifier: AGPL-3.0-or-later
"""tuspy (the tus project's Python client) sends a file: ``tus.py ADDRESS TOKEN FILE PATH [URL]``.

It prints the address of the upload first, then "sent": it may be killed at any moment, and be run again with the
address. PIECE bytes at a time; STEP_S seconds between pieces.
"""

from __future__ import annotations

import os
import sys
import time

PACKAGES = ["tuspy==1.1.0"]


def main() -> None:
    from tusclient.client import TusClient

    address, token, file, path, *url = sys.argv[1:]
    client = TusClient(address, headers={"Authorization": f"Bearer {token}"})
    sending = client.uploader(
        file,
        chunk_size=int(os.environ.get("PIECE", "4000000")),
        url=url[0] if url else None,
        metadata={"path": path},
        upload_checksum=True,
    )
    if not url:
        sending.set_url(sending.create_url())
    print(sending.url, sending.get_offset(), flush=True)
    while sending.offset < sending.get_file_size():
        sending.upload_chunk()
        time.sleep(float(os.environ.get("STEP_S", "0")))
    print("sent", flush=True)


if __name__ == "__main__":
    main()
