"""What a report is known by: its id, version and hash, printed and as a QR code (PURE)."""

import io
from collections.abc import Mapping
from typing import Any

import segno

from app.reports.paper.document import Proof, Section
from app.reports.paper.telling import Teller

PREFIX = "doorstep:report"


def proof_text(report_id: str, version: Any, sha256: str) -> str:
    """The text of the code."""
    return f"{PREFIX}:{report_id}:{version}:{sha256}"


def proof_section(teller: Teller, body: Mapping[str, Any], told: str | None = None) -> Section:
    """The last part of a report; the hash is that of the whole report, whatever of it is shown."""
    report_id, version = str(body.get("id") or body.get("report_id")), body.get("version")
    sha256 = teller.value(body.get("sha256"))
    words = teller.text("proof_code")
    told = told or teller.text("proof_told", id=teller.value(report_id))
    return Section(teller.text("proof"), (Proof(_code(proof_text(report_id, version, sha256)), words, told, sha256),))


def _code(text: str) -> str:
    written = io.BytesIO()
    # A quarter of the code may be lost in print and it can still be read.
    segno.make_qr(text, error="q").save(written, kind="svg", xmldecl=False, nl=False, border=4, unit="mm", scale=0.5)
    return written.getvalue().decode()
