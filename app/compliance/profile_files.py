"""The profiles that come with the package: one YAML file each in `profiles/`; the only file that knows YAML."""

from functools import lru_cache
from importlib.resources import files

import yaml

from app.compliance.profile import Profile
from app.compliance.profile_reader import ProfileError
from app.compliance.profile_schema import parse_profile


def shipped_document(profile_id: str) -> object:
    """What the file of a shipped profile holds; raises FileNotFoundError when there is none."""
    entry = files("app.compliance").joinpath("profiles", f"{profile_id}.yaml")
    return yaml.safe_load(entry.read_text(encoding="utf-8"))


def load_profiles() -> dict[str, Profile]:
    """All shipped profiles by id; raises ProfileError when a file is not a valid profile named after its id."""
    return dict(_shipped())


def read_profile(text: str, where: str) -> Profile:
    """Read one profile from YAML text; `where` begins the path in errors."""
    try:
        document = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise ProfileError(f"{where}: not valid YAML: {error}") from None
    return parse_profile(document, where)


@lru_cache(maxsize=1)
def _shipped() -> tuple[tuple[str, Profile], ...]:
    folder = files("app.compliance").joinpath("profiles")
    sources = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".yaml")), key=lambda entry: entry.name
    )
    read = [(entry.name, read_profile(entry.read_text(encoding="utf-8"), entry.name)) for entry in sources]
    for name, profile in read:
        if name != f"{profile.id}.yaml":
            raise ProfileError(f"{name}: the file must be named {profile.id}.yaml")
    return tuple((profile.id, profile) for _, profile in read)
