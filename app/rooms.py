"""All rows of all rooms, for the migrations."""

from app.assessment import models as assessment
from app.assignment import models as assignment
from app.contact import models as contact
from app.intake import models as intake
from app.planning import models as planning
from app.redress import models as redress
from app.reports import models as reports
from app.roads import models as roads
from app.runtime import audit, idempotency
from app.runtime.database import Base
from app.visits import models as visits
from app.webhooks import models as webhooks
from app.workforce import models as workforce

__all__ = [
    "Base",
    "assessment",
    "assignment",
    "audit",
    "contact",
    "idempotency",
    "intake",
    "planning",
    "redress",
    "reports",
    "roads",
    "visits",
    "webhooks",
    "workforce",
]
