"""A report in brief is the whole one without what nobody counts."""

import pytest
from sqlalchemy import select

from app.reports.models import CaseReport
from app.reports.service import compile_report
from app.runtime.database import Database
from tests.factories_reports import FINDINGS, assessed_case, assessed_visit, west_lake


@pytest.mark.parametrize("findings", [FINDINGS, None])
def test_the_database_leaves_rulings_and_derivations_out(
    database: Database, findings: dict[str, object] | None
) -> None:
    with database.transaction() as tx:
        visit = assessed_visit(tx, assessed_case(tx, west_lake(tx)), findings=findings)
    compile_report(database, visit.id)
    with database.transaction() as tx:
        body, brief = tx.execute(select(CaseReport.body, CaseReport.brief)).one()
    expected = {key: value for key, value in body.items() if key != "rulings"}
    if body["affordability"] is not None:
        figures = body["affordability"]
        expected["affordability"] = {key: value for key, value in figures.items() if key != "derivation"}
    assert brief == expected
    assert body["rulings"]
