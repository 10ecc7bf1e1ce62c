"""What may be told to whom, and other duties of conduct at the door: conditions that go with a yes."""

from app.compliance.consent import condition_answer
from app.compliance.profile import Profile
from app.compliance.ruling import Answer
from app.compliance.situation import Situation


def conduct_answers(profile: Profile, situation: Situation) -> list[Answer]:
    """The duties towards the borrower and third persons, such as no disclosure of the debt; they never refuse."""
    return [condition_answer(rule, profile, situation) for rule in profile.conduct]
