"""The shipped policy of China as it holds for a household without guidelines."""

from datetime import date

from app.assessment.dated_policy import PolicyBook
from app.assessment.policy_files import shipped_policies
from app.assessment.statement import Household

CHINA = PolicyBook(shipped_policies()).constants_for("330106", Household(1), "CNY", date(2026, 11, 23)).policy
