"""A contact profile as a page for lawyers: each rule, what it says, its source, and how sure we are."""

from html import escape

from app.compliance.clause_sentence import clauses_of, sentence
from app.compliance.clauses import Evidence
from app.compliance.profile import Profile

_SURE = {
    Evidence.PRIMARY: "primary text read",
    Evidence.SECONDARY: "secondary source",
    Evidence.KNOWLEDGE: "our knowledge, not confirmed",
    Evidence.DESIGN: "our own policy",
}
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1b1b1b }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #ccc; padding: .5rem .75rem .5rem 0; text-align: left; vertical-align: top }
th { border-bottom: 2px solid #444 }
dt { float: left; clear: left; width: 12rem; color: #555 } dd { margin-left: 12rem }
@media print { body { margin: 0 } }
"""


def profile_page(profile: Profile) -> str:
    """The profile as HTML; it loads nothing from elsewhere."""
    rows = "\n".join(
        f"<tr><td>{escape(name.replace('_', ' '))}</td><td>{escape(sentence(clause))}</td>"
        f"<td>{escape(clause.source)}</td><td>{_SURE[clause.evidence]}</td></tr>"
        for name, clause in clauses_of(profile)
    )
    head = "\n".join(f"<dt>{term}</dt><dd>{escape(value)}</dd>" for term, value in _head(profile))
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(profile.id)}</title><style>{_STYLE}</style></head>
<body><h1>{escape(profile.name)}</h1>
<dl>
{head}
</dl>
<table><thead><tr><th>Rule</th><th>What it says</th><th>Source</th><th>How sure we are</th></tr></thead><tbody>
{rows}
</tbody></table>
<p>Where several profiles apply to a visit, all of them must allow it: the strictest counts. This page is drawn from the
data that decides; it is not legal advice.</p></body></html>
"""


def _head(profile: Profile) -> list[tuple[str, str]]:
    until = f" until {profile.effective_to}" if profile.effective_to else ""
    return [
        ("Profile", f"{profile.id}, version {profile.version}"),
        ("Kind of text", profile.legal_status.value),
        ("In force", f"from {profile.effective_from}{until}"),
        ("Enforced", "yes" if profile.enforced else "no, unless switched on"),
        ("Country", profile.country or "any"),
        ("How sure on the whole", _SURE[profile.evidence]),
    ]
